"""Relay passwords are short-lived, name nobody, and go to admitted pages only; coturn takes them, and only the right ones."""

import base64
import contextlib
import hashlib
import hmac
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from server.app import media_engine
from server.config import Config, Unsafe, check
from server.media import doctor, outside
from server.media.lite.engine import LiteEngine
from server.media.relay import LIFETIME_S, Relays

SECRET = b"0123456789abcdef"
URLS = ("turn:relay.example.org:3478?transport=udp", "turns:relay.example.org:443?transport=tcp")


def test_a_password_is_the_keyed_hash_of_an_expiry_and_a_word_of_nobodys():
    numbers = iter(range(100))
    relays = Relays(URLS, SECRET, lambda: 1_800_000_000.7, lambda n: bytes([next(numbers)]) * n)
    (one,), (two,) = relays.fresh(), relays.fresh()
    assert one.urls == URLS
    assert one.username == f"{1_800_000_000 + LIFETIME_S}:{'00' * 9}"
    assert one.username != two.username
    assert base64.b64decode(one.credential) == hmac.new(SECRET, one.username.encode(), hashlib.sha1).digest()
    assert Relays((), SECRET, time.time, bytes).fresh() == ()


@pytest.mark.parametrize(
    ("urls", "secret", "says"),
    [
        (URLS, None, "belong together"),
        ((), SECRET, "belong together"),
        (("https://relay.example.org",), SECRET, "looks like"),
        (("turn:relay.example.org/x",), SECRET, "looks like"),
        (URLS * 3, SECRET, "looks like"),
        (URLS, b"short", "16 characters"),
    ],
)
def test_half_a_setting_or_a_weak_secret_is_refused(tmp_path, urls, secret, says):
    file = tmp_path / "secret"
    file.write_bytes(secret or b"")
    with pytest.raises(Unsafe, match=says):
        check(Config(data=tmp_path, turn_urls=urls, turn_secret_file=file if secret else None))


def test_a_whole_setting_is_taken(tmp_path):
    file = tmp_path / "secret"
    file.write_bytes(SECRET + b"\n")
    check(Config(data=tmp_path, turn_urls=(*URLS, "turn:[2001:db8::1]:3478"), turn_secret_file=file))


async def test_both_families_are_offered_or_the_announced_addresses_instead():
    def candidates(offer):
        return set(re.findall(r"a=candidate:\S+ 1 (udp|tcp) \d+ (\S+) (\d+) typ host", offer.sdp))

    for announce, expected in (((), ("127.0.0.1", "::1")), (("203.0.113.5", "2001:db8::5"),) * 2):
        config = Config(data=Path(), media_hosts=("127.0.0.1", "::1"), port=0, announce=announce)
        engine = media_engine(config)
        assert isinstance(engine, LiteEngine)
        await engine.start()
        told = []

        async def send(event, told=told):
            told.append(event)

        try:
            await engine.join("m/a", send)
            assert candidates(told[0]) == {(k, a, str(engine.port)) for a in expected for k in ("udp", "tcp")}
        finally:
            await engine.close()


@pytest.fixture
def coturn(tmp_path):
    """A coturn of our own on this machine; its port."""
    assert shutil.which("turnserver"), "coturn is not installed (Debian: coturn): the check installs it"
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    command = [
        "turnserver",
        "-n",
        "--no-cli",
        "--realm",
        "relay",
        "--use-auth-secret",
        "--static-auth-secret",
        SECRET.decode(),
    ]
    command += [
        "--listening-ip",
        "127.0.0.1",
        "--relay-ip",
        "127.0.0.1",
        "--listening-port",
        str(port),
        "--no-tls",
        "--no-dtls",
    ]
    command += ["--log-file", "stdout", "--pidfile", str(tmp_path / "pid"), "--userdb", str(tmp_path / "db")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def test_the_doctor_borrows_an_address_from_coturn_and_names_a_wrong_secret(coturn):
    for transport in ("udp", "tcp"):
        url = f"turn:127.0.0.1:{coturn}?transport={transport}"
        assert doctor.relay(url, SECRET) == doctor.Finding(
            "good", f"the relay by {transport.upper()} takes our password and lends an address"
        )
        wrong = doctor.relay(url, b"another secret of ours")
        assert wrong.grade == "bad"
        assert "refuses our password" in wrong.what
        assert "static-auth-secret" in wrong.mend
    assert doctor.relay("turn:127.0.0.1:1?transport=tcp", SECRET).grade == "bad"


def test_an_expired_password_is_refused(coturn, monkeypatch):
    monkeypatch.setattr(outside.time, "time", lambda: 1_000_000_000.0)
    assert "refuses our password" in doctor.relay(f"turn:127.0.0.1:{coturn}", SECRET).what


def test_the_guide_and_the_command_name_the_same_options():
    text = (Path(__file__).parents[2] / "docs/guides/relay.md").read_text()
    assert set(re.findall(r"--turn-[a-z-]+", text)) == {"--turn-url", "--turn-secret-file"}
