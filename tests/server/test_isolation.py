"""Need to know: whatever happens, nobody but a mediator learns anything of a room that they are not in."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.keys.encoding import new_id
from client.protocol import messages as m
from server.mediation import events as e
from server.mediation import views
from server.mediation.evolve import fold
from server.mediation.model import State
from server.runtime.calls import plan
from tests.server.pure import NOW, ROLES, Core

RANDOM = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def snapshot(state: State, core: Core, name: str) -> m.Welcome:
    return views.welcome(state, core.people[name].viewer, 0, False, NOW)


def addressed(event: e.AnyEvent, state: State, core: Core, name: str) -> bool:
    """Whether the event speaks to this person by itself: a note to them, an answer at their door."""
    seat = core.people[name].seat
    return (isinstance(event, e.Noted) and event.to == seat) or (
        isinstance(event, e.KnockAnswered) and event.seat == seat
    )


@RANDOM
@given(st.data())
def test_what_changes_nothing_in_ones_own_view_sends_nothing(data: Any) -> None:
    core = Core()
    core.open("med")
    for _ in range(data.draw(st.integers(5, 25))):
        for event, before, after in core.at_random(data):
            for name in set(ROLES) - {"med"}:
                told = views.project(event, before, after, core.people[name].viewer, NOW)
                if told and not addressed(event, after, core, name):
                    assert snapshot(before, core, name) != snapshot(after, core, name), (type(event), told)


@RANDOM
@given(st.data())
def test_nobodys_view_holds_anything_of_another_room(data: Any) -> None:
    core = Core()
    core.open("med")
    for _ in range(data.draw(st.integers(5, 25))):
        core.at_random(data)
    for name in set(ROLES) - {"med"}:
        seen = msgspec.json.encode(snapshot(core.state, core, name)).decode()
        own = core.state.room_of(core.people[name].seat, core.people[name].signer.public)
        for room, sheet in core.state.past.items():
            if room != own:
                assert sheet.compact not in seen
                assert core.state.live.grants.get(room) is None or core.state.live.grants[room].compact not in seen
        for happening in core.told[name]:
            assert not isinstance(happening, m.FloorChanged)


@RANDOM
@given(st.data())
def test_nobody_hears_another_room(data: Any) -> None:
    core = Core()
    core.open("med")
    for _ in range(data.draw(st.integers(5, 25))):
        core.at_random(data)
        rooms = {m.seat: room for room, sheet in core.state.rooms.items() for m in sheet.body.members}
        for to, senders in plan(core.state).items():
            for sender in senders:
                assert rooms[to.partition("/")[2]] == rooms[sender.partition("/")[2]]


@RANDOM
@given(st.data())
def test_the_rules_hold_in_every_state_that_can_be_reached(data: Any) -> None:
    core = Core()
    core.open("med")
    who = {p.seat: name for name, p in core.people.items()}
    for _ in range(data.draw(st.integers(5, 25))):
        core.at_random(data)
        everyone = [m.seat for sheet in core.state.rooms.values() for m in sheet.body.members]
        assert len(everyone) == len(set(everyone)), "a place is in one room"
        for sheet in core.state.rooms.values():
            names = {who[m.seat] for m in sheet.body.members}
            assert not {"ben", "ida"} <= names, "two who must not meet"
            if "med" not in names:
                assert not ({"ana", "law"} & names and "ben" in names), "both sides without a mediator"
            assert not (sheet.body.kind == "counsel" and "med" in names)


@RANDOM
@given(st.data())
def test_the_log_alone_gives_the_same_lasting_state(data: Any) -> None:
    core = Core()
    first = core.state
    core.open("med")
    for _ in range(data.draw(st.integers(1, 20))):
        core.at_random(data)
    again = first
    from server.mediation.evolve import evolve

    for event in core.log:
        if isinstance(event, e.Durable):
            again = evolve(again, event)
    for part in ("seq", "life", "charter", "certified", "places", "rooms", "past", "holders", "items", "openings"):
        assert getattr(again, part) == getattr(core.state, part), part
    assert fold


def story(with_caucus: bool) -> list[str]:
    """The same afternoon twice: Ana waits, then meets; Ben waits, and may have a private meeting with the mediator in between."""
    core = Core()
    joint, caucus, waiting, _ = core.rooms
    mine = new_id()
    core.rooms.append(mine)
    core.kinds[mine] = "waiting"
    for name in ("med", "ana", "ben"):
        core.open(name)
    core.do("ana", m.KnockSend(id=new_id(), box="B" * 40))
    core.place({waiting: ["ana"]})
    core.place({mine: ["ben"]})
    core.grant(waiting)
    if with_caucus:
        core.place({mine: [], caucus: ["med", "ben"]})
        core.grant(caucus)
        core.hold("med")
        core.hold("ben")
        core.say("ben")
        core.say("med")
        core.close("ben")
        core.open("ben")
        core.grant(caucus)
        core.place({caucus: [], mine: ["ben"]})
    core.do("med", m.NoteSend(id=new_id(), to=core.people["ana"].seat, box="B" * 40))
    core.place({waiting: [], mine: [], joint: ["med", "ana", "ben"]})
    core.grant(joint)
    core.say("ben")
    return [f"{type(one).__name__} {len(msgspec.json.encode(one))}" for one in core.told["ana"]]


def test_a_private_meeting_leaves_no_trace_for_the_other_side() -> None:
    assert story(True) == story(False)
    assert len(story(True)) > 5


@pytest.mark.parametrize("name", ["ana", "ben"])
def test_a_visitor_learns_only_whether_the_mediator_is_here(name: str) -> None:
    core = Core()
    core.open(name)
    core.open("med")
    core.open("law")
    core.do("law", m.KnockSend(id=new_id(), box="B" * 40))
    core.place({core.rooms[1]: ["med", "law"]})
    core.grant(core.rooms[1])
    core.close("med")
    assert [type(one) for one in core.told[name]] == [m.MediatorSeen, m.MediatorSeen]
