"""`incamera find` and `incamera redact` on plain text: what they print, and what they do with bad input."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main

NOTES = "Hi Phoebe,\n\nSSN 123-45-6789, DOB 4 May 1984. 👨\u200d👩\u200d👧 Call 07700 900 871.\n\nJo\n"
ROSTER = '[[people]]\nid = "a"\nname = "Phoebe Lockyer"\nrole = "party"\n[[people]]\nid = "m"\nname = "Jo Kaplan"\nrole = "mediator"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes.txt").write_text(NOTES, encoding="utf-8")
    (tmp_path / "people.toml").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_findings_are_json_lines_with_code_point_offsets(folder: Path) -> None:
    code, out, _ = run(
        "find",
        folder / "notes.txt",
        "--people",
        folder / "people.toml",
        "--profile",
        "frcp-5.2",
        "--leftovers",
        "--explain",
    )
    assert code == 0
    row = json.loads(out)
    assert row["id"] == str(folder / "notes.txt")
    spans = {NOTES[one["start"] : one["end"]]: one for one in row["spans"]}
    assert spans["Phoebe"]["person"] == "a"
    assert spans["Jo"]["person"] == "m"
    assert spans["123-45-6789"]["operator"] == "last4"
    assert spans["07700 900 871"]["type"] == "PHONE"
    assert spans["07700 900 871"]["why"]
    assert {"start", "end", "type", "score", "person"} <= set(row["spans"][0])


def test_records_bring_their_own_people(folder: Path) -> None:
    rows = [
        {
            "id": "one",
            "text": "doogs rang",
            "people": [{"name": "Dougal Reid", "nicknames": ["Doogs"], "emails": [], "phones": [], "role": "party"}],
        },
        {"id": "two", "text": "doogs rang", "people": []},
    ]
    (folder / "r.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, out, _ = run("find", folder / "r.jsonl")
    assert code == 0
    one, two = (json.loads(line) for line in out.splitlines())
    assert (one["id"], two["id"]) == ("one", "two")
    assert [span["person"] for span in one["spans"]] == ["r1"]
    assert "r1" not in [span["person"] for span in two["spans"]]


def test_redact_writes_text_and_a_report_without_the_words(folder: Path) -> None:
    code, out, _ = run(
        "redact",
        folder / "notes.txt",
        "-o",
        folder / "out.txt",
        "--profile",
        "frcp-5.2",
        "--people",
        folder / "people.toml",
        "--report",
        folder / "report.json",
    )
    assert code == 0
    assert (folder / "out.txt").read_text(encoding="utf-8") == NOTES.replace("123-45-6789", "xxx-xx-6789").replace(
        "4 May 1984", "1984"
    )
    report = (folder / "report.json").read_text(encoding="utf-8")
    account = json.loads(report)
    assert [entry["kind"] for entry in account["entries"]] == ["SSN", "DATE_OF_BIRTH"]
    assert account["languages"]
    for secret in ("123-45", "Phoebe", "07700"):
        assert secret not in report + out


BAD = {
    "binary.txt": (bytes(range(256)) * 10, "binary"),
    "latin.txt": ("café à côté".encode("latin-1"), "UTF-8"),
    "wide.txt": ("hello there".encode("utf-16"), "UTF-16"),
    "empty.txt": (b"", "nothing"),
    "blank.txt": (b" \n\n", "nothing"),
    "broken.jsonl": (b'{"id": 1, "text": "Phoebe"}\n{"id": 2', "line 2"),
    "people.jsonl": (b'{"id": 1, "text": "x", "people": [{"nick": "Phoebe"}]}', "line 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_ends_with_code_2_and_prints_nothing_of_it(folder: Path, name: str) -> None:
    data, says = BAD[name]
    (folder / name).write_bytes(data)
    code, out, err = run("find", folder / name)
    assert (code, out) == (2, "")
    assert says in err
    assert "Phoebe" not in err


@pytest.mark.parametrize("name", ["binary.txt", "latin.txt", "empty.txt"])
def test_redact_writes_nothing_from_bad_input(folder: Path, name: str) -> None:
    (folder / name).write_bytes(BAD[name][0])
    code, _, _ = run(
        "redact", folder / name, "-o", folder / "out.txt", "--profile", "frcp-5.2", "--report", folder / "report.json"
    )
    assert code == 2
    assert not (folder / "out.txt").exists()
    assert not (folder / "report.json").exists()


def test_too_large_a_file_is_not_read(folder: Path) -> None:
    with (folder / "big.txt").open("wb") as file:
        file.truncate(101 * 1024 * 1024)
    code, out, err = run("find", folder / "big.txt")
    assert (code, out) == (2, "")
    assert "100 MB" in err


def test_the_source_is_never_overwritten(folder: Path) -> None:
    code, _, err = run("redact", folder / "notes.txt", "-o", folder / "notes.txt", "--profile", "frcp-5.2")
    assert code == 2
    assert "overwrite" in err
    assert (folder / "notes.txt").read_text(encoding="utf-8") == NOTES


def test_unknown_profiles_and_people_files_are_named(folder: Path) -> None:
    assert run("find", folder / "notes.txt", "--profile", "nope")[0] == 2
    (folder / "bad.toml").write_text("people = 1", encoding="utf-8")
    assert run("find", folder / "notes.txt", "--people", folder / "bad.toml")[0] == 2
