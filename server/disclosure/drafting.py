"""From opened items to a draft: texts with places, a plan, redacted texts and documents, one PDF. Runs in the worker only; keeps everything in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from client.bundle.package import draft_content
from client.keys.encoding import b64u, compact_json
from redaction import documents
from redaction.certificate import Blocked
from redaction.detect.engine import Detector
from redaction.detect.people import Person, RosterError, people_from_records
from redaction.detect.roster import is_wholly
from redaction.formats.cutting import Cutter
from redaction.formats.model import Manner
from redaction.plan import Accept, Add, Decision, Finding, PlanError, RedactionPlan, Reject, apply_to_text, make_plan
from redaction.profiles import Profile, ProfileError, load_profiles
from server.disclosure.excerpt import certificate_page, render_pdf
from server.disclosure.kept import CannotDraft, Text
from server.disclosure.papers import Paper, Step, check_own, draw_page, near_names, shown_paper


class Stopped(Exception):
    """The draft may not leave: which file, where and why, for the reviewer's eyes."""

    def __init__(self, stops: Sequence[dict[str, str]]) -> None:
        super().__init__("stopped")
        self.stops = list(stops)


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
    """One sitting's texts and documents, what was found in them, and the draft as decided so far."""

    def __init__(
        self,
        texts: Sequence[Text | Paper],
        profile: str,
        language: str,
        detector: Detector,
        people: Sequence[Person] = (),
        manner: Manner | None = None,
        step: Step = lambda _word, _done, _of: None,
    ) -> None:
        self.texts = tuple(texts)
        self.papers = [one for one in self.texts if isinstance(one, Paper)]
        self._manner, self._step = manner or Manner(), step
        self._roles = {one.id: one.role for one in people if one.role}
        try:
            self._profile: Profile = load_profiles().stack(*profile.split("+"))
        except ProfileError:
            raise CannotDraft("profile") from None
        languages = [language or None] * len(self.texts)
        step("finding", 0, 1)
        found = detector.find([one.text for one in self.texts], people, languages=languages)
        asked = {one.id: one for one in people if one.consents}
        self.findings: list[Finding] = [
            _unasked(finding, text.text[finding.span.start : finding.span.end], asked)
            for text, one in zip(self.texts, found, strict=True)
            for finding in one.findings(text.item)
        ]
        self.findings += [_unasked(one, "", {}) for one in near_names(self.papers, self.findings, people)]
        self.findings.sort(key=lambda one: ([text.item for text in self.texts].index(one.item), one.span.start))
        self._plan = make_plan(self.findings, self._profile, roles=self._roles)

    def shown(self) -> bytes:
        """What the reviewer sees: texts, hidden content, and each finding with its words, its reason and what would stand in its place."""
        texts = {text.item: text for text in self.texts}
        instead = {(one.item, one.start): one.placeholder for one in self._plan.redactions}
        findings = [
            {
                "id": one.id,
                "item": one.item,
                "start": one.span.start,
                "end": one.span.end,
                "text": texts[one.item].text[one.span.start : one.span.end],
                "kind": one.span.kind,
                "recognizer": one.span.recognizer,
                "score": one.span.score,
                "why": one.why,
                "operator": self._profile.operator(sorted(one.span.kinds)),
                "shown": instead.get((one.item, one.span.start), ""),
            }
            for one in {one.id: one for one in self.findings}.values()
        ]
        files = [
            {"item": text.item, "name": text.name, "text": text.text}
            | (shown_paper(text) if isinstance(text, Paper) else {})
            for text in self.texts
        ]
        return compact_json({"files": files, "findings": findings})

    def picture(self, item: str, page: int) -> bytes:
        """One page for the reviewer in three pictures, redacted as last decided."""
        paper = next((one for one in self.papers if one.item == item and one.paged), None)
        if paper is None or not 1 <= page <= len(paper.reading.pages):
            raise CannotDraft("page", item)
        drawn = draw_page(paper, self._plan, self._manner, page)
        pictures = {"seen": drawn.seen, "exposed": drawn.exposed, "redacted": drawn.redacted}
        return compact_json({"item": item, "page": page} | {name: b64u(data) for name, data in pictures.items()})

    def draft(self, decisions: Decisions) -> bytes:
        """The draft's content under these decisions. Raises CannotDraft when they don't fit, Stopped when something may not leave."""
        try:
            self._plan = make_plan(self.findings, self._profile, self._decided(decisions), roles=self._roles)
            return self._render(self._plan)
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
        pages, report, certificates, accounts = [], [], [], []
        stops: list[dict[str, str]] = []
        gone, hidden = documents.secrets_of([one.prepared for one in self.papers], plan, ())
        gone = list(dict.fromkeys([*gone, *self._removed_words(plan)]))
        kept: list[str] = []
        for count, text in enumerate(self.texts):
            if isinstance(text, Text):
                redacted, entries = apply_to_text(text.text, plan, item=text.item)
                files[f"items/{text.name}"] = redacted.encode()
                pages.append({"name": text.name, "text": redacted})
                kept.append(redacted)
                report += [
                    {"file": text.name, "line": e.line, "start": e.start, "end": e.end, "kind": e.kind, "says": e.says}
                    | {"operator": e.operator, "rule": e.rule, "standing": e.standing}
                    for e in entries
                ]
                continue
            self._step("checking", count, len(self.texts))
            done = documents.finish(text.prepared, plan, (), gone, hidden, self._manner, self._page)
            if done.data is None:
                stops += [_stop(text, one) for one in done.certificate.blocked]
                continue
            files[f"items/{text.name}"] = done.data
            certificates.append({"file": text.name, "certificate": msgspec.to_builtins(done.certificate)})
            accounts.append(certificate_page(text.name, done.certificate, load_profiles().kinds))
            if not text.paged:
                marks = documents.marks_of(plan, text.item, text.text)
                pages.append({"name": text.name, "text": Cutter(text.text, marks).cut(0, len(text.text))})
                kept.append(pages[-1]["text"])
        if stops:
            raise Stopped(stops)
        log: dict[str, Any] = {"plan": plan.digest(), "profiles": list(plan.profiles), "redactions": report}
        if certificates:
            log["documents"] = certificates
        files["report.json"] = compact_json(log)
        files["excerpt.pdf"] = render_pdf(pages, report, accounts)
        self._step("checking", len(self.texts), len(self.texts))
        ours = "\n".join([*kept, *_vocabulary(plan)])
        texts = b"\n".join(data for name, data in files.items() if name.endswith((".txt", ".json")))
        for name, data in (("report.json", texts), ("excerpt.pdf", files["excerpt.pdf"])):
            stops += [
                {"item": "", "name": name, "reason": s.reason, "place": s.place, "says": s.says}
                for s in check_own(data, gone, ours)
            ]
        if stops:
            raise Stopped(stops)
        return draft_content(files)

    def _page(self, done: int, of: int) -> None:
        self._step("pages", done, of)

    def _removed_words(self, plan: RedactionPlan) -> list[str]:
        """What the plan takes out of the messages."""
        return [
            " ".join(text.text[one.start : one.end].split())
            for text in self.texts
            if isinstance(text, Text)
            for one in plan.of(text.item)
        ]


def _stop(paper: Paper, one: Blocked) -> dict[str, str]:
    return {"item": paper.item, "name": paper.name, "reason": one.reason, "place": one.place, "says": one.says}


def _vocabulary(plan: RedactionPlan) -> list[str]:
    """Words of our own that may equal something that was removed: kinds, rules, the words of the log."""
    return [
        *load_profiles().kinds,
        *load_profiles().kinds.values(),
        *plan.profiles,
        *(f"{one.rule} {one.kind} {one.operator} {one.placeholder} {one.label or ''}" for one in plan.redactions),
        *documents.OWN_WORDS,
    ]
