"""Uploads and downloads of ciphertext: who may begin one, who may read one, and the tokens that say so to the HTTP side."""

import hmac
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from client.keys.encoding import b64u
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from server.mediation import events as e
from server.mediation import views
from server.mediation.decide import need_known
from server.mediation.views import Viewer
from server.runtime.actor import Actor
from server.runtime.clock import Clock, Random
from server.store.blobs import Blob

TOKENS = 10_000
TOKEN_SECONDS = 3600.0
MAX_SEAT_BYTES = 500_000_000
MAX_MEDIATION_BYTES = 2_000_000_000


class Pass(Struct, frozen=True, kw_only=True):
    """The right to write or to read one upload, for an hour."""

    blob: Blob
    writes: bool
    until: float


class Passes:
    """Bearer tokens, in memory."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock, self._random = clock, random
        self._passes: OrderedDict[str, Pass] = OrderedDict()

    def give(self, blob: Blob, writes: bool) -> str:
        """A fresh token."""
        token = b64u(self._random(32))
        self._passes[token] = Pass(blob=blob, writes=writes, until=self._clock.monotonic() + TOKEN_SECONDS)
        while len(self._passes) > TOKENS:
            self._passes.popitem(last=False)
        return token

    def check(self, token: str, blob: str, writes: bool) -> Blob | None:
        """The upload, if the token is good for this."""
        found = self._passes.get(token)
        if found is None or found.until < self._clock.monotonic() or found.writes != writes:
            return None
        return found.blob if hmac.compare_digest(found.blob.id, blob) else None

    def revoke(self, mediation: str) -> None:
        """No token of this mediation holds any longer."""
        for token in [t for t, p in self._passes.items() if p.blob.mediation == mediation]:
            del self._passes[token]


class Uploads:
    """The commands `upload.begin` and `blob.open`."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes

    async def begin(self, actor: Actor, viewer: Viewer, command: m.UploadBegin, _cause: str) -> dict[str, Any]:
        """Reserve room for an upload."""
        need_known(actor.state, viewer)
        if actor.state.life in ("closed", "destroyed"):
            raise Refusal(Code.GONE)
        services = actor.services
        total, own = await services.blobs.used(actor.state.id, viewer.seat)
        if own + command.size > MAX_SEAT_BYTES or total + command.size > MAX_MEDIATION_BYTES:
            raise Refusal(Code.TOO_LARGE, rule="quota")
        made = await services.blobs.begin(
            b64u(services.random(16)), actor.state.id, viewer.seat, command.size, services.clock.now()
        )
        return {"blob": made.id, "token": self._passes.give(made, writes=True)}

    async def open(self, actor: Actor, viewer: Viewer, command: m.BlobOpen, _cause: str) -> dict[str, Any]:
        """A token to read an upload that the viewer's room, or an item the viewer holds, names."""
        if not views.may_read(actor.state, viewer, command.blob):
            raise Refusal(Code.NOT_ALLOWED, rule="blob")
        blob = await actor.services.blobs.get(command.blob)
        if blob is None or not blob.complete or blob.mediation != actor.state.id:
            raise Refusal(Code.NOT_ALLOWED, rule="blob")
        return {"token": self._passes.give(blob, writes=False), "size": blob.size}

    async def after(self, actor: Actor, events: Sequence[e.AnyEvent]) -> None:
        """Closing destroys every upload that is not kept; words erased early, and a destroyed record, take theirs along. Repeatable."""
        if any(isinstance(event, e.Closed | e.Destroyed | e.ActDone) for event in events):
            await self.settle(actor)

    async def settle(self, actor: Actor) -> None:
        """Bring the disk to what the state says: after a crash between the log and the files this runs again."""
        state = actor.state
        if state.life not in ("closed", "destroyed"):
            return
        kept = {item.blob for item in state.items.values() if not item.erased}
        erased = {name for name, item in state.items.items() if item.erased}
        drafts = {
            opening.draft_blob
            for opening in state.openings.values()
            if opening.draft_blob is not None and not erased & {one.item for one in opening.request.body.items}
        }
        spare = kept | drafts if state.life == "closed" else set()
        self._passes.revoke(state.id)
        await actor.services.blobs.destroy(state.id, spare)
