"""Coming into a room where people may be talking: knock, answer, announced entry. The same rule that every member inside checks.

Only those inside, and the mediators, learn that somebody knocked.
"""

from client.keys.entry import COUNTDOWN_SECONDS, UNANSWERED_SECONDS, Proof, Ring, check_answer, check_entry, check_ring
from client.keys.jws import Signed, unverified
from client.keys.membership import MEDIATORS, Sheet
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from server.mediation import events as e
from server.mediation.model import State
from server.mediation.views import Viewer


def ring(state: State, command: m.RoomRing, tick: float) -> tuple[e.AnyEvent, ...]:
    """Knock; or announce, once a knock by the same people stood unanswered for twenty seconds."""
    room = unverified("ring", command.ring, Ring).room
    sheet = state.rooms.get(room)
    if sheet is None:
        raise Refusal(Code.STALE, rule="room", room=room)
    new = check_ring(command.ring, sheet, state.certified)
    _may_meet(state, sheet, new)
    if new.body.announced:
        before = state.live.rings.get(room)
        if before is None or before.ring.hash != new.body.announced or before.ring.body.who != new.body.who:
            raise Refusal(Code.STALE, rule="ring", room=room)
        if before.not_now or before.answer is not None or before.ring.body.announced:
            raise Refusal(Code.NOT_ALLOWED, rule="ring-answered", room=room)
        if tick - before.at < UNANSWERED_SECONDS:
            raise Refusal(Code.TOO_EARLY, rule="ring", room=room)
    return (e.Rung(room=room, ring=command.ring, cards=dict(command.cards), at=tick),)


def _may_meet(state: State, sheet: Signed[Sheet], new: Signed[Ring]) -> None:
    """Nobody is told of a knock by somebody whom they must never meet, or of a place and a device that don't belong together."""
    inside, coming = {m.seat for m in sheet.body.members}, {m.seat for m in new.body.who}
    together = inside | coming
    if any(one in together and other in together for one, other in state.charter.body.no_contact):
        raise Refusal(Code.NOT_ALLOWED, rule="place.apart", room=sheet.body.room)
    for member in new.body.who:
        place = state.charter.body.seat(member.seat)
        if place is None or place.role != member.role:
            raise Refusal(Code.BAD_OBJECT, rule="seat")
        if (member.role in MEDIATORS) != (member.dev in state.certified):
            raise Refusal(Code.BAD_OBJECT, rule="device")


def answer(state: State, actor: Viewer, command: m.RingAnswer) -> tuple[e.AnyEvent, ...]:
    """A member's yes or "not now" to the knock that stands. An announced entry can be answered by a yes, not stopped."""
    room = state.room_of(actor.seat, actor.dev) if state.life == "open" else None
    if room is None:
        raise Refusal(Code.NOT_HERE)
    rung = state.live.rings.get(room)
    if rung is None or rung.ring.hash != command.ring or rung.answer is not None or rung.not_now:
        raise Refusal(Code.STALE, rule="ring")
    if command.answer is None:
        if rung.ring.body.announced:
            raise Refusal(Code.NOT_ALLOWED, rule="ring-announced")
        return (e.RingAnswered(room=room, answer=None),)
    given = check_answer(command.answer, rung.ring, state.rooms[room])
    if (given.body.seat, given.by) != (actor.seat, actor.dev):
        raise Refusal(Code.BAD_OBJECT, rule="seat")
    return (e.RingAnswered(room=room, answer=command.answer),)


def end(state: State, command: m.RingEnd) -> tuple[e.AnyEvent, ...]:
    """Take a knock back."""
    return (e.RingEnded(room=command.room),) if command.room in state.live.rings else ()


def let_in(state: State, sheet: Signed[Sheet], entries: tuple[m.Entry, ...], tick: float) -> None:
    """Refuse a next sheet that lets somebody in whom nobody inside answered, or before the countdown is over."""
    held = state.rooms.get(sheet.body.room)
    if held is None:
        return
    proofs = [
        Proof(ring=entry.ring, answer=entry.answer)
        for entry in entries
        if unverified("ring", entry.ring, Ring).room == sheet.body.room
    ]
    rung = state.live.rings.get(sheet.body.room)

    def counted(ring: Signed[Ring]) -> bool:
        return rung is not None and rung.ring.hash == ring.hash and tick - rung.at >= COUNTDOWN_SECONDS

    check_entry(sheet, held, state.certified, proofs, counted)
