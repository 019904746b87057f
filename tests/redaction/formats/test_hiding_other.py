"""Every hiding place of Word, Excel, pictures, mail and text: proven to be in the source, proven to be gone, the rest still there."""

import zipfile
from io import BytesIO

import pytest

from redaction.formats.kinds import apply, read
from redaction.formats.model import Manner, Mark
from redaction.formats.terms import find_terms, squeeze
from redaction.verify import verify
from tests.redaction.formats.hiding_looks import all_looks
from tests.redaction.formats.hiding_other import Other, all_cases, docx, p, r
from tests.redaction.formats.hiding_pdf import NUMBER, SECRET

CASES = [*all_cases(), *all_looks()]


def redacted(data: bytes, targets: tuple[str, ...]) -> bytes:
    reading = read(data, Manner())
    assert not reading.unread
    marks = tuple(Mark(f.start, f.end, "[removed]") for f in find_terms(reading, targets) if not f.near)
    return apply(data, reading, marks, Manner())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_hidden_survives(case: Other) -> None:
    before = verify(case.data, case.secrets)
    assert {hit.secret for hit in before.hits} == set(range(len(case.secrets))), "positive control"
    output = redacted(case.data, case.targets)
    after = verify(output, [*case.secrets, "Abernathy"])
    assert after.hits == ()
    assert after.unlooked == ()
    said = squeeze(read(output, Manner(nested_messages=True)).text)[0]
    for words in case.stays:
        assert squeeze(words)[0] in said


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reviewer_is_told_of_hidden_things(case: Other) -> None:
    if not case.hidden:
        return
    assert read(case.data, Manner()).hidden


def test_word_twins_give_the_same_bytes() -> None:
    outputs = [redacted(docx(p(r(f"On that day {name} said so."))), (name,)) for name in (SECRET, "Ida Moss")]
    assert outputs[0] == outputs[1]


def test_a_rebuilt_word_file_has_only_our_parts() -> None:
    output = redacted(docx(p(r("x")), {"word/strange.xml": f"<x>{NUMBER}</x>"}), ())
    names = set(zipfile.ZipFile(BytesIO(output)).namelist())
    assert names == {
        "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "word/numbering.xml",
        "word/settings.xml",
    }  # fmt: skip
