"""A mediation in one process without a wire: the real pure server and real headless clients, with a server and people who may cheat."""

import copy
from collections.abc import Coroutine
from typing import Any

import msgspec

from client.headless import moves
from client.headless.belief import Belief
from client.headless.session import Session
from client.keys.devices import SoftOpener
from client.keys.entry import Ring, make_answer, make_ring, newcomers
from client.keys.jws import SUITE
from client.keys.membership import Member, Sheet, make_sheet
from client.keys.roots import fingerprint, make_page
from client.protocol import messages as m
from client.protocol.errors import Refusal, Unavailable
from server.mediation import events as e
from server.mediation import parting, views
from server.mediation.decide import Facts, decide
from server.mediation.evolve import evolve
from server.mediation.model import State
from server.runtime.calls import narrowed, plan
from tests.server.pure import NOW, ROLES, Core

TEMPLATE = Core()
FIRST = TEMPLATE.state
IDS = iter(range(1 << 60))


def fresh_id() -> str:
    """Ids need not be random here, only different."""
    from client.keys.encoding import b64u

    return b64u(next(IDS).to_bytes(16, "big"))


def finish(work: Coroutine[Any, Any, Any]) -> bool:
    """Run what never has to wait; False when it would have waited or was refused."""
    try:
        work.send(None)
    except StopIteration:
        return True
    except (Refusal, Unavailable, RuntimeError):  # it would have waited: nothing waits here
        return False
    work.close()
    return False


class Player:
    """One person's page: a whole headless session whose line is this process."""

    def __init__(self, table: "Model", name: str) -> None:
        self.name, self.someone, self.table = name, table.core.people[name], table
        self.online = False
        self.hidden: set[str] = set()  # kinds of happenings that a cheating server keeps from this page
        self.heard: list[m.AnyHappening] = []
        self.reload()

    def reload(self, page: SoftOpener | None = None) -> None:
        """A new page load: nothing is remembered, and the page's key is another."""
        if page is not None:
            someone = self.someone
            someone.page = page
            someone.statement = make_page(
                someone.signer, self.table.core.mediation, someone.seat, page.public, "A" * 43, NOW
            ).compact
        belief = Belief(
            mediation=self.table.core.mediation,
            seat=self.someone.seat,
            signer=self.someone.signer,
            page=self.someone.page,
            fingerprint=fingerprint(self.table.core.root.public),
            minrev=1,
            clock=lambda: int(self.table.now),
        )
        self.session = Session(None, "", belief, None)  # type: ignore[arg-type]
        self.session.lets_in = False
        self.session.call = self._call  # type: ignore[method-assign]

    async def _call(self, command: m.Command) -> dict[str, Any]:
        self.table.act(self.name, command)
        return {}

    def welcome(self, state: State) -> None:
        self.online = True
        self.session._welcomed(views.welcome(state, self.someone.viewer, 0, False, NOW, self.table.now))

    def hear(self, happening: m.AnyHappening, again: bool = False) -> None:
        """Told by the server; a cheating one keeps some of it back."""
        if type(happening).__struct_config__.tag in self.hidden and not again:
            return
        self.heard.append(happening)
        self.session._happened(m.Event(seq=1, at=NOW, event=happening))

    def lost(self) -> None:
        self.online = False
        self.session.see(self.session._lost("line"))

    def dutiful(self) -> None:
        """As keeper hand out a key; say what one holds."""
        finish(self.session.duties._hand_out())
        finish(self.session.duties._hold())


class Model:
    """The mediation, its clock, its people. Checks what every commit must hold."""

    def __init__(self) -> None:
        core = self.core = copy.copy(TEMPLATE)
        core.state, core.log = FIRST, []
        core.people = {name: copy.copy(one) for name, one in TEMPLATE.people.items()}
        self.now = float(NOW)
        self.cheated = False
        self.players = {name: Player(self, name) for name in ROLES}
        self.seat_of = {p.someone.seat: name for name, p in self.players.items()}

    @property
    def state(self) -> State:
        return self.core.state

    def act(self, name: str, command: m.Command) -> None:
        """A command of a connected page: decide, commit, tell. Raises Refusal."""
        player = self.players[name]
        if not player.online:
            raise Unavailable("line")
        facts = Facts(now=NOW, tick=self.now, uploads={})
        self.commit(decide(self.state, player.someone.viewer, command, facts))  # type: ignore[arg-type]

    def commit(self, events: tuple[e.AnyEvent, ...]) -> None:
        before = self.state
        steps = []
        after = before
        for event in events:
            old, after = after, evolve(after, event)
            steps.append((event, old, after))
        self._crash_points(before, after)
        self.core.state = after
        for event, old, new in steps:
            if isinstance(event, e.Durable):
                self.core.log.append(event)
            for player in self.players.values():
                if not player.online:
                    continue
                told = views.project(event, old, new, player.someone.viewer, NOW)
                if told and player.name != "med":
                    self._needed(player, event, old, new, told)
                for happening in told:
                    player.hear(happening)

    def _crash_points(self, before: State, after: State) -> None:
        """Wherever the process dies around this commit, nobody hears more than before; a restart forwards nothing."""
        old, new = plan(before), plan(after)
        less = narrowed(old, new)
        assert all(senders <= old[to] and senders <= new.get(to, frozenset()) for to, senders in less.items())
        rooms = {x.seat: room for room, sheet in after.rooms.items() for x in sheet.body.members}
        for to, senders in new.items():
            for by in senders:
                assert rooms[to.partition("/")[2]] == rooms[by.partition("/")[2]]

    def _needed(
        self, player: Player, event: e.AnyEvent, old: State, new: State, told: tuple[m.AnyHappening, ...]
    ) -> None:
        """Nobody but a mediator is sent anything that their own room, or a word to them, doesn't account for."""
        seat = player.someone.seat
        if isinstance(event, e.Noted | e.KnockAnswered | e.Told):
            return
        viewer = player.someone.viewer
        was, is_ = (views.welcome(s, viewer, 0, False, NOW) for s in (old, new))
        assert was != is_, (type(event).__name__, seat, told)

    # --- acts

    def open(self, name: str) -> None:
        player = self.players[name]
        if player.online:
            return
        someone = player.someone
        opened = e.PageOpened(
            seat=someone.seat, dev=someone.signer.public, kem=someone.page.public, statement=someone.statement
        )
        self.commit((opened,))
        player.welcome(self.state)

    def close(self, name: str) -> None:
        player = self.players[name]
        if player.online:
            player.lost()
            self.commit((e.PageClosed(seat=player.someone.seat, dev=player.someone.signer.public),))

    def crash(self) -> None:
        """The process dies: what lasts is read again, everybody's line is cut."""
        again = FIRST
        for event in self.core.log:
            again = evolve(again, event)
        for player in self.players.values():
            if player.online:
                player.lost()
        self.core.state = again
        assert plan(again) == {}

    def sheets(self, homes: dict[str, str], by: str = "med") -> list[Any]:
        """The next sheets for these people's homes, signed."""
        charter, made = self.core.charter, []
        for room in self.core.rooms:
            names = [n for n in ROLES if homes.get(n) == room]
            last = self.state.past.get(room)
            members = tuple(self.member(n) for n in names)
            if (last is None and not members) or (last is not None and last.body.members == members):
                continue
            body = Sheet(
                suite=SUITE, mediation=self.core.mediation, charter=charter.hash, room=room, kind=self.core.kinds[room],  # type: ignore[arg-type]
                rev=last.body.rev + 1 if last else 1, prev=last.hash if last else "", members=members,
                keepers=moves.keepers(members), parting="", ts=NOW,
            )  # fmt: skip
            made.append(make_sheet(self.players[by].someone.signer, body))
        return made

    def member(self, name: str) -> Member:
        someone = self.players[name].someone
        return Member(seat=someone.seat, dev=someone.signer.public, role=someone.role)  # type: ignore[arg-type]

    def side_of(self, seat: str) -> str:
        place = self.core.charter.body.seat(seat)
        return (place.side if place else "") or seat

    def homes(self) -> dict[str, str]:
        return {self.seat_of[x.seat]: room for room, sheet in self.state.rooms.items() for x in sheet.body.members}

    def move(self, homes: dict[str, str], entries: tuple[m.Entry, ...] = ()) -> None:
        """The mediator moves people, with sheets signed ahead for the joint room."""
        signed = self.sheets(homes)
        if not signed:
            return
        ahead = [
            make_sheet(self.players["med"].someone.signer, sheet).compact
            for one in signed
            if one.body.kind == "joint"
            for sheet in moves.parting(one, self.core.charter, fresh_id, NOW, self.side_of)
        ]
        self.act("med", m.SheetsPublish(
            id=fresh_id(), sheets=tuple(x.compact for x in signed), parting=tuple(ahead), entries=entries))  # fmt: skip

    def ring(self, room: str, name: str, announced: str = "", by: str = "med") -> None:
        sheet = self.state.rooms[room]
        made = make_ring(
            self.players[by].someone.signer,
            Ring(
                suite=SUITE, mediation=self.core.mediation, id=fresh_id(), room=room, sheet=sheet.hash,
                who=(self.member(name),), announced=announced, ts=NOW,
            ),
        )  # fmt: skip
        self.act("med", m.RoomRing(id=fresh_id(), ring=made.compact))

    def answer(self, name: str, yes: bool, signer: str = "") -> None:
        """Answer the knock at one's room, honestly or with another's key."""
        ring = self.players[name].session.belief.bell.ring
        if ring is None:
            return
        someone = self.players[name].someone
        made = make_answer(self.players[signer or name].someone.signer, ring, someone.seat, NOW).compact
        self.act(name, m.RingAnswer(id=fresh_id(), ring=ring.hash, answer=made if yes else None))

    def rung(self, room: str) -> tuple[m.Entry, ...]:
        held = self.state.live.rings.get(room)
        return () if held is None else (m.Entry(ring=held.ring.compact, answer=held.answer),)

    def fall_silent(self, seconds: float) -> None:
        """What the server does when it hasn't heard the mediator for so long."""
        for room, _ in parting.watched(self.state):
            what = parting.due(self.state, room, seconds)
            if what is not None:
                self.commit(parting.events(self.state, room, what))

    # --- what must always hold

    def check(self) -> None:
        state = self.state
        for room, given in state.live.grants.items():
            holders = {
                name: key.key
                for name, p in self.players.items()
                if (key := p.session.belief.keys.get((room, given.body.epoch))) is not None
            }
            keeper = self.seat_of[given.body.by]
            listed = {self.seat_of[x.seat] for x in state.rooms[room].body.members}
            for name, key in holders.items():
                assert name in listed or key != holders.get(keeper), (
                    name,
                    "holds the present key of a room it is not in",
                )
        seen: dict[bytes, str] = {}
        for player in self.players.values():
            belief = player.session.belief
            assert {room for room, _ in belief.keys} <= {belief.room}, "keys of a room that was left"
            for (room, _), key in belief.keys.items():
                assert seen.setdefault(key.key, room) == room, "one key opens two rooms"
        self._apart()
        if not self.cheated:
            for player in self.players.values():
                assert player.session.state.distrust == (), (player.name, player.session.state.distrust)

    def _apart(self) -> None:
        """Ben and Ida never share a room, a roster, an arrival, a departure or a knock."""
        for one, other in (("ben", "ida"), ("ida", "ben")):
            player, stranger = self.players[one], self.players[other].someone
            home = self.state.room_of(player.someone.seat, player.someone.signer.public)
            assert home is None or self.state.rooms[home].body.member(stranger.seat) is None
            belief = player.session.belief
            assert belief.room is None or belief.sheet().body.member(stranger.seat) is None
            for happening in player.heard:
                if not isinstance(happening, m.CharterChanged):
                    assert stranger.seat not in msgspec.json.encode(happening).decode()
            player.heard.clear()


def doors_held(before: State, after: State, now: float) -> None:
    """Whoever came into a room with people and no mediator was answered, or announced ten seconds ago."""
    from client.keys.entry import behind_a_door

    for room, sheet in after.rooms.items():
        held = before.rooms.get(room)
        if held is None or held.hash == sheet.hash or not behind_a_door(held.body):
            continue
        coming = newcomers(held.body, sheet.body, after.certified)
        rung = before.live.rings.get(room)
        for one in coming:
            assert rung is not None
            assert one in rung.ring.body.who
            assert rung.answer is not None or (rung.ring.body.announced and now - rung.at >= 10)
