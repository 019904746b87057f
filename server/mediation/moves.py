"""Sheets, grants and holds: who is in which room, who handed out its key, who holds it. The same checks as every client, over the same bytes."""

from collections.abc import Mapping

from client.keys.grants import Grant, check_grant
from client.keys.jws import Signed, unverified
from client.keys.membership import MEDIATORS, Charter, Role, Sheet, check_sheet
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies import words
from policies.rooms import MayNotPublish, SeatFact, SheetFact, may_publish
from server.mediation import doors, parting
from server.mediation import events as e
from server.mediation.model import State
from server.mediation.views import Viewer

# The words of signed statements and the words of the rules.
ROLES: dict[Role, words.Role] = {
    "mediator": "mediator",
    "comediator": "co-mediator",
    "party": "party",
    "counsel": "counsel",
    "support": "support",
    "interpreter": "interpreter",
    "expert": "expert",
    "casemanager": "case-manager",
    "observer": "observer",
    "custodian": "custodian",
}


def publish(state: State, actor: Viewer, command: m.SheetsPublish, tick: float = 0.0) -> tuple[e.AnyEvent, ...]:
    """All sheets of one move, or none: each follows its room's last, and afterwards every seat is in one room at most."""
    sheets: dict[str, Signed[Sheet]] = {}
    for compact in command.sheets:
        sheet = check_sheet(compact, state.charter, state.certified, None)
        body = sheet.body
        last = state.past.get(body.room)
        if (body.rev, body.prev) != ((1, "") if last is None else (last.body.rev + 1, last.hash)):
            raise Refusal(Code.STALE, rule="revision", room=body.room, rev=0 if last is None else last.body.rev)
        if last is not None and last.body.kind != body.kind:
            raise Refusal(Code.BAD_OBJECT, rule="room")
        if body.room in sheets or body.parting:
            raise Refusal(Code.BAD_OBJECT, rule="room")
        _fit(state, body)
        doors.let_in(state, sheet, command.entries, tick)
        sheets[body.room] = sheet
    rooms = {**state.rooms, **sheets}
    charter = state.charter.body
    together(charter, rooms)
    parting.check(state, rooms, command.parting, lambda apart: together(charter, apart))
    cards = _cards(state, command)
    published = e.SheetsPublished(sheets=command.sheets, by=actor.dev, parting=command.parting, entries=command.entries)
    return (e.CardsDealt(cards=cards), published) if cards else (published,)


def _fit(state: State, sheet: Sheet) -> None:
    """A mediator sits on a certified device, and nobody else does."""
    for member in sheet.members:
        if (member.role in MEDIATORS) != (member.dev in state.certified):
            raise Refusal(Code.BAD_OBJECT, rule="device")


def together(body: Charter, rooms: Mapping[str, Signed[Sheet]]) -> None:
    """The rules' word on all rooms at once, and no device in two places. Raises Refusal."""
    seats = [SeatFact(seat.id, ROLES[seat.role], seat.side) for seat in body.seats]
    sheets = [
        SheetFact(room, sheet.body.kind, tuple(member.seat for member in sheet.body.members))
        for room, sheet in rooms.items()
        if sheet.body.members
    ]
    answer = may_publish(seats, sheets, body.no_contact)
    if isinstance(answer, MayNotPublish):
        raise Refusal(Code.NOT_ALLOWED, rule=answer.rule, room=answer.room)
    devices = [member.dev for sheet in rooms.values() for member in sheet.body.members]
    if len(set(devices)) != len(devices):
        raise Refusal(Code.NOT_ALLOWED, rule="room.twice")


def _cards(state: State, command: m.SheetsPublish) -> dict[str, str]:
    if any(state.charter.body.seat(seat) is None for seat in command.cards):
        raise Refusal(Code.BAD_OBJECT, rule="seat")
    return dict(command.cards)


def room_of(state: State, actor: Viewer) -> str:
    """The actor's room, or a refusal."""
    room = state.room_of(actor.seat, actor.dev) if state.life == "open" else None
    if room is None:
        raise Refusal(Code.NOT_HERE)
    return room


def grant(state: State, actor: Viewer, command: m.GrantPublish) -> tuple[e.AnyEvent, ...]:
    """A fresh key by the room's first connected keeper, for exactly the members connected now."""
    room = room_of(state, actor)
    if state.keeper(room) != actor.seat:
        raise Refusal(Code.NOT_ALLOWED, rule="keeper")
    present = {page.seat: page.kem for page in state.present(room)}
    last = state.live.epochs.get(room, 0)
    claimed = unverified("grant", command.grant, Grant)
    if claimed.room != room:
        raise Refusal(Code.STALE, rule="room")  # the keeper was moved while the grant was on its way
    if claimed.epoch <= last:
        raise Refusal(Code.STALE, rule="epoch", epoch=last)  # a keeper who is new here learns where to go on
    given = check_grant(command.grant, state.rooms[room], present, last)
    if given.by != actor.dev or given.body.by != actor.seat:
        raise Refusal(Code.NOT_ALLOWED, rule="keeper")
    return (e.Granted(room=room, grant=command.grant),)


def hold(state: State, actor: Viewer, command: m.RoomHold) -> tuple[e.AnyEvent, ...]:
    """A member holds the present sheet and its latest epoch."""
    room = room_of(state, actor)
    given = state.live.grants.get(room)
    if given is None or (command.sheet, command.epoch) != (state.rooms[room].hash, given.body.epoch):
        raise Refusal(Code.STALE, rule="epoch", epoch=0 if given is None else given.body.epoch)
    return (e.Held(seat=actor.seat, sheet=command.sheet, epoch=command.epoch),)


def current(state: State) -> dict[str, tuple[str, int]]:
    """Room -> (sheet hash, epoch) granted under that sheet; rooms without a grant are left out."""
    return {
        room: (state.rooms[room].hash, given.body.epoch)
        for room, given in state.live.grants.items()
        if room in state.rooms and given.body.sheet == state.rooms[room].hash
    }
