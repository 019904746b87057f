"""Texts and rosters as they come from files: read whole, checked, or refused with one clear sentence. Never guesses an encoding."""

import os
from pathlib import Path
from typing import Any

import msgspec

from redaction.detect.people import Person, RosterError, people_from_records, people_from_toml

MAX_BYTES = 100 * 1024 * 1024
MAX_RECORDS = 1_000_000
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}


class IntakeError(ValueError):
    """An input can't be used. Says which file and why; never quotes it."""


class Record(msgspec.Struct, frozen=True):
    """One text to look through. `people` is None when the record brings no list of its own."""

    id: str
    text: str
    people: tuple[Person, ...] | None = None
    language: str | None = None


class _Line(msgspec.Struct, frozen=True):
    text: str
    id: str | int | None = None
    people: list[Any] | None = None
    lang: str | None = None


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, its byte order mark dropped."""
    data = _bytes(path)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise IntakeError(f"{path}: this is UTF-16; please save it as UTF-8")
    if b"\x00" in data[:65536] or sum(byte in _CONTROL for byte in data[:4096]) * 50 > len(data[:4096]):
        raise IntakeError(f"{path}: this is a binary file, not text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise IntakeError(f"{path}: line {line} is not UTF-8; please save the file as UTF-8") from None
    if not text.strip():
        raise IntakeError(f"{path}: there is nothing in this file")
    return text


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise IntakeError(f"{path}: this is a folder")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise IntakeError(
                f"{path}: {size // (1024 * 1024)} MB are more than the {MAX_BYTES // (1024 * 1024)} MB that one file may have"
            )
        data = path.read_bytes()
    except OSError as error:
        raise IntakeError(f"{path}: can't be read ({os.strerror(error.errno or 0)})") from None
    if len(data) > MAX_BYTES:
        raise IntakeError(f"{path}: more than the {MAX_BYTES // (1024 * 1024)} MB that one file may have")
    return data


def is_json_lines(path: Path, text: str) -> bool:
    """Whether a file holds records and not prose: by its name, or because its first line is one."""
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return True
    first = text.lstrip().split("\n", 1)[0].strip()
    if not (first.startswith("{") and first.endswith("}")):
        return False
    try:
        msgspec.json.decode(first, type=_Line)
    except msgspec.DecodeError:
        return False
    return True


def read_records(path: Path) -> list[Record]:
    """The records of a JSON Lines file, or the whole file as one record."""
    text = read_text(path)
    if not is_json_lines(path, text):
        return [Record(str(path), text)]
    records: list[Record] = []
    decoder = msgspec.json.Decoder(_Line)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if len(records) >= MAX_RECORDS:
            raise IntakeError(f"{path}: more than {MAX_RECORDS} records")
        try:
            row = decoder.decode(line)
            people = people_from_records(row.people) if row.people is not None else None
        except (msgspec.DecodeError, UnicodeError):
            raise IntakeError(f"{path}: line {number} is not a JSON object with a text") from None
        except RosterError as error:
            raise IntakeError(f"{path}: line {number}: {error}") from None
        records.append(Record(str(row.id) if row.id is not None else f"{path}:{number}", row.text, people, row.lang))
    if not records:
        raise IntakeError(f"{path}: there are no records in this file")
    return records


def read_people(path: Path) -> tuple[Person, ...]:
    """The roster of a TOML file."""
    try:
        return people_from_toml(read_text(path))
    except RosterError as error:
        raise IntakeError(f"{path}: {error}") from None
