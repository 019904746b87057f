"""What decisions need to know of the world: complete uploads, the hash of an age file, whether the gate's share opens, what the rules say."""

import asyncio
import hashlib
from pathlib import Path

from client.keys.encoding import b64u, unb64u
from client.keys.items import Header, Item, check_form, header_of, open_share
from client.keys.jws import Signed, unverified
from client.keys.membership import Charter
from client.keys.refusals import ObjectRefused
from client.protocol import messages as m
from policies.access import KeysAndRulesDiffer, access_sets
from policies.load import Policy
from policies.rooms import SeatFact
from policies.shelf import Shelf
from server.disclosure.gate import Gate, GateGone
from server.mediation.cases import KINDS
from server.mediation.decide import Facts
from server.mediation.evolve_record import GATE
from server.mediation.model import State
from server.mediation.moves import ROLES
from server.mediation.record import KeepFacts
from server.mediation.views import Viewer, sees_floor
from server.runtime.clock import Clock
from server.store.blobs import Blobs


class World:
    """Gathers facts for one command at a time."""

    def __init__(self, clock: Clock, blobs: Blobs, gate: Gate, policy: Policy, shelf: Shelf) -> None:
        self._clock, self._blobs, self._gate = clock, blobs, gate
        self._policy, self._shelf = policy, shelf

    async def facts(self, state: State, viewer: Viewer, command: m.AnyCommand) -> Facts:
        """What the world says to this command."""
        now, tick = self._clock.now(), self._clock.monotonic()
        match command:
            case m.ChatPost():
                mine = None if sees_floor(state, viewer) else viewer.seat  # a mediator passes on what others uploaded
                uploads = await self._blobs.complete_of(state.id, mine, command.blobs)
                return Facts(now=now, uploads=uploads)
            case m.MediationAdjourn(journal=str(journal)):
                return Facts(now=now, uploads=await self._blobs.complete_of(state.id, viewer.seat, (journal,)))
            case m.ItemKeep():
                return Facts(now=now, keep=await self._keep(state, viewer, command), policy=self._rules_of(state))
            case m.CharterPublish():
                asked = unverified("charter", command.charter, Charter).policy
                return Facts(now=now, policy=self._find(asked))
            case _:
                return Facts(now=now, tick=tick, policy=self._rules_of(state))

    async def _keep(self, state: State, viewer: Viewer, command: m.ItemKeep) -> KeepFacts:
        item = check_form(command.item, viewer.dev)
        blob = await self._blobs.get(command.blob)
        mine = blob is not None and blob.complete and (blob.mediation, blob.seat) == (state.id, viewer.seat)
        digest = await asyncio.to_thread(_file_sha256, self._blobs.path(blob)) if blob is not None and mine else None
        opens = await asyncio.to_thread(self._gate_opens, state.id, item)
        return KeepFacts(gate_opens=opens, file_sha256=digest, sets=self._sets(state, header_of(item)))

    def _rules_of(self, state: State) -> Policy | None:
        """The version of the rules that this mediation's people accepted, whatever has come into force since."""
        return self._find(state.charter.body.policy)

    def _find(self, policy: str) -> Policy | None:
        sha256 = unb64u(policy).hex()
        return self._policy if sha256 == self._policy.sha256 else self._shelf.find(sha256)

    def _gate_opens(self, mediation: str, item: Signed[Item]) -> bool:
        """Whether the gate can open its own share of every set: one that it can't would defeat expiry and refusal alike."""
        try:
            opener = self._gate.opener(mediation)
            for wrap in item.body.wraps:
                open_share(opener, item, wrap.sid, GATE)
        except (GateGone, ObjectRefused):
            return False
        return True

    def _sets(self, state: State, header: Header) -> frozenset[frozenset[str]] | None:
        """For each reason (named in the group) whose keys the rules ask for together that the mediation was agreed under; None when those
        rules were never in force here."""
        body, policy = state.charter.body, self._rules_of(state)
        if policy is None or body.regime not in policy.regimes:
            return None
        seats = tuple(SeatFact(seat.id, ROLES[seat.role], seat.side) for seat in body.seats)
        kind = KINDS.get(header.kind)
        if kind is None:
            return frozenset()
        try:
            sets = access_sets(
                policy, body.regime, frozenset(body.grounds), seats, frozenset({header.seat}), "joint", kind
            )
        except (KeysAndRulesDiffer, ValueError):
            return frozenset()
        return frozenset(frozenset({ground, *group}) for ground, groups in sets.items() for group in groups)


def _file_sha256(path: Path) -> str | None:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return None
    return b64u(digest.digest())
