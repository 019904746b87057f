"""The fold: state and event give the next state. Never decides, never fails on an event that was committed, touches nothing outside."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from client.keys.entry import Ring as RingBody
from client.keys.grants import Grant
from client.keys.jws import Signed
from client.keys.membership import Charter, Sheet
from client.keys.roots import DevCert
from client.protocol.messages import Entry, SeatPlan
from server.mediation import events as e
from server.mediation import meetings
from server.mediation.evolve_keeping import evolve_keeping
from server.mediation.evolve_record import evolve_record, recorded
from server.mediation.model import Knock, Live, Page, PageKey, Place, Ring, State, Talk

MAX_LINES = 500
MAX_TALK = 400_000  # characters of sealed text the relay remembers for one room

K = TypeVar("K")
V = TypeVar("V")


@lru_cache(maxsize=4096)
def _charter(compact: str) -> Signed[Charter]:
    return recorded("charter", compact, Charter)


@lru_cache(maxsize=4096)
def _sheet(compact: str) -> Signed[Sheet]:
    return recorded("sheet", compact, Sheet)


@lru_cache(maxsize=1024)
def _devcert(compact: str) -> Signed[DevCert]:
    return recorded("devcert", compact, DevCert)


def start(event: e.Created) -> State:
    """The state after a mediation was made."""
    state = State(id=event.mediation, root=event.root, charter=_charter(event.charter), gate=event.gate, seq=1)
    for compact in event.devcerts:
        state = _certify(state, compact)
    return _put_seats(state, event.seats)


def evolve(state: State, event: e.AnyEvent) -> State:
    """The state after `event`."""
    if isinstance(event, e.Durable):
        state = replace(state, seq=state.seq + 1)
    match event:
        case e.Created():
            return start(event)
        case e.DeviceCertified():
            return _certify(state, event.devcert)
        case e.CharterPublished():
            return replace(state, charter=_charter(event.charter))
        case e.SeatsPut():
            return _put_seats(state, event.seats)
        case e.SheetsPublished():
            for compact in event.sheets:
                state = _seat(state, _sheet(compact))
            return replace(
                state,
                life="open",
                live=_after_move(state),
                partings=_partings(state, event),
                entries=_entries(state, event),
            )
        case e.Adjourned():
            return meetings.adjourned(state, event, [_sheet(compact) for compact in event.sheets])
        case e.Closed():
            live = Live(pages=state.live.pages, sittings=state.live.sittings)
            return replace(state, life="closed", closed_at=event.at, rooms={}, live=live)
        case e.Destroyed():
            return replace(state, life="destroyed", attestation=event.attestation or None)
        case e.PageOpened():
            return _page_opened(state, event)
        case e.PageClosed():
            return _page_closed(state, event)
        case e.Knocked():
            knock = Knock(seat=event.seat, dev=event.dev, box=event.box, page=event.page, at=event.at)
            return _live(state, doors=_with(state.live.doors, (event.seat, event.dev), knock))
        case e.KnockAnswered():
            return _live(state, doors={k: v for k, v in state.live.doors.items() if k[0] != event.seat})
        case e.Rung():
            rung = Ring(ring=recorded("ring", event.ring, RingBody), cards=event.cards, at=event.at)
            return _live(state, rings=_with(state.live.rings, event.room, rung))
        case e.RingAnswered():
            rung = replace(state.live.rings[event.room], answer=event.answer, not_now=event.answer is None)
            return _live(state, rings=_with(state.live.rings, event.room, rung))
        case e.RingEnded():
            return _live(state, rings=_without(state.live.rings, event.room))
        case e.CardsDealt():
            return _live(state, cards={**state.live.cards, **event.cards})
        case e.Granted():
            return _granted(state, event)
        case e.Held():
            return _live(state, held=_with(state.live.held, event.seat, (event.sheet, event.epoch)))
        case e.Silenced():
            return _live(state, silent=state.live.silent | {event.room})
        case e.Unsilenced():
            return _live(state, silent=state.live.silent - {event.room})
        case e.Said():
            return _said(state, event)
        case e.SittingOpened():
            return _live(state, sittings=state.live.sittings | {event.rid})
        case e.SittingEnded():
            return _live(state, sittings=state.live.sittings - {event.rid})
        case e.SeatLeft():
            return _live(state, left=state.live.left | {event.seat})
        case e.Noted() | e.Told():
            return state
        case e.OfficeAdmitted() | e.PaperEntered() | e.PaperChecked() | e.ActAsked() | e.ActDone():
            return evolve_keeping(state, event)
        case _:
            return evolve_record(state, event)


def fold(first: e.Created, rest: Iterable[e.AnyEvent]) -> State:
    """The state after all of them."""
    state = start(first)
    for event in rest:
        state = evolve(state, event)
    return state


def _with(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[K, V], *keys: K) -> dict[K, V]:
    return {k: v for k, v in mapping.items() if k not in keys}


def _live(state: State, **changes: object) -> State:
    return replace(state, live=replace(state.live, **changes))


def _certify(state: State, compact: str) -> State:
    cert = _devcert(compact)
    return replace(state, certified=_with(state.certified, cert.body.dev.sig, cert))


def _put_seats(state: State, plans: Iterable[SeatPlan]) -> State:
    places = dict(state.places)
    for plan in plans:
        old = places.get(plan.seat, Place(seat=plan.seat))
        devices = old.devices
        if plan.access is not None and plan.access != old.access:
            # A fresh link is for when the old one, or a device, came into wrong hands: only who is in a room stays known.
            devices &= {m.dev for s in state.rooms.values() for m in s.body.members if m.seat == plan.seat}
        places[plan.seat] = Place(
            seat=plan.seat,
            access=plan.access or old.access,
            envelope=plan.envelope or old.envelope,
            devices=devices,
        )
    offices = {seat: held for seat, held in state.offices.items() if held.body.dev in places[seat].devices}
    return replace(state, places=places, offices=offices)


def _seat(state: State, sheet: Signed[Sheet]) -> State:
    body = sheet.body
    rooms = _with(state.rooms, body.room, sheet) if body.members else _without(state.rooms, body.room)
    places = dict(state.places)
    for member in body.members:
        place = places.get(member.seat, Place(seat=member.seat))
        places[member.seat] = replace(place, devices=place.devices | {member.dev})
    live = state.live
    old = {m.seat for m in state.past[body.room].body.members} if body.room in state.past else set()
    touched = old | {m.seat for m in body.members}
    live = replace(
        live,
        grants=_without(live.grants, body.room),
        rings=_without(live.rings, body.room),
        silent=live.silent - {body.room},
        held=_without(live.held, *touched),
        talks=_talks(live.talks, sheet),
    )
    return replace(state, rooms=rooms, past=_with(state.past, body.room, sheet), places=places, live=live)


def _partings(state: State, event: e.SheetsPublished) -> dict[str, tuple[str, ...]]:
    """A parting stands while the sheet that it parts is the room's present one, and no longer."""
    partings = dict(state.partings)
    by_hash = {sheet.hash: room for room, sheet in state.rooms.items()}
    for room in [
        room for room in partings if room not in state.rooms or _parted(partings[room]) != state.rooms[room].hash
    ]:
        del partings[room]
    if event.parting:
        room = by_hash.get(_parted(event.parting), "")
        if room:
            partings[room] = event.parting
    return partings


def _entries(state: State, event: e.SheetsPublished) -> dict[str, tuple[Entry, ...]]:
    """Those who stay are shown how the others came in, while the sheet is the room's present one."""
    rooms = [_sheet(compact).body.room for compact in event.sheets]
    of: dict[str, list[Entry]] = {room: [] for room in rooms}
    for entry in event.entries:
        of.setdefault(recorded("ring", entry.ring, RingBody).body.room, []).append(entry)
    kept = _without(state.entries, *rooms)
    return {**kept, **{room: tuple(entries) for room, entries in of.items() if entries}}


def _parted(parting: tuple[str, ...]) -> str:
    return _sheet(parting[0]).body.parting


def _talks(talks: Mapping[str, Talk], sheet: Signed[Sheet]) -> dict[str, Talk]:
    """Who stays without a break keeps what was said; who comes starts with nothing; an empty room forgets."""
    body = sheet.body
    if not body.members:
        return _without(talks, body.room)
    talk = talks.get(body.room, Talk())
    now = talk.first + len(talk.lines)
    since = {(m.seat, m.dev): talk.since.get((m.seat, m.dev), now) for m in body.members}
    return _with(talks, body.room, replace(talk, since=since))


def _after_move(state: State) -> Live:
    """Whoever was let in no longer knocks; who left and is on no sheet any more has gone."""
    seated: set[PageKey] = {(m.seat, m.dev) for sheet in state.rooms.values() for m in sheet.body.members}
    doors = {k: v for k, v in state.live.doors.items() if k not in seated}
    return replace(state.live, doors=doors, left=state.live.left & {seat for seat, _ in seated})


def _page_opened(state: State, event: e.PageOpened) -> State:
    key = (event.seat, event.dev)
    page = Page(seat=event.seat, dev=event.dev, kem=event.kem, statement=event.statement)
    before = state.live.pages.get(key)
    state = _live(state, pages=_with(state.live.pages, key, page), left=state.live.left - {event.seat})
    if before is not None and before.kem == event.kem:
        return state
    return _silenced(state, event.seat, event.dev)


def _page_closed(state: State, event: e.PageClosed) -> State:
    key = (event.seat, event.dev)
    live = replace(state.live, pages=_without(state.live.pages, key), doors=_without(state.live.doors, key))
    return _silenced(replace(state, live=live), event.seat, event.dev)


def _silenced(state: State, seat: str, dev: str) -> State:
    """A page that went or is new holds nothing."""
    if state.room_of(seat, dev) is None:
        return state
    return _live(state, held=_without(state.live.held, seat))


def _granted(state: State, event: e.Granted) -> State:
    grant = recorded("grant", event.grant, Grant)
    members = [m.seat for m in state.rooms[event.room].body.members]
    return _live(
        state,
        grants=_with(state.live.grants, event.room, grant),
        epochs=_with(state.live.epochs, event.room, grant.body.epoch),
        held=_without(state.live.held, *members),
    )


def _said(state: State, event: e.Said) -> State:
    talk = state.live.talks.get(event.room, Talk())
    lines, first, size = (*talk.lines, event.line), talk.first, talk.size + len(event.line.box)
    while len(lines) > MAX_LINES or size > MAX_TALK:
        size -= len(lines[0].box)
        lines, first = lines[1:], first + 1
    talk = replace(talk, lines=lines, first=first, size=size)
    shown = dict(state.live.shown)
    if event.room in state.rooms:
        here = frozenset(m.seat for m in state.rooms[event.room].body.members)
        shown |= {blob: shown.get(blob, frozenset()) | here for blob in event.line.blobs}
    return _live(state, talks=_with(state.live.talks, event.room, talk), shown=shown)
