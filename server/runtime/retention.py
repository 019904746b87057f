"""The end of what was kept: at its date, when no hold and no open request stands against it, the gate key goes first, then the log says so
with an attestation, then the ciphertext goes. Repeatable at any point."""

import asyncio
from collections.abc import Sequence

from client.keys.encoding import hash_text, unb64u
from client.keys.log import leaf_hash, tree_root
from policies.decide import Reason, Refuse, decide
from policies.load import Policy
from policies.retention import attest, attestation_bytes
from policies.shelf import Shelf
from policies.situation import Expiring
from policies.situation import Gate as Service
from server import log
from server.disclosure.gate import Gate
from server.mediation import cases
from server.mediation import events as e
from server.mediation.model import State
from server.runtime.house import House
from server.store.log import Entry

LOOK_SECONDS = 600.0


def against_expiry(state: State, policy: Policy | None, now: int) -> tuple[Reason, ...]:
    """What stands against destroying the record now; empty when nothing does. Rules that can't be read stand against it too."""
    if policy is None:
        return (Reason(rule="rules-unknown", says="The rules that its people accepted are not here."),)
    table = cases.table(policy, state)
    answer = decide(policy, Service(), "expire", cases.kept_case(state, now), Expiring(mediation=table, now=now))
    return answer.reasons if isinstance(answer, Refuse) else ()


def rules_of(state: State, shelf: Shelf) -> Policy | None:
    """The version of the rules that this mediation's people accepted."""
    return shelf.find(unb64u(state.charter.body.policy).hex())


def attestation(
    state: State, policy: Policy, entries: Sequence[Entry], now: int, by: str = "gate", second: str | None = None
) -> str:
    """What is being destroyed, by whom and with whom, as it goes into the log. The key is named by its public half's hash."""
    made = attest(
        policy,
        classes=("sealed-record",),
        items=sum(not kept.erased for kept in state.items.values()),
        key_fingerprints=(hash_text(state.gate or state.id),),
        at=now,
        by=by,
        second=second,
        ledger_head=tree_root([leaf_hash(entry.salt, entry.body) for entry in entries]).hex(),
    )
    return attestation_bytes(made).decode()


async def expire(house: House, gate: Gate, shelf: Shelf, mediation: str) -> bool:
    """Destroy one mediation's kept items for good, if its rules let it happen now."""
    actor = await house.get(mediation)
    if actor is None:
        return False
    held = actor

    async def end() -> bool:
        state, now = held.state, house.services.clock.now()
        if state.life == "destroyed":
            await asyncio.to_thread(gate.destroy, mediation)
            return False
        policy = rules_of(state, shelf)
        against = against_expiry(state, policy, now)
        if against or policy is None:
            log.info("record kept on", mediation=mediation, rule=min(reason.rule for reason in against))
            return False
        entries = await house.services.log.read(mediation)
        await asyncio.to_thread(gate.destroy, mediation)
        await held.commit((e.Destroyed(at=now, attestation=attestation(state, policy, entries, now)),))
        return True

    done = await actor.ask(end)
    if done:
        log.info("record destroyed", mediation=mediation)
    return done


async def expire_due(house: House, gate: Gate, shelf: Shelf) -> int:
    """Destroy everything that is past its date and not held. Says how many records."""
    due = await house.services.log.due(house.services.clock.now())
    return sum([await expire(house, gate, shelf, mediation) for mediation in due])


async def watch(house: House, gate: Gate, shelf: Shelf) -> None:
    """Look every ten minutes, for ever."""
    while True:
        try:
            await expire_due(house, gate, shelf)
        except Exception as error:
            log.fault("retention fault", error)
        await asyncio.sleep(LOOK_SECONDS)
