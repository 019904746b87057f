"""Every version that was in force can be had again, byte for byte, or not at all."""

from pathlib import Path

import pytest

from policies.load import load
from policies.shelf import Shelf, pack, unpack
from policies.strict import PolicyError
from tests.policies.asking import POLICY


def own(folder: Path, hours: int) -> Path:
    folder.mkdir()
    (folder / "own.yaml").write_text(f"version: 1\ntitle: Ours\ngrounds: {{waiver: {{cooling-off-hours: {hours}}}}}\n")
    return folder


def test_a_version_comes_back_with_its_digest_and_its_facts(tmp_path: Path) -> None:
    mine = load(own(tmp_path / "own", 48))
    for policy in (POLICY, mine):
        again = unpack(pack(policy))
        assert again.sha256 == policy.sha256
        assert pack(again) == pack(policy)
    assert unpack(pack(mine)).ground("waiver").cooling_off_hours == 48


def test_a_mediation_finds_its_version_after_the_rules_have_changed(tmp_path: Path) -> None:
    before = load(own(tmp_path / "a", 36))
    shelf = Shelf(tmp_path / "shelf")
    shelf.keep(before)
    shelf.keep(load(own(tmp_path / "b", 72)))
    later = Shelf(tmp_path / "shelf")
    found = later.find(before.sha256)
    assert found is not None
    assert found.ground("waiver").cooling_off_hours == 36
    assert later.find(before.sha256) is found


def test_what_was_never_kept_or_is_damaged_is_not_found(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.find("0" * 64) is None
    assert shelf.find("../../etc/passwd") is None
    shelf.keep(POLICY)
    file = tmp_path / "shelf" / f"{POLICY.sha256}.json"
    whole = file.read_bytes()
    for damaged in (
        b"",
        whole[:-5],
        whole.replace(b"max-validity-days: 30", b"max-validity-days: 90"),
        b'{"form":"x"}',
    ):
        file.write_bytes(damaged)
        assert Shelf(tmp_path / "shelf").find(POLICY.sha256) is None


def test_a_version_under_another_ones_name_is_not_found(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.keep(POLICY)
    kept = tmp_path / "shelf" / f"{POLICY.sha256}.json"
    kept.rename(tmp_path / "shelf" / f"{'a' * 64}.json")
    assert Shelf(tmp_path / "shelf").find("a" * 64) is None


def test_keeping_twice_changes_nothing_and_leaves_no_halves(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.keep(POLICY)
    first = (tmp_path / "shelf" / f"{POLICY.sha256}.json").stat().st_mtime_ns
    shelf.keep(POLICY)
    assert [path.suffix for path in (tmp_path / "shelf").iterdir()] == [".json"]
    assert (tmp_path / "shelf" / f"{POLICY.sha256}.json").stat().st_mtime_ns == first


def test_the_shelf_keeps_no_more_in_memory_than_its_bound(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", bound=1)
    shelf.keep(POLICY)
    shelf.keep(load(own(tmp_path / "own", 30)))
    assert len(shelf._loaded) == 1
    assert shelf.find(POLICY.sha256) is not None


def test_bytes_that_are_no_version_are_refused() -> None:
    for raw in (b"", b"[]", b"{}", pack(POLICY).replace(b"rules/1", b"rules/9")):
        with pytest.raises(PolicyError):
            unpack(raw)
