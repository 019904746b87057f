"""The canonical ZIP: one archive per content; every other byte is found, and the file it belongs to is named."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.bundle.canonical_zip import ZipRefused, _compose, _Listed, read_zip, write_zip

FILES = {"a.txt": b"hello" * 20, "b": b"", "items/one.jws": bytes(range(256)), "z/deep/er": b"x"}
ARCHIVE = write_zip(FILES)
names = st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3}){0,2}", fullmatch=True)


@given(st.dictionaries(names, st.binary(max_size=300), max_size=6))
def test_what_is_written_is_read_again_and_by_others_too(files: dict[str, bytes]) -> None:
    archive = write_zip(files)
    if files:
        assert read_zip(archive) == files
    with zipfile.ZipFile(io.BytesIO(archive)) as other:
        assert {name: other.read(name) for name in other.namelist()} == files


def test_the_order_of_files_makes_no_difference() -> None:
    assert write_zip(dict(reversed(FILES.items()))) == ARCHIVE


def place_of(offset: int) -> tuple[str, str]:
    import zlib

    _, places = _compose([_Listed(name, zlib.crc32(FILES[name]), FILES[name]) for name in sorted(FILES)])
    start = max(i for i, (begin, _, _) in enumerate(places) if begin <= offset)
    return places[start][1:]


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x80, 0xFF])
def test_a_flip_of_any_byte_is_found_and_its_file_named(bit: int) -> None:
    for offset in range(len(ARCHIVE)):
        spoilt = bytearray(ARCHIVE)
        spoilt[offset] ^= bit
        with pytest.raises(ZipRefused) as refused:
            read_zip(bytes(spoilt))
        file, _ = place_of(offset)
        said = f"{refused.value.file} {refused.value.part}"
        assert file in said, (offset, place_of(offset), said)


@given(st.integers(0, len(ARCHIVE)), st.binary(min_size=1, max_size=40), st.booleans())
def test_put_in_or_cut_out_bytes_are_found(at: int, some: bytes, cut: bool) -> None:
    spoilt = ARCHIVE[:at] + ARCHIVE[at + len(some) :] if cut else ARCHIVE[:at] + some + ARCHIVE[at:]
    if spoilt != ARCHIVE:
        with pytest.raises(ZipRefused):
            read_zip(spoilt)


@given(st.binary(max_size=400))
def test_anything_else_is_refused_without_a_crash(data: bytes) -> None:
    with pytest.raises(ZipRefused):
        read_zip(data)


@pytest.mark.parametrize("name", ["../x", "/x", "x/../y", "", "a//b", "a\\b", "é", ".", "a b", "a\n"])
def test_names_that_lead_elsewhere_are_never_written(name: str) -> None:
    with pytest.raises(ValueError):
        write_zip({name: b""})


def test_an_ordinary_zip_with_the_same_files_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as other:
        for name, content in FILES.items():
            other.writestr(name, content)
    with pytest.raises(ZipRefused):
        read_zip(buffer.getvalue())
