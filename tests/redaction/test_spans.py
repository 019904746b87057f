"""Spans stay inside their text, hold whole characters and merge the same way twice."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.spans import Graphemes, Offsets, Span, covered, merge, regions, snap, splice

TRICKY = st.text(
    alphabet=st.sampled_from("ab 1\r\n\u0301\u200d\u200b👨👩👧🏽é\U0001f1e9\U0001f1eaक्षि각ᄀ"), max_size=30
)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(TRICKY.filter(bool))
    spans = []
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        person = draw(st.sampled_from([None, "p1"]))
        spans.append(
            Span(start, end, draw(st.sampled_from(["PERSON", "PHONE"])), draw(st.floats(0, 1)), "test", person)
        )
    return text, spans


@given(texts_with_spans())
def test_snapped_spans_lie_inside_and_never_cut_a_character(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    graphemes = Graphemes(text)
    for before, after in zip(spans, snap(spans, text), strict=True):
        assert 0 <= after.start <= before.start < before.end <= after.end <= len(text)
        assert graphemes.widen(after.start, after.end) == (after.start, after.end)


@given(texts_with_spans())
def test_merging_twice_changes_nothing_and_covers_the_same(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    once = merge(spans)
    assert merge(once) == once
    assert covered(once, len(text)) == covered(spans, len(text))


@given(texts_with_spans())
def test_regions_are_disjoint_and_cover_the_same(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    found = regions(spans)
    assert all(left[1] <= right[0] for left, right in pairwise(found))
    assert covered([Span(start, end, "X") for start, end, _ in found], len(text)) == covered(spans, len(text))


@given(st.text(max_size=40))
def test_offsets_go_there_and_back(text: str) -> None:
    table = Offsets(text)
    for index in range(len(text) + 1):
        assert table.from_utf16(table.to_utf16(index)) == index
        assert table.from_utf8(table.to_utf8(index)) == index
        head = text[:index].encode("utf-16-le", "surrogatepass")
        assert table.to_utf16(index) == len(head) // 2


def test_an_offset_inside_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="inside a character"):
        Offsets("a👨b").from_utf16(2)


@pytest.mark.parametrize(
    ("text", "place", "wide"),
    [
        ("cafe\u0301 bar", (0, 4), (0, 5)),
        ("👨\u200d👩\u200d👧 x", (2, 3), (0, 5)),
        ("a\r\nb", (2, 4), (1, 4)),
        ("\U0001f1e9\U0001f1ea", (0, 1), (0, 2)),
        ("plain", (1, 3), (1, 3)),
    ],
)
def test_whole_characters(text: str, place: tuple[int, int], wide: tuple[int, int]) -> None:
    assert Graphemes(text).widen(*place) == wide


def test_splice_says_where_the_new_words_lie() -> None:
    assert splice("one two three", [(0, 3, "[1]"), (8, 13, "[drei]")]) == ("[1] two [drei]", [(0, 3), (8, 14)])
    with pytest.raises(ValueError, match="overlap"):
        splice("abc", [(0, 2, ""), (1, 3, "")])


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 2)])
def test_impossible_spans_cannot_be_made(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(start, end, "PERSON")
