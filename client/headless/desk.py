"""A mediator's desk: enrolment, recovery kit, vault, making mediations, inviting, opening a table.

The vault is saved by compare-and-set before anything counts as done. The link's secrets are made here and go into the vault and
the invitations; the server gets their hashes.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from client.headless import book as books
from client.headless.alongside import alongside
from client.headless.belief import Clock
from client.headless.line import Line
from client.headless.table import DeskDevice, Save, Table
from client.keys.derive import hkdf
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, hash_bytes, info, new_id, random_bytes, unb64u
from client.keys.envelope import AgreementText, Envelope, seal_envelope
from client.keys.jws import SUITE
from client.keys.link import Link, link_keys, make_link, new_link
from client.keys.membership import Charter, make_charter
from client.keys.roots import DeviceKeys, check_devcert, fingerprint, make_devcert, make_page
from client.keys.vault import (
    kit_identity,
    kit_words,
    new_identity,
    new_kit,
    open_vault,
    parse_kit,
    recipient_of,
    seal_vault,
)
from client.protocol import messages as wire
from client.protocol.errors import Code, Unavailable

DEVICE_SECONDS = 2 * 366 * 86400


class SeatWish(Struct, frozen=True, kw_only=True):
    """A place to be made."""

    name: str
    role: str
    side: str = ""  # index of the side in the plan, as text; '' for none
    phone: str = ""


class Plan(Struct, frozen=True, kw_only=True):
    """A mediation to be made: what the mediator fills in."""

    title: str
    sides: tuple[str, ...]
    seats: tuple[SeatWish, ...]
    starts: int
    ends: int
    zone: str = "Europe/Madrid"
    regime: str = ""
    no_contact: tuple[tuple[int, int], ...] = ()
    keep: bool = True
    disclosure: bool = True
    retention_days: int = 0
    own_agreement: Mapping[str, str] | None = None
    languages: tuple[str, ...] = ("en",)


class Enrolment(Struct, frozen=True, kw_only=True):
    """What the administrator's link says."""

    origin: str
    token: str


def parse_enrolment(untrusted: str) -> Enrolment:
    """The one-time link. ValueError if it is none."""
    origin, _, fragment = untrusted.strip().partition("/desk#")
    parts = fragment.split(".")
    if len(parts) != 3 or parts[:2] != ["enrol", "1"] or not origin.startswith(("http://", "https://")):
        raise ValueError("enrolment link")
    return Enrolment(origin=origin, token=parts[2])


class Desk:
    """The mediator's own connection, outside any mediation."""

    def __init__(
        self, http: aiohttp.ClientSession, origin: str, device: DeskDevice, clock: Clock, token: str | None = None
    ) -> None:
        self.http = http
        self.origin = origin
        self.device = device
        self.clock = clock
        self.rev = 0
        self.book: books.Book | None = None
        self.kit = b""
        self.welcome = asyncio.Event()
        self.line = Line(http, origin, self._opening)
        self._token = token
        self._page = SoftOpener.fresh()
        self._saving = asyncio.Lock()

    # --- beginning ----------------------------------------------------------------------------------------------

    def _opening(self, challenge: wire.Challenge, resume: int) -> wire.Authenticate | wire.Enrol:
        page = make_page(self.device.signer, "", "", self._page.public, challenge.nonce, self.clock()).compact
        if self._token is not None and not self.welcome.is_set():
            return wire.Enrol(token=self._token, devcert=self.device.devcert, page=page)
        return wire.Authenticate(page=page, devcert=self.device.devcert, resume=resume)

    async def begin(self, name: str, root: SoftSigner) -> tuple[str, ...]:
        """Make the vault and the recovery kit; the words to write down."""
        self.kit = self.kit or new_kit()
        await self._save_book(books.Book(name=name, root=b64u(root.seed), devcerts=(self.device.devcert,)))
        return tuple(kit_words(self.kit))

    async def test_kit(self, typed: str) -> bool:
        """Whether these words open the vault; then it counts as tested."""
        kit = parse_kit(typed)
        data = await self.line.call(wire.VaultGet(id=new_id()))
        open_vault(str(data["blob"]), kit_identity(kit))
        await self._save_book(replace(self._book(), kit=hash_bytes(kit)))
        return True

    async def open_vault(self) -> books.Book:
        """Read the vault with the device's key."""
        data = await self.line.call(wire.VaultGet(id=new_id()))
        self.rev = int(data["rev"])
        self.book = msgspec.convert(open_vault(str(data["blob"]), self.device.vault), books.Book)
        return self.book

    async def _save_book(self, book: books.Book) -> None:
        """Save, or fail with STALE when another device saved in between; the caller reads again."""
        async with self._saving:
            recipients = [recipient_of(self.device.vault)]
            if self.kit:
                recipients.append(recipient_of(kit_identity(self.kit)))
            blob = seal_vault(msgspec.to_builtins(book), recipients)
            await self.line.call(wire.VaultPut(id=new_id(), rev=self.rev, blob=blob))
            self.rev += 1
            self.book = book

    def _book(self) -> books.Book:
        if self.book is None:
            raise Unavailable("vault")
        return self.book

    # --- mediations ---------------------------------------------------------------------------------------------

    async def rules(self, regime: str = "", language: str = "en", days: int = 0) -> dict[str, Any]:
        """The rules in force, and the agreement's text for one of them."""
        return await self.line.call(wire.PolicyRead(id=new_id(), regime=regime, language=language, days=days))

    async def create(self, plan: Plan) -> books.MediationEntry:
        """Make a mediation: places, charter, envelopes; in the vault first, then on the server."""
        rules = await self.rules()
        regime = plan.regime or str(rules["regimes"][0])
        texts: dict[str, books.AgreementEntry] = {}
        days, nonparty = plan.retention_days, "own"
        for language in plan.languages:
            read = await self.rules(regime, language, plan.retention_days)
            days, nonparty = int(read["days"]), str(read["nonparty_consent"])
            own = (plan.own_agreement or {}).get(language)
            texts[language] = books.AgreementEntry(text=own or str(read["text"]))
        entry, charter = self._planned(plan, texts, regime, str(rules["policy"]), days, nonparty)
        await self._save_book(books.with_mediation(self._book(), entry))
        seats = tuple(self._seat_plan(entry, seat, charter) for seat in entry.seats)
        await self.line.call(wire.MediationCreate(id=new_id(), mediation=entry.id, charter=entry.charter, seats=seats))
        return entry

    def _planned(
        self, plan: Plan, texts: dict[str, books.AgreementEntry], regime: str, policy: str, days: int, nonparty: str
    ) -> tuple[books.MediationEntry, str]:
        sides = tuple(books.SideEntry(id=new_id(), label=label) for label in plan.sides)
        own = books.SeatEntry(seat=new_id(), name=self._book().name, role="mediator", side="")
        places = tuple(
            books.SeatEntry(
                seat=new_id(),
                name=wish.name,
                role=wish.role,
                side=sides[int(wish.side)].id if wish.side else "",
                phone=wish.phone,
                secret=b64u(random_bytes(32)),
            )
            for wish in plan.seats
        )
        root = SoftSigner(unb64u(self._book().root, 32))
        body = msgspec.convert(
            {
                "suite": SUITE,
                "mediation": new_id(),
                "rev": 1,
                "prev": "",
                "root": root.public,
                "sides": [side.id for side in sides],
                "seats": [{"id": one.seat, "side": one.side, "role": one.role} for one in (own, *places)],
                "no_contact": [[places[one].seat, places[other].seat] for one, other in plan.no_contact],
                "regime": regime,
                "policy": policy,
                "grounds": ["waiver"] if plan.disclosure else [],
                "nonparty_consent": nonparty,
                "retention_days": days,
                "keep": plan.keep,
                "disclosure": plan.disclosure,
            },
            Charter,
        )
        charter = make_charter(self.device.signer, body)
        entry = books.MediationEntry(
            id=body.mediation,
            title=plan.title,
            starts=plan.starts,
            ends=plan.ends,
            zone=plan.zone,
            sides=sides,
            seats=(own, *places),
            own=own.seat,
            charter=charter.compact,
            agreement=texts,
        )
        return entry, charter.hash

    def _seat_plan(self, entry: books.MediationEntry, seat: books.SeatEntry, charter: str) -> wire.SeatPlan:
        if not seat.secret:
            return wire.SeatPlan(seat=seat.seat)
        keys = link_keys(self._link(entry, seat))
        label = next((side.label for side in entry.sides if side.id == seat.side), "")
        envelope = msgspec.convert(
            {
                "suite": SUITE,
                "mediation": entry.id,
                "seat": seat.seat,
                "rev": 1,
                "title": entry.title,
                "name": seat.name,
                "role": seat.role,
                "side": seat.side,
                "mediator": self._book().name,
                "starts": entry.starts,
                "ends": entry.ends,
                "zone": entry.zone,
                "agreement": {k: AgreementText(text=v.text) for k, v in entry.agreement.items()},
                "agreement_sha256": books.agreement_sha256(entry),
                "texts": {"side": label},
                "charter": charter,
            },
            Envelope,
        )
        sealed = seal_envelope(self.device.signer, keys.envelope, envelope)
        return wire.SeatPlan(seat=seat.seat, access=keys.access_hash, envelope=sealed)

    def _link(self, entry: books.MediationEntry, seat: books.SeatEntry) -> Link:
        root = SoftSigner(unb64u(self._book().root, 32))
        mark = fingerprint(root.public)
        return replace(new_link(entry.id, seat.seat, mark), secret=unb64u(seat.secret, 32))

    def invitation(self, entry: books.MediationEntry, seat: str) -> str:
        """The link of a place."""
        return make_link(self.origin, self._link(entry, entry.seat(seat)))

    def table(self, mediation: str) -> Table:
        """The table of a mediation, not yet connected (`at_table`)."""
        book = self._book()
        root = SoftSigner(unb64u(book.root, 32)).public
        entry = book.mediation(mediation)
        return Table(self.http, self.origin, self.device, book.name, root, entry, self._saver(), self.clock)

    def _saver(self) -> Save:
        async def save(entry: books.MediationEntry) -> None:
            await self._save_book(books.with_mediation(self._book(), entry))

        return save


def new_desk_device(root: SoftSigner, now: int, rev: int = 1) -> DeskDevice:
    """A device certified by the root."""
    signer, kem = SoftSigner.fresh(), SoftOpener.fresh()
    keys = DeviceKeys(id=new_id(), sig=signer.public, kem=kem.public)
    cert = make_devcert(root, keys, now - 300, now + DEVICE_SECONDS, rev)
    check_devcert(cert.compact, fingerprint(root.public), 1, now)
    return DeskDevice(id=keys.id, signer=signer, kem=kem, vault=new_identity(), devcert=cert.compact)


@asynccontextmanager
async def at_desk(desk: Desk) -> AsyncIterator[Desk]:
    """Sit at the desk while the block runs. Raises Unavailable with the server's reason when it turns us away."""
    reason: list[str] = []

    async def run() -> None:
        reason.append(await desk.line.run(lambda _: desk.welcome.set(), lambda _: None, lambda _: None))
        desk.welcome.set()

    async with alongside(run(), leave=desk.line.stop):
        await desk.welcome.wait()
        if reason:
            raise Unavailable(reason[0] or Code.INTERNAL)
        yield desk


def root_of(kit: bytes) -> SoftSigner:
    """The mediator's root, which follows from the recovery kit."""
    return SoftSigner(hkdf(kit, info("root")))


@asynccontextmanager
async def recovered(http: aiohttp.ClientSession, origin: str, words: str, clock: Clock) -> AsyncIterator[Desk]:
    """A mediator with nothing but the recovery kit: a new device, certified by the root, and the vault opened."""
    kit = parse_kit(words)
    device = new_desk_device(root_of(kit), clock(), rev=clock() // 60)
    async with at_desk(Desk(http, origin, device, clock)) as desk:
        desk.kit = kit
        data = await desk.line.call(wire.VaultGet(id=new_id()))
        desk.rev = int(data["rev"])
        desk.book = msgspec.convert(open_vault(str(data["blob"]), kit_identity(kit)), books.Book)
        yield desk


@asynccontextmanager
async def enrolled(http: aiohttp.ClientSession, link: str, name: str, clock: Clock) -> AsyncIterator[Desk]:
    """A mediator's first visit: root, device, vault and tested kit made."""
    enrolment = parse_enrolment(link)
    kit = new_kit()
    root = root_of(kit)
    device = new_desk_device(root, clock())
    async with at_desk(Desk(http, enrolment.origin, device, clock, enrolment.token)) as desk:
        desk.kit = kit
        words = await desk.begin(name, root)
        await desk.test_kit(" ".join(words))
        yield desk
