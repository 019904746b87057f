"""A disclosure as the mediator carries it: request, sitting with the redaction worker, release, and the package built here.

The request key and the private part lie in the vault before the request is sent, so that months may pass between the steps.
Shares are checked against what the items promise before they go anywhere; a package is built only from a complete set.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from client.bundle.package import build_package, parts_of
from client.headless import book as books
from client.headless import documents
from client.headless.belief import Doubted, believing
from client.headless.people import people_of
from client.headless.record import Opened, Record
from client.headless.table import Table
from client.keys.access import GATE, access_sets
from client.keys.devices import SoftOpener
from client.keys.disclosure import (
    Consent,
    Private,
    Profile,
    Recipient,
    Request,
    RequestItem,
    Sitting,
    WorkerKeys,
    check_consent,
    check_draft,
    make_request,
    make_sitting,
    open_from_worker,
    open_release,
    private_hash,
    seal_private,
    seal_sitting_share,
    seal_to_reviewer,
)
from client.keys.encoding import b64u, compact_json, hash_bytes, new_id, random_bytes, unb64u
from client.keys.hold import Holder
from client.keys.items import Item, header_of, open_item, wrap_of
from client.keys.jws import Signed, decode_json, unverified
from client.keys.membership import Card, Charter, make_card
from client.keys.refusals import ObjectRefused
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal

VALID_SECONDS = 30 * 86400
MOST_PARTS = 501
COOLING_HOURS = 24


class Wish(Struct, frozen=True, kw_only=True):
    """What the mediator fills in."""

    items: tuple[str, ...]
    recipient: str
    recipient_class: str
    purpose: str
    profile: str
    profile_sha256: str
    language: str = "en"
    cooling_hours: int = COOLING_HOURS


class Sat(Struct, frozen=True, kw_only=True):
    """An open sitting: the worker, and what it proposed."""

    request: Signed[Request]
    sitting: Signed[Sitting]
    worker: WorkerKeys
    files: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]


class Stopped(Exception):
    """The redaction worker lets no draft out: which file, where and why. Shown to the reviewer, kept nowhere."""

    def __init__(self, stops: Sequence[dict[str, str]]) -> None:
        super().__init__("stopped")
        self.stops = tuple(stops)


class Disclosure:
    """The mediator's part in opening the record."""

    def __init__(self, table: Table, record: Record) -> None:
        self.table = table
        self.record = record

    async def request(self, wish: Wish) -> str:
        """Ask every holder of these items; the request's id."""
        table, belief = self.table, self.table.belief
        chosen = [self.record.items[item][0] for item in wish.items]
        charter = belief.held_charter()
        sids = {self._sid(charter.body, item) for item in chosen}
        if len(sids) != 1:
            raise Refusal(Code.NOT_ALLOWED, rule="one-set")
        sid = sids.pop()
        private = Private(
            recipient=Recipient(name=wish.recipient, class_=wish.recipient_class),
            purpose=wish.purpose,
            profile=Profile(id=wish.profile, sha256=wish.profile_sha256),
            language=wish.language,
            salt=b64u(random_bytes(32)),
        )
        key, now = SoftOpener.fresh(), table.clock()
        headers = [header_of(item) for item in chosen]
        request = make_request(
            belief.signer,
            Request(
                suite="s1",
                mediation=belief.mediation,
                request=new_id(),
                ground=sid.partition(":")[0],
                sid=sid,
                items=tuple(RequestItem(item=h.item, ct_sha256=h.ct_sha256, pt_commit=h.pt_commit) for h in headers),
                export_key=key.public,
                reviewer=belief.seat,
                where="operator",
                recipient=wish.recipient_class,
                profile=private.profile,
                authority="",
                private=private_hash(private),
                cooling_hours=wish.cooling_hours,
                expires=now + VALID_SECONDS,
                ts=now,
            ),
        )
        held = books.RequestEntry(key=b64u(key.secret), private=msgspec.json.encode(private).decode())
        await table.remember(replace(table.entry, requests=table.entry.requests | {request.hash: held}))
        boxes = {
            seat: seal_private(self._holder(seat).kem, belief.mediation, request.body.request, seat, private)
            for seat in wrap_of(chosen[0], sid).holders
            if seat != GATE
        }
        await table.call(wire.DisclosureRequest(id=new_id(), request=request.compact, private=boxes))
        return request.hash

    async def sit(self, rid: str) -> Sat:
        """Open the items in the redaction worker, with the shares of every holder who unlocked; what it proposes."""
        opened, key, private = self._held(rid)
        table, belief, request = self.table, self.table.belief, opened.request
        unlocks = self.answers(opened, "unlock")
        begun = await table.call(wire.SittingOpen(id=new_id(), rid=rid))
        worker = WorkerKeys(kem=str(begun["kem"]), sig=str(begun["sig"]))
        sitting = make_sitting(belief.signer, belief.mediation, rid, worker, str(begun["build"]), table.clock())
        shares: dict[str, str] = {}
        with believing("share"):
            for one in request.body.items:
                item = self.record.items[one.item][0]
                for seat, consent in unlocks.items():
                    box = next(share.box for share in consent.body.shares if share.item == one.item)
                    share = open_release(key, request, item, seat, box)
                    shares[f"{one.item}/{seat}"] = seal_sitting_share(
                        worker.kem, rid, one.item, request.body.sid, seat, share
                    )
        box = seal_private(worker.kem, belief.mediation, request.body.request, belief.seat, private)
        roster = people_of(table.entry, table.name, self._needed(opened))
        fed = await table.call(
            wire.SittingFeed(
                id=new_id(),
                sitting=sitting.compact,
                shares=shares,
                private=box,
                reviewer=table.statement.compact,
                people=seal_to_reviewer(worker.kem, "people", rid, belief.seat, compact_json(roster)),
            )
        )
        inside = json.loads(await self._boxed("findings", rid, fed))
        return Sat(
            request=request,
            sitting=sitting,
            worker=worker,
            files=tuple(inside["files"]),
            findings=tuple(inside["findings"]),
        )

    async def decide(self, sat: Sat, rejected: Sequence[str] = (), added: Sequence[dict[str, Any]] = ()) -> bytes:
        """Decide on the findings (what is not rejected counts as accepted) and see the draft's content."""
        belief, rid = self.table.belief, sat.request.hash
        said = {
            "decisions": [
                {"id": one["id"], "state": "rejected" if one["id"] in rejected else "accepted", "operator": None}
                for one in sat.findings
            ],
            "added": [{"operator": None, **one} for one in added],
        }
        box = seal_to_reviewer(sat.worker.kem, "decisions", rid, belief.seat, compact_json(said))
        answer = await self.table.call(wire.SittingDecide(id=new_id(), decisions=box))
        if answer.get("stopped"):
            raise Stopped(json.loads(await self._boxed("stopped", rid, answer)))
        return await self._boxed("draft", rid, answer)

    async def look(self, sat: Sat, item: str, page: int) -> dict[str, bytes]:
        """A page of a document as `seen`, `exposed` (what is hidden shown) and `redacted` as last decided: PNG pictures."""
        belief, rid = self.table.belief, sat.request.hash
        wanted = compact_json({"item": item, "page": page})
        box = seal_to_reviewer(sat.worker.kem, "look", rid, belief.seat, wanted)
        answer = await self.table.call(wire.SittingLook(id=new_id(), page=box))
        inside = json.loads(await self._boxed("page", rid, answer))
        return {name: unb64u(inside[name]) for name in ("seen", "exposed", "redacted")}

    async def _boxed(self, label: str, rid: str, answer: dict[str, Any]) -> bytes:
        """What the worker boxed to us, however many parts it came in."""
        belief, parts = self.table.belief, [str(answer["box"])]
        for number in range(1, min(int(answer["parts"]), MOST_PARTS)):
            more = await self.table.call(wire.SittingPart(id=new_id(), number=number))
            parts.append(str(more["part"]))
        with believing(label):
            return open_from_worker(belief.page, label, rid, belief.seat, "".join(parts))

    async def finish(self) -> None:
        """Accept the draft as previewed."""
        await self.table.call(wire.SittingFinish(id=new_id()))

    async def collect(self, rid: str) -> bytes:
        """The package, once everyone released exactly this draft and the gate agrees."""
        opened, key, private = self._held(rid)
        request = opened.request
        answer = await self.table.call(wire.DisclosureCollect(id=new_id(), rid=rid))
        if opened.sitting is None:
            raise Refusal(Code.INCOMPLETE, rule="draft")
        with believing("draft"):
            draft = check_draft(str(answer["draft"]), opened.sitting, request)
            file = await documents.download(self.table, str(answer["draft_blob"]))
        consents = _texts(answer, "consents")
        shares = self._released(opened, draft, key, consents) | {
            GATE: self._share(request, draft, key, GATE, str(answer["share"]))
        }
        with believing("draft"):
            content = open_item(draft, request.body.sid, shares, file)
        return self._package(opened, private, draft, content, consents, answer)

    # --- inside -------------------------------------------------------------------------------------------------

    def given(self, opened: Opened, decision: str) -> dict[str, Signed[Consent]]:
        """The answers of that kind that are here and hold, by place."""
        found: dict[str, Signed[Consent]] = {}
        for compact in opened.view.consents:
            consent = self._consent(opened, compact, None)
            if consent is not None and consent.body.decision == decision:
                found[consent.body.seat] = consent
        return found

    def answers(self, opened: Opened, decision: str) -> dict[str, Signed[Consent]]:
        """As `given`, from everyone whose yes is needed. INCOMPLETE names the places whose answer is missing or cut."""
        found = self.given(opened, decision)
        missing = sorted(self._needed(opened) - set(found))
        if missing:
            raise Refusal(Code.INCOMPLETE, rule=decision, seats=missing)
        return found

    def _consent(self, opened: Opened, compact: str, draft: tuple[str, str] | None) -> Signed[Consent] | None:
        for seat, holder in self.record.holders.items():
            try:
                return check_consent(compact, opened.request, seat, holder.body.sig, draft)
            except ObjectRefused:
                continue
        return None

    def _released(
        self, opened: Opened, draft: Signed[Item], key: SoftOpener, consents: Sequence[str]
    ) -> dict[str, bytes]:
        shares: dict[str, bytes] = {}
        for compact in consents:
            claimed = self._claimed_draft(compact)
            consent = self._consent(opened, compact, (header_of(draft).item, claimed))
            if consent is not None and consent.body.decision == "release":
                shares[consent.body.seat] = self._share(
                    opened.request, draft, key, consent.body.seat, consent.body.shares[0].box
                )
        missing = sorted(self._needed(opened) - set(shares))
        if missing:
            raise Doubted("consent.missing", count=len(missing))
        return shares

    def _claimed_draft(self, compact: str) -> str:
        with believing("consent"):
            return unverified("consent", compact, Consent).draft

    def _share(self, request: Signed[Request], draft: Signed[Item], key: SoftOpener, seat: str, box: str) -> bytes:
        with believing("share"):
            return open_release(key, request, draft, seat, box)

    def _package(
        self,
        opened: Opened,
        private: Private,
        draft: Signed[Item],
        content: bytes,
        consents: Sequence[str],
        answer: dict[str, Any],
    ) -> bytes:
        belief = self.table.belief
        for compact in consents:
            if self._claimed_draft(compact) not in ("", hash_bytes(content)):
                raise Doubted("consent.commitment")
        items = [self.record.items[one.item][0] for one in opened.request.body.items]
        places = {*self._needed(opened), *(header_of(item).seat for item in items)}
        parts = parts_of(
            signer=belief.signer.public,
            content=content,
            request=opened.request.compact,
            private=msgspec.json.encode(private).decode(),
            sitting=opened.sitting.compact if opened.sitting else "",
            draft=draft.compact,
            charters=tuple(self._charters(items)),
            certs=tuple(cert.compact for cert in belief.devices.values()),
            sheets=_texts(answer, "sheets"),
            cards=tuple(self._card(seat).compact for seat in sorted(places)),
            items=tuple(item.compact for item in items),
            holders=_texts(answer, "holders"),
            consents=consents,
            verdict=str(answer.get("verdict") or ""),
            authority=_texts(answer, "authority"),
            offices=_texts(answer, "offices"),
            log_key=str(answer.get("log_key") or ""),
            checkpoint=str(answer.get("checkpoint") or ""),
            events=_texts(answer, "events"),
            proofs=_texts(answer, "proofs"),
        )
        return build_package(belief.signer, parts)

    def _charters(self, items: Sequence[Signed[Item]]) -> list[str]:
        """The charters that the items were locked under, the newest first: whoever reads the package needs each."""
        held = self.table.belief.charters
        named = {header_of(item).charter for item in items}
        return [one.compact for one in sorted(held.values(), key=lambda one: -one.body.rev) if one.hash in named]

    def _card(self, seat: str) -> Signed[Card]:
        table = self.table
        charters = sorted(table.belief.charters.values(), key=lambda one: -one.body.rev)
        place = next((found for one in charters if (found := one.body.seat(seat)) is not None), None)
        entry = table.entry.seat(seat)
        names = (table.name,) if seat == table.belief.seat else (entry.devices[-1].names or (entry.name,))
        if place is None:
            raise Refusal(Code.BAD_OBJECT, rule="seat")
        card = Card(
            suite="s1",
            mediation=table.belief.mediation,
            seat=seat,
            names=names,
            side=entry.side,
            role=place.role,
            rev=table.clock(),
        )
        return make_card(table.belief.signer, card)

    def _held(self, rid: str) -> tuple[Opened, SoftOpener, Private]:
        opened, kept = self.record.requests.get(rid), self.table.entry.requests.get(rid)
        if opened is None or kept is None:
            raise Refusal(Code.INCOMPLETE, rule="request")
        return opened, SoftOpener(unb64u(kept.key, 32)), decode_json(kept.private.encode(), Private)

    def _needed(self, opened: Opened) -> set[str]:
        first = self.record.items[opened.request.body.items[0].item][0]
        return set(wrap_of(first, opened.request.body.sid).holders) - {GATE}

    def _holder(self, seat: str) -> Holder:
        held = self.record.holders.get(seat)
        if held is None:
            raise Refusal(Code.INCOMPLETE, rule="paper-key", seats=[seat])
        return held.body

    @staticmethod
    def _sid(charter: Charter, item: Signed[Item]) -> str:
        sets = access_sets(charter, (header_of(item).seat,))
        found = next((sid for sid in sets if sid.startswith("waiver:")), None)
        if found is None:
            raise Refusal(Code.NOT_ALLOWED, rule="ground-off")
        return found


def _texts(answer: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(map(str, answer.get(name) or ()))
