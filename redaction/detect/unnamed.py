"""What is written like a name and nothing has explained: capitals inside a sentence of a letter or a chat, and initials of people who were found.

In a court's text such words go to the reviewer's queue; among people who know each other they are nearly always somebody or somewhere.
"""

from collections.abc import Iterator, Sequence

import regex

from redaction.detect.lexicon import is_everyday, wordy_names
from redaction.detect.rules import LIMIT
from redaction.detect.settle import name_words, opens_sentence
from redaction.detect.spelling import forms_of
from redaction.detect.view import View
from redaction.spans import Span, covered

_WORD = r"\p{Lu}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]+)*"
_NAME = regex.compile(
    rf"(?<![\p{{L}}\d'’@#./_-]){_WORD}(?:[ ](?:(?:de|del|la|of|the|du|des|van|von)[ ])?{_WORD})*(?![\p{{L}}\d@_])"
)
_LETTERS = regex.compile(
    r"(?<![\p{L}\d.&/@'’-])(?:\p{Lu}\.[ -]?){1,3}\p{Lu}?\.?(?![\p{L}\d&/@])|(?<![\p{L}\d.&/@'’-])\p{Lu}{2,3}(?![\p{L}\d&/@-])"
)
_AT = regex.compile(
    r"(?:\b(?:at|in|from|to|near|into|outside|inside|behind|for|with|by|of|en|chez|à|au)\s(?:the\s)?|@\s?)$", regex.I
)
_CAPITAL_WORD = regex.compile(_WORD)
_ROMAN = regex.compile(r"[IVXLC]+$")
# Capitals that say what, not who: institutions of every dispute, days, services that everybody uses, headings.
_COMMON = frozenset(
    "court county tribunal small claims state federal supreme magistrates police hr human resources union government council mass church bible god lord jesus christ allah mr mrs ms miss dr sir madam dear hi hello re ps fyi rsvp asap ok tv id pc pdf usb "
    "gp icu er nhs hmrc irs dvla dmv ebay amazon google facebook instagram whatsapp zoom skype teams netflix youtube tiktok twitter paypal zelle venmo revolut monzo kijiji craigslist gumtree airbnb uber lyft tesco walmart ikea iphone ipad android "
    "english french spanish german italian polish arabic hindi urdu irish welsh british american european african asian indian chinese russian christian muslim jewish hindu catholic protestant buddhist sikh "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december christmas easter ramadan eid diwali hanukkah "
    "lunes martes miércoles jueves viernes sábado domingo lundi mardi mercredi jeudi vendredi samedi dimanche noël pâques navidad north south east west northern southern eastern western "
    "party parties claimant respondent plaintiff defendant applicant tenant landlord buyer seller employer employee contractor client owner mediator agreement settlement section clause article annex schedule appendix draft term terms total item note notes caucus session part grade year class level unit room floor "
    "president director manager secretary chair chairman treasurer judge justice officer chief counsel solicitor attorney bless internet covid wifi bluetooth google's mastercard visa amex shorthand reporter certified interrogatories production documents request set security number social motion dismiss examination analysis recommendation rights civil act treaty title state states".split()
)
_FALSE_LETTERS = frozenset("OK US UK EU PS AM PM TV ID IT HR NO SO DO BE AS AT IN ON OR IF IS TO UP WE ME MY BY OF GP IV PC PR QC KC CV CD DVD ATM USA FAQ LOL OMG FYI BBC NHS IRS DNA GPS CEO VIP ETA PIN SIM VAT CC RE PO ST RD".split())  # fmt: skip


def unexplained(view: View, found: Sequence[Span]) -> Iterator[Span]:
    """Names of nobody knows what, in a letter or a chat: words with a capital inside a sentence that are not everyday words."""
    if view.formal or view.language not in ("en", "es", "fr") or view.shouts:
        return
    taken = covered(found, len(view.text))
    for match in _NAME.finditer(view.text, timeout=LIMIT):
        start, end = match.span()
        words = match[0].split()
        # The first word of a sentence has a capital for another reason.
        while words and opens_sentence(view.text, start) and is_everyday(_bare(words[0]), view.language):
            start += len(words[0]) + 1
            words = words[1:]
        if not words or (opens_sentence(view.text, start) and len(words) == 1) or any(taken[start:end]):
            continue
        strange = [word for word in map(_bare, words) if _strange(word, view.language)]
        capitals = [word for word in words if word[0].isupper() and _bare(word) not in _COMMON]
        # Two everyday words with capitals name a place when somebody is at it: "at Holy Comforter".
        placed = len(capitals) == len(words) in (2, 3) and _AT.search(view.text, max(0, start - 12), start) is not None
        if not strange and not placed:
            continue
        if match[0].isupper() and (len(words) > 1 or len(match[0]) < 4):
            continue
        if len(words) == 1 and (len(words[0]) < 3 or _ROMAN.match(words[0])):
            continue
        if words[-1][-2:] in ("'s", "’s"):
            end -= 2
        yield Span(start, end, "ORGANIZATION" if len(words) > 1 else "GEO_SMALL", 0.4, "unnamed")


def _strange(word: str, language: str) -> bool:
    """Whether a word is no everyday word, nor the plural of one, nor one of the common names of things."""
    forms = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}
    return not any(form in _COMMON or is_everyday(form, language) or is_everyday(form) for form in forms)


def _bare(word: str) -> str:
    low = word.lower()
    return low[:-2] if low[-2:] in ("'s", "’s") else low


def initials(views: Sequence[View], spans: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """JM for Jean-Marc, VS for Vik Sood: the first letters of people whose full names stand in the same papers."""
    letters: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    for view, group in zip(views, spans, strict=True):
        for span in group:
            if span.kind == "PERSON" and span.score >= 0.5:
                for form in forms_of(_capitals(view.text[span.start : span.end])):
                    letters.setdefault(form, (span.person, span.also))
    result = []
    for view, group in zip(views, spans, strict=True):
        more: list[Span] = []
        if letters:
            taken = covered(group, len(view.text))
            for found in _LETTERS.finditer(view.text, timeout=LIMIT):
                plain = "".join(one for one in found[0] if one.isalpha())
                known = letters.get(plain)
                if known is None or any(taken[found.start() : found.end()]) or len(plain) < 2:
                    continue
                if plain in _FALSE_LETTERS and "." not in found[0]:
                    continue
                more.append(Span(found.start(), found.end(), "PERSON", 0.5, "unnamed", *known))
        result.append(more)
    return result


def _capitals(name: str) -> list[str]:
    """The words of a name that begin with a capital, initials among them, titles not."""
    kept = set(name_words(name))
    return [word for word in _CAPITAL_WORD.findall(name) if word in kept or len(word) == 1]


def acting(views: Sequence[View], spans: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """A name that is also a word, at the start of a sentence and doing something: "Pearl admits", when the papers know a Pearl."""
    known: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    for view, group in zip(views, spans, strict=True):
        for span in group:
            if span.kind == "PERSON" and span.score >= 0.6:
                for word in name_words(view.text[span.start : span.end]):
                    if word.lower() in wordy_names() or is_everyday(word, view.language):
                        known.setdefault(word, (span.person, span.also))
    if not known:
        return [[] for _ in views]
    pattern = regex.compile(
        rf"(?<![\p{{L}}\d])(?P<x>{'|'.join(sorted(map(regex.escape, known), key=len, reverse=True))})(?:['’]s)?"
        r"(?=\s+(?:is|was|has|had|says?|said|wants?|will|would|did|does|can|cannot|admit\w*|\p{Ll}{3,}(?:ed|es|s)|cell|phone|mobile|tel)\b|\s?:|['’]s\b)"
    )
    result = []
    for view, group in zip(views, spans, strict=True):
        taken = covered(group, len(view.text))
        result.append(
            [
                Span(found.start("x"), found.end("x"), "PERSON", 0.5, "propagation", *known[found["x"]])
                for found in pattern.finditer(view.text, timeout=LIMIT)
                if not taken[found.start("x")]
            ]
        )
    return result
