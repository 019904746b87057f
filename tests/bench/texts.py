"""Invented mediation texts with their annotations, read from a plain file: `unseen.txt` is scored as a whole only, `studied.txt` may be looked at.

A text begins with `=== language kind country`, then one line for each person of the roster, then `---`. In the text `{p1:Jo}` is a mention of
person p1, `{m:£900}` a sum of money, and so on; a question mark before the colon means that it isn't scored. Offsets are code points.
"""

from pathlib import Path
from typing import Any

import regex

HERE = Path(__file__).resolve().parent / "mediation"
KINDS = {
    "m": "MONEY", "d": "DATE", "med": "MEDICAL", "rel": "RELATION", "ph": "PHONE", "org": "ORG", "age": "DOB_AGE", "addr": "ADDRESS", "pl": "PLACE",
    "v": "VEHICLE", "case": "CASE_NUMBER", "id": "ID_NUMBER", "h": "HANDLE", "em": "EMAIL", "acc": "ACCOUNT",
}  # fmt: skip
_DIRECT = frozenset({"PHONE", "EMAIL", "ADDRESS", "ACCOUNT", "HANDLE", "ID_NUMBER", "CASE_NUMBER"})
_MARK = regex.compile(r"\{(?P<kind>[a-z]+|p\d)(?P<maybe>\??):(?P<words>[^{}]+)\}")


def load(name: str) -> list[dict[str, Any]]:
    """The records of one file, in the form of the shared development data."""
    parts = (HERE / name).read_text(encoding="utf-8").split("\n=== ")[1:]
    return [_record(f"{name.removesuffix('.txt')}-{number:03d}", part) for number, part in enumerate(parts, 1)]


def _record(identity: str, part: str) -> dict[str, Any]:
    head, _, body = part.partition("\n---\n")
    first, *people = head.split("\n")
    language, kind, country = first.split()
    record: dict[str, Any] = {
        "id": identity, "lang": language, "kind": kind, "country": country, "roster": [_person(line) for line in people], "spans": [], "optional": [],
    }  # fmt: skip
    text, at = "", 0
    body = body.rstrip("\n")
    for mark in _MARK.finditer(body):
        text += body[at : mark.start()]
        start, at = len(text), mark.end()
        text += mark["words"]
        person = mark["kind"] if mark["kind"] not in KINDS else None
        span: dict[str, Any] = {"start": start, "end": len(text), "type": "PERSON" if person else KINDS[mark["kind"]]}
        if person:
            span["person"] = person
        if mark["maybe"]:
            record["optional"].append(span)
            continue
        if span["type"] in _DIRECT or _full_name(span["type"], mark["words"]) or _plate(span["type"], mark["words"]):
            span["direct"] = True
        record["spans"].append(span)
    record["text"] = text + body[at:]
    return record


def _full_name(kind: str, words: str) -> bool:
    return kind == "PERSON" and sum(len(word.strip(".")) > 2 for word in words.split()) > 1


def _plate(kind: str, words: str) -> bool:
    return kind == "VEHICLE" and any(one.isdigit() for one in words) and words.upper() == words


def _person(line: str) -> dict[str, Any]:
    identity, _, rest = line.partition(" ")
    name, *fields = rest.split("; ")
    person: dict[str, Any] = {"id": identity, "name": name}
    for field in fields:
        key, _, value = field.partition("=")
        if key == "role":
            person["role"] = value
        else:
            person[{"phone": "phones", "email": "emails"}.get(key, key)] = value.split(", ")
    return person
