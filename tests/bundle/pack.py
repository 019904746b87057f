"""A whole package with real keys, for tests: two kept messages, three people whose yes was needed."""

import msgspec

from client.bundle import package
from client.keys import access, chat, disclosure, hold, items, log, membership
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, hash_bytes, hash_text
from client.keys.jws import SUITE
from tests.keys.world import NOW, POLICY, World

PDF = b"%PDF-1.7 not really, for a test of bytes\n"


class Packing:
    """Everything that leads to one package; the fields may be changed before `build`."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World("package")
        world = self.world
        self.people = ("mediator", "ann", "ben")
        self.sheet = world.sheet(*self.people)
        key = world.room_key(self.sheet.body.room)
        sets = access.access_sets(world.charter.body, [world.seats["ann"]])
        ((self.sid, holders),) = sets.items()
        self.sealed = []
        for text in ("first offer", "second offer"):
            _, said = chat.seal_chat(
                world.dev["ann"], key, world.seats["ann"], world.id(), "text", chat.TextBody(text=text), NOW
            )
            self.sealed.append(
                items.seal_item(
                    world.dev["ann"],
                    world.mediation,
                    world.id(),
                    self.sheet.body.room,
                    "chat",
                    world.seats["ann"],
                    said.hash,
                    world.charter.hash,
                    POLICY,
                    sets,
                    world.kems(),
                    items.pack_content(said.compact),
                    NOW,
                    world.random,
                )
            )
        self.private = disclosure.Private(
            recipient=disclosure.Recipient(name="District Court", class_="court"),
            purpose="to show the offer",
            profile=disclosure.Profile(id="court", sha256=hash_text("profile")),
            language="en",
            salt=b64u(world.random(32)),
        )
        self.export, self.worker = SoftOpener.fresh(world.random), SoftSigner.fresh(world.random)
        headers = [items.header_of(one.item) for one in self.sealed]
        self.request = disclosure.make_request(
            world.dev["mediator"],
            disclosure.Request(
                suite=SUITE,
                mediation=world.mediation,
                request=world.id(),
                ground="waiver",
                sid=self.sid,
                items=tuple(
                    disclosure.RequestItem(item=h.item, ct_sha256=h.ct_sha256, pt_commit=h.pt_commit) for h in headers
                ),
                export_key=self.export.public,
                reviewer=world.seats["mediator"],
                where="operator",
                recipient="court",
                profile=self.private.profile,
                authority="",
                private=disclosure.private_hash(self.private),
                cooling_hours=24,
                expires=NOW + 80_000,
                ts=NOW,
            ),
        )
        self.sitting = disclosure.make_sitting(
            world.dev["mediator"],
            world.mediation,
            self.request.hash,
            disclosure.WorkerKeys(kem=SoftOpener.fresh(world.random).public, sig=self.worker.public),
            "build-1",
            NOW + 10,
        )
        self.content = package.draft_content(
            {
                "excerpt.pdf": PDF,
                "items/01-message.txt": "[name] offers “40 000 €”\n".encode(),
                "items/02-message.txt": b"second",
                "report.json": b'{"removed":{"person":1},"score":1.0}',
            }
        )
        self.draft = items.seal_item(
            self.worker,
            world.mediation,
            world.id(),
            "",
            "draft",
            "",
            "",
            world.charter.hash,
            POLICY,
            {self.sid: holders},
            world.kems(),
            self.content,
            NOW + 20,
            world.random,
        )
        known = {items.header_of(one.item).item: one.item for one in self.sealed}
        draft = {items.header_of(self.draft.item).item: self.draft.item}
        self.consents, self.holders, self.cards = [], [], []
        for who in self.people:
            seat, keys = world.seats[who], world.hold[who]
            self.holders.append(hold.make_holder(world.dev[who], world.mediation, seat, keys, True, NOW))
            self.consents.append(
                disclosure.make_consent(keys.sig, keys.kem, self.request, seat, "unlock", known, ts=NOW + 5)
            )
            digest = hash_bytes(self.content)
            self.consents.append(
                disclosure.make_consent(
                    keys.sig, keys.kem, self.request, seat, "release", draft, digest, True, NOW + 30
                )
            )
            place = world.charter.body.seat(seat)
            assert place is not None
            card = membership.Card(
                suite=SUITE,
                mediation=world.mediation,
                seat=seat,
                names=(who.title(),),
                side=place.side,
                role=place.role,
                rev=1,
            )
            self.cards.append(membership.make_card(world.dev["mediator"], card))
        self.log = SoftSigner.fresh(world.random)
        self.events = [f'{{"type":"{kind}","rid":"{self.request.hash}"}}' for kind in ("asked", "agreed", "released")]
        self.events.insert(1, '{"type":"other"}')
        salts = [world.random(16) for _ in self.events]
        leaves = [log.leaf_hash(salt, event.encode()) for salt, event in zip(salts, self.events, strict=True)]
        self.checkpoint = log.make_checkpoint(self.log, world.mediation, leaves)
        shown = [0, 2, 3]
        self.proofs = [log.proof_text(log.make_proof(salts[i], i, leaves, self.checkpoint)) for i in shown]
        self.events = [self.events[i] for i in shown]

    def parts(self) -> package.Parts:
        """The parts as the builder takes them."""
        world = self.world
        return package.parts_of(
            signer=world.dev["mediator"].public,
            content=self.content,
            request=self.request.compact,
            private=disclosure.private_text(self.private),
            sitting=self.sitting.compact,
            draft=self.draft.item.compact,
            charters=[world.charter.compact],
            certs=[world.devcert.compact],
            sheets=[self.sheet.compact],
            cards=[card.compact for card in self.cards],
            items=[one.item.compact for one in self.sealed],
            holders=[holder.compact for holder in self.holders],
            consents=[consent.compact for consent in self.consents],
            log_key=self.log.public,
            checkpoint=self.checkpoint.note,
            events=self.events,
            proofs=self.proofs,
        )

    def build(self, **changes: object) -> bytes:
        """The package, with parts changed before the mediator's device signs it."""
        return package.build_package(self.world.dev["mediator"], msgspec.structs.replace(self.parts(), **changes))
