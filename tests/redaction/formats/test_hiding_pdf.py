"""Every hiding place of a PDF: the secret is proven to be in the source, then proven to be gone, and the rest is still there."""

import pypdfium2
import pytest

from redaction.formats.kinds import apply, read
from redaction.formats.model import Manner, Mark
from redaction.formats.terms import find_terms, squeeze
from redaction.verify import verify
from tests.redaction.formats.hiding_pdf import CASES, NUMBER, SECRET, Case, twin


def redacted(data: bytes, case: Case) -> bytes:
    manner = Manner(password=case.password)
    reading = read(data, manner)
    assert not reading.unread
    marks = tuple(Mark(f.start, f.end, "[removed]") for f in find_terms(reading, case.targets) if not f.near)
    return apply(data, reading, marks, manner)


def extracted(data: bytes) -> str:
    """What a reader can copy out of the file."""
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_hidden_survives(case: Case) -> None:
    source = case.build()
    if not case.password:
        before = verify(source, case.secrets, ocr=case.pixels)
        assert {hit.secret for hit in before.hits} == set(range(len(case.secrets))), "positive control"
    output = redacted(source, case)
    after = verify(output, [*case.secrets, "Abernathy"], ocr=True)
    assert after.hits == ()
    assert after.unlooked == ()
    said = squeeze(extracted(output))[0]
    for words in case.stays:
        assert squeeze(words)[0] in said


@pytest.mark.parametrize("align", ["left", "centre", "right", "nothing"])
def test_twins_give_the_same_bytes(align: str) -> None:
    outputs = []
    for name in ("Quillon Abernathy", "Ida Moss"):
        data = twin(name, align=align)
        reading = read(data, Manner())
        marks = tuple(Mark(f.start, f.end, "[removed]") for f in find_terms(reading, (name,)))
        assert marks
        outputs.append(apply(data, reading, marks, Manner()))
    assert outputs[0] == outputs[1]


def test_the_same_input_gives_the_same_bytes() -> None:
    case = next(c for c in CASES if c.name == "plain_words")
    data = case.build()
    assert redacted(data, case) == redacted(data, case)


def test_hidden_words_are_shown_to_the_reviewer() -> None:
    case = next(c for c in CASES if c.name == "under_rectangle")
    hidden = read(case.build(), Manner()).hidden
    assert any(SECRET in one.text and one.box is not None and one.place == "page 1" for one in hidden)


def test_an_earlier_revision_is_shown_to_the_reviewer() -> None:
    case = next(c for c in CASES if c.name == "earlier_revision")
    assert any("revision" in one.what and SECRET in one.text for one in read(case.build(), Manner()).hidden)


def test_properties_are_listed_by_what_they_are() -> None:
    case = next(c for c in CASES if c.name == "properties")
    hidden = read(case.build(), Manner()).hidden
    assert any(one.what.startswith("document property") and one.text == SECRET for one in hidden)
    assert any(one.text == NUMBER for one in hidden)
