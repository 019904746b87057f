"""Names by the word lists: a given name with what follows it, initials with a family name, two names in a row."""

from collections.abc import Iterator

import regex

from redaction.detect.lexicon import everyday, given_names, is_everyday, surnames, wordy_names
from redaction.detect.rules import LIMIT, Recognizer, taken
from redaction.detect.view import View
from redaction.spans import Span

_WORD = regex.compile(r"(?<![\p{L}\p{M}\d@#./_-])\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]+)*(?![\p{L}\d@_])")
_INITIALS = regex.compile(
    r"(?<![\p{L}\d.&-])(?P<x>(?:\p{Lu}\.[ ]?){1,3}(?:(?:van|von|de|der|den|del|di|da|la|le|Mc|O['’])[ ]?){0,2}\p{Lu}[\p{Ll}\p{M}]+(?:[-'’]\p{Lu}[\p{Ll}\p{M}]+)*)"
)
# Max and Jen: beside a sure name, a word that can be one is one.
_PAIR = regex.compile(r"(?<![\p{L}\d])(?P<a>\p{L}{3,})\s(?:and|&)\s(?P<b>\p{L}{3,})(?![\p{L}\d])")
_MONTHS = frozenset("may april june august march will".split())
_PARTICLE = frozenset(
    "van von der den de del la las los du di da dos das el al bin ibn ben y e le ter ten mc mac o st".split()
)
_GAP = regex.compile(r"[ \t]{1,3}(?:\p{Lu}\.[ ]?){0,2}|[ ]?\n[ ]?|\.[ ]")
_LETTER = regex.compile(r"[ ](?P<x>(?!I\b)\p{Lu}\.?)(?![\p{L}\d'’])")
# Everyday words in front of which a capital still begins a family name: Mary Church, John Young.
_STOP_AFTER = frozenset("and or the a an is was has had will would can could should said says at in on of to for from with by i you he she we they it as but if so not no".split())  # fmt: skip


def _find(view: View) -> Iterator[Span]:
    text, language = view.text, view.language
    given, wordy, family, common = given_names(), wordy_names(), surnames(), everyday(language)
    # In a letter in Spanish or French a small first letter is no name; in a chat it may be.
    lower_case_ok = language == "en" or view.chat
    words = list(_WORD.finditer(text, timeout=LIMIT))
    used = -1
    for index, word in enumerate(words):
        start, end = word.span()
        if start < used:
            continue
        token = word[0]
        low = token.lower()
        base = low[:-2] if low.endswith(("'s", "’s")) else low
        capital = token[0].isupper()
        if base in given:
            if not capital and (
                not lower_case_ok or len(base) < 4 or base in common or (language != "en" and is_everyday(base))
            ):
                continue
            score = 0.65 if capital and base not in common else 0.5
            if token.isupper() and len(token) <= 3:
                continue
        elif capital and base in wordy and base not in _MONTHS and _LETTER.match(text, end) is not None:
            # Pearl A., Luz M: a word that can be a name, and the first letter of the other one.
            score = 0.6
        elif capital and base in wordy and not _sentence_start(text, start) and not token.isupper():
            follower = words[index + 1] if index + 1 < len(words) else None
            if follower is None or not _is_surname(text, end, follower, family, given):
                continue
            score = 0.55
        elif capital and base in family and base not in common and not token.isupper() and len(base) > 3:
            score = 0.45
        else:
            continue
        stop = start + len(base)
        if capital:
            stop, used = _extend(text, words, index, stop, language)
        elif base in given and view.chat:
            # chrissy P: a small name and the first letter of the other one.
            letter = _LETTER.match(text, stop)
            stop = letter.end("x") if letter is not None else stop
        yield Span(start, stop, "PERSON", score, "names")
    for found in _PAIR.finditer(text, overlapped=True, timeout=LIMIT):
        left, right = found["a"].lower(), found["b"].lower()
        for one, other, group in ((left, right, "b"), (right, left, "a")):
            if (
                one in given
                and one not in common
                and (other in wordy or (other in given and len(other) < 4))
                and found["a"][0].isupper() == found["b"][0].isupper()
            ):
                yield taken(found, "PERSON", 0.55, "names", group)
    for found in _INITIALS.finditer(text, timeout=LIMIT):
        last = found["x"].split(".")[-1].strip().lower()
        if last and not is_everyday(last, language):
            yield taken(found, "PERSON", 0.65, "names", "x")


def _sentence_start(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \t\"'“‘(>*-")
    return not before or before[-1] in ".!?:\n;" or text[:at].endswith("\n")


def _is_surname(
    text: str, end: int, follower: "regex.Match[str]", family: frozenset[str], given: frozenset[str]
) -> bool:
    low = follower[0].lower()
    return (
        _GAP.fullmatch(text[end : follower.start()]) is not None
        and follower[0][0].isupper()
        and (low in family or low in given or not is_everyday(low))
    )


def _extend(text: str, words: "list[regex.Match[str]]", index: int, end: int, language: str) -> tuple[int, int]:
    """How far the name goes: following capitalised words that aren't everyday ones, over particles and middle initials."""
    at = index
    if text[end : words[index].end()]:
        return end, words[index].end()
    while at + 1 < len(words):
        follower = words[at + 1]
        gap = text[words[at].end() : follower.start()]
        if _GAP.fullmatch(gap) is None or "\n" in gap or (gap.startswith(".") and len(words[at][0]) > 1):
            break
        low = follower[0].lower()
        if (
            low in _PARTICLE
            and at + 2 < len(words)
            and words[at + 2][0][0].isupper()
            and text[follower.end() : words[at + 2].start()] in (" ", "")
        ):
            at += 1
            continue
        if not follower[0][0].isupper() or low in _STOP_AFTER:
            break
        bare = low[:-2] if low.endswith(("'s", "’s")) else low
        # Right behind a sure given name an everyday word with a capital is a family name: Kenneth King, Sarah Brown.
        first = (
            at == index
            and "." not in gap
            and not follower[0].isupper()
            and words[index][0].lower() in given_names()
            and len(bare) > 2
        )
        if not first and bare in everyday(language) and bare not in wordy_names() and bare not in surnames():
            break
        at += 1
        end = follower.start() + len(bare)
        if bare != low:
            return end, follower.end()
    return end, end


RECOGNIZER = Recognizer("names", "is a name in the lists of names", _find)
