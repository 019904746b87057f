"""Which sentences a second look is worth: those with a capital or a number that nothing has explained yet."""

from collections.abc import Sequence

import regex

from redaction.detect.lexicon import is_everyday
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


def _sentence_start(text: str, at: int, floor: int) -> int:
    newline = text.rfind("\n", floor, at)
    stop = max(text.rfind(mark, floor, at) for mark in (". ", "! ", "? "))
    return max(newline + 1, stop + 2 if stop >= 0 else 0, floor)
