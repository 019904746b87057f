"""A hostile file costs one job and a sentence: it is refused with a reason or read safely, within its bounds, and nothing else happens."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redaction import sandbox
from redaction.formats.kinds import apply, kind_of, read
from redaction.formats.model import SENTENCES, Kind, Limits, Manner, Mark, Reason, Unreadable, merged
from redaction.sandbox import Bounds
from redaction.sandbox_child import Apply, Heard, Made, Read, Refused, answer
from tests.redaction.formats.hiding_other import all_cases
from tests.redaction.formats.hiding_pdf import CASES
from tests.redaction.formats.hostile import CONTAINED, REFUSED

BOUNDS = Bounds(seconds=60, cpu_seconds=60, memory=3_000_000_000)
SMALL = Manner(limits=Limits(bytes=50_000_000, pages=50))


@pytest.mark.parametrize("build", REFUSED, ids=lambda build: build.__name__)
def test_refused_with_a_reason(build) -> None:
    reply = sandbox.run(Read(build(), SMALL), BOUNDS)
    assert isinstance(reply, Refused)
    assert SENTENCES[reply.reason].endswith(".")
    assert reply.reason is not Reason.CRASHED


@pytest.mark.parametrize("build", CONTAINED, ids=lambda build: build.__name__)
def test_contained(build) -> None:
    data = build()
    reply = sandbox.run(Read(data, SMALL), BOUNDS)
    assert isinstance(reply, (Heard, Refused))
    if isinstance(reply, Heard):
        assert isinstance(sandbox.run(Apply(data, SMALL, reply.reading, ()), BOUNDS), (Made, Refused))


def small_files() -> list[bytes]:
    names = {"plain_words", "earlier_revision", "form_fields", "nested_forms", "layer_switched_off"}
    files = [case.build() for case in CASES if case.name in names]
    return files + [case.data for case in all_cases() if not case.pixels]


FILES = small_files()


@pytest.mark.parametrize("seed", range(200))
def test_damaged_files_end_in_a_reading_or_a_reason(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redaction.formats.pdf.read.have_ocr", lambda: False)  # pixels are not the point here
    chance = random.Random(seed)
    data = bytearray(chance.choice(FILES))
    for _ in range(chance.choice((1, 3, 10, 40))):
        match chance.randrange(4):
            case 0:
                data[chance.randrange(len(data))] = chance.randrange(256)
            case 1:
                at = chance.randrange(len(data))
                del data[at : at + chance.randrange(1, 50)]
            case 2:
                at = chance.randrange(len(data))
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randrange(1, 80)]
            case _:
                del data[chance.randrange(len(data) // 2, len(data)) :]
        data = data or bytearray(b"x")
    reply = answer(Read(bytes(data), SMALL))
    assert isinstance(reply, (Heard, Refused))
    if isinstance(reply, Heard):
        made = answer(Apply(bytes(data), SMALL, reply.reading, ()))
        assert isinstance(made, (Made, Refused))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_any_bytes_have_a_kind_or_a_reason(data: bytes) -> None:
    try:
        kind = kind_of(data)
    except Unreadable as refusal:
        kind = refusal.reason
    assert isinstance(kind, (Kind, Reason))


@settings(max_examples=80, deadline=None)
@given(st.text(min_size=1, max_size=300), st.data())
def test_marked_text_is_never_in_a_text_output(text: str, data: st.DataObject) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    try:
        reading = read(raw, Manner())
    except Unreadable:
        return
    size = len(reading.text)
    spots = data.draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(1, 20)), max_size=5))
    marks = tuple(Mark(a, min(size, a + n), "\u2588") for a, n in spots)
    if reading.kind != "text":
        return
    output = apply(raw, reading, marks, Manner()).decode()
    kept = [True] * size
    for mark in merged(marks, size):
        kept[mark.start : mark.end] = [False] * (mark.end - mark.start)
    assert output.replace("\u2588", "") == "".join(
        c for c, keep in zip(reading.text, kept, strict=True) if keep
    ).replace("\u2588", "")
