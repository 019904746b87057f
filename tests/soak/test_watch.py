"""The soak's watch sees what it is there for, and a short soak passes."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from client.keys.sframe import Sealer  # noqa: E402
from client.rtc import rtp  # noqa: E402
from tests.soak import watch as watch_module  # noqa: E402
from tests.soak.watch import Rooms, Watch  # noqa: E402

KEY = bytes(16)


@pytest.fixture
def seen():
    rooms, faults = Rooms(), []
    rooms.epoch(1, ("a", "b"))
    rooms.epoch(2, ("a", "c"))
    rooms.now({"b": frozenset("a"), "a": frozenset("b")})
    return rooms, faults, Watch("b", rooms, faults)


def sound(sealer, sequence=1):
    return rtp.HEAD.pack(0x80, 111, sequence, 5, 9) + sealer.seal(0, b"\x78" + bytes(20))


def test_what_is_right_is_no_fault(seen):
    _, faults, watch = seen
    sealer = Sealer(KEY, 1, 0)
    for n in range(5):
        watch.plain(sound(sealer, n), "a", "audio")
        watch.wire(sound(sealer, n), outbound=False)
    assert not faults
    assert watch.checked == watch.packets == 5


@pytest.mark.parametrize(
    ("sealer", "shown", "says"),
    [
        (Sealer(KEY, 2, 0), "a", "a frame of a for ('a', 'c'), shown as a's, at b"),
        (Sealer(KEY, 1, 0), "c", "a frame of a for ('a', 'b'), shown as c's, at b"),
        (Sealer(KEY, 3, 0), "a", "a frame of an unknown key, at b"),
    ],
)
def test_a_frame_at_the_wrong_person_is_seen(seen, sealer, shown, says):
    _, faults, watch = seen
    watch.plain(sound(sealer), shown, "audio")
    assert says in faults


def test_a_frame_after_the_routes_closed_is_seen(seen, monkeypatch):
    rooms, faults, watch = seen
    sealer = Sealer(KEY, 1, 0)
    rooms.now({"b": frozenset()})
    watch.plain(sound(sealer), "a", "audio")
    assert not faults
    assert watch.in_flight == 1
    monkeypatch.setattr(watch_module, "SETTLE_S", 0.0)
    watch.plain(sound(sealer), "a", "audio")
    assert faults == ["a frame of a at b, who may not hear them"]


def test_a_counter_or_a_sequence_used_twice_is_seen(seen):
    _, faults, watch = seen
    watch.plain(sound(Sealer(KEY, 1, 0)), "a", "audio")
    watch.plain(sound(Sealer(KEY, 1, 0, {}), 2)[:-1] + b"!", "a", "audio")
    assert faults == ["two contents under one key and counter"]
    watch.wire(b"\x80\x60\0\x01" + bytes(20), outbound=True)
    watch.wire(b"\x80\x60\0\x01" + bytes(20), outbound=True)
    assert len(faults) == 1
    watch.wire(b"\x80\x60\0\x01" + bytes(19) + b"!", outbound=True)
    assert faults[1:] == ["two contents under one SSRC and sequence from b"]


def test_a_stream_number_that_comes_back_is_seen(seen):
    _, faults, watch = seen
    line = SimpleNamespace(mid="3", ssrc=7, repair_ssrc=8)
    track = SimpleNamespace(mid="3", direction="recv", peer="m/a", kind="video")
    watch.offer([track], [line])
    watch.offer([track], [line])
    watch.offer([], [])
    assert not faults
    watch.offer([track], [line])
    assert faults == ["SSRC given out twice, to b"] * 2


def test_a_short_soak_passes():
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--people", "4", "--minutes", "0.1", "--moves", "8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout
