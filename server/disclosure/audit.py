"""The audit log of a mediation: a tree over its events, a signed checkpoint, and proofs for the few events that a package shows.

The tree holds salted hashes: a proof of one event tells nothing about the others. The log's own key signs checkpoints and nothing else.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from client.keys.devices import SoftSigner
from client.keys.log import leaf_hash, make_checkpoint, make_proof, proof_text
from server.runtime.clock import Random
from server.store.log import Entry


class Proven(Struct, frozen=True, kw_only=True):
    """Some events with the proof of each, under one checkpoint."""

    checkpoint: str
    key: str
    events: tuple[str, ...]
    proofs: tuple[str, ...]


def log_signer(file: Path, random: Random) -> SoftSigner:
    """The key that signs this server's checkpoints; made at the first start, readable by its owner only."""
    if not file.exists():
        fresh = file.with_name(file.name + ".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(random(32).hex())
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    return SoftSigner(bytes.fromhex(file.read_text()))


def prove(signer: SoftSigner, mediation: str, entries: Sequence[Entry], chosen: Sequence[int]) -> Proven:
    """Proofs for the entries at these places (0 is the first) under a checkpoint of the whole log."""
    leaves = [leaf_hash(entry.salt, entry.body) for entry in entries]
    checkpoint = make_checkpoint(signer, mediation, leaves)
    proofs = [proof_text(make_proof(entries[place].salt, place, leaves, checkpoint)) for place in chosen]
    events = [entries[place].body.decode() for place in chosen]
    return Proven(checkpoint=checkpoint.note, key=signer.public, events=tuple(events), proofs=tuple(proofs))
