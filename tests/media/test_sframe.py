"""The Python twin of the media sealing, against the RFC's own vector and the ones it shares with the browser."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.keys import sframe
from client.keys.sframe import FrameKey, FrameRefusedError, Opener, Sealer

VECTORS = json.loads((Path(sframe.__file__).parents[1] / "protocol/vectors/sframe.json").read_text())
BASE = bytes(range(16))


@pytest.mark.parametrize("v", VECTORS["rfc"])
def test_the_rfc_vector_comes_out(v):
    key = FrameKey.derive(bytes.fromhex(v["base_key"]), v["kid"])
    assert (key.key.hex(), key.salt.hex(), key.nonce(v["ctr"]).hex()) == (v["sframe_key"], v["sframe_salt"], v["nonce"])
    meta, plain = bytes.fromhex(v["metadata"]), bytes.fromhex(v["pt"])
    assert sframe.seal(key, v["ctr"], meta, plain).hex() == v["ct"]
    assert sframe.open_frame(key, meta, bytes.fromhex(v["ct"])) == plain


@pytest.mark.parametrize("v", VECTORS["headers"])
def test_headers_are_as_short_as_the_rfc_asks(v):
    raw = sframe.header(int(v["kid"]), int(v["ctr"]))
    assert raw.hex() == v["header"]
    assert sframe.parse_header(raw) == (int(v["kid"]), int(v["ctr"]), len(raw))


@pytest.mark.parametrize("v", VECTORS["frames"])
def test_whole_frames_equal_the_shared_vectors(v):
    sealer = Sealer(bytes.fromhex(v["base_key"]), v["epoch"], v["sender"])
    frame = bytes.fromhex(v["frame"])
    wires = [sealer.seal(v["stream"], frame) for _ in range(v["ctr"] + 1)]
    assert wires[-1].hex() == v["wire"]
    opener = Opener(v["epoch"], {v["sender"]: bytes.fromhex(v["base_key"])})
    assert opener.open(v["stream"], wires[-1]) == (v["sender"], frame)


@given(st.integers(0, 2), st.binary(min_size=1, max_size=80), st.data())
def test_a_changed_bit_anywhere_is_refused(stream, frame, data):
    wire = bytearray(Sealer(BASE, 3, 9).seal(stream, frame))
    bit = data.draw(st.integers(0, len(wire) * 8 - 1))
    wire[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FrameRefusedError):
        Opener(3, {9: BASE}).open(stream, bytes(wire))


@given(st.binary(max_size=60), st.integers(0, 2))
def test_noise_is_refused_and_nothing_else_happens(noise, stream):
    with pytest.raises(FrameRefusedError):
        Opener(3, {9: BASE}).open(stream, noise)


def test_a_frame_is_accepted_once():
    wire = Sealer(BASE, 1, 2).seal(1, b"\x10" + b"x" * 30)
    opener = Opener(1, {2: BASE})
    opener.open(1, wire)
    with pytest.raises(FrameRefusedError):
        opener.open(1, wire)


def test_late_frames_inside_the_window_pass_and_older_ones_do_not():
    sealer = Sealer(BASE, 1, 2)
    wires = [sealer.seal(0, b"\xf8ab") for _ in range(sframe.REPLAY_WINDOW + 2)]
    opener = Opener(1, {2: BASE})
    opener.open(0, wires[-1])
    opener.open(0, wires[2])
    with pytest.raises(FrameRefusedError):
        opener.open(0, wires[0])


@pytest.mark.parametrize(
    ("epoch", "keys", "stream"), [(2, {2: BASE}, 1), (1, {3: BASE}, 1), (1, {2: bytes(16)}, 1), (1, {2: BASE}, 2)]
)
def test_wrong_epoch_sender_key_or_stream_opens_nothing(epoch, keys, stream):
    wire = Sealer(BASE, 1, 2).seal(1, b"\x11" + b"x" * 30)
    with pytest.raises(FrameRefusedError):
        Opener(epoch, keys).open(stream, wire)


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFF), st.integers(0, 7))
def test_key_ids_pack_and_unpack(epoch, sender, stream):
    assert sframe.split_key_id(sframe.key_id(epoch, sender, stream)) == (epoch, sender, stream)


def test_counters_of_one_key_never_repeat():
    sealer = Sealer(BASE, 1, 2)
    frames = {0: b"\xf8abcd", 1: b"\x11" + b"x" * 20, 2: b"\x10" + b"x" * 20}
    seen = set()
    for _ in range(100):
        for stream, frame in frames.items():
            seen.add(sframe.parse_header(sealer.seal(stream, frame)[sframe.clear_bytes(stream, frame) :])[:2])
    assert len(seen) == 300


def test_a_client_that_returns_to_a_key_goes_on_counting():
    counters = {}
    first = [Sealer(BASE, 1, 2, counters).seal(1, b"\x11" + b"x" * 30) for _ in range(3)]
    Sealer(b"y" * 16, 2, 2, counters).seal(1, b"\x11" + b"x" * 30)
    again = Sealer(BASE, 1, 2, counters).seal(1, b"\x11" + b"x" * 30)
    assert again not in first
    assert counters == {1 << 11 | 2 << 3 | 1: 4, 2 << 11 | 2 << 3 | 1: 1}
