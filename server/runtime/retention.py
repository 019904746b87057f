"""The end of what was kept: at its date the gate key goes first, then the log says so, then the ciphertext goes. Repeatable at any point."""

import asyncio

from server import log
from server.disclosure.gate import Gate
from server.mediation import events as e
from server.runtime.house import House

LOOK_SECONDS = 600.0


async def expire(house: House, gate: Gate, mediation: str) -> None:
    """Destroy one mediation's kept items for good."""
    await asyncio.to_thread(gate.destroy, mediation)
    actor = await house.get(mediation)
    if actor is None or actor.state.life == "destroyed":
        return
    now = house.services.clock.now()
    held = actor

    async def end() -> None:
        await held.commit((e.Destroyed(at=now),))

    await actor.ask(end)
    log.info("record destroyed", mediation=mediation)


async def expire_due(house: House, gate: Gate) -> int:
    """Destroy everything that is past its date. Says how many records."""
    due = await house.services.log.due(house.services.clock.now())
    for mediation in due:
        await expire(house, gate, mediation)
    return len(due)


async def watch(house: House, gate: Gate) -> None:
    """Look every ten minutes, for ever."""
    while True:
        try:
            await expire_due(house, gate)
        except Exception as error:
            log.fault("retention fault", error)
        await asyncio.sleep(LOOK_SECONDS)
