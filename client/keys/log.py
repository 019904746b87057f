"""The log of a mediation: a tree of salted commitments (RFC 6962), checkpoints as signed notes, proofs as files.

The tree holds hashes only. Whoever has an event and its salt can show that it is in the log; without the salt a leaf says nothing.
Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature (v1), tlog-proof (v1).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence

import msgspec

from client.keys.devices import Signer, signed_by
from client.keys.encoding import sha256, unb64u
from client.keys.refusals import ObjectRefused, Reason

_DASH = "\u2014 "
_PROOF = "c2sp.org/tlog-proof@v1"
_ED25519, _COSIGNATURE = 1, 4
_ORIGIN = re.compile(r"incamera/[A-Za-z0-9_-]{21}[AQgw]\Z")
MAX_LEAVES = 2**31


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a log: `size` events whose tree has this `root`; `note` is the whole text with its signatures."""

    origin: str
    size: int
    root: bytes
    note: str


class LogProof(msgspec.Struct, frozen=True, kw_only=True):
    """That one event is in the log: its salt, its place, the path to the root, and the checkpoint."""

    salt: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint


# --- the tree --------------------------------------------------------------------------------------------------------


def leaf_hash(salt: bytes, event: bytes) -> bytes:
    """The leaf of an event: SHA-256(0 || SHA-256(salt || event)). The salt has 16 bytes."""
    return sha256(b"\0" + sha256(salt + event))


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return _node(tree_root(leaves[:middle]), tree_root(leaves[middle:]))


def inclusion_path(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The hashes that lead from leaf `index` to the root."""
    if len(leaves) == 1:
        return ()
    middle = _split(len(leaves))
    if index < middle:
        return (*inclusion_path(index, leaves[:middle]), tree_root(leaves[middle:]))
    return (*inclusion_path(index - middle, leaves[middle:]), tree_root(leaves[:middle]))


def consistency_path(old_size: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The hashes that show that the first `old_size` leaves are still the same."""
    return _consistency(old_size, leaves, True) if 0 < old_size <= len(leaves) else ()


def _consistency(old_size: int, leaves: Sequence[bytes], whole: bool) -> tuple[bytes, ...]:
    if old_size == len(leaves):
        return () if whole else (tree_root(leaves),)
    middle = _split(len(leaves))
    if old_size <= middle:
        return (*_consistency(old_size, leaves[:middle], whole), tree_root(leaves[middle:]))
    return (*_consistency(old_size - middle, leaves[middle:], False), tree_root(leaves[:middle]))


def included(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` is entry `index` of the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, value = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            value = _node(step, value)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            value = _node(value, step)
        place, last = place >> 1, last >> 1
    return last == 0 and value == root


def consistent(old_size: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `size` extends the one of `old_size` (RFC 9162, 2.1.4.2). An empty tree is extended by every other."""
    if old_size == size:
        return old_root == root and not path
    if old_size == 0:
        return not path
    if not 0 < old_size < size:
        return False
    steps = list(path) if old_size & (old_size - 1) else [old_root, *path]
    if not steps:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = _node(step, before), _node(step, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = _node(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == root


# --- checkpoints -----------------------------------------------------------------------------------------------------


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ObjectRefused(Reason.MALFORMED) from None
    if _b64(data) != text:
        raise ObjectRefused(Reason.MALFORMED)
    return data


def _key_hash(name: str, kind: int, key: str) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + unb64u(key, 32))[:4]


def origin_of(mediation: str) -> str:
    """The name of a mediation's log."""
    return f"incamera/{mediation}"


def make_checkpoint(signer: Signer, mediation: str, leaves: Sequence[bytes]) -> Checkpoint:
    """The signed state of the log, by the log's key."""
    origin, root = origin_of(mediation), tree_root(leaves)
    text = f"{origin}\n{len(leaves)}\n{_b64(root)}\n"
    signature = _key_hash(origin, _ED25519, signer.public) + signer.sign(text.encode())
    note = f"{text}\n{_DASH}{origin} {_b64(signature)}\n"
    return Checkpoint(origin=origin, size=len(leaves), root=root, note=note)


def check_checkpoint(untrusted: str, mediation: str, key: str) -> Checkpoint:
    """A checkpoint of this mediation's log with a signature by the log's key."""
    checkpoint, lines = _read_note(untrusted)
    if checkpoint.origin != origin_of(mediation):
        raise ObjectRefused(Reason.MEDIATION)
    text = _signed_text(untrusted)
    mark = _key_hash(checkpoint.origin, _ED25519, key)
    if not any(
        name == checkpoint.origin and raw[:4] == mark and signed_by(key, text.encode(), raw[4:]) for name, raw in lines
    ):
        raise ObjectRefused(Reason.SIGNATURE)
    return checkpoint


def cosign(signer: Signer, name: str, checkpoint: Checkpoint, ts: int) -> Checkpoint:
    """Add a device's cosignature: it saw this state at `ts` and found it consistent with what it saw before."""
    signature = signer.sign(_cosigned(checkpoint, ts))
    raw = _key_hash(name, _COSIGNATURE, signer.public) + ts.to_bytes(8, "big") + signature
    return msgspec.structs.replace(checkpoint, note=f"{checkpoint.note}{_DASH}{name} {_b64(raw)}\n")


def cosigned_at(checkpoint: Checkpoint, name: str, key: str) -> int | None:
    """When this device cosigned, or None."""
    _, lines = _read_note(checkpoint.note)
    for line_name, raw in lines:
        if line_name == name and len(raw) == 76 and raw[:4] == _key_hash(name, _COSIGNATURE, key):
            ts = int.from_bytes(raw[4:12], "big")
            if signed_by(key, _cosigned(checkpoint, ts), raw[12:]):
                return ts
    return None


def _cosigned(checkpoint: Checkpoint, ts: int) -> bytes:
    return f"cosignature/v1\ntime {ts}\n{_signed_text(checkpoint.note)}".encode()


def _signed_text(note: str) -> str:
    return note.partition("\n\n")[0] + "\n"


def _read_note(untrusted: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    head, found, tail = untrusted[:65_536].partition("\n\n")
    lines = head.split("\n")
    if not found or len(lines) != 3 or len(untrusted) > 65_536 or not tail.endswith("\n"):
        raise ObjectRefused(Reason.MALFORMED)
    origin, size, root = lines
    if not _ORIGIN.match(origin) or not re.match(r"(?:0|[1-9][0-9]{0,9})\Z", size) or len(_unb64(root)) != 32:
        raise ObjectRefused(Reason.MALFORMED)
    signatures = []
    for line in tail[:-1].split("\n"):
        parts = line[len(_DASH) :].split(" ")
        if not line.startswith(_DASH) or len(parts) != 2 or not parts[0]:
            raise ObjectRefused(Reason.MALFORMED)
        raw = _unb64(parts[1])
        if len(raw) < 5:
            raise ObjectRefused(Reason.MALFORMED)
        signatures.append((parts[0], raw))
    return Checkpoint(origin=origin, size=int(size), root=_unb64(root), note=untrusted), signatures


# --- proofs ----------------------------------------------------------------------------------------------------------


def make_proof(salt: bytes, index: int, leaves: Sequence[bytes], checkpoint: Checkpoint) -> LogProof:
    """The proof for entry `index`; `leaves` are those of the checkpoint."""
    return LogProof(salt=salt, index=index, path=inclusion_path(index, leaves), checkpoint=checkpoint)


def proof_text(proof: LogProof) -> str:
    """The `tlog-proof@v1` file."""
    path: Iterable[str] = (_b64(step) + "\n" for step in proof.path)
    return f"{_PROOF}\nextra {_b64(proof.salt)}\nindex {proof.index}\n{''.join(path)}\n{proof.checkpoint.note}"


def check_proof(untrusted: str, event: bytes, mediation: str, key: str) -> LogProof:
    """The proof that exactly this event is in this mediation's log, whose checkpoint is signed by `key`."""
    head, found, note = untrusted[:131_072].partition("\n\n")
    lines = head.split("\n")
    if not found or len(lines) < 3 or len(lines) > 70 or lines[0] != _PROOF:
        raise ObjectRefused(Reason.MALFORMED)
    extra, index = lines[1].removeprefix("extra "), lines[2].removeprefix("index ")
    if extra == lines[1] or not re.match(r"(?:0|[1-9][0-9]{0,9})\Z", index):
        raise ObjectRefused(Reason.MALFORMED)
    salt, path = _unb64(extra), tuple(_unb64(line) for line in lines[3:])
    if len(salt) != 16 or any(len(step) != 32 for step in path):
        raise ObjectRefused(Reason.MALFORMED)
    checkpoint = check_checkpoint(note, mediation, key)
    if not included(int(index), checkpoint.size, leaf_hash(salt, event), path, checkpoint.root):
        raise ObjectRefused(Reason.LOG)
    return LogProof(salt=salt, index=int(index), path=path, checkpoint=checkpoint)
