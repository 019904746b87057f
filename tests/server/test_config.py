"""The server refuses to stand where others could listen in, and says what to do."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from server.config import Config, Unsafe, check


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"host": "0.0.0.0"}, "--public-url"),
        ({"host": "0.0.0.0", "public_url": "http://rooms.example.org"}, "https://"),
        ({"host": "0.0.0.0", "public_url": "https://rooms.example.org"}, "--trusted-proxy"),
        ({"host": "::", "public_url": "https://rooms.example.org"}, "TLS"),
        ({"tls_cert": Path("/nowhere")}, "belong together"),
        ({"public_url": "https://rooms.example.org/path"}, "no path"),
        ({"trusted_proxy": "everybody"}, "address or network"),
    ],
)
def test_unsafe_settings_are_refused_with_an_explanation(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(Unsafe) as refused:
        check(Config(data=Path("d"), **settings))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"host": "localhost"},
        {"host": "::1"},
        {"host": "0.0.0.0", "public_url": "https://rooms.example.org", "trusted_proxy": "127.0.0.1"},
        {"public_url": "https://rooms.example.org", "trusted_proxy": "10.0.0.0/24"},
    ],
)
def test_safe_settings_pass(settings: dict[str, Any]) -> None:
    assert check(Config(data=Path("d"), **settings))


def test_the_command_line_explains(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path), "--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "--public-url" in result.output
    assert not list(tmp_path.iterdir())


def test_it_starts_prints_one_link_stays_small_and_stops_when_told(tmp_path: Path) -> None:
    import psutil

    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "server",
            "serve",
            "--data",
            str(tmp_path / "data"),
            "--port",
            "0",
            "--media-workers",
            "1",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        assert server.stdout is not None
        ready = server.stdout.readline()
        origin = ready.split()[-1]
        server.stdout.readline()
        link = server.stdout.readline().strip()
        assert link.startswith(f"{origin}/desk#enrol.1.")
        with urllib.request.urlopen(f"{origin}/health") as answer:
            assert answer.status == 200
        process = psutil.Process(server.pid)
        family = [process, *process.children(recursive=True)]
        assert len(family) == 2, "the server and one media worker"
        assert sum(p.memory_info().rss for p in family) < 250_000_000
        loaded = {Path(found.path).name for found in process.memory_maps()}
        assert any("sqlite" in name for name in loaded)
        assert not [n for n in loaded if n.startswith(("libav", "libsrtp", "libpdfium", "libqpdf", "strings.cpython"))]
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=30)
        assert "#enrol" not in out, "one link and no more"
        assert "enrol" not in err
        assert server.returncode == 0
        assert not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family)
    finally:
        server.kill()
        server.wait()
    result = CliRunner().invoke(main, ["invite-mediator", "--data", str(tmp_path / "data")])
    assert result.output.count("#enrol.1.") == 1


async def test_the_retention_verb_asks_the_rules_and_attests_what_it_destroyed(
    tmp_path: Path, clock: Any, shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from client.keys.encoding import new_id
    from client.keys.log import check_proof
    from client.protocol import messages as m
    from server import retention
    from tests.server import keeping as k
    from tests.server.conftest import running

    monkeypatch.setattr(retention, "SystemClock", lambda: clock)
    async with running(tmp_path, clock, shell) as world:
        lines = await k.joint(world)
        await k.keep(world, lines)
        mediation = world.mediation

        def verb(*more: str) -> str:
            return str(CliRunner().invoke(main, ["retention", "--data", str(tmp_path / "data"), *more]).output)

        assert "not closed" in await asyncio.to_thread(verb, "--destroy", mediation)
        await lines["med"].done(m.MediationClose(id=new_id()))
        early = await asyncio.to_thread(verb, "--destroy", mediation)
        assert "kept on: Nothing is destroyed before the day that was agreed." in early
        assert "Nothing is due" in await asyncio.to_thread(verb)
        clock.pass_(366 * 86_400)
        assert f"{mediation} due" in await asyncio.to_thread(verb)
        assert "can be destroyed now" in await asyncio.to_thread(verb, "--of", mediation)
        assert "destroyed" in await asyncio.to_thread(verb, "--run")
        assert not list((tmp_path / "data" / "gate").glob(f"{mediation}*"))
        shown = json.loads(await asyncio.to_thread(verb, "--attestation", mediation))
    check_proof(shown["proof"], shown["event"].encode(), mediation, shown["log_key"])
    said = shown["attestation"]
    assert (said["classes"], said["items"], said["by"], said["second"]) == (["sealed-record"], 1, "gate", None)
    async with running(tmp_path, clock, shell) as again:
        actor = await again.house.get(mediation)
        assert actor.state.life == "destroyed"
        assert not list((tmp_path / "data" / "blobs").iterdir())
