"""Named terms are found however they are written, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.formats.model import Kind, Manner, Reading
from redaction.formats.terms import find_terms, squeeze, surname, terms_of
from redaction.formats.text import read_text


def found(text: str, *terms: str) -> list[str]:
    reading = read_text(text.encode(), Manner())
    return [reading.text[f.start : f.end] for f in find_terms(reading, terms)]


@pytest.mark.parametrize(
    "text",
    [
        "Quillon Abernathy", "QUILLON ABERNATHY", "Quillon  Abernathy's", "quillon.abernathy@example.invalid", "Quillon\nAbernathy", "Quillon Aber-\nnathy",
        "Q u i l l o n A b e r n a t h y", "Quillón Abernathy", "Ｑｕｉｌｌｏｎ Abernathy", "Mr Abernathy", "Abernathy, Quillon", "QuillonAbernathyHouse",
        "Quillon_Abernathy.pdf",
    ],
)  # fmt: skip
def test_a_name_is_found(text: str) -> None:
    assert found(f"It was {text} again", "Quillon Abernathy")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("the green field", "Jane Green"), ("Female", "Male"), ("on Friday", "Ida"), ("he said a thing", "Ida Thing-Moss"),
        ("a bank of moss by the moor", "Ida Moss"), ("Bank of the river", "Northern Bank"), ("2041", "204"),
    ],
)  # fmt: skip
def test_innocent_words_stay(text: str, term: str) -> None:
    assert found(text, term) == []


def test_numbers_are_found_in_any_grouping() -> None:
    assert found("call 020 79460123 or 0207-946-0123", "020 7946 0123") == ["020 79460123", "0207-946-0123"]
    assert found("IBAN GB77 QXZW 4022 1177 6655 44.", "GB77QXZW40221177665544") == ["GB77 QXZW 4022 1177 6655 44"]


def test_surnames() -> None:
    assert surname("Quillon Abernathy") == "Abernathy"
    assert surname("Orchard House Ltd") is None
    assert surname("an ordinary phrase") is None
    assert surname("GBP 96,400") is None


def test_lists_of_terms() -> None:
    assert terms_of("# people\n\nIda Moss \nIda Moss\n 7\n") == ["Ida Moss", "7"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_places_of_squeezed_letters_lie_in_the_text(text: str) -> None:
    flat, places = squeeze(text)
    assert len(flat) == len(places)
    assert all(0 <= place < len(text) for place in places)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120), st.text(min_size=1, max_size=12))
def test_found_places_lie_in_the_text_and_are_not_empty(text: str, term: str) -> None:
    reading = Reading(kind=Kind.TEXT, text=text, blocks=())
    assert all(0 <= f.start < f.end <= len(text) for f in find_terms(reading, [term]))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abc xyz.\n", max_size=60), st.text(alphabet="abc xyz.\n", max_size=60))
def test_a_name_between_spaces_is_always_found(before: str, after: str) -> None:
    reading = Reading(kind=Kind.TEXT, text=f"{before} Quillon Abernathy {after}", blocks=())
    at = len(before) + 1
    assert any(f.start <= at and f.end >= at + 17 for f in find_terms(reading, ["Quillon Abernathy"]))


def test_a_short_neighbour_of_a_name_on_a_picture_stays() -> None:
    from redaction.formats.model import Box, Word

    text = "Stamped for Perpetua Lindqust here"
    places, at = [], 0
    for number, word in enumerate(text.split()):
        at = text.index(word, at)
        places.append(Word(at, at + len(word), 1, 1, Box(number, 0, number + 1, 1), 10, 0, "sans", (0, 0, 0), True))
        at += len(word)
    reading = Reading(kind=Kind.PNG, text=text, blocks=(), words=tuple(places))
    hits = [(text[f.start : f.end], f.near) for f in find_terms(reading, ("Perpetua Lindqvist",))]
    assert ("Perpetua Lindqust", False) in hits
    assert all("for" not in hit and "here" not in hit for hit, _ in hits)
