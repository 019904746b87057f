"""What differs between twins is named: places, pixels, sizes; equal twins are silent."""

from pathlib import Path

from click.testing import CliRunner

from redaction.document_cli import verify_redaction
from redaction.verify.twins import differences
from tests.redaction.formats.hiding_other import docx, p, r
from tests.redaction.formats.hiding_pdf import Sheet, text


def gap(width: int) -> bytes:
    """A box whose width follows the name under it: what other tools leave."""
    return Sheet(text("Paid by", 72) + f"0 g 120 695 {width} 14 re f\n" + text("in cash", 124 + width)).done(
        static_id=True
    )


def test_a_box_as_wide_as_the_name_is_told() -> None:
    said = differences(gap(60), gap(95))
    assert "page 1: places of the text" in said
    assert "page 1: pixels" in said
    assert differences(gap(60), gap(60)) == []


def test_parts_of_office_files_are_told_by_number() -> None:
    assert differences(docx(p(r("[removed] "))), docx(p(r("[removed]  ")))) != []


def test_the_command_says_it(tmp_path: Path) -> None:
    for name, width in (("a.pdf", 60), ("b.pdf", 95)):
        (tmp_path / name).write_bytes(gap(width))
    (tmp_path / "terms.txt").write_text("Quillon Abernathy\n")
    arguments = [str(tmp_path / "a.pdf"), "--secrets", str(tmp_path / "terms.txt"), "--twin"]
    told = CliRunner().invoke(verify_redaction, [*arguments, str(tmp_path / "b.pdf")])
    assert told.exit_code == 1
    assert "pixels" in told.output
    assert CliRunner().invoke(verify_redaction, [*arguments, str(tmp_path / "a.pdf")]).exit_code == 0
