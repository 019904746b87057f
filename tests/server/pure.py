"""A mediation without a server: real keys, real sheets, the pure core, and a way to act at random."""

from typing import Any

from hypothesis import strategies as st

from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, hash_text, new_id
from client.keys.grants import make_grant, new_room_key
from client.keys.jws import SUITE, Signed
from client.keys.membership import Charter, CharterSeat, Member, Sheet, make_charter, make_sheet
from client.keys.roots import DeviceKeys, make_devcert, make_page
from client.protocol import messages as m
from client.protocol.errors import Refusal
from server.mediation import events as e
from server.mediation import views
from server.mediation.decide import Facts, decide
from server.mediation.evolve import evolve, start
from server.mediation.model import State
from server.mediation.views import Viewer

NOW = 1_800_000_000
BOX = "B" * 40
ROLES = {
    "med": ("mediator", ""),
    "ana": ("party", "a"),
    "law": ("counsel", "a"),
    "ben": ("party", "b"),
    "ida": ("expert", ""),
}


class Someone:
    """A place with its device and its page."""

    def __init__(self, mediation: str, name: str) -> None:
        self.role, self.side = ROLES[name]
        self.seat, self.signer, self.page = new_id(), SoftSigner.fresh(), SoftOpener.fresh()
        self.statement = make_page(self.signer, mediation, self.seat, self.page.public, "A" * 43, NOW).compact

    @property
    def viewer(self) -> Viewer:
        return Viewer(seat=self.seat, dev=self.signer.public, kem=self.page.public)


class Core:
    """The state, and everything that everybody was told."""

    def __init__(self) -> None:
        self.mediation, self.root = new_id(), SoftSigner.fresh()
        self.people = {name: Someone(self.mediation, name) for name in ROLES}
        sides = {"a": new_id(), "b": new_id(), "": ""}
        med = self.people["med"]
        keys = DeviceKeys(id=new_id(), sig=med.signer.public, kem=SoftOpener.fresh().public)
        cert = make_devcert(self.root, keys, 0, NOW * 2, 1)
        seats = tuple(CharterSeat(id=p.seat, side=sides[p.side], role=p.role) for p in self.people.values())  # type: ignore[arg-type]
        self.charter: Signed[Charter] = make_charter(
            med.signer,
            Charter(
                suite=SUITE,
                mediation=self.mediation,
                rev=1,
                prev="",
                root=self.root.public,
                sides=(sides["a"], sides["b"]),
                seats=seats,
                no_contact=((self.people["ben"].seat, self.people["ida"].seat),),
                regime="us-uma",
                policy=hash_text("rules"),
                grounds=("waiver",),
                nonparty_consent="own",
                retention_days=30,
                keep=True,
                disclosure=True,
            ),
        )
        plans = tuple(m.SeatPlan(seat=p.seat, access=hash_text(p.seat)) for p in self.people.values())
        created = e.Created(
            mediation=self.mediation,
            root=self.root.public,
            devcerts=(cert.compact,),
            charter=self.charter.compact,
            seats=plans,
        )
        self.state: State = start(created)
        self.log: list[e.AnyEvent] = []
        self.names: dict[str, str] = {}
        self.told: dict[str, list[m.AnyHappening]] = {name: [] for name in ROLES}
        self.rooms = [new_id() for _ in range(4)]
        self.kinds = dict(zip(self.rooms, ("joint", "caucus", "waiting", "counsel"), strict=True))

    def happen(self, *events: e.AnyEvent) -> list[tuple[e.AnyEvent, State, State]]:
        """Fold events in and tell everybody who is connected; the steps."""
        steps = []
        for event in events:
            before, self.state = self.state, evolve(self.state, event)
            self.log.append(event)
            steps.append((event, before, self.state))
            for name, someone in self.people.items():
                if (someone.seat, someone.signer.public) in self.state.live.pages:
                    self.told[name] += views.project(event, before, self.state, someone.viewer, NOW)
        return steps

    def open(self, name: str) -> list[tuple[e.AnyEvent, State, State]]:
        someone = self.people[name]
        if (someone.seat, someone.signer.public) in self.state.live.pages:
            return []
        return self.happen(
            e.PageOpened(
                seat=someone.seat, dev=someone.signer.public, kem=someone.page.public, statement=someone.statement
            )
        )

    def close(self, name: str) -> list[tuple[e.AnyEvent, State, State]]:
        someone = self.people[name]
        if (someone.seat, someone.signer.public) not in self.state.live.pages:
            return []
        return self.happen(e.PageClosed(seat=someone.seat, dev=someone.signer.public))

    def do(self, name: str, command: m.AnyCommand) -> list[tuple[e.AnyEvent, State, State]]:
        """Decide and fold; nothing when refused."""
        try:
            return self.happen(*decide(self.state, self.people[name].viewer, command, Facts(now=NOW)))
        except Refusal:
            return []

    def sheet(self, room: str, names: list[str]) -> str:
        last = self.state.past.get(room)
        people = [self.people[name] for name in names]
        body = Sheet(
            suite=SUITE,
            mediation=self.mediation,
            charter=self.charter.hash,
            room=room,
            kind=self.kinds[room],  # type: ignore[arg-type]
            rev=last.body.rev + 1 if last else 1,
            prev=last.hash if last else "",
            members=tuple(Member(seat=p.seat, dev=p.signer.public, role=p.role) for p in people),  # type: ignore[arg-type]
            keepers=tuple(p.seat for p in people),
            parting="",
            ts=NOW,
        )
        return make_sheet(self.people["med"].signer, body).compact

    def place(self, rooms: dict[str, list[str]]) -> list[tuple[e.AnyEvent, State, State]]:
        """Publish these rooms' next sheets as one move."""
        sheets = tuple(self.sheet(room, names) for room, names in rooms.items())
        return self.do("med", m.SheetsPublish(id=new_id(), sheets=sheets))

    def grant(self, room: str) -> list[tuple[e.AnyEvent, State, State]]:
        if room not in self.state.rooms or self.state.keeper(room) is None:
            return []
        keeper = next(p for p in self.people.values() if p.seat == self.state.keeper(room))
        epoch = self.state.live.epochs.get(room, 0) + 1
        present = {page.seat: page.kem for page in self.state.present(room)}
        sheet = self.state.rooms[room]
        given = make_grant(keeper.signer, sheet, keeper.seat, new_room_key(self.mediation, room, epoch), present)
        name = next(n for n, p in self.people.items() if p is keeper)
        return self.do(name, m.GrantPublish(id=new_id(), grant=given.compact))

    def hold(self, name: str) -> list[tuple[e.AnyEvent, State, State]]:
        someone = self.people[name]
        room = self.state.room_of(someone.seat, someone.signer.public)
        given = self.state.live.grants.get(room) if room else None
        if room is None or given is None:
            return []
        return self.do(name, m.RoomHold(id=new_id(), sheet=self.state.rooms[room].hash, epoch=given.body.epoch))

    def say(self, name: str) -> list[tuple[e.AnyEvent, State, State]]:
        someone = self.people[name]
        room = self.state.room_of(someone.seat, someone.signer.public)
        epoch = self.state.live.epochs.get(room or "", 1)
        return self.do(name, m.ChatPost(id=new_id(), message=new_id(), epoch=epoch, box=b64u(BOX.encode())))

    def at_random(self, data: Any) -> list[tuple[e.AnyEvent, State, State]]:
        """One act by somebody."""
        name = data.draw(st.sampled_from(sorted(ROLES)))
        room = data.draw(st.sampled_from(self.rooms))
        match data.draw(
            st.sampled_from(
                ["open", "close", "place", "place", "grant", "hold", "say", "note", "knock", "answer", "leave"]
            )
        ):
            case "open":
                return self.open(name)
            case "close":
                return self.close(name)
            case "place":
                chosen = data.draw(st.lists(st.sampled_from(self.rooms), unique=True, min_size=1, max_size=3))
                homes = {n: data.draw(st.sampled_from([*chosen, ""])) for n in ROLES}
                return self.place({r: [n for n in ROLES if homes[n] == r] for r in chosen})
            case "grant":
                return self.grant(room)
            case "hold":
                return self.hold(name)
            case "say":
                return self.say(name)
            case "note":
                to = self.people[data.draw(st.sampled_from(sorted(ROLES)))].seat
                return self.do(name, m.NoteSend(id=new_id(), to=to, box=BOX))
            case "knock":
                return self.do(name, m.KnockSend(id=new_id(), box=BOX))
            case "answer":
                return self.do("med", m.KnockAnswer(id=new_id(), seat=self.people[name].seat, reply="later"))
            case _:
                return self.do(name, m.RoomLeave(id=new_id()))
