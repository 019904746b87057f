"""Keeps every version of the rules that was ever in force, so that a mediation stays with the version its people accepted.

A version is one file named by its digest; what is read back is loaded as strictly as any folder and must have that digest again.
"""

import contextlib
import os
from collections import OrderedDict
from pathlib import Path

import msgspec

from policies.load import Policy, Texts, load_texts
from policies.strict import PolicyError

FORM = "rules/1"
MAX_FILE = 16 * 1024 * 1024


class Packed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version in one file."""

    form: str
    sha256: str
    whole: dict[str, str]
    own: dict[str, str] | None


def pack(policy: Policy) -> bytes:
    """A version as bytes, the same every time."""
    own = None if policy.texts.own is None else _texts(policy.texts.own)
    packed = Packed(form=FORM, sha256=policy.sha256, whole=_texts(policy.texts.whole), own=own)
    return msgspec.json.encode(packed, order="deterministic")


def unpack(raw: bytes) -> Policy:
    """A version from bytes, or a `PolicyError` if it is not the version that it says it is."""
    try:
        packed = msgspec.json.decode(raw, type=Packed)
    except msgspec.MsgspecError:
        raise PolicyError("a kept version", 0, "is damaged") from None
    if packed.form != FORM:
        raise PolicyError("a kept version", 0, "has a form that this program does not know")
    own = None if packed.own is None else {name: text.encode() for name, text in packed.own.items()}
    policy = load_texts(Texts(whole={name: text.encode() for name, text in packed.whole.items()}, own=own))
    if policy.sha256 != packed.sha256:
        raise PolicyError("a kept version", 0, "is not the version that it says it is")
    return policy


class Shelf:
    """The versions kept in one folder. Versions are only ever added."""

    def __init__(self, folder: Path, bound: int = 8) -> None:
        self._folder = folder
        self._bound = bound
        self._loaded: OrderedDict[str, Policy] = OrderedDict()

    def keep(self, policy: Policy) -> Policy:
        """Put a version on the shelf, whole or not at all, and give it back."""
        file = self._file(policy.sha256)
        if not file.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            half = file.with_suffix(f".{os.getpid()}.half")
            try:
                with half.open("xb") as out:
                    out.write(pack(policy))
                    out.flush()
                    os.fsync(out.fileno())
                half.replace(file)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    half.unlink()
        self._remember(policy)
        return policy

    def find(self, sha256: str) -> Policy | None:
        """The version with that digest; None if it was never here or its file is damaged. What it asks is then unknown: refuse."""
        known = self._loaded.get(sha256)
        if known is not None:
            self._loaded.move_to_end(sha256)
            return known
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            return None
        try:
            file = self._file(sha256)
            if file.stat().st_size > MAX_FILE:
                return None
            policy = unpack(file.read_bytes())
        except (OSError, PolicyError):
            return None
        if policy.sha256 != sha256:
            return None
        self._remember(policy)
        return policy

    def _file(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.json"

    def _remember(self, policy: Policy) -> None:
        self._loaded[policy.sha256] = policy
        self._loaded.move_to_end(policy.sha256)
        while len(self._loaded) > self._bound:
            self._loaded.popitem(last=False)


def _texts(files: dict[str, bytes]) -> dict[str, str]:
    return {name: content.decode() for name, content in sorted(files.items())}
