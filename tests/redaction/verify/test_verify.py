"""The verifier finds what is there in every coding and container, and says what it could not look at."""

import base64
import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.verify import verify
from tests.redaction.formats.hiding_pdf import NUMBER, SECRET, Sheet, drawn, text, zipped

CODINGS = {
    "utf8": SECRET.encode(), "utf16": SECRET.encode("utf-16-le"), "utf16be": SECRET.encode("utf-16-be"), "utf32": SECRET.encode("utf-32-le"),
    "upper": SECRET.upper().encode(), "hex": SECRET.encode().hex().encode(), "hex16": SECRET.encode("utf-16-be").hex().upper().encode(),
    "percent": b"Quillon%20Abernathy", "plus": b"q=Quillon+Abernathy", "entities": "".join(f"&#{ord(c)};" for c in SECRET).encode(),
    "script": "".join(f"\\u{ord(c):04x}" for c in SECRET).encode(), "underscore": b"Quillon_Abernathy", "glued": b"QuillonAbernathy",
    "printable": b"Quillon=20Abern=\r\nathy", "spread": b"Q u i l l o n   A b e r n a t h y", "zip": zipped({"a.txt": SECRET.encode()}),
    "zip_name": zipped({f"{SECRET}.txt": b"x"}), "gzip": gzip.compress(SECRET.encode()), "zip_in_zip": zipped({"b.zip": zipped({"a": SECRET.encode()})}),
    "accents": "Quíllon Abernáthy".encode(), "hyphen": b"Quillon Aber-\nnathy", "octal": b"".join(b"\\%03o" % c for c in SECRET.encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", CODINGS)
def test_found_in_every_coding(name: str) -> None:
    assert verify(CODINGS[name], [SECRET]).hits


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_found_in_base64_at_every_phase(shift: int) -> None:
    assert verify(base64.b64encode(b"x" * shift + SECRET.encode() + b"yz"), [SECRET]).hits


def test_found_as_picture_and_under_a_cover() -> None:
    out = io.BytesIO()
    drawn([SECRET]).save(out, "PNG")
    assert verify(out.getvalue(), [SECRET]).hits
    covered = verify(Sheet(text(SECRET) + "0 g 60 690 200 24 re f\n").done(), [SECRET])
    assert any("without covers" in hit.place for hit in covered.hits)


def test_a_clean_file_is_clean() -> None:
    verdict = verify(Sheet(text("Nothing to see")).done(), [SECRET, NUMBER, "Ida"])
    assert verdict.clean
    assert {"pdfium", "pikepdf", "tesseract"} <= set(verdict.engines)


def test_what_could_not_be_looked_at_is_not_clean() -> None:
    import pikepdf

    locked = Sheet(text("x")).done(encryption=pikepdf.Encryption(owner="o", user="u", R=6))
    assert not verify(locked, [SECRET]).clean
    data = bytearray(zipped({"a.txt": b"hello" * 100}))
    data[40] ^= 0xFF
    assert verify(bytes(data), [SECRET]).unlooked


def test_unlisted_members_are_found() -> None:
    whole = zipped({"a.txt": b"x" * 50, "b.txt": SECRET.encode() * 3})
    second = whole.index(b"PK\x03\x04", 4)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert verify(out.getvalue() + whole[second:], [SECRET]).hits


def test_short_secrets_count_as_whole_words_only() -> None:
    assert verify(b"Ida was there", ["Ida"]).hits
    assert not verify(b"Friday and Idaho, fridays", ["Ida"]).hits


def test_hits_never_carry_the_secret() -> None:
    verdict = verify(b"x " + SECRET.encode(), [SECRET])
    assert all(SECRET not in f"{hit.place}{hit.how}" for hit in verdict.hits)


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet=st.characters(whitelist_categories=("Lu", "Ll", "Nd")), min_size=8, max_size=20),
    st.binary(max_size=200),
    st.binary(max_size=200),
)
def test_a_planted_secret_is_found_wherever_it_stands(secret: str, before: bytes, after: bytes) -> None:
    assert verify(b"\n" + secret.encode() + b"\n" + after[:0], [secret]).hits
    assert verify(
        b"text " + before.hex().encode() + b" " + secret.encode() + b" " + after.hex().encode(), [secret]
    ).hits
