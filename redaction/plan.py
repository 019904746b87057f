"""From findings, a profile and a person's decisions to one redaction plan, whose digest is what the holders approve.

Pure: no clock, no randomness, no file. The plan holds places, kinds, operators and labels, never the words themselves.
"""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from redaction.masking import masked, removed
from redaction.profiles import Profile, load_profiles
from redaction.spans import Graphemes, Span, regions, splice

PLAN_VERSION = 1
_PERSON_KINDS = frozenset({"PERSON", "MINOR", "NONCONSENTING", "MEDIATOR_NAME"})


class PlanError(ValueError):
    """A decision or a plan doesn't fit the findings or the text. Carries ids and places, never words."""


class Finding(msgspec.Struct, frozen=True):
    """One span in one item of the bundle, with the reason a reviewer reads (`why` names the rule, never the words found)."""

    item: str
    span: Span
    why: str = ""

    @property
    def place(self) -> tuple[object, ...]:
        return self.item, *self.span.place, self.why

    @property
    def id(self) -> str:
        return f"{self.item}#{self.span.start}-{self.span.end}:{self.span.kind}"


class Accept(msgspec.Struct, frozen=True, tag="accept", tag_field="decision"):
    """The finding is right. An `operator` replaces the profile's, never by a weaker one."""

    finding: str
    operator: str | None = None


class Reject(msgspec.Struct, frozen=True, tag="reject", tag_field="decision"):
    """The finding is a false alarm: these words stay, unless another finding covers them."""

    finding: str


class Widen(msgspec.Struct, frozen=True, tag="widen", tag_field="decision"):
    """The finding is right and reaches further: from `start` to `end`, which must hold the old place."""

    finding: str
    start: int
    end: int
    operator: str | None = None


class Add(msgspec.Struct, frozen=True, tag="add", tag_field="decision"):
    """A person marks what detection missed."""

    item: str
    start: int
    end: int
    kind: str
    operator: str = "remove"
    person: str | None = None


Decision = Accept | Reject | Widen | Add


class Redaction(msgspec.Struct, frozen=True, order=True):
    """One stretch of one item that will be replaced, how, and on whose word."""

    item: str
    start: int
    end: int
    kind: str
    operator: str
    # The profile whose rule asks for it, or "review" when a person added or strengthened it.
    rule: str
    # "proposed" (nobody has looked yet), "accepted", "widened" or "added".
    standing: str
    score: float
    recognizers: tuple[str, ...]
    placeholder: str
    label: str | None = None
    role: str | None = None


class RedactionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that will be masked in a bundle. Equal plans have equal digests, whatever the order they were made in."""

    version: int = PLAN_VERSION
    profiles: tuple[str, ...]
    redactions: tuple[Redaction, ...]
    small_zip3: tuple[str, ...] = ()

    def of(self, item: str) -> tuple[Redaction, ...]:
        """The redactions of one item, by place."""
        return tuple(one for one in self.redactions if one.item == item)

    def canonical(self) -> bytes:
        """The bytes that the digest is of: sorted JSON without white space."""
        return msgspec.json.encode(msgspec.to_builtins(self), order="sorted")

    def digest(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()


class ReportEntry(msgspec.Struct, frozen=True):
    """One line of the redaction log: where in the released text, what kind, how, why. Never the words."""

    item: str
    line: int
    start: int
    end: int
    kind: str
    says: str
    operator: str
    rule: str
    standing: str
    score: float
    recognizers: tuple[str, ...]
    label: str | None = None


class _Piece(msgspec.Struct, frozen=True):
    """A finding after decisions: what applies to this place."""

    span: Span
    operator: str
    rule: str
    standing: str

    @property
    def length(self) -> int:
        return self.span.end - self.span.start

    @property
    def place(self) -> tuple[object, ...]:
        return *self.span.place, self.operator, self.rule, self.standing


def make_plan(
    findings: Iterable[Finding],
    profile: Profile,
    decisions: Iterable[Decision] = (),
    *,
    roles: Mapping[str, str] | None = None,
) -> RedactionPlan:
    """The plan for these findings under this profile after these decisions. `roles` gives the role word of a person's id."""
    found = {one.id: one for one in sorted(findings, key=lambda one: one.place)}
    chosen, added = _sort_decisions(decisions, found, profile)
    labels = person_labels(found.values(), added)
    pieces: dict[str, list[_Piece]] = {}
    for finding in found.values():
        piece = _piece(finding, chosen.get(finding.id), profile)
        if piece is not None:
            pieces.setdefault(finding.item, []).append(piece)
    for add in added:
        span = Span(add.start, add.end, add.kind, 1.0, "review", add.person)
        pieces.setdefault(add.item, []).append(_Piece(span, add.operator, "review", "added"))
    redactions = [
        one
        for item, group in pieces.items()
        for one in _redactions(item, sorted(group, key=lambda one: one.place), profile, labels, roles or {})
    ]
    return RedactionPlan(profiles=profile.names, redactions=tuple(sorted(redactions)), small_zip3=profile.small_zip3)


def person_labels(findings: Iterable[Finding], added: Iterable[Add] = ()) -> dict[str, str]:
    """`Person 1`, `Person 2` ... in order of first appearance. Decisions never renumber: rejected findings count too."""
    labels: dict[str, str] = {}
    for finding in sorted(findings, key=lambda one: one.place):
        person = finding.span.person
        if person is not None and person not in labels:
            labels[person] = f"Person {len(labels) + 1}"
    for add in added:
        if add.person is not None and add.person not in labels:
            labels[add.person] = f"Person {len(labels) + 1}"
    return labels


def _sort_decisions(
    decisions: Iterable[Decision], found: Mapping[str, Finding], profile: Profile
) -> tuple[dict[str, Accept | Reject | Widen], list[Add]]:
    """The last decision about a finding counts; additions are kept in the order of their places."""
    chosen: dict[str, Accept | Reject | Widen] = {}
    added: list[Add] = []
    known = load_profiles().kinds
    for decision in decisions:
        operator = None if isinstance(decision, Reject) else decision.operator
        if operator is not None and operator not in profile.strengths:
            raise PlanError(f"there is no operator {operator!r}")
        match decision:
            case Add():
                if not 0 <= decision.start < decision.end:
                    raise PlanError(f"{decision.item}: an added place is empty")
                if decision.kind not in known or decision.operator == "keep":
                    raise PlanError(f"{decision.item}: an added place needs a known kind and a way of masking")
                added.append(decision)
            case Accept() | Reject() | Widen():
                if decision.finding not in found:
                    raise PlanError(f"{decision.finding}: there is no such finding")
                chosen[decision.finding] = decision
    return chosen, sorted(added, key=lambda one: (one.item, one.start, one.end, one.kind, one.person or ""))


def _piece(finding: Finding, decision: Accept | Reject | Widen | None, profile: Profile) -> _Piece | None:
    span = finding.span
    kinds = sorted(span.kinds)
    operator, rule = profile.operator(kinds), profile.rule(kinds)
    standing = "proposed"
    match decision:
        case Reject():
            return None
        case Accept():
            standing = "accepted"
        case Widen():
            if not (0 <= decision.start <= span.start and span.end <= decision.end):
                raise PlanError(f"{finding.id}: a wider place must hold the old one")
            span = msgspec.structs.replace(span, start=decision.start, end=decision.end)
            standing = "widened"
        case None:
            pass
    if decision is not None and decision.operator is not None:
        if profile.strengths[decision.operator] < profile.strengths[operator]:
            raise PlanError(f"{finding.id}: {decision.operator!r} is weaker than the profile's {operator!r}")
        if decision.operator != operator:
            operator, rule = decision.operator, "review"
    return None if operator == "keep" else _Piece(span, operator, rule, standing)


def _redactions(
    item: str, pieces: list[_Piece], profile: Profile, labels: Mapping[str, str], roles: Mapping[str, str]
) -> Iterable[Redaction]:
    """One redaction per covered stretch: the strongest operator where it covers all of it, otherwise everything goes."""
    words = load_profiles().kinds
    by_span: dict[Span, list[_Piece]] = {}
    for piece in pieces:
        by_span.setdefault(piece.span, []).append(piece)
    for start, end, members in regions(piece.span for piece in pieces):
        group = [one for span in dict.fromkeys(members) for one in by_span[span]]
        strongest = max(
            group, key=lambda one: (profile.strengths[one.operator], one.length, one.span.score, *one.place)
        )
        whole = [one for one in group if one.span.start == start and one.span.end == end]
        same = [one for one in whole if one.operator == strongest.operator]
        lead = max(same or group, key=lambda one: (one.length, one.span.score, *one.place))
        kind = _shown_kind(lead.span, lead.operator, profile)
        person = lead.span.person
        yield Redaction(
            item=item,
            start=start,
            end=end,
            kind=kind,
            operator=strongest.operator if same else "remove",
            rule=lead.rule,
            standing=max((one.standing for one in group), key=("proposed", "accepted", "widened", "added").index),
            score=max(one.span.score for one in group),
            recognizers=tuple(sorted({one.span.recognizer for one in group})),
            placeholder=removed(words.get(kind, "private detail")),
            label=labels.get(person) if person else None,
            role=roles.get(person) if person else None,
        )


def _shown_kind(span: Span, operator: str, profile: Profile) -> str:
    """The kind that the operator is for: a child's name masked as MINOR is logged as MINOR."""
    asking = [kind for kind in sorted(span.kinds) if profile.mask.get(kind) == operator]
    return span.kind if span.kind in asking or not asking else asking[0]


def apply_to_text(text: str, plan: RedactionPlan, *, item: str = "") -> tuple[str, list[ReportEntry]]:
    """The released text and its log. A place that lies outside the text is an error, and nothing is returned."""
    redactions = plan.of(item)
    graphemes = Graphemes(text)
    edits: list[tuple[int, int, str]] = []
    used: list[tuple[Redaction, str]] = []
    for one in redactions:
        if one.end > len(text):
            raise PlanError(f"{item}: the plan reaches beyond the text")
        start, end = graphemes.widen(one.start, one.end)
        if edits and start < edits[-1][1]:
            # Widening to whole characters made neighbours meet: both go.
            first, _, _ = edits.pop()
            start, one = first, used.pop()[0]
            new, operator = one.placeholder, "remove"
        else:
            new, operator = masked(
                text[start:end],
                one.operator,
                placeholder=one.placeholder,
                label=one.label,
                role=one.role,
                small_zip3=plan.small_zip3,
            )
        edits.append((start, end, new))
        used.append((one, operator))
    result, places = splice(text, edits)
    says = load_profiles().kinds
    entries = []
    line = 1
    at = 0
    for (one, operator), (start, end) in zip(used, places, strict=True):
        line += result.count("\n", at, start)
        at = start
        entries.append(
            ReportEntry(
                item=item, line=line, start=start, end=end, kind=one.kind, says=says.get(one.kind, ""), operator=operator,
                rule=one.rule, standing=one.standing, score=one.score, recognizers=one.recognizers,
                label=one.label if one.kind in _PERSON_KINDS else None,
            )
        )  # fmt: skip
    return result, entries
