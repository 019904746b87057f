"""Rooms under random days: joins, moves, knocks, drops, restarts, partings, by honest and by cheating servers and people.

What must hold after every step stands in `Model.check` and where each commit is told: nobody holds the present key of a room whose
list lacks them; no key opens two rooms; people who must never meet share nothing; a crash anywhere leaves people hearing less;
nobody is sent what their own room doesn't account for; in an honest run no client doubts anything.
"""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from client.headless.belief import Belief
from client.keys import membership
from client.keys.chat import TextBody
from client.keys.devices import SoftOpener
from client.keys.grants import make_grant, new_room_key
from client.keys.jws import sign
from client.protocol import messages as m
from client.protocol.errors import Refusal, Unavailable
from server.mediation import doors, moves, views
from server.mediation import events as e
from tests.server.model import Model, doors_held, finish, fresh_id
from tests.server.pure import ROLES

NAMES = st.sampled_from(sorted(ROLES))
OTHERS = st.sampled_from(sorted(set(ROLES) - {"med"}))
ROOM = st.integers(0, 3)
HIDEABLE = st.sampled_from(["room.changed", "grant.published", "presence.changed", "ring.changed"])


class Rooms(RuleBasedStateMachine):
    """Random days with an honest server and honest people."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()

    def tried(self, act: Any, *args: Any) -> None:
        """What a refusal may follow; and nothing may change then."""
        before = self.model.state
        try:
            act(*args)
        except (Refusal, Unavailable):
            assert self.model.state is before
        doors_held(before, self.model.state, self.model.now)

    @initialize()
    def begin(self) -> None:
        self.model.open("med")
        for name in ("ana", "law", "ben"):
            self.model.open(name)

    @rule(name=NAMES)
    def come(self, name: str) -> None:
        self.model.open(name)

    @rule(name=NAMES)
    def drop(self, name: str) -> None:
        self.model.close(name)

    @rule(name=OTHERS)
    def reload(self, name: str) -> None:
        self.model.close(name)
        self.model.players[name].reload(SoftOpener.fresh())
        self.model.open(name)

    @rule(who=st.dictionaries(NAMES, ROOM, min_size=1, max_size=4))
    def move(self, who: dict[str, int]) -> None:
        homes = self.model.homes() | {name: self.model.core.rooms[at] for name, at in who.items()}
        self.tried(self.model.move, homes)

    @rule(name=OTHERS)
    def send_away(self, name: str) -> None:
        self.tried(self.model.move, {n: r for n, r in self.model.homes().items() if n != name})

    @rule(room=ROOM, name=NAMES)
    def knock(self, room: int, name: str) -> None:
        at = self.model.core.rooms[room]
        if at in self.model.state.rooms:
            self.tried(self.model.ring, at, name)

    @rule(name=OTHERS, yes=st.booleans())
    def answer(self, name: str, yes: bool) -> None:
        self.tried(self.model.answer, name, yes)

    @rule(room=ROOM)
    def announce(self, room: int) -> None:
        at = self.model.core.rooms[room]
        rung = self.model.state.live.rings.get(at)
        if rung is not None:
            name = self.model.seat_of[rung.ring.body.who[0].seat]
            self.tried(self.model.ring, at, name, rung.ring.hash)

    @rule(room=ROOM)
    def go_in(self, room: int) -> None:
        at = self.model.core.rooms[room]
        rung = self.model.state.live.rings.get(at)
        if rung is not None:
            name = self.model.seat_of[rung.ring.body.who[0].seat]
            self.tried(self.model.move, self.model.homes() | {name: at}, self.model.rung(at))

    @rule(seconds=st.sampled_from([1, 5, 10, 20]))
    def wait(self, seconds: int) -> None:
        self.model.now += seconds

    @rule()
    def keep_keys(self) -> None:
        for _ in range(2):
            for player in self.model.players.values():
                if player.online:
                    player.dutiful()

    @rule(name=NAMES)
    def speak(self, name: str) -> None:
        player = self.model.players[name]
        if player.online and player.session.belief.key() is not None:
            finish(player.session.post("text", _text()))
            finish(player.session.holdings._speak())

    @rule(seconds=st.sampled_from([1.0, 6.0, 31.0]))
    def mediator_silent(self, seconds: float) -> None:
        self.tried(self.model.fall_silent, seconds)

    @rule()
    def crash(self) -> None:
        self.model.crash()
        self.model.open("med")

    @invariant()
    def holds(self) -> None:
        self.model.check()


class Cheats(Rooms):
    """The same days, and everybody but the keys may lie."""

    @rule(name=OTHERS, kind=HIDEABLE)
    def server_hides(self, name: str, kind: str) -> None:
        self.model.cheated = True
        self.model.players[name].hidden.add(kind)

    @rule(name=OTHERS, back=st.integers(1, 6), to=OTHERS)
    def server_repeats(self, name: str, back: int, to: str) -> None:
        """An older happening of one's own, or somebody else's, once more."""
        self.model.cheated = True
        said = [h for h in self.model.players[name].heard if isinstance(h, m.RoomChanged | m.GrantPublished)]
        receiver = self.model.players[to]
        if receiver.online and len(said) >= back and {name, to} != {"ben", "ida"}:
            receiver.hear(said[-back], again=True)

    @rule(room=ROOM, name=OTHERS)
    def keeper_makes_a_ghost(self, room: int, name: str) -> None:
        """A keeper seals the key to somebody who is not on the list."""
        self.model.cheated = True
        state, at = self.model.state, self.model.core.rooms[room]
        keeper = state.keeper(at) if at in state.rooms else None
        if keeper is None or state.rooms[at].body.member(self.model.players[name].someone.seat):
            return
        someone = self.model.players[self.model.seat_of[keeper]].someone
        present = {page.seat: page.kem for page in state.present(at)}
        epoch = state.live.epochs.get(at, 0) + 1
        given = make_grant(someone.signer, state.rooms[at], keeper, new_room_key(state.id, at, epoch), present)
        ghost = given.body.boxes | {self.model.players[name].someone.seat: next(iter(given.body.boxes.values()))}
        forged = sign("grant", msgspec.structs.replace(given.body, boxes=ghost), someone.signer)
        self.tried(self.model.act, self.model.seat_of[keeper], m.GrantPublish(id=fresh_id(), grant=forged.compact))
        assert state.live.grants.get(at) is self.model.state.live.grants.get(at)

    @rule(name=OTHERS, who=st.dictionaries(NAMES, ROOM, min_size=1, max_size=3))
    def somebody_else_signs(self, name: str, who: dict[str, int]) -> None:
        """A party's own list of who is where."""
        homes = self.model.homes() | {n: self.model.core.rooms[at] for n, at in who.items()}
        signed = self.model.sheets(homes, by=name)
        before = self.model.state
        if signed:
            for actor in (name, "med"):
                command = m.SheetsPublish(id=fresh_id(), sheets=tuple(x.compact for x in signed))
                self.tried(self.model.act, actor, command)
        assert self.model.state is before

    @rule(name=OTHERS, signer=OTHERS)
    def answer_in_anothers_name(self, name: str, signer: str) -> None:
        before = self.model.state
        if name != signer:
            self.tried(self.model.answer, name, True, signer)
            assert self.model.state is before

    @rule(room=ROOM, name=OTHERS)
    def a_party_knocks(self, room: int, name: str) -> None:
        at, before = self.model.core.rooms[room], self.model.state
        if at in before.rooms:
            self.tried(self.model.ring, at, name, "", name)
            assert self.model.state is before


def _text() -> Any:
    return TextBody(text="said")


RUN = settings(
    max_examples=700,
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
TestHonestDays = pytest.mark.timeout(1200)(Rooms.TestCase)
TestHonestDays.settings = RUN
TestCheatingDays = pytest.mark.timeout(1200)(Cheats.TestCase)
TestCheatingDays.settings = RUN


def _doors_open(*_: Any) -> None:
    return


def _leaky(event: Any, before: Any, after: Any, viewer: Any, now: int = 0) -> Any:
    told = HONEST_PROJECT(event, before, after, viewer, now)
    return told or ((m.MediatorSeen(page=None),) if isinstance(event, e.Said) else ())


def _keys_stay(self: Belief) -> None:
    self.room, self.present, self.granted = None, {}, None


HONEST_PROJECT = views.project
MUTANTS: dict[str, tuple[Any, str, Any, type[Rooms]]] = {
    "a server without doors": (doors, "let_in", _doors_open, Rooms),
    "a server that tells everybody": (views, "project", _leaky, Rooms),
    "clients that keep old keys": (Belief, "leave_room", _keys_stay, Rooms),
    "rules that forget who must not meet": (membership, "_fit_sheet", _doors_open, Rooms),
}


@pytest.mark.parametrize("name", list(MUTANTS))
def test_the_model_would_notice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, attribute, other, machine = MUTANTS[name]
    monkeypatch.setattr(where, attribute, other)
    if where is membership:  # the server checks it twice
        monkeypatch.setattr(moves, "together", _doors_open)
    few = settings(RUN, max_examples=400, phases=[Phase.generate])
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        run_state_machine_as_test(machine, settings=few)
