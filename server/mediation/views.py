"""Who learns what. Every byte about a mediation that leaves the server was chosen here, from what the viewer's own room shows.

An event about a room that the viewer is not in yields nothing: no message, no number, no delay of theirs.
"""

from client.keys.entry import COUNTDOWN_SECONDS
from client.keys.grants import Grant
from client.keys.jws import Signed
from client.keys.membership import MEDIATORS
from client.protocol import messages as m
from server.mediation import events as e
from server.mediation.model import Page, State
from server.mediation.viewer import Viewer as Viewer
from server.mediation.viewer import own_room as own_room
from server.mediation.viewer import sees_floor as sees_floor
from server.mediation.views_record import record as record
from server.mediation.views_record import recorded

# What passes through and can't change anybody's view of the record: spared the comparison.
_NEVER_RECORD = (
    e.Said
    | e.Told
    | e.Noted
    | e.Rung
    | e.RingAnswered
    | e.RingEnded
    | e.Granted
    | e.Held
    | e.Knocked
    | e.KnockAnswered
    | e.CardsDealt
    | e.SeatLeft
)


def standing(state: State, viewer: Viewer) -> str:
    """`seated` when the device speaks for the place, else `visitor`."""
    return "seated" if state.knows(viewer.seat, viewer.dev) else "visitor"


def mediator_page(state: State) -> str | None:
    """The page statement of the first mediator who is connected."""
    for seat in state.charter.body.seats:
        if seat.role in MEDIATORS:
            for page in state.live.pages.values():
                if page.seat == seat.id and page.dev in state.certified:
                    return page.statement
    return None


def room_view(state: State, viewer: Viewer, tick: float | None = None) -> m.RoomView | None:
    """The viewer's room as it stands, or None."""
    room = own_room(state, viewer)
    if room is None:
        return None
    talk = state.live.talks.get(room)
    lines: tuple[m.ChatLine, ...] = ()
    if talk is not None:
        since = talk.since.get((viewer.seat, viewer.dev), talk.first + len(talk.lines))
        lines = talk.lines[max(0, since - talk.first) :]
    grant = state.live.grants.get(room)
    return m.RoomView(
        sheet=state.rooms[room].compact,
        present=_present(state.present(room)),
        grant=grant.compact if grant is not None and _for(grant, viewer) else None,
        lines=lines,
        cards=state.live.cards.get(viewer.seat),
        silent=room in state.live.silent,
        entries=state.entries.get(room, ()),
        ring=_ring(state, viewer, room, tick),
    )


def _ring(state: State, viewer: Viewer, room: str, tick: float | None = None) -> m.RingView | None:
    """The knock at the viewer's own room, while it wants an answer; `tick` is the steady clock's time, or None for the moment of the knock."""
    rung = state.live.rings.get(room)
    if rung is None or rung.answer is not None or rung.not_now:
        return None
    passed = 0.0 if tick is None else tick - rung.at
    left = max(0.0, COUNTDOWN_SECONDS - passed) if rung.ring.body.announced else None
    return m.RingView(ring=rung.ring.compact, left=left, cards=rung.cards.get(viewer.seat))


def _rung(state: State, room: str) -> m.FloorRing | None:
    rung = state.live.rings.get(room)
    return None if rung is None else m.FloorRing(ring=rung.ring.compact, answer=rung.answer, not_now=rung.not_now)


def floor(state: State) -> m.Floor:
    """Every room, knock and page: the mediators' table."""
    rooms = tuple(
        m.FloorRoom(
            sheet=sheet.compact,
            online=tuple(page.seat for page in state.present(room)),
            ring=_rung(state, room),
        )
        for room, sheet in state.rooms.items()
    )
    doors = tuple(
        m.Door(seat=door.seat, box=door.box, page=door.page, at=door.at) for door in state.live.doors.values()
    )
    pages = sorted(state.live.pages.values(), key=lambda page: not state.knows(page.seat, page.dev))
    online = {page.seat: page for page in reversed(pages)}
    return m.Floor(
        rooms=rooms, doors=doors, online=_present(tuple(online.values())), left=tuple(sorted(state.live.left))
    )


def welcome(state: State, viewer: Viewer, seq: int, resumed: bool, now: int, tick: float | None = None) -> m.Welcome:
    """Everything that the viewer may know, as it stands."""
    known = state.knows(viewer.seat, viewer.dev)
    place = state.places.get(viewer.seat)
    return m.Welcome(
        you=viewer.seat,
        role=state.role(viewer.seat),
        standing="seated" if known else "visitor",
        seq=seq,
        resumed=resumed,
        time=now,
        mediation=state.id,
        charter=state.charter.compact,
        devcerts=tuple(cert.compact for cert in state.certified.values()),
        envelope=None if place is None else place.envelope,
        mediator_page=mediator_page(state),
        room=room_view(state, viewer, tick),
        floor=floor(state) if sees_floor(state, viewer) else None,
        state=state.life,
        meeting=state.meeting,
        gate=state.gate,
        retain_until=state.retain_until,
        **recorded(state, viewer, now),
    )


def project(event: e.AnyEvent, before: State, after: State, viewer: Viewer, now: int = 0) -> tuple[m.AnyHappening, ...]:
    """What the viewer learns from one event; mostly nothing."""
    told: list[m.AnyHappening] = []
    seen_before, seen_after = own_room(before, viewer), own_room(after, viewer)
    match event:
        case e.SheetsPublished() | e.Adjourned() | e.Closed() | e.Destroyed():
            if _sheet_hash(before, seen_before) != _sheet_hash(after, seen_after):
                told.append(m.RoomChanged(room=room_view(after, viewer)))
            if before.life != after.life:
                told.append(m.MediationEnded(state=after.life, meeting=after.meeting))
        case e.PageOpened() | e.PageClosed():
            own = (event.seat, event.dev) == (viewer.seat, viewer.dev)
            if seen_after is not None and not own and _in_room(after, seen_after, event.seat, event.dev):
                page = after.live.pages.get((event.seat, event.dev))
                told.append(m.PresenceChanged(seat=event.seat, page=None if page is None else page.statement))
        case e.Granted():
            grant = after.live.grants.get(event.room)
            if seen_after == event.room and grant is not None and _for(grant, viewer):
                told.append(m.GrantPublished(grant=event.grant))
        case e.Silenced() | e.Unsilenced():
            if seen_after == event.room:
                told.append(m.RoomSilent(silent=isinstance(event, e.Silenced)))
        case e.Rung() | e.RingAnswered() | e.RingEnded():
            if seen_after == event.room:
                told.append(m.RingChanged(ring=_ring(after, viewer, event.room)))
        case e.Said():
            if seen_after == event.room:
                told.append(m.ChatPosted(line=event.line))
        case e.Told():
            if seen_after == event.room and event.seat != viewer.seat:
                told.append(m.HoldingTold(seat=event.seat, epoch=event.epoch, box=event.box))
        case e.Noted():
            if event.to == viewer.seat and _takes_notes(after, viewer):
                told.append(m.NoteArrived(sender=event.sender, box=event.box, page=event.page))
        case e.KnockAnswered():
            if event.seat == viewer.seat and (viewer.seat, viewer.dev) in before.live.doors:
                told.append(m.DoorAnswered(reply="no" if event.reply == "no" else "later"))
        case e.DeviceCertified():
            told.append(m.DevicesChanged(devcerts=tuple(cert.compact for cert in after.certified.values())))
        case e.CharterPublished():
            told.append(_charter_changed(after, viewer))
        case e.SeatsPut():
            if any(plan.seat == viewer.seat for plan in event.seats):
                told.append(_charter_changed(after, viewer))
        case _:
            pass
    if not after.is_mediator(viewer.seat) and mediator_page(before) != mediator_page(after):
        told.append(m.MediatorSeen(page=mediator_page(after)))
    if not isinstance(event, _NEVER_RECORD):
        kept = record(after, viewer, now)
        # A custodian has no room to be shown on being admitted: the lists themselves are the news.
        admitted = (
            isinstance(event, e.OfficeAdmitted)
            and after.knows(viewer.seat, viewer.dev)
            and not before.knows(viewer.seat, viewer.dev)
        )
        if admitted or record(before, viewer, now) != kept:
            told.append(kept)
    if sees_floor(after, viewer) and floor(before) != floor(after):
        told.append(m.FloorChanged(floor=floor(after)))
    return tuple(told)


def may_read(state: State, viewer: Viewer, blob: str) -> bool:
    """Whether a message that the viewer can see (or saw in an earlier meeting), an item or a draft that the viewer holds, names this upload."""
    room = room_view(state, viewer)
    if room is not None and any(blob in line.blobs for line in room.lines):
        return True
    if state.knows(viewer.seat, viewer.dev) and viewer.seat in state.readers.get(blob, ()):
        return True
    kept = record(state, viewer, 0)
    return any(blob == item.blob for item in kept.items) or any(blob == asked.draft_blob for asked in kept.requests)


def _present(pages: tuple[Page, ...]) -> tuple[m.Present, ...]:
    return tuple(m.Present(seat=page.seat, page=page.statement) for page in pages)


def _for(grant: Signed[Grant], viewer: Viewer) -> bool:
    mine = grant.body.boxes.get(viewer.seat)
    return mine is not None and mine.to == viewer.kem


def _in_room(state: State, room: str, seat: str, dev: str) -> bool:
    return any(member.seat == seat and member.dev == dev for member in state.rooms[room].body.members)


def _takes_notes(state: State, viewer: Viewer) -> bool:
    """A place's known device; a visitor only while no known device of the place is connected."""
    if state.knows(viewer.seat, viewer.dev):
        return True
    return not any(seat == viewer.seat and state.knows(seat, dev) for seat, dev in state.live.pages)


def _sheet_hash(state: State, room: str | None) -> str | None:
    return None if room is None else state.rooms[room].hash


def _charter_changed(state: State, viewer: Viewer) -> m.CharterChanged:
    place = state.places.get(viewer.seat)
    return m.CharterChanged(charter=state.charter.compact, envelope=None if place is None else place.envelope)
