"""Nothing under the GPL or AGPL is installed with the product: the licences of all that requirements.lock names, as installed."""

import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STRONG = re.compile(r"\b(?:A?GPL|GNU (?:Affero )?General Public)", re.I)
WEAK = re.compile(r"\bLGPL|Lesser General Public", re.I)


def locked() -> list[str]:
    """Names of the run-time packages that apply here, as installed."""
    text = (ROOT / "requirements.lock").read_text()
    return sorted({match[1].lower() for match in re.finditer(r"^([A-Za-z0-9_.-]+)==", text, re.M)})


def licence_of(name: str) -> str | None:
    """What the package's own metadata say; None when it is not for this Python or system."""
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    short = (about.get("License") or "").strip()
    return " | ".join([about.get("License-Expression") or "", *classifiers, short[:200]])


def offends(licence: str) -> bool:
    """An `OR` that offers another licence is a choice that we make; a lesser licence is not the strong one."""
    offers = [part for part in re.split(r"\s+OR\s+", licence) if part.strip()]
    return bool(offers) and all(STRONG.search(WEAK.sub("", part)) for part in offers)


def test_the_lock_is_read() -> None:
    names = locked()
    assert "pikepdf" in names
    assert len(names) > 30


@pytest.mark.parametrize("name", locked())
def test_no_strong_copyleft_is_installed(name: str) -> None:
    licence = licence_of(name)
    if licence is None:
        return
    assert not offends(licence), licence


def test_the_judgement_can_tell() -> None:
    assert offends("AGPL-3.0-only")
    assert offends(" | License :: OSI Approved :: GNU General Public License v3 (GPLv3)")
    assert not offends("LGPL-2.1-or-later")
    assert not offends("MIT OR GPL-2.0-only")


def test_the_tools_that_we_may_not_link_are_not_there() -> None:
    for name in ("pymupdf", "extract-msg", "fitz", "ghostscript", "xray", "pdf2docx"):
        assert licence_of(name) is None
