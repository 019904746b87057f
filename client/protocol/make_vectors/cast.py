"""The people of the vectors and their keys, the same every time."""

import json
from typing import Any

import msgspec

from client.keys import (
    access,
    hold,
    membership,
    roots,
)
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, hash_text, sha256
from client.keys.jws import SUITE, Signed

NOW = 1_790_000_000
ORIGIN = "https://rooms.example"
PEOPLE: dict[str, tuple[str, membership.Role]] = {
    "mia": ("", "mediator"),
    "cora": ("", "comediator"),
    "ann": ("left", "party"),
    "ben": ("right", "party"),
    "cy": ("right", "party"),
    "lea": ("left", "counsel"),
    "ivo": ("", "interpreter"),
}


def fixed(name: str, length: int = 32) -> bytes:
    """Reproducible bytes, for vectors only."""
    return sha256(f"incamera vector {name}".encode())[:length]


def name_id(name: str) -> str:
    """A reproducible id."""
    return b64u(fixed(name, 16))


class Cast:
    """The people of the vectors with all their keys."""

    def __init__(self) -> None:
        self.mediation = name_id("mediation")
        self.room = name_id("room")
        self.root = SoftSigner(fixed("root"))
        self.log = SoftSigner(fixed("log"))
        self.desk = SoftOpener(fixed("desk"))
        self.gate = SoftOpener(fixed("gate"))
        self.dev = {who: SoftSigner(fixed(f"{who} dev")) for who in PEOPLE}
        self.page = {who: SoftOpener(fixed(f"{who} page")) for who in PEOPLE}
        self.seat = {who: name_id(f"{who} seat") for who in PEOPLE}
        self.side = {"": "", "left": name_id("left"), "right": name_id("right")}
        self.hold = {who: hold.hold_keys(fixed(f"{who} hold"), self.mediation, self.seat[who]) for who in PEOPLE}
        keys = roots.DeviceKeys(id=name_id("device"), sig=self.dev["mia"].public, kem=self.desk.public)
        self.devcert = roots.make_devcert(self.root, keys, NOW - 60, NOW + 90_000, 3)
        self.charter = membership.make_charter(self.dev["mia"], self.charter_body())

    def charter_body(self, **changes: Any) -> membership.Charter:
        """The first charter, with changes."""
        seats = tuple(
            membership.CharterSeat(id=self.seat[who], side=self.side[side], role=role)
            for who, (side, role) in PEOPLE.items()
        )
        whole = membership.Charter(
            suite=SUITE,
            mediation=self.mediation,
            rev=1,
            prev="",
            root=self.root.public,
            sides=(self.side["left"], self.side["right"]),
            seats=seats,
            no_contact=((self.seat["ann"], self.seat["cy"]),),
            regime="us-ca",
            policy=hash_text("policy"),
            grounds=("waiver",),
            nonparty_consent="own",
            retention_days=365,
            keep=True,
            disclosure=True,
        )
        return msgspec.structs.replace(whole, **changes)

    def with_custodian(self) -> membership.Charter:
        """The first charter with a custodian's place and every reason that rests on a paper."""
        place = membership.CharterSeat(id=name_id("kai seat"), side="", role="custodian")
        return self.charter_body(seats=(*self.charter.body.seats, place), grounds=("waiver", *sorted(access.TWO_LOCKS)))

    def sheet(self, *who: str, by: str = "mia", **changes: Any) -> Signed[membership.Sheet]:
        """A first sheet with these people, with changes."""
        whole = membership.Sheet(
            suite=SUITE,
            mediation=self.mediation,
            charter=self.charter.hash,
            room=self.room,
            kind="joint",
            rev=1,
            prev="",
            members=tuple(self.member(person) for person in who),
            keepers=tuple(self.seat[person] for person in who),
            parting="",
            ts=NOW,
        )
        return membership.make_sheet(self.dev[by], msgspec.structs.replace(whole, **changes))

    def member(self, who: str, **changes: Any) -> membership.Member:
        """Somebody on a sheet."""
        whole = membership.Member(seat=self.seat[who], dev=self.dev[who].public, role=PEOPLE[who][1])
        return msgspec.structs.replace(whole, **changes)

    def kems(self) -> dict[str, str]:
        """Every holder's key for shares."""
        return {self.seat[who]: keys.kem.public for who, keys in self.hold.items()} | {access.GATE: self.gate.public}


def plain(value: object) -> Any:
    """A struct as plain JSON."""
    return json.loads(msgspec.json.encode(value))
