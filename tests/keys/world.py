"""A small mediation with real keys, for tests: a mediator, two parties, a lawyer, their devices, links and paper keys."""

from dataclasses import dataclass, field

from client.keys import access, grants, hold, link, membership, roots
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, hash_text, sha256
from client.keys.jws import SUITE, Signed

NOW = 1_790_000_000
POLICY = hash_text("policy")


class Stream:
    """Reproducible bytes for tests; never for keys that matter."""

    def __init__(self, name: str) -> None:
        self._name, self._count = name, 0

    def __call__(self, length: int) -> bytes:
        out = b""
        while len(out) < length:
            out += sha256(f"{self._name}/{self._count}".encode())
            self._count += 1
        return out[:length]


@dataclass
class World:
    """Everybody's keys. `seats` maps a short name to a place id."""

    name: str = "world"
    random: Stream = field(init=False)

    def __post_init__(self) -> None:
        self.random = Stream(self.name)
        self.mediation = self.id()
        self.root = SoftSigner.fresh(self.random)
        self.dev = {who: SoftSigner.fresh(self.random) for who in ("mediator", "ann", "ben", "lea")}
        self.page = {who: SoftOpener.fresh(self.random) for who in self.dev}
        self.seats = {who: self.id() for who in self.dev}
        self.sides = {"left": self.id(), "right": self.id()}
        self.desk = SoftOpener.fresh(self.random)
        keys = roots.DeviceKeys(id=self.id(), sig=self.dev["mediator"].public, kem=self.desk.public)
        self.devcert = roots.make_devcert(self.root, keys, NOW - 60, NOW + 86_400, 3)
        self.devices = {self.devcert.body.dev.sig: self.devcert}
        self.charter = membership.make_charter(self.dev["mediator"], self.charter_body())
        self.link = link.new_link(
            self.mediation, self.seats["ann"], roots.fingerprint(self.root.public), 2, self.random
        )
        self.seeds = {who: hold.new_seed(self.random) for who in self.dev}
        self.hold = {who: hold.hold_keys(seed, self.mediation, self.seats[who]) for who, seed in self.seeds.items()}
        self.gate = SoftOpener.fresh(self.random)

    def id(self) -> str:
        """A fresh id."""
        return b64u(self.random(16))

    def charter_body(self, **changes: object) -> membership.Charter:
        """The first charter, with changes."""
        seat = membership.CharterSeat
        fields: dict[str, object] = {
            "suite": SUITE,
            "mediation": self.mediation,
            "rev": 1,
            "prev": "",
            "root": self.root.public,
            "sides": tuple(self.sides.values()),
            "seats": (
                seat(id=self.seats["mediator"], side="", role="mediator"),
                seat(id=self.seats["ann"], side=self.sides["left"], role="party"),
                seat(id=self.seats["ben"], side=self.sides["right"], role="party"),
                seat(id=self.seats["lea"], side=self.sides["left"], role="counsel"),
            ),
            "no_contact": (),
            "regime": "us-ca",
            "policy": POLICY,
            "grounds": ("waiver",),
            "nonparty_consent": "own",
            "retention_days": 365,
            "keep": True,
            "disclosure": True,
        }
        return membership.Charter(**{**fields, **changes})  # type: ignore[arg-type]

    def member(self, who: str) -> membership.Member:
        """This person on a sheet."""
        place = self.charter.body.seat(self.seats[who])
        assert place is not None
        return membership.Member(seat=place.id, dev=self.dev[who].public, role=place.role)

    def sheet_body(self, *who: str, **changes: object) -> membership.Sheet:
        """The first sheet of a joint room with these people, with changes."""
        fields: dict[str, object] = {
            "suite": SUITE,
            "mediation": self.mediation,
            "charter": self.charter.hash,
            "room": b64u(sha256(b"joint")[:16]),
            "kind": "joint",
            "rev": 1,
            "prev": "",
            "members": tuple(self.member(person) for person in who),
            "keepers": tuple(self.seats[person] for person in who),
            "parting": "",
            "ts": NOW,
        }
        return membership.Sheet(**{**fields, **changes})  # type: ignore[arg-type]

    def sheet(self, *who: str, **changes: object) -> Signed[membership.Sheet]:
        """The same, signed by the mediator."""
        return membership.make_sheet(self.dev["mediator"], self.sheet_body(*who, **changes))

    def present(self, *who: str) -> dict[str, str]:
        """Place -> page key."""
        return {self.seats[person]: self.page[person].public for person in who}

    def kems(self) -> dict[str, str]:
        """Holder -> the key that their shares are sealed to."""
        return {self.seats[who]: keys.kem.public for who, keys in self.hold.items()} | {access.GATE: self.gate.public}

    def room_key(self, room: str, epoch: int = 1) -> grants.RoomKey:
        """A room key."""
        return grants.new_room_key(self.mediation, room, epoch, self.random)
