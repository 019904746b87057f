"""The hastened models answer as the published ones do."""

import importlib.util
from pathlib import Path

import pytest
import spacy

from redaction.detect.models import BATCH, CHUNK, KNOWN, Model, batches, describe, installed, pieces

TEXTS = [
    "Mr Spencer Mellors of Glasgow paid 2,000 euros to the Bank of Scotland on 6 December 2010.",
    "Ask Maria Ruiz in Reno about the Toyota dealership before Friday, said Kevin O'Neill.",
    "",
    "ok",
]


@pytest.mark.parametrize("package", installed("en"))
def test_the_answers_are_the_same(package: str) -> None:
    folder = next(folder for name, folder, _ in KNOWN if name == package)
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    plain = spacy.load(
        Path(spec.origin).parent / folder if folder else package,
        exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"],
    )
    wanted = [[(one.start_char, one.end_char, one.label_) for one in plain(text).ents] for text in TEXTS]
    found = [[(one.start, one.end, one.label) for one in group] for group in Model(package).entities(TEXTS)]
    assert found == wanted


def test_long_texts_are_cut_at_lines_and_put_together_again() -> None:
    text = ("word " * 30 + "\n") * 500
    parts = list(pieces([text, "short"]))
    assert all(len(piece) <= CHUNK for _, _, piece in parts)
    assert "".join(piece for index, _, piece in parts if index == 0) == text
    assert all(text[offset : offset + len(piece)] == piece for index, offset, piece in parts if index == 0)
    assert all(sum(len(piece) for _, _, piece in batch) <= max(BATCH, CHUNK) for batch in batches(parts))


def test_the_operator_is_told_which_model_works() -> None:
    assert describe("en") != "no statistical model"
    assert describe("xx") == "no statistical model"
