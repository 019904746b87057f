"""Who looks: a connected page, and what its place and device entitle it to in general."""

from msgspec import Struct

from server.mediation.model import State


class Viewer(Struct, frozen=True, kw_only=True):
    """A connected page: a place, a device, and this page load's key."""

    seat: str
    dev: str
    kem: str


def sees_floor(state: State, viewer: Viewer) -> bool:
    """Whether the viewer is a mediator on a certified device."""
    return state.is_mediator(viewer.seat) and state.knows(viewer.seat, viewer.dev)


def own_room(state: State, viewer: Viewer) -> str | None:
    """The viewer's room while the meeting is open."""
    return state.room_of(viewer.seat, viewer.dev) if state.life == "open" else None
