"""Knocks, notes and chat: sealed words on their way, and who may send them to whom."""

from collections.abc import Mapping

from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from server.mediation import events as e
from server.mediation.model import State
from server.mediation.moves import room_of
from server.mediation.views import Viewer, sees_floor

MAX_DOORS = 64


def knock(state: State, actor: Viewer, command: m.KnockSend, now: int) -> tuple[e.AnyEvent, ...]:
    """Anyone who holds the place's link and is in no room may knock."""
    if state.room_of(actor.seat, actor.dev) is not None and state.life == "open":
        raise Refusal(Code.NOT_ALLOWED, rule="in-a-room")
    page = state.live.pages.get((actor.seat, actor.dev))
    if page is None:
        raise Refusal(Code.UNAVAILABLE)
    if len(state.live.doors) >= MAX_DOORS and (actor.seat, actor.dev) not in state.live.doors:
        raise Refusal(Code.BUSY)
    return (e.Knocked(seat=actor.seat, dev=actor.dev, box=command.box, page=page.statement, at=now),)


def answer(state: State, command: m.KnockAnswer) -> tuple[e.AnyEvent, ...]:
    """Take a knock away."""
    if not any(seat == command.seat for seat, _ in state.live.doors):
        raise Refusal(Code.STALE, rule="knock")
    return (e.KnockAnswered(seat=command.seat, reply=command.reply),)


def note(state: State, actor: Viewer, command: m.NoteSend) -> tuple[e.AnyEvent, ...]:
    """Members to their mediators, mediators to anyone, members to members of their room. To someone who isn't connected: try later."""
    page = state.live.pages.get((actor.seat, actor.dev))
    if page is None:
        raise Refusal(Code.UNAVAILABLE)
    if not sees_floor(state, actor) and not state.is_mediator(command.to):
        if not state.knows(actor.seat, actor.dev):
            raise Refusal(Code.NOT_ALLOWED, rule="note")
        room = state.room_of(actor.seat, actor.dev)
        if room is None or state.rooms[room].body.member(command.to) is None:
            raise Refusal(Code.NOT_ALLOWED, rule="note")
    elif not state.knows(actor.seat, actor.dev):
        raise Refusal(Code.NOT_ALLOWED, rule="note")
    if not any(seat == command.to for seat, _ in state.live.pages):
        raise Refusal(Code.UNAVAILABLE, seat=command.to)
    return (e.Noted(sender=actor.seat, page=page.statement, to=command.to, box=command.box),)


def told(state: State, actor: Viewer, command: m.HoldingTell) -> tuple[e.AnyEvent, ...]:
    """A member's word to the room on what they hold, under the room's present key."""
    room = room_of(state, actor)
    given = state.live.grants.get(room)
    if given is None or command.epoch != given.body.epoch:
        raise Refusal(Code.STALE, rule="epoch", epoch=0 if given is None else given.body.epoch)
    return (e.Told(room=room, seat=actor.seat, epoch=command.epoch, box=command.box),)


def post(
    state: State, actor: Viewer, command: m.ChatPost, now: int, uploads: Mapping[str, int]
) -> tuple[e.AnyEvent, ...]:
    """A line in one's room under its present key; the uploads it names are complete and one's own."""
    room = room_of(state, actor)
    given = state.live.grants.get(room)
    if given is None or command.epoch != given.body.epoch:
        raise Refusal(Code.STALE, rule="epoch", epoch=0 if given is None else given.body.epoch)
    talk = state.live.talks.get(room)
    if talk is not None and any(line.message == command.message for line in talk.lines):
        raise Refusal(Code.STALE, rule="message")
    missing = [blob for blob in command.blobs if blob not in uploads]
    if missing:
        raise Refusal(Code.INCOMPLETE, blobs=missing)
    line = m.ChatLine(
        message=command.message, seat=actor.seat, epoch=command.epoch, box=command.box, blobs=command.blobs, at=now
    )
    return (e.Said(room=room, line=line),)
