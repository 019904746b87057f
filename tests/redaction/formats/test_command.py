"""The commands: clean files come out under neutral names, blocked ones do not, and no word of what was removed is in report or screen."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from redaction import documents
from redaction.certificate import commitment
from redaction.document_cli import redact, verify_redaction
from redaction.formats.model import Manner
from redaction.sandbox_child import Found
from tests.redaction.formats.hiding_other import docx, p, r
from tests.redaction.formats.hiding_pdf import NUMBER, SECRET, Sheet, scan, text


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / f"{SECRET}.pdf").write_bytes(
        Sheet(text(f"Paid by {SECRET}") + text(NUMBER, y=600) + "0 g 60 590 300 24 re f\n").done()
    )
    (tmp_path / "letter.docx").write_bytes(docx(p(r(f"Dear {SECRET}, we met."))))
    (tmp_path / "terms.txt").write_text(f"# people\n{SECRET}\n")
    return tmp_path


def run(folder: Path, *more: str, files: tuple[str, ...] = (f"{SECRET}.pdf", "letter.docx")) -> tuple[int, str]:
    arguments = [
        *(str(folder / name) for name in files),
        "-o",
        str(folder / "out"),
        "--profile",
        "none",
        "--remove",
        str(folder / "terms.txt"),
        "--yes",
        *more,
    ]
    result = CliRunner().invoke(redact, arguments)
    return result.exit_code, result.output


def test_a_bundle_comes_out_clean(bundle: Path) -> None:
    code, output = run(bundle, "--report", str(bundle / "report.json"))
    assert code == 0
    assert sorted(f.name for f in (bundle / "out").iterdir()) == ["document-1.pdf", "document-2.docx"]
    written = (bundle / "report.json").read_text()
    for secret in (SECRET, "Abernathy", NUMBER, "letter"):
        assert secret not in written
        assert secret not in output
    report = json.loads(written)["documents"]
    assert report[0]["output_sha256"] == hashlib.sha256((bundle / "out" / "document-1.pdf").read_bytes()).hexdigest()
    assert report[0]["removed"][0]["place"] == "page 1"
    assert any(one["what"] == "text that can't be seen" for one in report[0]["hidden_dropped"])
    opening = json.loads((bundle / "report.json.opening").read_text())
    source = (bundle / f"{SECRET}.pdf").read_bytes()
    assert report[0]["source_commitment"] == commitment(bytes.fromhex(opening["document-1.pdf"]), source)
    assert (bundle / "report.json.opening").stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_read_blocks_and_is_not_written(bundle: Path) -> None:
    (bundle / "bad.pdf").write_bytes(b"%PDF-1.7 nonsense")
    code, output = run(bundle, "--report", str(bundle / "report.json"), files=("bad.pdf", "letter.docx"))
    assert code == 2
    assert "damaged" in output
    assert [f.name for f in (bundle / "out").iterdir()] == ["document-2.docx"]
    assert json.loads((bundle / "report.json").read_text())["documents"][0]["output_sha256"] is None


def test_a_hit_of_the_verifier_blocks(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = documents.sandbox.run

    def finds(request: object, *more: object, **named: object) -> object:
        reply = real(request, *more, **named)  # type: ignore[arg-type]
        return Found(((0, "file", "text"),), (), {}, ()) if isinstance(reply, Found) else reply

    monkeypatch.setattr(documents.sandbox, "run", finds)
    code, _ = run(bundle, files=("letter.docx",))
    assert code == 2
    assert not (bundle / "out").exists()


def test_without_yes_and_without_anybody_to_ask_nothing_happens(bundle: Path) -> None:
    result = CliRunner().invoke(
        redact,
        [
            str(bundle / "letter.docx"),
            "-o",
            str(bundle / "out"),
            "--profile",
            "none",
            "--remove",
            str(bundle / "terms.txt"),
        ],
    )
    assert result.exit_code == 2
    assert not (bundle / "out").exists()


def test_an_unknown_profile_is_named(bundle: Path) -> None:
    result = CliRunner().invoke(
        redact, [str(bundle / "letter.docx"), "-o", str(bundle / "out"), "--profile", "nonsense", "--yes"]
    )
    assert result.exit_code == 2
    assert "frcp-5.2" in result.output


def test_verify_redaction_tells_clean_from_leaking(bundle: Path) -> None:
    leaking = CliRunner().invoke(
        verify_redaction, [str(bundle / "letter.docx"), "--secrets", str(bundle / "terms.txt")]
    )
    assert leaking.exit_code == 1
    assert SECRET not in leaking.output
    run(bundle)
    clean = CliRunner().invoke(
        verify_redaction, [str(bundle / "out" / "document-2.docx"), "--secrets", str(bundle / "terms.txt")]
    )
    assert clean.exit_code == 0


def test_short_salts_are_refused() -> None:
    with pytest.raises(ValueError, match="salt"):
        commitment(b"short", b"x")


def test_a_scan_whose_text_layer_is_spelt_a_little_differently_is_not_blocked() -> None:
    data = scan(
        ["Receipt for the deposit", f"Paid by {SECRET}", "in full this spring"],
        text("Receipt for the depos1t in full this sprlng", 70, 640, extra="3 Tr"),
    )
    source = documents.Source("document-1", data, bytes(32))
    prepared, decisions = documents.term_decisions(documents.prepare([source], Manner()), [SECRET])
    plan = documents.plan_for([], documents.no_profile(), decisions)
    gone, hidden = documents.secrets_of(prepared, plan, [SECRET])
    assert hidden
    done = documents.finish(prepared[0], plan, [SECRET], gone, hidden, Manner())
    assert done.data is not None
    assert done.certificate.blocked == ()


def test_a_term_in_a_script_that_ocr_was_not_told_of_blocks_scans() -> None:
    source = documents.Source("document-1", scan(["Receipt for the deposit"]), bytes(32))
    prepared, decisions = documents.term_decisions(documents.prepare([source], Manner()), ["Ζωή"])
    plan = documents.plan_for([], documents.no_profile(), decisions)
    done = documents.finish(prepared[0], plan, ["Ζωή"], ["Ζωή"], [], Manner())
    assert done.data is None
    assert done.certificate.blocked[0].reason == "not-read"
