"""Seals and opens media frames (SFrame, RFC 9605, suite 4: AES_128_GCM_SHA256_128). Never reuses a counter, never lets an
unauthenticated frame through.

A key id is `epoch << 11 | sender << 3 | stream` (16, 8 and 3 bits). The first bytes of a frame stay in clear, because the
forwarding server has to tell a key frame from another one; they are authenticated as SFrame metadata.
The browser's twin is client/web/media/sframe.js; both run client/protocol/vectors/sframe.json.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = 4
TAG = 16
REPLAY_WINDOW = 1024
OPUS_CLEAR = 1
VP8_DELTA_CLEAR = 3
VP8_KEY_CLEAR = 10


class FrameRefusedError(Exception):
    """The frame can't be authenticated, is a repetition, or names a key that is not held."""


def key_id(epoch: int, sender: int, stream: int) -> int:
    """Pack epoch, sender index and stream number into one SFrame key id."""
    if not (0 <= epoch < 1 << 16 and 0 <= sender < 1 << 8 and 0 <= stream < 1 << 3):
        raise ValueError("key id out of range")
    return epoch << 11 | sender << 3 | stream


def split_key_id(kid: int) -> tuple[int, int, int]:
    """Unpack (epoch, sender, stream); ValueError if the id is wider than ours ever are."""
    if kid >> 27:
        raise ValueError("key id out of range")
    return kid >> 11, kid >> 3 & 0xFF, kid & 7


@dataclass(frozen=True)
class FrameKey:
    """The AES key and the salt of one key id."""

    kid: int
    key: bytes
    salt: bytes

    @classmethod
    def derive(cls, base_key: bytes, kid: int) -> "FrameKey":
        """RFC 9605, 4.4.2: both from the base key by HKDF-SHA256."""
        suffix = kid.to_bytes(8, "big") + SUITE.to_bytes(2, "big")

        def expand(label: bytes, length: int) -> bytes:
            return HKDF(algorithm=SHA256(), length=length, salt=b"", info=label + suffix).derive(base_key)

        return cls(kid, expand(b"SFrame 1.0 Secret key ", 16), expand(b"SFrame 1.0 Secret salt ", 12))

    def nonce(self, counter: int) -> bytes:
        """RFC 9605, 4.4.3."""
        return (int.from_bytes(self.salt, "big") ^ counter).to_bytes(12, "big")


def _field(value: int) -> tuple[int, bytes]:
    if value < 8:
        return value, b""
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return 8 | len(raw) - 1, raw


def header(kid: int, counter: int) -> bytes:
    """RFC 9605, 4.3: one configuration byte, then key id and counter in as few bytes as they need."""
    k, k_raw = _field(kid)
    c, c_raw = _field(counter)
    return bytes((k << 4 | c,)) + k_raw + c_raw


def parse_header(data: bytes) -> tuple[int, int, int]:
    """Return (kid, counter, length of the header); FrameRefusedError if it is cut short."""
    if not data:
        raise FrameRefusedError("empty")
    config, at = data[0], 1

    def read(bits: int) -> int:
        nonlocal at
        if not bits & 8:
            return bits
        size = (bits & 7) + 1
        value = int.from_bytes(data[at : at + size], "big")
        at += size
        return value

    kid = read(config >> 4)
    counter = read(config & 15)
    if at > len(data):
        raise FrameRefusedError("short header")
    return kid, counter, at


def seal(key: FrameKey, counter: int, metadata: bytes, plaintext: bytes) -> bytes:
    """Header, ciphertext and tag. The caller never repeats a counter under one key (see `Sealer`)."""
    head = header(key.kid, counter)
    return head + AESGCM(key.key).encrypt(key.nonce(counter), plaintext, head + metadata)


def open_frame(key: FrameKey, metadata: bytes, data: bytes) -> bytes:
    """The plaintext of a sealed frame, or FrameRefusedError."""
    kid, counter, length = parse_header(data)
    if kid != key.kid or len(data) < length + TAG:
        raise FrameRefusedError("not for this key")
    try:
        return AESGCM(key.key).decrypt(key.nonce(counter), data[length:], data[:length] + metadata)
    except InvalidTag:
        raise FrameRefusedError("not authentic") from None


def clear_bytes(stream: int, frame: bytes) -> int:
    """How many leading bytes of a codec frame stay readable: Opus 1; VP8 10 for a key frame (bit 0 of byte 0 unset), else 3."""
    if stream == 0:
        return min(OPUS_CLEAR, len(frame))
    if not frame:
        return 0
    return min(VP8_DELTA_CLEAR if frame[0] & 1 else VP8_KEY_CLEAR, len(frame))


@dataclass
class Sealer:
    """Seals one sender's frames. `counters` (next one by key id) only ever grow: a client hands the same to all its sealers, so
    that a key which comes back, of a room that one returns to, never meets a counter twice."""

    base_key: bytes
    epoch: int
    sender: int
    counters: dict[int, int] = field(default_factory=dict)
    _keys: dict[int, FrameKey] = field(default_factory=dict)

    def seal(self, stream: int, frame: bytes) -> bytes:
        """The frame as it goes on the wire: clear bytes, then SFrame header, ciphertext and tag."""
        kid = key_id(self.epoch, self.sender, stream)
        key = self._keys.get(kid)
        if key is None:
            key = self._keys[kid] = FrameKey.derive(self.base_key, kid)
        counter = self.counters.get(kid, 0)
        self.counters[kid] = counter + 1
        n = clear_bytes(stream, frame)
        return frame[:n] + seal(key, counter, frame[:n], frame[n:])


@dataclass
class _Window:
    top: int = -1
    seen: int = 0

    def admit(self, counter: int) -> bool:
        if counter > self.top:
            shift = counter - self.top
            self.seen = (self.seen << shift | 1) & (1 << REPLAY_WINDOW) - 1 if shift < REPLAY_WINDOW else 1
            self.top = counter
            return True
        back = self.top - counter
        if back >= REPLAY_WINDOW or self.seen >> back & 1:
            return False
        self.seen |= 1 << back
        return True


@dataclass
class Opener:
    """Opens frames of the senders of one epoch; each counter is accepted once."""

    epoch: int
    base_keys: dict[int, bytes]
    _keys: dict[int, tuple[FrameKey, _Window]] = field(default_factory=dict)

    def open(self, stream: int, wire: bytes) -> tuple[int, bytes]:
        """Return (sender index, codec frame). Everything that is not authentic, fresh and of `stream` is refused."""
        n = clear_bytes(stream, wire)
        kid, counter, _ = parse_header(wire[n:])
        try:
            epoch, sender, kid_stream = split_key_id(kid)
        except ValueError:
            raise FrameRefusedError("foreign key id") from None
        base = self.base_keys.get(sender)
        if epoch != self.epoch or kid_stream != stream or base is None:
            raise FrameRefusedError("key not held")
        key, window = self._keys.get(kid) or (FrameKey.derive(base, kid), _Window())
        plain = open_frame(key, wire[:n], wire[n:])
        self._keys[kid] = (key, window)
        if not window.admit(counter):
            raise FrameRefusedError("repeated")
        return sender, wire[:n] + plain
