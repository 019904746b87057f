"""Nothing confidential in a log, whatever call path carries it, and nothing in the data folder but ciphertext, keys' public halves and ids."""

import io
import json
import logging
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.keys.encoding import b64u, new_id, random_bytes
from client.protocol import messages as m
from server import log
from tests.server import keeping as k

SECRETS = [
    "Grace Hopper-Lindqvist",
    "the settlement is 40,000",
    "minutes of may.docx",
    "192.0.2.77",
    "token-" + "x" * 40,
]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_log_call_path_lets_words_through(secret: str) -> None:
    out = io.StringIO()
    log.configure(out)
    log.info("ready", port=1, code=secret, kind=secret, mediation=secret, blob=secret)
    log.info(secret)
    for key in (*log.WORDS, *log.IDS, *log.NUMBERS, "anything"):
        log.info("fact", **{key if key not in ("event", "level", "method") else "kind": secret})
    try:
        raise ValueError(secret)
    except ValueError as error:
        log.fault("fault", error, method=secret)
    for name in ("aiohttp.server", "asyncio", "sqlalchemy.engine", "x"):
        logging.getLogger(name).error(secret)
        logging.getLogger(name).error("%s happened", secret, extra={"note": secret})
        try:
            raise RuntimeError(secret)
        except RuntimeError:
            logging.getLogger(name).exception("Error handling request from %s", secret)
    import structlog

    structlog.get_logger("media").warning(secret, peer=secret, exc_info=ValueError(secret))
    written = out.getvalue()
    assert secret not in written
    assert json.dumps(secret)[1:-1] not in written
    assert '"fault": "RuntimeError"' in written, "that something happened is noted, and where"
    for line in written.splitlines():
        json.loads(line)


@given(st.text(min_size=1), st.dictionaries(st.text(max_size=12), st.text(max_size=40), max_size=5))
def test_only_known_keys_and_harmless_values_pass(event: str, facts: dict[str, str]) -> None:
    passed = log.allowed(None, "info", {"event": event, **facts})
    assert set(passed) <= set(log.WORDS) | set(log.IDS) | log.NUMBERS
    assert passed["event"] in log.EVENTS


def test_every_sentence_that_is_logged_is_on_the_list() -> None:
    said = set()
    for path in (Path(log.__file__).parent).rglob("*.py"):
        said |= set(re.findall(r'log\.(?:info|warning|error|exception|fault|debug)\(\s*"([^"]+)"', path.read_text()))
    assert said <= log.EVENTS


async def test_a_whole_afternoon_leaves_no_secret_on_disk_or_in_the_log(world: Any, tmp_path: Path) -> None:
    lines = await k.joint(world)
    item = await k.keep(world, lines, "the settlement is forty thousand")
    await k.ask(world, lines["med"], [item])
    await lines["med"].done(m.MediationClose(id=new_id()))
    secrets = [b"settlement", b"forty thousand", b"Court of Nowhere", b"a hearing", world.ana.seed]
    secrets += [world.ana.access, b64u(world.ana.access).encode(), world.root.seed]
    folder = tmp_path / "data"
    rules = folder / "rules"  # the public rules, word by word
    found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and rules not in path.parents}
    assert len(found) >= 4
    for path, data in found.items():
        for secret in secrets:
            assert secret not in data, path.name
            assert b64u(secret).encode() not in data, path.name
    written = world.logged.getvalue()
    assert b64u(world.ana.access) not in written
    assert world.ana.seat not in written


async def test_the_data_folder_is_for_its_owners_eyes_only(world: Any, tmp_path: Path) -> None:
    lines = await k.joint(world)
    await k.keep(world, lines)
    for path in (tmp_path / "data", *(tmp_path / "data").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    assert stat.S_IMODE((tmp_path / "data" / "gate" / "master.1").stat().st_mode) == 0o600
    assert random_bytes(1)
