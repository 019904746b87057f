"""From everything that recognizers and models claim to one tidy list: edges trimmed, false alarms dropped, the better of two kinds kept."""

from collections.abc import Iterable, Sequence

import msgspec
import regex

from redaction.detect.lexicon import everyday, given_names, is_everyday, surnames, wordy_names
from redaction.detect.models import Entity
from redaction.detect.view import View
from redaction.spans import Span, merge

# spaCy's label -> ours. Labels that aren't here are no personal data: ordinals, languages, laws, bare cardinals.
LABELS: dict[str, str] = {
    "PERSON": "PERSON", "PER": "PERSON", "ORG": "ORGANIZATION", "GPE": "GEO_SMALL", "LOC": "GEO_SMALL", "FAC": "GEO_SMALL", "NORP": "NATIONALITY",
    "DATE": "DATE_PERSONAL", "TIME": "DATE_PERSONAL", "MONEY": "AMOUNT", "QUANTITY": "QUANTITY", "PERCENT": "QUANTITY",
}  # fmt: skip
_SCORES = {
    "PERSON": 0.6,
    "ORGANIZATION": 0.55,
    "GEO_SMALL": 0.55,
    "NATIONALITY": 0.5,
    "DATE_PERSONAL": 0.5,
    "AMOUNT": 0.6,
    "QUANTITY": 0.4,
}
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_CALENDAR = regex.compile(rf"\b(?:{_MONTH}|(?:19|20)\d\d|\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?|\d{{1,2}}(?:st|nd|rd|th))\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\btomorrow\b|\btoday\b|\byesterday\b|next|last|this|coming|tonight|easter|christmas", regex.I)  # fmt: skip
_DURATION = regex.compile(
    r"^(?:(?:about|around|over|under|almost|nearly|only|just|at least|more than|less than|up to|some|the|a|an|another|every|each|past|last|next|first|second|few|couple of|several|many|half|all|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|\d+)[ -]?)*"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|weekends?|months?|years?|decades?|nights?|mornings?|afternoons?|evenings?)(?:\s+(?:ago|later|earlier|long|each|now|old))?$", regex.I
)  # fmt: skip
_EDGE = ' \t\n\r,;:!?"“”‘()[]{}<>*|•·–—-_=~'
_THE = regex.compile(
    r"^(?:the|The|a|an|A|An|this|This|that|our|my|his|her|their|your|its|le|la|les|el|los|las|du|de)\s+"
)
_LETTERS = regex.compile(r"[\p{L}\p{M}]+")
_NAME_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]+)*")
_CURRENCY = regex.compile(r"dollar|euro|pound|buck|grand|quid|cent")
_POSSESSIVE = regex.compile(r"['’]s$")


def from_entities(view: View, entities: Iterable[Entity]) -> list[Span]:
    """Spans from what the models labelled, cut at line ends and trimmed, without what can't identify anybody."""
    spans = []
    for entity in entities:
        # An English model on another language sees names in ordinary words.
        foreign = view.language != "en" and entity.model.startswith(("en_", "mooring_"))
        kind = LABELS.get(entity.label)
        if kind is None:
            continue
        for start, end in _lines(view.text, entity.start, entity.end):
            place = trim(view.text, start, end, kind)
            if place is None or _harmless(view, *place, kind, entity.label, foreign):
                continue
            start, end = _whole_words(view.text, *place)
            spans.append(Span(start, end, kind, _SCORES[kind], entity.model))
    return spans


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A word joined by hyphens is one word: Stoke-on-Trent, Jean-Pierre."""
    while (
        start > 1
        and text[start].isalnum()
        and (text[start - 1].isalnum() or (text[start - 1] in "-‑" and text[start - 2].isalpha()))
    ):
        start -= 1
    size = len(text)
    while (
        end < size
        and text[end - 1].isalnum()
        and (text[end].isalpha() or (text[end] in "-‑" and end + 1 < size and text[end + 1].isalpha()))
    ):
        end += 1
    return start, end


def _lines(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    at = start
    while (cut := text.find("\n", at, end)) >= 0:
        if cut > at:
            yield at, cut
        at = cut + 1
    if at < end:
        yield at, end


def trim(text: str, start: int, end: int, kind: str) -> tuple[int, int] | None:
    """The place without punctuation, articles and a possessive at its edges."""
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if kind != "AMOUNT":
        article = _THE.match(text[start:end])
        if article is not None:
            start += article.end()
    found = _POSSESSIVE.search(text, start, end)
    if found is not None:
        end = found.start()
    if end > start and text[end - 1] in "'’":
        end -= 1
    if end > start and text[end - 1] == "." and end - start > 4 and kind not in ("PERSON", "ORGANIZATION"):
        end -= 1
    return (start, end) if end > start else None


def _harmless(view: View, start: int, end: int, kind: str, label: str, foreign: bool) -> bool:
    """Whether the model's label is of a sort that says nothing about anybody here."""
    words = view.text[start:end]
    low = words.lower()
    if not any(one.isalnum() for one in words):
        return True
    if foreign and kind in ("PERSON", "ORGANIZATION", "GEO_SMALL"):
        parts = words.split()
        if not all(part[0].isupper() or part in ("de", "del", "la", "los", "las", "y") for part in parts) or parts[
            0
        ].lower() in everyday(view.language):
            return True
    match kind:
        case "DATE_PERSONAL":
            return _harmless_date(view, words, label)
        case "QUANTITY":
            return not view.formal or not any(one.isdigit() for one in words) or "§" in words
        case "AMOUNT":
            return not any(one.isdigit() for one in words) and _CURRENCY.search(low) is None
        case "PERSON":
            parts = [part for part in _LETTERS.findall(low) if len(part) > 1]
            if not parts or parts[0] in _NO_PERSON or (view.formal and words[0].islower()):
                return True
            common = all(
                part in everyday(view.language) and part not in wordy_names() and part not in surnames()
                for part in parts
            )
            if (
                len(parts) == 1
                and (words[0].islower() or _USED_AS_WORD.match(view.text, end))
                and is_everyday(parts[0], view.language)
            ):
                return True
            return common and (not words[0].isupper() or opens_sentence(view.text, start) or len(parts) > 3)
        case "ORGANIZATION" | "GEO_SMALL":
            parts = _LETTERS.findall(low)
            if (
                low in _NO_NAMES
                or not parts
                or len(words) < 2
                or _LAW.search(words) is not None
                or low.startswith(_LABEL_WORDS)
            ):
                return True
            if view.formal and words[0].islower():
                return True
            common = all(part in everyday(view.language) for part in parts)
            return (
                kind == "ORGANIZATION" and common and (words[0].islower() or (len(parts) == 1 and not words.isupper()))
            )
        case "NATIONALITY":
            return _IDIOM.match(view.text, end) is not None
        case _:
            return False


def _harmless_date(view: View, words: str, label: str) -> bool:
    """Times of day say little; a duration or "the same day" only in a court's text, and there only with a number."""
    if not view.formal:
        return (
            (label == "TIME" and _DAY.search(words) is None)
            or _CALENDAR.search(words) is None
            or _DURATION.match(words) is not None
        )
    if label == "TIME" and not any(one.isdigit() for one in words):
        return True
    if words.replace(" ", "").isdigit():
        return not (len(words) == 4 and words[:2] in ("17", "18", "19", "20"))
    return _CALENDAR.search(words) is None and _COUNT.search(words) is None


def opens_sentence(text: str, at: int) -> bool:
    """Whether a capital at this place proves nothing, because a sentence, a line or a quotation begins here."""
    before = text[max(0, at - 60) : at].rstrip(" \t\"'“‘(>*-•")
    return not before or before[-1] in ".!?:\n;"


# "Sue me", "Bill her": a name that is a verb, told by the pronoun behind it.
_USED_AS_WORD = regex.compile(r"\s+(?:me|us|him|her|them|it|you|my|your|the|covers?|nuts|buttons|bushes)\b")
# What is called after a people without belonging to it.
_IDIOM = regex.compile(
    r"\s+(?:fries|cheese|delight|oven|blinds|sprouts|rugs?|shepherds?|leave|numerals|whispers|standoff|language|toast|bread|door|windows?|roulette|dressing|press|muffins?|setter|terrier|bulldog|food|restaurant|class|lessons?|coffee|wine|beer|sauce|salad)\b|\s+with\s+my\s+(?:coffee|tea)|\s+to\s+me\b",
    regex.I,
)
_DAY = regex.compile(r"\b(?:tomorrow|today|yesterday|\w+day|\d{1,2}(?:st|nd|rd|th))\b|\d{4}", regex.I)
_COUNT = regex.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|half|couple)\b",
    regex.I,
)
_LAW = regex.compile(
    r"\b(?:Act|Acts|Code|Law|Laws|Article|Articles|Section|Rule|Rules|Chapter|Protocol|Convention|Regulations?|Constitution|Treaty|Directive|"
    r"Judgments?|Reports|Interrogator(?:y|ies)|Deposition|Exhibit|Request for|Case No|SSN|Social Security|inter alia|Chamber|Jury|Schedule)\b"
)
_LABEL_WORDS = (
    "plaintiff",
    "defendant",
    "applicant",
    "respondent",
    "re:",
    "dob",
    "case no",
    "docket no",
    "agent:",
    "user:",
)
_NO_PERSON = frozenset(
    "plaintiff defendant applicant respondent claimant article section counsel court bates dear inc ltd male female madam sir zelle venmo paypal english french spanish rules mediate".split()
)
_NO_NAMES = frozenset(
    "court the court convention government state states applicant applicants parliament constitution act code article section chapter protocol rules ok okay hi hey lol omg fyi asap pm am tv id iban dob ssn ein vat gst tax pin atm gps usb cd dvd pdf "
    "ltd inc llc covid gdpr hipaa mou nda faq eta cctv gp mri ct dna hiv adhd ptsd abs diy rsvp am pm".split()
) | {"high contracting party", "contracting party", "the states", "gov"}

# The kind on the left swallows those on the right when it covers them.
_SWALLOWS: dict[str, frozenset[str]] = {
    "HOME_ADDRESS": frozenset({"PERSON", "GEO_SMALL", "ORGANIZATION", "AMOUNT", "DATE_PERSONAL", "ZIP", "OTHER_UNIQUE", "QUANTITY", "PHONE", "CASE_NUMBER", "VEHICLE", "AGE", "NATIONALITY", "LICENSE", "SCHOOL", "ACCOUNT", "TITLE"}),
    "EMAIL": frozenset({"URL", "HANDLE", "PERSON", "ORGANIZATION", "GEO_SMALL", "OTHER_UNIQUE", "DATE_PERSONAL", "LICENSE"}),
    "URL": frozenset({"HANDLE", "PERSON", "ORGANIZATION", "GEO_SMALL", "OTHER_UNIQUE", "DATE_PERSONAL", "LICENSE", "EMAIL"}),
    "HANDLE": frozenset({"PERSON", "ORGANIZATION", "GEO_SMALL", "OTHER_UNIQUE"}),
    "ORGANIZATION": frozenset({"GEO_SMALL", "PERSON", "NATIONALITY", "TITLE", "DATE_PERSONAL"}),
    "SCHOOL": frozenset({"ORGANIZATION", "GEO_SMALL", "PERSON", "EMPLOYER", "NATIONALITY"}),
    "EMPLOYER": frozenset({"ORGANIZATION", "GEO_SMALL", "PERSON"}),
    "PERSON": frozenset({"GEO_SMALL", "ORGANIZATION", "NATIONALITY", "TITLE", "DATE_PERSONAL"}),
    "DATE_OF_BIRTH": frozenset({"DATE_PERSONAL", "OTHER_UNIQUE", "CASE_NUMBER", "PHONE", "AGE", "AMOUNT"}),
    "DATE_PERSONAL": frozenset({"OTHER_UNIQUE", "CASE_NUMBER", "PHONE", "AMOUNT", "QUANTITY", "AGE", "LICENSE"}),
    "AMOUNT": frozenset({"OTHER_UNIQUE", "QUANTITY", "ORGANIZATION", "PERSON", "GEO_SMALL", "DATE_PERSONAL", "NATIONALITY"}),
    "AGE": frozenset({"DATE_PERSONAL", "QUANTITY", "AMOUNT"}),
    "CASE_NUMBER": frozenset({"OTHER_UNIQUE", "DATE_PERSONAL", "PHONE", "ORGANIZATION", "LICENSE", "POLICY", "AMOUNT", "VEHICLE", "PERSON", "GEO_SMALL"}),
    "PHONE": frozenset({"OTHER_UNIQUE", "DATE_PERSONAL", "AMOUNT", "QUANTITY", "LICENSE", "CASE_NUMBER"}),
    "VEHICLE": frozenset({"ORGANIZATION", "PERSON", "GEO_SMALL", "OTHER_UNIQUE", "LICENSE"}),
    "HEALTH": frozenset({"ORGANIZATION", "PERSON", "DATE_PERSONAL", "QUANTITY", "GEO_SMALL"}),
    "RELATION": frozenset(),
}  # fmt: skip
_NUMBERED = frozenset(
    "SSN TAXPAYER_ID NATIONAL_ID ACCOUNT CARD PASSPORT LICENSE MEDICAL_RECORD HEALTH_PLAN POLICY OTHER_UNIQUE VEHICLE CASE_NUMBER PHONE FAX DEVICE".split()
)


def settle(spans: Iterable[Span]) -> list[Span]:
    """Merged spans, nested weaker kinds dropped; the same words with several meanings keep them in `also`."""
    merged = merge(_same_place(merge(spans)))
    kept: list[Span] = []
    # How far any span up to here reaches: what ends before can't cover what comes after.
    reaches, furthest = [], 0
    for span in merged:
        furthest = max(furthest, span.end)
        reaches.append(furthest)
    for index, span in enumerate(merged):
        if not any(_swallows(other, span) for other in _around(merged, index, reaches)):
            kept.append(span)
    return kept


def settle_more(spans: list[Span], more: Iterable[Span]) -> list[Span]:
    """What was settled, with what was found since."""
    extra = list(more)
    return settle([*spans, *extra]) if extra else spans


def _around(spans: Sequence[Span], index: int, reaches: Sequence[int]) -> Iterable[Span]:
    """Spans that may cover the one at `index`; the list is sorted by start."""
    one = spans[index]
    for at in range(index - 1, max(-1, index - 40), -1):
        if reaches[at] < one.end:
            break
        if spans[at].end >= one.end:
            yield spans[at]
    for at in range(index + 1, len(spans)):
        if spans[at].start > one.start:
            break
        yield spans[at]


def _swallows(outer: Span, inner: Span) -> bool:
    if not outer.contains(inner) or inner.recognizer == "people":
        return False
    if (outer.start, outer.end) == (inner.start, inner.end):
        return False
    if inner.kind in _NUMBERED and outer.kind in _NUMBERED:
        return inner.score <= outer.score
    return inner.kind in _SWALLOWS.get(outer.kind, frozenset()) or (
        outer.kind in _NUMBERED
        and inner.kind in ("PERSON", "ORGANIZATION", "GEO_SMALL", "DATE_PERSONAL", "QUANTITY", "AMOUNT", "ZIP")
    )


def _same_place(spans: Sequence[Span]) -> list[Span]:
    """One span for each place: the surest kind leads, the others follow in `also` where they are numbers with several meanings."""
    by_place: dict[tuple[int, int], list[Span]] = {}
    for span in spans:
        by_place.setdefault((span.start, span.end), []).append(span)
    result = []
    for group in by_place.values():
        lead = max(group, key=lambda one: (one.recognizer == "people", one.score, one.kind == "PERSON", one.place))
        also = set(lead.also)
        for other in group:
            if other is lead:
                continue
            also |= set(other.also)
            # A weaker claim to another name-like kind is no second meaning; one to another number is.
            if other.kind in _NUMBERED or {other.kind, lead.kind} <= {"DATE_PERSONAL", "DATE_OF_BIRTH", "AGE"}:
                also.add(other.kind)
        person = lead.person or next((one.person for one in group if one.person and one.kind == lead.kind), None)
        result.append(msgspec.structs.replace(lead, person=person, also=tuple(sorted(also - {lead.kind}))))
    return result


def name_words(words: str) -> list[str]:
    """The words of a name that can stand for the person: no initials, titles or particles."""
    return [part for part in _NAME_WORD.findall(words) if len(part) > 1 and part.lower() not in _FILLERS]


_FILLERS = frozenset("mr mrs ms miss mx dr prof sir lady lord rev fr sr sra srta don doña dña mme mlle me van von der den de del la las los du di da dos das el al bin ibn y e le ter ten the and st judge justice officer aunty auntie aunt uncle adv jr ii iii".split())  # fmt: skip


def plain_name(word: str, language: str = "en") -> bool:
    """Whether a word is used for names and little else."""
    low = word.lower()
    return low in given_names() or low in surnames() or not is_everyday(low, language)
