"""From opened items to a draft: texts with places, a plan, redacted texts, one PDF. Runs in the worker only; keeps everything in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import typst
from msgspec import Struct
from msgspec.structs import replace

from client.bundle.package import draft_content
from client.keys.chat import DocumentBody, TextBody, body_of, check_chat
from client.keys.encoding import compact_json
from client.keys.items import Item, header_of, unpack_content
from client.keys.jws import Signed
from redaction.detect.engine import Detector
from redaction.detect.people import Person, RosterError, people_from_records
from redaction.detect.roster import is_wholly
from redaction.plan import Accept, Add, Decision, Finding, PlanError, RedactionPlan, Reject, apply_to_text, make_plan
from redaction.profiles import Profile, ProfileError, load_profiles

MAX_TEXT = 2_000_000  # characters of one text
TEXT_TYPES = ("text/plain", "text/markdown", "text/csv")


class CannotDraft(Exception):
    """Something can't be redacted here: the rule, and the item it is about."""

    def __init__(self, rule: str, item: str = "") -> None:
        super().__init__(rule)
        self.rule, self.item = rule, item


class Text(Struct, frozen=True, kw_only=True):
    """One item's text, under the name it will have in the package."""

    item: str
    name: str
    text: str


class Decided(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reviewer's word on one finding."""

    id: str
    state: str
    operator: str | None = None


class Added(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the reviewer marked."""

    item: str
    start: int
    end: int
    kind: str
    operator: str | None = None


class Decisions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything the reviewer said."""

    decisions: tuple[Decided, ...] = ()
    added: tuple[Added, ...] = ()


def read_text(item: Signed[Item], content: bytes, position: int) -> Text:
    """The text of a kept message or text document. Other formats are refused by the item's id."""
    header = header_of(item)
    compact, document = unpack_content(content, header)
    chat = check_chat(compact, header.mediation, header.author)
    body = body_of(chat.body)
    if isinstance(body, TextBody):
        return Text(item=header.item, name=f"{position:02d}-message.txt", text=_bounded(body.text, header.item))
    if not isinstance(body, DocumentBody) or body.mime not in TEXT_TYPES:
        raise CannotDraft("format", header.item)
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotDraft("format", header.item) from None
    return Text(item=header.item, name=f"{position:02d}-document.txt", text=_bounded(text, header.item))


def _bounded(text: str, item: str) -> str:
    if len(text) > MAX_TEXT:
        raise CannotDraft("too-large", item)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_people(content: bytes) -> tuple[Person, ...]:
    """Who belongs to the mediation, from the reviewer's list. Those who were not asked come first: a name that two share is then theirs."""
    try:
        people = people_from_records(msgspec.json.decode(content))
    except (msgspec.MsgspecError, RosterError):
        raise CannotDraft("people") from None
    return tuple(sorted(people, key=lambda one: one.consents))


def _unasked(finding: Finding, words: str, asked: Mapping[str, Person]) -> Finding:
    """Every name counts as somebody's who was not asked, unless all of its words are names of one person who was.

    A whole name may only resemble such a person's (a relative's, say); until the reviewer says otherwise it is a stranger's.
    """
    span = finding.span
    if "PERSON" not in span.kinds or "NONCONSENTING" in span.kinds:
        return finding
    person = asked.get(span.person or "")
    if person is not None and is_wholly(words, person):
        return finding
    return replace(finding, span=replace(span, also=(*span.also, "NONCONSENTING")))


class Review:
    """One sitting's texts, what was found in them, and the draft as decided so far."""

    def __init__(
        self,
        texts: Sequence[Text],
        profile: str,
        language: str,
        detector: Detector,
        people: Sequence[Person] = (),
    ) -> None:
        self.texts = tuple(texts)
        self._roles = {one.id: one.role for one in people if one.role}
        try:
            self._profile: Profile = load_profiles().stack(*profile.split("+"))
        except ProfileError:
            raise CannotDraft("profile") from None
        languages = [language or None] * len(self.texts)
        found = detector.find([one.text for one in self.texts], people, languages=languages)
        asked = {one.id: one for one in people if one.consents}
        self.findings: list[Finding] = [
            _unasked(finding, text.text[finding.span.start : finding.span.end], asked)
            for text, one in zip(self.texts, found, strict=True)
            for finding in one.findings(text.item)
        ]
        self._leftovers = [
            Finding(text.item, span, "") for text, one in zip(self.texts, found, strict=True) for span in one.leftovers
        ]

    def shown(self) -> bytes:
        """What the reviewer sees: texts, and each finding with its words, its reason and what would stand in its place."""
        plan = make_plan(self.findings, self._profile, roles=self._roles)
        texts = {text.item: text.text for text in self.texts}
        instead = {(one.item, one.start): one.placeholder for one in plan.redactions}
        findings = [
            {
                "id": one.id,
                "item": one.item,
                "start": one.span.start,
                "end": one.span.end,
                "text": texts[one.item][one.span.start : one.span.end],
                "kind": one.span.kind,
                "recognizer": one.span.recognizer,
                "score": one.span.score,
                "why": one.why,
                "operator": self._profile.operator(sorted(one.span.kinds)),
                "shown": instead.get((one.item, one.span.start), ""),
            }
            for one in {one.id: one for one in self.findings}.values()
        ]
        files = [{"item": text.item, "name": text.name, "text": text.text} for text in self.texts]
        return compact_json({"files": files, "findings": findings})

    def draft(self, decisions: Decisions) -> bytes:
        """The draft's content under these decisions. Raises CannotDraft when they don't fit."""
        try:
            plan = make_plan(self.findings, self._profile, self._decided(decisions), roles=self._roles)
            return self._render(plan)
        except PlanError:
            raise CannotDraft("decisions") from None

    def _decided(self, decisions: Decisions) -> list[Decision]:
        """A finding that isn't named counts as accepted."""
        named: list[Decision] = [
            Reject(one.id) if one.state == "rejected" else Accept(one.id, one.operator) for one in decisions.decisions
        ]
        said = {one.id for one in decisions.decisions}
        rest: list[Decision] = [Accept(one.id) for one in self.findings if one.id not in said]
        added: list[Decision] = [
            Add(one.item, one.start, one.end, one.kind, one.operator or "remove") for one in decisions.added
        ]
        items = {text.item for text in self.texts}
        if any(one.item not in items for one in decisions.added):
            raise CannotDraft("decisions")
        return [*named, *rest, *added]

    def _render(self, plan: RedactionPlan) -> bytes:
        files: dict[str, bytes] = {}
        pages, report = [], []
        for text in self.texts:
            redacted, entries = apply_to_text(text.text, plan, item=text.item)
            files[f"items/{text.name}"] = redacted.encode()
            pages.append({"name": text.name, "text": redacted})
            report += [
                {"file": text.name, "line": e.line, "start": e.start, "end": e.end, "kind": e.kind, "says": e.says}
                | {"operator": e.operator, "rule": e.rule, "standing": e.standing}
                for e in entries
            ]
        log = {"plan": plan.digest(), "profiles": list(plan.profiles), "redactions": report}
        files["report.json"] = compact_json(log)
        files["excerpt.pdf"] = render_pdf(pages, report)
        return draft_content(files)


# The texts arrive as data, never as markup.
_TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "Excerpt", date: none)
#set page(paper: "a4", margin: 25mm, numbering: "1 / 1")
#set text(size: 11pt, lang: "en")
= Excerpt
#for file in data.pages [
  == #file.name
  #for line in file.text.split("\\n") [
    #if line == "" [ #v(0.6em) ] else [ #text(line) \\ ]
  ]
]
#pagebreak(weak: true)
== What was blacked out
#if data.report.len() == 0 [Nothing.] else [
  #table(columns: (auto, auto, 1fr, auto), table.header[File][Line][What][Rule],
    ..data.report.map(one => (text(one.file), str(one.line), text(one.says), text(one.rule))).flatten())
]
"""


def render_pdf(pages: Sequence[dict[str, str]], report: Sequence[dict[str, Any]]) -> bytes:
    """The excerpt as a PDF: the redacted texts and what was blacked out, by kind and rule."""
    data = compact_json({"pages": list(pages), "report": list(report)}).decode()
    made = typst.compile(_TEMPLATE.encode(), format="pdf", sys_inputs={"data": data})
    if not isinstance(made, bytes):
        raise CannotDraft("render")
    return made
