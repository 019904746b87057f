"""One bundle of documents from untrusted bytes to released bytes: read, find, plan, apply, verify. The disclosure worker and the command line use this path.

A file comes out only when every step said yes. Nothing here writes a file or a log.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from redaction import sandbox
from redaction.certificate import (
    Blocked,
    Certificate,
    blocked,
    commitment,
    dropped,
    places,
    tool_name,
    versions,
    written_kind,
)
from redaction.formats.cutting import Cutter
from redaction.formats.model import Hidden, Manner, Mark, Reading, Reason, merged
from redaction.formats.terms import Found, find_terms, squeeze, surname
from redaction.masking import masked
from redaction.paces import Pace
from redaction.plan import Add, Decision, Finding, RedactionPlan, make_plan
from redaction.profiles import Profile, load_profiles
from redaction.sandbox_child import Apply, Heard, Made, Read, Refused, Verify
from redaction.sandbox_child import Found as Looked

TERM_KIND = "OTHER_UNIQUE"
MOST_HIDDEN = 400
SAME = 80.0
SHORT = 6
# Words of our own logs and certificates, which a removed word may happen to be.
OWN_WORDS = (
    "excerpt file line what rule nothing in the messages was blacked out certificate of made by with read behind opened again and found clean "
    "other tools hidden content that is not redacted where count places page picture message removed accepted proposed widened added review "
    "document documents items text report plan profiles start end kind says operator standing version tool source commitment output digest "
    "bubblewrap seccomp landlock pdfium poppler pikepdf pillow tesseract lxml openpyxl email In Camera salt original SHA"
).split()


class Source(Struct, frozen=True):
    """A document as it came in. `item` is its name in the plan: a number, never a file name."""

    item: str
    data: bytes
    salt: bytes


class Prepared(Struct, frozen=True):
    """A document that was read, or the reason why not."""

    source: Source
    reading: Reading | None
    refusal: Blocked | None
    near: tuple[Found, ...] = ()


class Finished(Struct, frozen=True):
    """The result for one document. `data` is there only when nothing blocks."""

    item: str
    data: bytes | None
    certificate: Certificate


def no_profile() -> Profile:
    """Only named terms and hidden things go."""
    return Profile(
        names=("none",),
        titles=("Named terms only",),
        cites=(),
        notes=(),
        mask={},
        asked_by={},
        strengths={n: o.strength for n, o in load_profiles().operators.items()},
    )


def prepare(
    sources: Iterable[Source], manner: Manner, step: Callable[[str], None] = lambda _: None, pace: Pace | None = None
) -> list[Prepared]:  # fmt: skip
    """Reads every document behind the wall."""
    out = []
    for source in sources:
        reply = sandbox.run(Read(source.data, manner), pace=pace)
        step(source.item)
        match reply:
            case Heard():
                out.append(Prepared(source, reply.reading, None))
            case Refused():
                out.append(Prepared(source, None, blocked(reply.reason, reply.place)))
            case _:
                out.append(Prepared(source, None, blocked(Reason.CRASHED)))
    return out


def term_decisions(prepared: Sequence[Prepared], terms: Sequence[str]) -> tuple[list[Prepared], list[Decision]]:
    """Every place of the named terms as additions to the plan; similar words are kept aside for a person."""
    with_near: list[Prepared] = []
    decisions: list[Decision] = []
    for one in prepared:
        if one.reading is None:
            with_near.append(one)
            continue
        found = find_terms(one.reading, terms)
        decisions += [Add(one.source.item, f.start, f.end, TERM_KIND) for f in _joined(found)]
        with_near.append(Prepared(one.source, one.reading, None, tuple(f for f in found if f.near)))
    return with_near, decisions


def _joined(found: Iterable[Found]) -> list[Found]:
    out: list[Found] = []
    for one in sorted(f for f in found if not f.near):
        if out and one.start < out[-1].end:
            out[-1] = Found(out[-1].start, max(one.end, out[-1].end), out[-1].term)
        else:
            out.append(one)
    return out


def plan_for(
    findings: Iterable[Finding], profile: Profile, decisions: Iterable[Decision], roles: dict[str, str] | None = None
) -> RedactionPlan:
    """The plan of the whole bundle."""
    return make_plan(findings, profile, decisions, roles=roles)


def marks_of(plan: RedactionPlan, item: str, text: str) -> tuple[Mark, ...]:
    """What the plan takes out of one document, with the words that stand there instead."""
    out = []
    for one in plan.of(item):
        new, _ = masked(
            text[one.start : one.end], one.operator, placeholder="[removed]" if one.kind == TERM_KIND else one.placeholder, label=one.label,
            role=one.role, small_zip3=plan.small_zip3,
        )  # fmt: skip
        out.append(Mark(one.start, one.end, " ".join(new.split())))
    return merged(tuple(out), len(text))


def secrets_of(prepared: Sequence[Prepared], plan: RedactionPlan, terms: Sequence[str]) -> tuple[list[str], list[str]]:
    """(what must be gone from the whole bundle, what was hidden in it)."""
    gone: dict[str, None] = {}
    for term in terms:
        gone[term] = None
        last = surname(term)
        if last is not None:
            gone[last] = None
    hidden: dict[str, None] = {}
    for one in prepared:
        if one.reading is None:
            continue
        for mark in marks_of(plan, one.source.item, one.reading.text):
            words = " ".join(one.reading.text[mark.start : mark.end].split())
            # A mask that keeps a part (a year, four digits) keeps it on purpose: then the whole must be gone, not the part.
            gone[words] = None
        for item in one.reading.hidden:
            for line in _telling(item):
                hidden[line] = None
    return list(gone), list(hidden)[:MOST_HIDDEN]


def _telling(hidden: Hidden) -> Iterable[str]:
    """Lines of hidden content that would be recognised as a leak."""
    for line in hidden.text.splitlines():
        line = " ".join(line.split())
        flat = squeeze(line)[0]
        if len(flat) >= 10 and len(line) <= 120 and (" " in line or any(c.isdigit() for c in line) or "@" in line):
            yield line


def finish(
    one: Prepared, plan: RedactionPlan, terms: Sequence[str], gone: Sequence[str], hidden: Sequence[str], manner: Manner,
    pace: Pace | None = None,
) -> Finished:  # fmt: skip
    """Applies the plan to one document and lets the verifier decide."""
    if one.reading is None:
        return _refused(one, plan, [one.refusal or blocked(Reason.CRASHED)], {}, ())
    reading, item = one.reading, one.source.item
    marks = marks_of(plan, item, reading.text)
    stops = [blocked(unread.reason, unread.place) for unread in reading.unread]
    if manner.languages == "eng" and _pictured(reading) and any(_other_script(term) for term in terms):
        stops.append(
            Blocked(
                "not-read",
                "pictures",
                "A term is in a script that the reader of pictures was not told of. Give --languages.",
            )
        )
    made = sandbox.run(Apply(one.source.data, manner, reading, marks), pace=pace)
    if not isinstance(made, Made):
        stops.append(blocked(made.reason, made.place) if isinstance(made, Refused) else blocked(Reason.CRASHED))
        return _refused(one, plan, stops, {}, ())
    kept = Cutter(reading.text, marks).cut(0, len(reading.text))
    flat = squeeze(kept)[0]
    absent = set(absent_from(kept, gone))
    wanted = [text for text in gone if text in terms or text in absent]
    # What is seen nearly word for word (a scan's own text layer, an earlier wording) can't tell a leak from what was kept.
    wanted += [text for text in hidden if not fuzz.partial_ratio(squeeze(text)[0], flat, score_cutoff=SAME)]
    looked = sandbox.run(Verify(made.data, tuple(wanted), manner.languages), pace=pace)
    if not isinstance(looked, Looked):
        stops.append(blocked(looked.reason if isinstance(looked, Refused) else Reason.CRASHED, "verifier"))
        return _refused(one, plan, stops, {}, ())
    words = [squeeze(word)[0] for word in kept.split()]
    for number, place, how in looked.hits:
        if how == "OCR, nearly" and _explained(squeeze(wanted[number])[0], words):
            continue
        stops.append(Blocked("still-there", place, f"Something that should be gone was found by {how}."))
    stops += [Blocked("not-looked-at", place, "The verifier could not look at this part.") for place in looked.unlooked]
    if stops:
        return _refused(one, plan, stops, looked.looked, looked.engines)
    return Finished(item, made.data, _certificate(one, plan, (), looked.looked, looked.engines, made.data))


def _pictured(reading: Reading) -> bool:
    """Whether some page says what it says by pictures, and not only a stray word."""
    drawn = Counter(word.page for word in reading.words if word.from_pixels)
    typed = Counter(word.page for word in reading.words if not word.from_pixels)
    return any(count >= 3 and count > typed[page] // 5 for page, count in drawn.items()) or any(
        page not in typed for page in drawn
    )


def absent_from(kept: str, gone: Sequence[str]) -> list[str]:
    """What was removed and does not also stand among the words kept on purpose. A short word counts as kept only as a whole word."""
    flat = squeeze(kept)[0]
    words = {squeeze(word)[0] for word in re.findall(r"\w+", kept)}
    out = []
    for text in gone:
        key = squeeze(text)[0]
        if key and not (key in words if len(key) < SHORT and " " not in text.strip() else key in flat):
            out.append(text)
    return out


def _other_script(term: str) -> bool:
    return any(c.isalpha() and not c.isascii() and not unicodedata.name(c, "").startswith("LATIN") for c in term)


def _explained(key: str, words: list[str]) -> bool:
    """Whether words that were kept on purpose are as similar to the secret as what OCR saw."""
    allowed = max(1, len(key) // 7)
    for i in range(len(words)):
        joined = ""
        for word in words[i : i + 8]:
            joined += word
            if len(joined) > len(key) + allowed:
                break
            if len(joined) >= len(key) - allowed and Levenshtein.distance(key, joined, score_cutoff=allowed) <= allowed:
                return True
    return False


def _refused(
    one: Prepared, plan: RedactionPlan, stops: list[Blocked], looked: dict[str, int], engines: tuple[str, ...]
) -> Finished:  # fmt: skip
    return Finished(one.source.item, None, _certificate(one, plan, tuple(sorted(set(stops))), looked, engines, None))


def _certificate(
    one: Prepared, plan: RedactionPlan, stops: tuple[Blocked, ...], looked: dict[str, int], verified_by: tuple[str, ...], output: bytes | None
) -> Certificate:  # fmt: skip
    import hashlib

    reading = one.reading
    removed = (
        ((reading.place_of(r.start), r.kind, r.operator, r.rule) for r in plan.of(one.source.item))
        if reading is not None
        else ()
    )
    return Certificate(
        tool=tool_name(), source_commitment=commitment(one.source.salt, one.source.data), source_kind=reading.kind.value if reading else "unknown",
        output_sha256=hashlib.sha256(output).hexdigest() if output is not None else None,
        output_kind=written_kind(reading.kind) if reading else "none", pages=len(reading.pages) if reading else 0,
        profiles=plan.profiles, plan_digest=plan.digest(), removed=places(removed), hidden_dropped=dropped(reading) if reading else (),
        similar=tuple(sorted({reading.place_of(f.start) for f in one.near})) if reading else (),
        left_out=tuple(f"attachment {n}: {i.reason.value}" for n, i in enumerate(reading.inner, 1) if i.reason is not None) if reading else (),
        notes=reading.notes if reading else (), blocked=stops, engines=versions(reading.engines) if reading else {}, verifier=looked,
        verified_by=verified_by, sandbox=sandbox.wall().value,
    )  # fmt: skip
