"""The gate's keys: one file each, wrapped by a master that changes at every destruction, and a crash at any point loses or revives nothing."""

import shutil
from pathlib import Path

import pytest

from client.keys.encoding import info, new_id
from client.keys.hpke_box import seal_box
from server.disclosure.gate import Gate, GateGone


def test_a_key_is_made_once_and_survives_a_restart(tmp_path: Path) -> None:
    gate, mediation = Gate(tmp_path / "gate"), new_id()
    public = gate.make(mediation)
    assert gate.make(mediation) == public
    assert Gate(tmp_path / "gate").opener(mediation).public == public


def test_a_destroyed_key_is_gone_and_its_neighbours_stay(tmp_path: Path) -> None:
    gate, one, other = Gate(tmp_path / "gate"), new_id(), new_id()
    gate.make(one)
    kept = gate.make(other)
    box = seal_box(kept, info("x"), b"still here")
    gate.destroy(one)
    with pytest.raises(GateGone):
        gate.opener(one)
    assert (
        Gate(tmp_path / "gate").opener(other).open(info("x"), __import__("base64").urlsafe_b64decode(box + "=="))
        == b"still here"
    )
    gate.destroy(one)  # twice does no harm


def test_a_copy_of_a_destroyed_file_is_noise_without_its_master(tmp_path: Path) -> None:
    gate, mediation = Gate(tmp_path / "gate"), new_id()
    gate.make(mediation)
    file = next((tmp_path / "gate").glob(f"{mediation}.*"))
    shutil.copy(file, tmp_path / "stolen")
    gate.destroy(mediation)
    shutil.copy(tmp_path / "stolen", file)
    with pytest.raises(GateGone):
        gate.opener(mediation)


def test_no_key_lies_in_clear(tmp_path: Path) -> None:
    gate, mediation = Gate(tmp_path / "gate"), new_id()
    gate.make(mediation)
    secret = gate.opener(mediation).secret
    for path in (tmp_path / "gate").iterdir():
        data = path.read_bytes()
        assert secret not in data
        assert secret.hex().encode() not in data


def test_a_rotation_cut_short_is_finished_at_the_next_start(tmp_path: Path) -> None:
    folder, one, other = tmp_path / "gate", new_id(), new_id()
    gate = Gate(folder)
    publics = {name: gate.make(name) for name in (one, other)}
    gate._write(folder / "master.2", "ab" * 32)  # the new master is there, nothing is wrapped by it yet
    gate._write(folder / f"{one}.sealed-record", gate._wrap(2, one, gate._opened(one).secret))  # one is
    (folder / "x.new").write_text("half")
    again = Gate(folder)
    assert {name: again.opener(name).public for name in publics} == publics
    assert sorted(path.name for path in folder.glob("master.*")) == ["master.2"]
    assert not list(folder.glob("*.new"))
