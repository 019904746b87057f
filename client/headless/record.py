"""What is kept locked, as one person takes part in it: paper key, asking and agreeing, sealing, and their own answers to requests.

Only the author seals, and only with the signed yes of everyone present and the tested paper key of everyone whose yes is
needed. A share leaves this device only inside a consent that this person gave.
"""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec import Struct

from client.headless import documents
from client.headless import state as seen
from client.headless.belief import Doubted, believing
from client.headless.session import Session
from client.keys.access import GATE, access_sets
from client.keys.chat import Chat, KeepBody, KeepYesBody
from client.keys.disclosure import (
    Private,
    Request,
    Sitting,
    check_draft,
    check_request,
    make_consent,
    open_preview,
    open_private,
)
from client.keys.encoding import hash_bytes, new_id
from client.keys.hold import (
    Holder,
    HoldKeys,
    check_holder,
    check_keep,
    hold_keys,
    make_holder,
    make_keep,
    new_seed,
    parse_seed,
    seed_words,
)
from client.keys.items import (
    Item,
    check_item,
    header_of,
    open_file,
    open_share,
    pack_content,
    seal_item,
    unpack_content,
)
from client.keys.jws import Signed, check, object_hash, unverified
from client.keys.refusals import ObjectRefused, Reason
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal


class Opened(Struct, frozen=True, kw_only=True):
    """A request as this holder may answer it: all its parts checked."""

    request: Signed[Request]
    private: Private | None
    sitting: Signed[Sitting] | None = None
    draft: Signed[Item] | None = None
    draft_blob: str | None = None
    preview: str | None = None
    view: wire.RequestView


class Record:
    """One person's part in the sealed record of one mediation. Listens to its session."""

    def __init__(self, session: Session, seed: bytes | None = None) -> None:
        self.session = session
        self.seed = seed
        self.holders: dict[str, Signed[Holder]] = {}
        self.items: dict[str, tuple[Signed[Item], str]] = {}
        self.requests: dict[str, Opened] = {}
        self.previews: dict[str, bytes] = {}
        self.gate: str | None = None
        self.said: dict[str, tuple[str, Signed[Chat]]] = {}
        self.agreed: dict[str, dict[str, str]] = {}
        self._doubted: set[tuple[str, str]] = set()
        session.record = self

    # --- the paper key ------------------------------------------------------------------------------------------

    @property
    def keys(self) -> HoldKeys | None:
        """The two keys of the paper key, when it is at hand."""
        belief = self.session.belief
        return None if self.seed is None else hold_keys(self.seed, belief.mediation, belief.seat)

    def make_paper_key(self) -> str:
        """A new paper key; the words to write down."""
        self.seed = new_seed()
        return " ".join(seed_words(self.seed))

    async def test_paper_key(self, typed: str) -> None:
        """Enter the words once; then this person can be asked. Raises WordsRefused, or Doubted when it is another's."""
        belief = self.session.belief
        if self.seed is None or parse_seed(typed) != self.seed:
            raise Doubted("paper-key.other")
        keys = hold_keys(self.seed, belief.mediation, belief.seat)
        holder = make_holder(belief.signer, belief.mediation, belief.seat, keys, True, self.session.clock())
        await self.session.call(wire.HolderRegister(id=new_id(), holder=holder.compact))

    def enter_paper_key(self, typed: str) -> None:
        """Months later: unlock one's part for this page load."""
        self.seed = parse_seed(typed)

    # --- keeping ------------------------------------------------------------------------------------------------

    async def ask(self, message: str) -> None:
        """Ask everyone present to keep one's own message or document."""
        seat, chat = self.said[message]
        if seat != self.session.belief.seat:
            raise Refusal(Code.NOT_ALLOWED, rule="author-only")
        self.agreed.setdefault(message, {})[seat] = self._yes(message, chat.hash)
        await self.session.post("keep.ask", KeepBody(ref=message, digest=chat.hash))

    async def agree(self, message: str) -> None:
        """Say yes to keeping somebody's message."""
        _, chat = self.said[message]
        keep = self._yes(message, chat.hash)
        await self.session.post("keep.yes", KeepYesBody(ref=message, digest=chat.hash, keep=keep))

    def _yes(self, message: str, digest: str) -> str:
        belief = self.session.belief
        return make_keep(belief.signer, belief.mediation, message, digest, self.session.clock()).compact

    async def keep(self, message: str) -> str:
        """Seal one's own message with everyone's yes, and hand it in; the item's id. INCOMPLETE names who is missing."""
        session, belief = self.session, self.session.belief
        line = session.state.line(message)
        sheet, charter = belief.sheet(), belief.held_charter()
        _, chat = self.said[message]
        given = self.agreed.get(message, {})
        here = [m.seat for m in sheet.body.members if m.seat in belief.present]
        missing = [seat for seat in here if seat not in given]
        if line is None or sheet.body.kind != "joint":
            raise Refusal(Code.NOT_ALLOWED, rule="joint-only")
        sets = access_sets(charter.body, (belief.seat,))
        needed = {holder for holders in sets.values() for holder in holders if holder != GATE}
        keyless = [seat for seat in sorted(needed) if seat not in self.holders or not self.holders[seat].body.tested]
        if missing or keyless or not sets or self.gate is None:
            raise Refusal(Code.INCOMPLETE, rule="keep", seats=sorted({*missing, *keyless}))
        document = await documents.read(session, line) if line.document else b""
        item = new_id()
        sealed = seal_item(
            belief.signer,
            belief.mediation,
            item,
            sheet.body.room,
            "file" if line.document else "chat",
            belief.seat,
            chat.hash,
            charter.hash,
            charter.body.policy,
            sets,
            {seat: self.holders[seat].body.kem for seat in needed} | {GATE: self.gate},
            pack_content(chat.compact, document),
            session.clock(),
        )
        blob = await documents.upload(session, sealed.file)
        agreed = tuple(given[seat] for seat in here)
        await session.call(wire.ItemKeep(id=new_id(), item=sealed.item.compact, blob=blob, agreed=agreed))
        return item

    # --- answering requests -------------------------------------------------------------------------------------

    async def unlock(self, rid: str) -> None:
        """Let the reviewer look."""
        opened, keys = self._asked(rid)
        items = {one.item: self.items[one.item][0] for one in opened.request.body.items}
        await self._answer(opened, "unlock", items, keys)

    async def preview(self, rid: str) -> bytes:
        """The exact redacted content that one is asked to release, checked against the draft's commitment."""
        opened, keys = self._asked(rid)
        if opened.draft is None or opened.preview is None or opened.draft_blob is None:
            raise Refusal(Code.INCOMPLETE, rule="draft")
        with believing("draft"):
            identity, salt = open_preview(keys.kem, rid, self.session.belief.seat, opened.preview)
            file = await documents.download(self.session, opened.draft_blob)
            self.previews[rid] = open_file(opened.draft, file, identity, salt)
        return self.previews[rid]

    async def release(self, rid: str, shorten: bool = False) -> None:
        """Agree that exactly these bytes go to that recipient. Only after they were previewed here."""
        opened, keys = self._asked(rid)
        if opened.draft is None or rid not in self.previews:
            raise Refusal(Code.INCOMPLETE, rule="preview")
        draft = {header_of(opened.draft).item: opened.draft}
        await self._answer(opened, "release", draft, keys, hash_bytes(self.previews[rid]), shorten)

    async def refuse(self, rid: str) -> None:
        """Say no. Nobody learns who did."""
        opened, keys = self._asked(rid)
        await self._answer(opened, "refuse", {}, keys)

    async def revoke(self, rid: str) -> None:
        """Take one's yes back, as long as nothing was released."""
        opened, keys = self._asked(rid)
        await self._answer(opened, "revoke", {}, keys)

    def _asked(self, rid: str) -> tuple[Opened, HoldKeys]:
        keys = self.keys
        if keys is None:
            raise Refusal(Code.INCOMPLETE, rule="paper-key")
        opened = self.requests.get(rid)
        if opened is None or opened.private is None:
            raise Refusal(Code.INCOMPLETE, rule="request")
        return opened, keys

    async def _answer(
        self,
        opened: Opened,
        decision: str,
        items: Mapping[str, Signed[Item]],
        keys: HoldKeys,
        draft: str = "",
        shorten: bool = False,
    ) -> None:
        with believing("consent"):
            consent = make_consent(
                keys.sig,
                keys.kem,
                opened.request,
                self.session.belief.seat,
                decision,
                items,
                draft,
                shorten,
                self.session.clock(),
            )
        await self.session.call(wire.DisclosureConsent(id=new_id(), consent=consent.compact))

    # --- what comes in ------------------------------------------------------------------------------------------

    def heard(self, seat: str, chat: Signed[Chat]) -> None:
        """A message of the room: what keeping may later refer to."""
        self.said[chat.body.id] = (seat, chat)

    def yes(self, seat: str, body: KeepYesBody) -> None:
        """Somebody's signed yes. Doubted when the statement is not by their device or about another message."""
        belief = self.session.belief
        member = belief.sheet().body.member(seat)
        with believing("keep"):
            if member is None:
                raise ObjectRefused(Reason.SEAT)
            check_keep(body.keep, belief.mediation, body.ref, body.digest, member.dev)
        self.agreed.setdefault(body.ref, {})[seat] = body.keep

    def changed(self, record: wire.RecordChanged) -> tuple[tuple[Doubted, ...], seen.RecordSeen]:
        """The lists anew: what holds, and what was noticed (once each)."""
        doubts: list[Doubted] = []

        def attempt(compact: str, step: Callable[[], None]) -> None:
            try:
                step()
            except Doubted as doubted:
                noticed = (compact, doubted.distrust.kind)
                if noticed not in self._doubted:
                    self._doubted.add(noticed)
                    doubts.append(doubted)

        for charter in record.charters:
            attempt(charter, partial(self.session.belief.take_former_charter, charter))
        for holder in record.holders:
            attempt(holder.holder, partial(self._holder, holder))
        for kept in record.items:
            attempt(kept.item, partial(self._item, kept))
        requests: dict[str, Opened] = {}
        for view in record.requests:
            attempt(view.request, partial(self._request, view, requests))
        self.requests = requests
        return tuple(doubts), self._seen()

    def _holder(self, view: wire.HolderView) -> None:
        """Believed when signed by a device of that place that we have met. From somebody never met: not used, and nothing wrong with it."""
        belief, own = self.session.belief, view.seat == self.session.belief.seat
        devices = (*belief.known_devices(view.seat), *((belief.signer.public,) if own else ()))
        with believing("holder"):
            claimed = unverified("holder", view.holder, Holder)
            signer = next((dev for dev in devices if _signed_by(view.holder, dev)), None)
            if signer is not None:
                self.holders[view.seat] = check_holder(view.holder, belief.mediation, view.seat, signer)
            elif own:
                self._former(view, claimed)
            elif devices:
                raise ObjectRefused(Reason.SIGNATURE)

    def _former(self, view: wire.HolderView, claimed: Holder) -> None:
        """One's own paper key, stated by a device one no longer has: believed when it is the one at hand."""
        keys = self.keys
        if keys is not None and (claimed.kem, claimed.sig) == (keys.kem.public, keys.sig.public):
            self.holders[view.seat] = Signed(body=claimed, by="", compact=view.holder, hash=object_hash(view.holder))

    def _item(self, kept: wire.KeptItem) -> None:
        belief = self.session.belief
        with believing("item"):
            claimed = unverified("item", kept.item, Item)
            header = header_of(Signed(body=claimed, by="", compact=kept.item, hash=""))
            authors = belief.known_devices(header.seat)
            if header.seat != belief.seat and authors and header.author not in authors:
                raise ObjectRefused(Reason.DEVICE)
            charter = belief.charters.get(header.charter, belief.held_charter())
            item = check_item(kept.item, charter, header.author)
            held = self.items.get(header.item)
            if held is not None and held[0].hash != item.hash:
                raise ObjectRefused(Reason.CHAIN)
            keys = self.keys
            for wrap in item.body.wraps:
                if keys is not None and belief.seat in wrap.holders:
                    open_share(keys.kem, item, wrap.sid, belief.seat)
        self.items[header.item] = (item, kept.blob)

    def _request(self, view: wire.RequestView, into: dict[str, Opened]) -> None:
        belief, keys = self.session.belief, self.keys
        with believing("request"):
            items = {item: signed for item, (signed, _) in self.items.items()}
            request = check_request(view.request, belief.mediation, belief.devices, items)
            private = None
            if view.private is not None and keys is not None:
                private = open_private(keys.kem, request, belief.seat, view.private)
        sitting = draft = None
        if view.sitting is not None:
            with believing("sitting"):
                sitting = check("sitting", view.sitting, belief.devices, Sitting)
                if sitting.body.rid != request.hash:
                    raise ObjectRefused(Reason.REQUEST)
        if view.draft is not None and sitting is not None:
            with believing("draft"):
                draft = check_draft(view.draft, sitting, request)
                before = into.get(request.hash) or self.requests.get(request.hash)
                if before is not None and before.draft is not None and before.draft.hash != draft.hash:
                    self.previews.pop(request.hash, None)
        into[request.hash] = Opened(
            request=request,
            private=private,
            sitting=sitting,
            draft=draft,
            draft_blob=view.draft_blob,
            preview=view.preview,
            view=view,
        )

    def _seen(self) -> seen.RecordSeen:
        kept = tuple(
            seen.Kept(item=header.item, blob=blob, seat=header.seat, kind=header.kind, digest=header.digest)
            for header, blob in ((header_of(item), blob) for item, blob in self.items.values())
        )
        asked = tuple(
            seen.Asked(
                rid=rid,
                ground=one.request.body.ground,
                stage=one.view.stage,
                items=tuple(item.item for item in one.request.body.items),
                answered=one.view.answered,
                recipient=one.private.recipient.name if one.private else "",
                purpose=one.private.purpose if one.private else "",
                profile=one.private.profile.id if one.private else "",
                expires=one.request.body.expires,
                ready_at=one.view.ready_at,
            )
            for rid, one in self.requests.items()
        )
        holders = tuple(seat for seat, holder in self.holders.items() if holder.body.tested)
        return seen.RecordSeen(holders=holders, kept=kept, asked=asked)


def _signed_by(holder: str, dev: str) -> bool:
    try:
        check("holder", holder, dev, Holder)
    except ObjectRefused:
        return False
    return True


def opened_text(content: bytes, item: Signed[Item]) -> tuple[str, bytes]:
    """The signed message and the document inside a kept item's content."""
    with believing("item"):
        return unpack_content(content, header_of(item))
