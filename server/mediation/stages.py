"""How far a request to open kept items has come: what the gate would answer now."""

from typing import Literal

from server.mediation.model import Opening, State

Stage = Literal["open", "unlocked", "reviewing", "drafted", "cooling", "releasable", "released", "closed"]


def ready_at(opening: Opening) -> int | None:
    """When the cooling-off time of a complete release, and the days that those told have to object, end; None while an answer is missing."""
    if opening.draft is None or not opening.holders <= set(opening.agreed):
        return None
    pause = opening.request.body.cooling_hours * 3600
    if all(opening.agreed[seat].body.shorten for seat in opening.holders):
        pause = 0
    return max(opening.agreed_at + pause, opening.notice_until)


def stage(state: State, opening: Opening, now: int) -> Stage:
    """What the gate would answer now."""
    if opening.released_at is not None:
        return "released"
    if state.life == "destroyed" or now >= opening.request.body.expires:
        return "closed"
    if opening.draft is not None:
        ready = ready_at(opening)
        if ready is None:
            return "drafted"
        return "releasable" if now >= ready else "cooling"
    if opening.request.hash in state.live.sittings:
        return "reviewing"
    return "unlocked" if opening.holders <= set(opening.unlocked) else "open"
