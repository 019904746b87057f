"""Where the people of the roster are in one text. Every match carries the person it stands for."""

from collections.abc import Iterator

import regex

from redaction.detect.lexicon import given_names, is_everyday, surnames
from redaction.detect.people import Forms, Person, forms
from redaction.detect.rules import LIMIT
from redaction.detect.settle import name_words, opens_sentence
from redaction.detect.spelling import fold, latin, misspells, shortens
from redaction.detect.view import View
from redaction.spans import Span

# Words as they stand in prose, in an address or in a file name: letters only, a capital inside begins a new one.
_WORD = regex.compile(r"\p{Lu}?[\p{Ll}\p{M}\p{Lo}]+(?:['’-]\p{L}[\p{Ll}\p{M}]+)*|\p{Lu}+(?!\p{Ll})(?:['’-]\p{Lu}+)*")
_BROKEN = regex.compile(r"(?<!\p{L})(\p{L}{2,})[-\u2010]\s?\n\s*(\p{L}{2,})(?!\p{L})")
_INITIALS = regex.compile(r"(?<![\p{L}\d.&/@-])(?:\p{Lu}\.\s?\p{Lu}\.(?:\s?\p{Lu}\.)?|\p{Lu}{2,3})(?![\p{L}\d&/@-])")
_SINGLE = regex.compile(
    r"(?:\b(?:[Cc]aucus|[Pp]arty|[Ww]ith|[Ff]or|[Ff]rom|[Tt]old|[Aa]sked|[Ss]aid|[Tt]hat|[Bb]ut|[Tt]hinks|[Tt]o|[Aa]nd|[Vv]s?\.?)\s)(?P<x>\p{Lu})(?![\p{L}\d.'’&/-])"
    r"|(?:^|(?<=[.!?;\n]\s?))(?P<x>\p{Lu})(?=\s?:|\s+(?:says?|said|wants?|will|agrees?|offers?|offered|claims?|thinks?|is|has|was|had|can|won['’]t|would|refuses?|accepts?|asks?|pays?|gets?|keeps?|owes?|to\s+pay)\b)"
    r"|^[ \t>]*(?P<x>\p{Lu})\.?(?=\s*(?:\||$))|(?<=[.,!]\s)(?P<x>\p{Lu})\.?(?=\s*$)",
    regex.M,
)
_FALSE_INITIALS = frozenset("OK US UK EU PS AM PM TV ID IT HR NO SO DO BE AS AT IN ON OR IF IS TO UP WE ME MY BY OF GP IV PC PR QC KC CV CD DVD ATM USA FAQ LOL OMG FYI BBC NHS IRS DNA GPS CEO VIP ETA PIN SIM VAT".split())  # fmt: skip
_NOT_AFTER = frozenset("you i he she we they it the this there that be not my your his her our their a an".split())
_JOINT = regex.compile(r"['’-]")
_NEXT = regex.compile(r"\s+(\p{L}+)")
_NUMBER = regex.compile(r"(?<![\w])\+?\(?\d[\d ().\-–/]{5,20}\d(?!\w)")


def find_people(view: View, known: Forms) -> Iterator[Span]:
    """All mentions of the roster's people in this view."""
    if not known.people:
        return
    text = view.text
    for found in _WORD.finditer(text, timeout=LIMIT):
        person, score = _who(found[0], text, found.start(), found.end(), known)
        if person is not None:
            yield _span(found.start(), found.start() + len(_bare(found[0])), person, score, known)
    for found in _BROKEN.finditer(text, timeout=LIMIT):
        person = known.words.get((found[1] + found[2]).lower())
        if person is not None:
            yield _span(found.start(), found.end(), person, 0.9, known)
    for found in _INITIALS.finditer(text, timeout=LIMIT):
        letters = "".join(one for one in found[0] if one.isalpha())
        person = known.initials.get(letters)
        if person is not None and (letters not in _FALSE_INITIALS or "." in found[0]):
            yield _span(found.start(), found.end(), person, 0.7, known)
    for found in _SINGLE.finditer(text, timeout=LIMIT):
        person = known.single.get(found["x"])
        if person is not None and found["x"] not in "I":
            yield _span(found.start("x"), found.end("x"), person, 0.6, known)
    for phrase, kind, person in known.phrases:
        pattern = regex.compile(
            r"(?<![\p{L}\d])" + r"\s+".join(regex.escape(part) for part in phrase.split()) + r"(?![\p{L}\d])", regex.I
        )
        for found in pattern.finditer(text, timeout=LIMIT):
            if kind in ("PERSON", "ORGANIZATION"):
                yield _span(found.start(), found.end(), person, 0.95, known, kind)
            else:
                yield Span(found.start(), found.end(), kind, 0.95, "people", person)
    if known.numbers:
        for found in _NUMBER.finditer(text, timeout=LIMIT):
            plain = "".join(one for one in found[0] if one.isdigit())
            person = known.numbers.get(plain[-9:]) or known.numbers.get(plain)
            if person is not None:
                yield Span(found.start(), found.end(), "PHONE", 0.99, "people", person)


def is_wholly(name: str, person: Person) -> bool:
    """Whether every word of this name is one of that person's, slips and short forms included. No word is nobody's name."""
    known = forms([person])
    found = {name[one.start : one.end] for one in find_people(View(name), known) if one.kind == "PERSON"}
    mine = {word.lower() for piece in found for word in name_words(piece)}
    words = [word.lower() for word in name_words(name)]
    return bool(words) and all(_bare(word) in mine for word in words)


def _span(start: int, end: int, person: str, score: float, known: Forms, kind: str = "PERSON") -> Span:
    return Span(start, end, kind, score, "people", person, known.people[person].kinds if kind == "PERSON" else ())


def _bare(word: str) -> str:
    return word[:-2] if word[-2:] in ("'s", "’s") else word


def _who(word: str, text: str, start: int, end: int, known: Forms) -> tuple[str | None, float]:
    """Whose name this word is, and how surely."""
    word = _bare(word)
    low = word.lower()
    plain = latin(word)
    person = known.words.get(low) or known.words.get(plain)
    if person is not None:
        return person, 0.98
    capital = word[0].isupper()
    person = known.capital_words.get(low) or known.capital_words.get(plain)
    if person is not None:
        if capital and (len(word) < 4 or not word.isupper() or text.isupper()) and not _is_verb(text, start, end, low):
            return person, 0.85
        return None, 0.0
    if len(word) < 3:
        return None, 0.0
    if is_everyday(low) or is_everyday(plain):
        # "is buried Fin": an everyday word with a capital inside a sentence, and the beginning of somebody's name.
        if capital and not word.isupper() and not opens_sentence(text, start):
            for name, person in known.words.items():
                if name.startswith(low) and len(name) > len(low):
                    return person, 0.6
        return None, 0.0
    answer = known.memo.get(word)
    if answer is None:
        answer = known.memo[word] = _like(word, low, capital, known)
    return answer


def _like(word: str, low: str, capital: bool, known: Forms) -> tuple[str | None, float]:
    """Whose name this word resembles; the same for the same word, so it is asked once per job."""
    for piece in _JOINT.split(word):
        if len(piece) > 3 and piece.lower() in known.words:
            return known.words[piece.lower()], 0.9
    if not capital and low in given_names() and len(low) < 5:
        return None, 0.0
    # Another real name is not a misspelling: Marie is not Maria.
    other = low in given_names() or low in surnames()
    for name, person in known.words.items():
        if not other and len(word) >= 4 and misspells(word, name):
            return person, 0.75
        if capital and not (other and len(word) > 5) and shortens(word, name):
            return person, 0.7
        if capital and len(name) >= 5 and low.startswith(name) and len(low) - len(name) <= 6:
            return person, 0.7
    alike = known.folded.get(fold(low)) if len(low) >= 4 and not other else None
    return (alike, 0.7) if alike is not None else (None, 0.0)


def _is_verb(text: str, start: int, end: int, low: str) -> bool:
    """Whether a name that is also a word is used as the word: at the start of a sentence before a pronoun ("Will you")."""
    before = text[:start].rstrip(" \t\"'“‘(>*-")
    if before and before[-1] not in ".!?:\n;":
        return False
    after = _NEXT.match(text, end)
    return after is not None and after[1].lower() in _NOT_AFTER
