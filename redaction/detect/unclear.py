"""Which sentences a second look is worth: those with a capital or a number that nothing has explained yet."""

import re
from collections.abc import Sequence

import regex

from redaction.detect.lexicon import everyday, is_everyday, wordy_names
from redaction.detect.models import Entity
from redaction.detect.rules import LIMIT
from redaction.detect.settle import opens_sentence
from redaction.detect.view import View
from redaction.spans import Span

_SIGNAL = regex.compile(r"(?<![\p{L}\d'’])\p{Lu}[\p{L}\p{M}]+|(?<![\p{L}\d])\d{2,}(?![\p{L}\d])")
_END = regex.compile(r"[.!?]\s|\n")


def unclear(view: View, spans: Sequence[Span], entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """Stretches of whole sentences, in order and apart from each other."""
    text = view.text
    mask = bytearray(len(text))
    for start, end in [*((one.start, one.end) for one in spans), *((one.start, one.end) for one in entities)]:
        mask[start:end] = b"\x01" * (end - start)
    result: list[tuple[int, int]] = []
    reached = 0
    for found in _SIGNAL.finditer(text, timeout=LIMIT):
        at = found.start()
        if at < reached or mask[at]:
            continue
        if not text[at].isdigit() and opens_sentence(text, at) and is_everyday(found[0], view.language):
            continue
        start = _sentence_start(text, at, reached)
        ending = _END.search(text, found.end())
        reached = ending.end() if ending is not None else len(text)
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], reached)
        else:
            result.append((start, reached))
    return result


def worth_reading(view: View) -> list[tuple[int, int]]:
    """What a model should read: of an English chat all but the sentences made of small everyday words, which name nobody; of anything else all."""
    text, low = view.text, view.lower
    # In a letter the skipped sentence would be missed as context: tried, a full name in 26 texts was lost.
    if view.language != "en" or not view.chat:
        return [(0, len(text))]
    common, wordy = everyday("en"), wordy_names()
    result: list[tuple[int, int]] = []
    start = 0
    for end in [*(found.end() for found in _SENTENCE.finditer(text)), len(text)]:
        if end <= start:
            continue
        if _telling(text, low, start, end, common, wordy):
            if result and result[-1][1] == start:
                result[-1] = (result[-1][0], end)
            else:
                result.append((start, end))
        start = end
    return result


def _telling(text: str, low: str, start: int, end: int, common: frozenset[str], wordy: frozenset[str]) -> bool:
    """Whether a sentence has a number, a day, a strange word or a capital that its place doesn't explain."""
    if _TIME.search(low, start, end) is not None:
        return True
    opens = True
    for found in _TOKEN.finditer(low, start, end):
        at, word = found.start(), found[0]
        if len(word) > 1 and word not in common:
            return True
        if text[at] != word[0]:
            if word in wordy and word not in _MODALS:
                return True
            if not opens and word != "i":
                return True
        opens = text[found.end() : found.end() + 1] in (":", '"', "-", ">", "*", "(")
    return False


_SENTENCE = re.compile(r"[.!?]+\s+|\n+")
_TOKEN = re.compile(r"[^\W\d_]+")
_TIME = re.compile(
    r"\d|@|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:tomorrow|today|yesterday|tonight|next|last|morning|evening|afternoon|noon|week|weekend|month|year|january|february|april|june|july|august|september|october|november|december)\b"
)
_MODALS = frozenset("will may can mark".split())


def _sentence_start(text: str, at: int, floor: int) -> int:
    newline = text.rfind("\n", floor, at)
    stop = max(text.rfind(mark, floor, at) for mark in (". ", "! ", "? "))
    return max(newline + 1, stop + 2 if stop >= 0 else 0, floor)
