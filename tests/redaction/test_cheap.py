"""What makes detection cheap leaves nothing out: parts of a text with digits, sentences that a model may skip, names nobody explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detect.numbers import Part
from redaction.detect.rules import starts_of
from redaction.detect.spelling import forms_of
from redaction.detect.unclear import worth_reading
from redaction.detect.unnamed import unexplained
from redaction.detect.view import View

LINES = st.lists(st.text(alphabet="ab 1.\nÉ😀A", max_size=30), max_size=12).map(". Then ".join)


@given(LINES)
def test_every_digit_is_in_the_part_and_leads_back_to_where_it_stands(text: str) -> None:
    part = Part(text, text.lower() if len(text.lower()) == len(text) else text)
    places = [part.back(at, at + 1)[0] for at, one in enumerate(part.text) if one.isdigit()]
    assert places == [at for at, one in enumerate(text) if one.isdigit()]
    assert [text[at] for at in places] == [one for one in part.text if one.isdigit()]


@given(
    st.lists(
        st.sampled_from(["yes please", "i am Ann Vale.", "call 5", "thanks. ok", "in tahoe", "see you next week"]),
        min_size=3,
    )
)
def test_only_sentences_of_everyday_words_are_skipped_in_a_chat(said: list[str]) -> None:
    text = "\n".join(f"User: {line}" for line in said)
    view = View(text)
    read = bytearray(len(text))
    for start, end in worth_reading(view):
        read[start:end] = b"\x01" * (end - start)
    for telling in ("Ann Vale", "5", "tahoe", "next week"):
        at = text.find(telling)
        while at >= 0:
            assert all(read[at : at + len(telling)])
            at = text.find(telling, at + 1)


def test_letters_and_judgments_are_read_in_full() -> None:
    text = "Dear all,\nyes please. It was a nice day and we were happy about it.\nThanks"
    assert worth_reading(View(text)) == [(0, len(text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We met at Holy Comforter on the hill.", ["Holy Comforter"]),
        ("the flat in Zanzatown is ours", ["Zanzatown"]),
        ("We went to Small Claims Court.", []),
        ("Everybody was happy. Nobody spoke.", []),
        ("I paid by PayPal on Monday", []),
        ("ALL OF THIS IS WRITTEN IN CAPITALS BY ZORGA", []),
    ],
)
def test_a_capital_that_nothing_explains_is_a_name(text: str, names: list[str]) -> None:
    assert [text[one.start : one.end] for one in unexplained(View(text), [])] == names


@pytest.mark.parametrize(
    ("names", "forms"),
    [
        (["Vik", "Sood"], {"VS"}),
        (["Marie-Ève", "Roy"], {"MR", "MÈR"}),
        (["Jo"], set()),
        (["Ana", "Sol", "Vale"], {"ASV", "AV"}),
    ],
)
def test_first_letters(names: list[str], forms: set[str]) -> None:
    assert forms_of(names) == forms


def test_the_starts_of_alternatives() -> None:
    assert starts_of(r"asthma(?:tic)?|(?:bad|weak)\s+knee|ms|c[áa]ncer|h(?:a)?emo") == {
        "asth",
        "bad",
        "weak",
        "ms",
        "cánc",
        "canc",
        "haem",
        "hemo",
    }
    with pytest.raises(ValueError, match="no start"):
        starts_of(r"\d+ weeks")
