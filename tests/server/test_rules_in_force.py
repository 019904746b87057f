"""The server takes own rules, and a mediation keeps the version that its people accepted."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from click.testing import CliRunner

from client.keys.encoding import b64u
from policies.load import load
from policies.shelf import Shelf
from server.app import make_app
from server.config import Config
from server.http.keys import POLICY
from server.runtime.world import World
from server.serve import serve


def own(folder: Path, hours: int) -> Path:
    folder.mkdir()
    (folder / "own.yaml").write_text(f"version: 1\ntitle: Ours\ngrounds: {{waiver: {{cooling-off-hours: {hours}}}}}\n")
    return folder


def test_own_rules_are_in_force_and_on_the_shelf(tmp_path: Path) -> None:
    app = make_app(Config(data=tmp_path / "data", rules=own(tmp_path / "own", 48)))
    assert app[POLICY].ground("waiver").cooling_off_hours == 48
    assert Shelf(tmp_path / "data" / "rules").find(app[POLICY].sha256) is not None


def test_a_mediation_keeps_its_rules_when_others_come_into_force(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "rules")
    before, now = shelf.keep(load(own(tmp_path / "a", 36))), shelf.keep(load())
    world = World(cast(Any, None), cast(Any, None), cast(Any, None), now, Shelf(tmp_path / "rules"))

    def rules_of(sha256: str) -> Any:
        body = SimpleNamespace(policy=b64u(bytes.fromhex(sha256)))
        return world._rules_of(cast(Any, SimpleNamespace(charter=SimpleNamespace(body=body))))

    assert rules_of(before.sha256).ground("waiver").cooling_off_hours == 36
    assert rules_of(now.sha256) is now
    assert rules_of("0" * 64) is None


@pytest.mark.parametrize(
    "text", ["version: 1\ntitle: x\nopn: {}\n", "version: 1\ntitle: x\ngrounds: {order: {notice-days: 1}}\n"]
)
def test_rules_that_cannot_be_used_stop_the_start_with_file_and_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.yaml").write_text(text)
    done = CliRunner().invoke(serve, ["--rules", str(tmp_path), "--data", str(tmp_path / "data"), "--port", "0"])
    assert done.exit_code == 1
    assert "The rules cannot be used: own.yaml" in done.output
