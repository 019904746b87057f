"""Second signatures that change the world: two people destroy the record. The key goes first, then the log says so with an attestation."""

import asyncio
from typing import Any

from client.protocol import messages as m
from policies.shelf import Shelf
from server.disclosure.gate import Gate
from server.mediation import events as e
from server.mediation.acts import act_of
from server.mediation.decide import checked, decide
from server.mediation.papers import need_policy, seat_of_second
from server.mediation.views import Viewer
from server.runtime.actor import Actor
from server.runtime.retention import attestation, rules_of


class Keeping:
    """The command `second.give`."""

    def __init__(self, gate: Gate, shelf: Shelf) -> None:
        self._gate, self._shelf = gate, shelf

    async def second(self, actor: Actor, viewer: Viewer, command: m.SecondGive, cause: str) -> dict[str, Any]:
        """Agree to another's paper or act; where it is destruction, destroy."""
        with checked():
            facts = await actor.services.facts(actor.state, viewer, command)
        events = decide(actor.state, viewer, command, facts)
        for event in events:
            if isinstance(event, e.ActDone) and (act := act_of(event.act)).act == "destroy":
                policy = need_policy(rules_of(actor.state, self._shelf))
                entries = await actor.services.log.read(actor.state.id)
                await asyncio.to_thread(self._gate.destroy, actor.state.id)
                other = seat_of_second(event.second).seat
                said = attestation(actor.state, policy, entries, facts.now, by=act.seat, second=other)
                events = (*events, e.Destroyed(at=facts.now, attestation=said))
        await actor.commit(events, cause)
        return {}
