"""The dead-man rule: when the mediator's device falls silent, the joint room falls silent too, and then parts along sheets signed ahead.

The server never decides where people go: it may publish the sheets that the mediator signed for this very case, and nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from client.keys.jws import Signed
from client.keys.membership import MEDIATORS, Sheet, check_sheet
from client.protocol.errors import Code, Refusal
from server.mediation import events as e
from server.mediation.model import State

SILENT_AFTER = 5.0
PARTED_AFTER = 30.0

Rooms = Mapping[str, Signed[Sheet]]


def check(state: State, rooms: Rooms, parting: tuple[str, ...], together: Callable[[Rooms], None]) -> None:
    """Refuse sheets signed ahead that would not leave each side in a room of its own, or that move anybody else."""
    if not parting:
        return
    apart: dict[str, Signed[Sheet]] = {}
    for compact in parting:
        sheet = check_sheet(compact, state.charter, state.certified, None)
        if sheet.body.room in apart:
            raise Refusal(Code.BAD_OBJECT, rule="parting")
        apart[sheet.body.room] = sheet
    joint = next((one for one in rooms.values() if one.hash == next(iter(apart.values())).body.parting), None)
    if joint is None or joint.body.kind != "joint":
        raise Refusal(Code.STALE, rule="parting")
    for sheet in apart.values():
        body = sheet.body
        rest = body.room == joint.body.room
        expected = (joint.body.rev + 1, joint.hash) if rest else (1, "")
        fresh = rest or (body.room not in state.past and body.room not in rooms and body.kind == "waiting")
        mediated = any(member.role in MEDIATORS for member in body.members)
        if body.parting != joint.hash or (body.rev, body.prev) != expected or not fresh or (mediated and not rest):
            raise Refusal(Code.BAD_OBJECT, rule="parting")
    before = {(m.seat, m.dev, m.role) for m in joint.body.members}
    after = [(m.seat, m.dev, m.role) for sheet in apart.values() for m in sheet.body.members]
    if joint.body.room not in apart or set(after) != before or len(after) != len(before):
        raise Refusal(Code.BAD_OBJECT, rule="parting")
    if any(member.role not in MEDIATORS for member in apart[joint.body.room].body.members):
        raise Refusal(Code.BAD_OBJECT, rule="parting")
    together({**rooms, **apart})


def watched(state: State) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Joint rooms in which somebody is with a mediator: (room, its mediators' seats)."""
    found = []
    for room, sheet in state.rooms.items():
        mediators = tuple(m.seat for m in sheet.body.members if m.role in MEDIATORS)
        if sheet.body.kind == "joint" and mediators and len(mediators) < len(sheet.body.members):
            found.append((room, mediators))
    return tuple(found)


def due(state: State, room: str, quiet: float) -> Literal["unsilence", "silence", "part"] | None:
    """What `quiet` seconds without a beat of any mediator of this room call for."""
    silent = room in state.live.silent
    if quiet < SILENT_AFTER:
        return "unsilence" if silent else None
    # People who must never meet are not left waiting for the mediator in one room.
    apart_at = SILENT_AFTER if _no_contact(state) else PARTED_AFTER
    if quiet >= apart_at and room in state.partings:
        return "part"
    return None if silent else "silence"


def _no_contact(state: State) -> bool:
    return bool(state.charter.body.no_contact)


def events(state: State, room: str, what: Literal["unsilence", "silence", "part"]) -> tuple[e.AnyEvent, ...]:
    """The events that carry it out."""
    match what:
        case "unsilence":
            return (e.Unsilenced(room=room),)
        case "silence":
            return (e.Silenced(room=room),)
        case "part":
            return (e.SheetsPublished(sheets=state.partings[room], by=""),)
