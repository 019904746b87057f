"""The commands of a disclosure: open a sitting, feed it, decide, finish, collect. The gate's share always comes last, after the log knows.

Long steps run beside the mediation's writer, so that nobody in a room waits for a worker.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from client.keys.access import GATE
from client.keys.devices import SoftSigner
from client.keys.disclosure import (
    Consent,
    check_draft,
    check_sitting,
    check_verdict,
    seal_release,
    seal_sitting_share,
)
from client.keys.encoding import b64u, hash_bytes, unb64u
from client.keys.hold import check_holder
from client.keys.items import header_of, open_share
from client.keys.jws import object_hash, unverified
from client.keys.membership import Member, Sheet
from client.keys.refusals import ObjectRefused
from client.keys.roots import Page, check_page
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.load import Policy
from policies.shelf import Shelf
from server.disclosure import frames
from server.disclosure.audit import prove
from server.disclosure.gate import Gate, GateGone
from server.disclosure.process import ANSWER_SECONDS, DRAFT_SECONDS, OPEN_SECONDS, Workers
from server.disclosure.release import may_look, may_release, standing
from server.mediation import events as e
from server.mediation.decide import checked
from server.mediation.model import Opening, State
from server.mediation.views import Viewer
from server.runtime.actor import Actor
from server.runtime.rules import profiles_sha256
from server.store.log import Entry

MAX_ITEM = 20_000_000
MAX_ITEMS_BYTES = 100_000_000


class Tools(Struct, frozen=True, kw_only=True):
    """What sittings work with."""

    gate: Gate
    workers: Workers
    shelf: Shelf
    signer: SoftSigner
    build: str


class Sittings:
    """The commands of a disclosure."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._open: dict[tuple[str, str], str] = {}  # (mediation, seat) -> the request whose sitting it holds

    async def open(self, actor: Actor, viewer: Viewer, command: m.SittingOpen, cause: str) -> dict[str, Any]:
        """Start a worker for a request whose holders have all unlocked."""
        opening = self._asked(actor.state, viewer, command.rid)
        may_look(actor.state, opening, actor.services.clock.now())
        process = await self._tools.workers.open(command.rid)
        self._open[(actor.state.id, viewer.seat)] = command.rid
        await self._commit(actor, e.SittingOpened(rid=command.rid))
        hello = process.hello
        return {
            "sitting": command.rid,
            "kem": hello.kem,
            "sig": hello.sig,
            "build": self._tools.build,
            "wall": hello.wall,
        }

    async def feed(self, actor: Actor, viewer: Viewer, command: m.SittingFeed, cause: str) -> dict[str, Any]:
        """Hand over the holders' shares; the log learns of it; the gate adds its own."""
        rid = self._sitting_of(actor, viewer)
        process = self._tools.workers.get(rid)
        state = actor.state
        opening = self._asked(state, viewer, rid)
        with checked():
            sitting = check_sitting(command.sitting, _devices(state), opening.request)
            reviewer = self._reviewer(state, opening, command.reviewer)
        if (sitting.body.worker.kem, sitting.body.worker.sig) != (process.hello.kem, process.hello.sig):
            raise Refusal(Code.BAD_OBJECT, rule="worker")
        self._all_shares(opening, command.shares)
        pieces = await self._pieces(actor, opening)

        async def note() -> Opening:
            now = actor.services.clock.now()
            still = self._asked(actor.state, viewer, rid)
            may_look(actor.state, still, now)
            await actor.commit((e.SittingHeld(rid=rid, sitting=command.sitting, at=now),))
            return still

        opening = await actor.ask(note)
        shares = dict(command.shares) | await asyncio.to_thread(
            self._gate_shares, actor.state, opening, process.hello.kem
        )
        job = frames.Open(
            request=opening.request.compact,
            sitting=command.sitting,
            seat=opening.request.body.reviewer,
            reviewer=reviewer,
            private=command.private,
            people=command.people or "",
            pieces=pieces,
            shares=shares,
            holders={seat: actor.state.holders[seat].body.kem for seat in opening.holders}
            | {GATE: actor.state.gate or ""},
            charter=actor.state.charter.hash,
            policy=actor.state.charter.body.policy,
            profiles=profiles_sha256(),
            now=actor.services.clock.now(),
        )
        reply = await process.ask(job, OPEN_SECONDS)
        assert isinstance(reply, frames.Findings)
        return process.split(reply.box)

    async def decide(self, actor: Actor, viewer: Viewer, command: m.SittingDecide, cause: str) -> dict[str, Any]:
        """Apply decisions; the draft, or why there is none, goes to the reviewer only."""
        process = self._tools.workers.get(self._sitting_of(actor, viewer))
        reply = await process.ask(frames.Decide(box=command.decisions), DRAFT_SECONDS)
        assert isinstance(reply, frames.Preview)
        return {"stopped": reply.stopped, **process.split(reply.box)}

    async def look(self, actor: Actor, viewer: Viewer, command: m.SittingLook, cause: str) -> dict[str, Any]:
        """Pictures of one page of a document, for the reviewer only."""
        process = self._tools.workers.get(self._sitting_of(actor, viewer))
        reply = await process.ask(frames.Look(box=command.page), ANSWER_SECONDS)
        assert isinstance(reply, frames.Picture)
        return process.split(reply.box)

    async def part(self, actor: Actor, viewer: Viewer, command: m.SittingPart, cause: str) -> dict[str, Any]:
        """A further part of the last long answer."""
        return {"part": self._tools.workers.get(self._sitting_of(actor, viewer)).part(command.number)}

    async def progress(self, actor: Actor, viewer: Viewer, command: m.SittingProgress, cause: str) -> dict[str, Any]:
        """How far the worker is with what it was asked last; nothing when it waits."""
        now = self._tools.workers.get(self._sitting_of(actor, viewer)).progress
        return {} if now is None else {"step": now.step, "done": now.done, "of": now.of}

    async def finish(self, actor: Actor, viewer: Viewer, command: m.SittingFinish, cause: str) -> dict[str, Any]:
        """Seal the draft, show it to its holders, end the worker."""
        rid = self._sitting_of(actor, viewer)
        process = self._tools.workers.get(rid)
        reply = await process.ask(frames.Finish(now=actor.services.clock.now()), ANSWER_SECONDS)
        assert isinstance(reply, frames.Draft)
        opening = self._asked(actor.state, viewer, rid)
        if opening.sitting is None:
            raise Refusal(Code.INCOMPLETE, rule="sitting")
        with checked():
            draft = check_draft(reply.item, opening.sitting, opening.request)
            await asyncio.to_thread(open_share, self._gate(actor.state.id), draft, opening.request.body.sid, GATE)
            check_verdict(reply.verdict, opening.sitting, opening.request, reply.digest)
        if hash_bytes(reply.file) != header_of(draft).ct_sha256:
            raise Refusal(Code.BAD_OBJECT, rule="ciphertext")
        services = actor.services
        blob = await services.blobs.begin(
            b64u(services.random(16)), actor.state.id, viewer.seat, len(reply.file), services.clock.now()
        )
        await asyncio.to_thread(_fill, services.blobs.path(blob), reply.file)
        await services.blobs.finish(blob.id)

        async def note() -> None:
            now = services.clock.now()
            may_look(actor.state, self._asked(actor.state, viewer, rid), now)
            drafted = e.Drafted(
                rid=rid,
                item=reply.item,
                blob=blob.id,
                digest=reply.digest,
                previews=reply.previews,
                at=now,
                verdict=reply.verdict,
            )
            await actor.commit((drafted, e.SittingEnded(rid=rid)), cause)

        await actor.ask(note)
        self._open.pop((actor.state.id, viewer.seat), None)
        await self._tools.workers.end(rid)
        return {}

    async def collect(self, actor: Actor, viewer: Viewer, command: m.DisclosureCollect, cause: str) -> dict[str, Any]:
        """Give the gate's share of the draft, once everything holds; with it the signed objects and the log's proofs."""

        async def note() -> Opening:
            now = actor.services.clock.now()
            opening = self._asked(actor.state, viewer, command.rid)
            may_release(actor.state, opening, self._rules(actor.state), now, viewer.seat)
            self._gate(actor.state.id)
            if opening.released_at is None:
                await actor.commit((e.Released(rid=command.rid, at=now),), cause)
            return opening

        opening = await actor.ask(note)
        entries = await actor.services.log.read(actor.state.id)
        proven = prove(self._tools.signer, actor.state.id, entries, _chosen(entries, command.rid))
        assert opening.draft is not None
        share = await asyncio.to_thread(seal_release, self._gate(actor.state.id), opening.request, opening.draft, GATE)
        signers, authority = _signers(actor.state, opening)
        authors = [actor.state.items[one.item] for one in opening.request.body.items]
        return {
            "share": share,
            "draft": opening.draft.compact,
            "draft_blob": opening.draft_blob,
            "checkpoint": proven.checkpoint,
            "log_key": proven.key,
            "events": list(proven.events),
            "proofs": list(proven.proofs),
            "holders": [actor.state.holders[seat].compact for seat in sorted(signers)],
            "verdict": "" if opening.verdict is None else opening.verdict.compact,
            "authority": authority,
            "offices": [office.compact for seat, office in sorted(actor.state.offices.items()) if seat in signers],
            "consents": [c.compact for step in (opening.unlocked, opening.agreed) for _, c in sorted(step.items())],
            "sheets": _sheets(
                entries,
                {seat: actor.state.holders[seat].compact for seat in signers},
                {(kept.author, header_of(kept.item).author) for kept in authors},
                actor.state.id,
            ),
        }

    async def standing(self, actor: Actor, viewer: Viewer, command: m.DisclosureStanding, cause: str) -> dict[str, Any]:
        """What still stands against a release."""
        opening = self._asked(actor.state, viewer, command.rid)
        found = standing(actor.state, opening, self._rules(actor.state), actor.services.clock.now())
        return {
            "missing": list(found.missing),
            "says": list(found.says),
            "seats": list(found.seats),
            "until": found.until,
        }

    # --- inside

    def _asked(self, state: State, viewer: Viewer, rid: str) -> Opening:
        if not state.is_mediator(viewer.seat) and state.role(viewer.seat) != "custodian":
            raise Refusal(Code.NOT_ALLOWED, rule="mediators-only")
        opening = state.openings.get(rid)
        if opening is None or state.life == "destroyed":
            raise Refusal(Code.GONE if state.life == "destroyed" else Code.STALE, rule="request")
        if not state.carries(viewer.seat, viewer.dev, opening):
            raise Refusal(Code.NOT_ALLOWED, rule="reviewer")
        return opening

    def _sitting_of(self, actor: Actor, viewer: Viewer) -> str:
        rid = self._open.get((actor.state.id, viewer.seat))
        if rid is None:
            raise Refusal(Code.INCOMPLETE, rule="sitting")
        return rid

    def _reviewer(self, state: State, opening: Opening, compact: str) -> str:
        """The page key of the reviewer whom the request names, on a certified device."""
        seat = opening.request.body.reviewer
        dev = unverified("page", compact, Page).dev
        page = check_page(compact, state.id, seat, dev)
        if not state.knows(seat, dev):
            raise Refusal(Code.NOT_ALLOWED, rule="reviewer")
        return page.body.kem

    def _all_shares(self, opening: Opening, shares: Mapping[str, str]) -> None:
        wanted = {f"{one.item}/{seat}" for one in opening.request.body.items for seat in opening.holders}
        if set(shares) != wanted:
            raise Refusal(Code.INCOMPLETE, rule="shares")

    def _rules(self, state: State) -> Policy | None:
        return self._tools.shelf.find(unb64u(state.charter.body.policy).hex())

    async def _pieces(self, actor: Actor, opening: Opening) -> tuple[frames.Piece, ...]:
        pieces, total = [], 0
        for one in opening.request.body.items:
            kept = actor.state.items[one.item]
            blob = await actor.services.blobs.get(kept.blob)
            total += 0 if blob is None else blob.size
            if blob is None or blob.size > MAX_ITEM or total > MAX_ITEMS_BYTES:
                raise Refusal(Code.TOO_LARGE if blob else Code.GONE, rule="item", item=one.item)
            file = await asyncio.to_thread(actor.services.blobs.path(blob).read_bytes)
            pieces.append(frames.Piece(item=kept.item.compact, file=file))
        return tuple(pieces)

    def _gate(self, mediation: str) -> Any:
        try:
            return self._tools.gate.opener(mediation)
        except GateGone:
            raise Refusal(Code.GONE, rule="destroyed") from None

    def _gate_shares(self, state: State, opening: Opening, kem: str) -> dict[str, str]:
        opener, sid = self._gate(state.id), opening.request.body.sid
        return {
            f"{one.item}/{GATE}": seal_sitting_share(
                kem,
                opening.request.hash,
                one.item,
                sid,
                GATE,
                open_share(opener, state.items[one.item].item, sid, GATE),
            )
            for one in opening.request.body.items
        }

    async def _commit(self, actor: Actor, *events: e.AnyEvent) -> None:
        async def work() -> None:
            await actor.commit(events)

        await actor.ask(work)


def _fill(path: Path, data: bytes) -> None:
    with path.open("r+b") as file:
        file.write(data)


def _chosen(entries: list[Entry], rid: str) -> list[int]:
    """The places of what a package shows of the log: the request, the yes of each that counted, the release."""
    places: list[int] = []
    last: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(entries):
        event = entry.event
        match event:
            case e.Requested() if _rid(event.request) == rid:
                places.append(place)
            case e.Consented() if event.rid == rid:
                answer = unverified("consent", event.consent, Consent)
                last[(answer.seat, answer.decision)] = place
            case e.Released() if event.rid == rid:
                places.append(place)
            case _:
                continue
    return sorted({*places, *last.values()})


def _devices(state: State) -> tuple[str, ...]:
    """Who may name a worker: certified devices and a custodian's."""
    return (*state.certified, *(office.body.dev for office in state.offices.values()))


def _signers(state: State, opening: Opening) -> tuple[frozenset[str], list[str]]:
    """Whose paper keys a package shows, and the paper with its second signature."""
    paper = state.papers.get(opening.request.body.authority)
    if paper is None or paper.second is None:
        return opening.holders, []
    seats = {paper.paper.body.seat, paper.second.body.seat}
    return opening.holders | seats, [paper.paper.compact, paper.second.compact]


def _rid(request: str) -> str:
    return object_hash(request)


def _sheets(
    entries: list[Entry], holders: Mapping[str, str], authors: set[tuple[str, str]], mediation: str
) -> list[str]:
    """For each holder and author, one committed sheet that lists the device which signed for that place."""
    found: dict[tuple[str, str], str] = {}
    for entry in entries:
        event = entry.event
        if not isinstance(event, e.SheetsPublished):
            continue
        for compact in event.sheets:
            for member in unverified("sheet", compact, Sheet).members:
                if (member.seat, member.dev) in authors or _signed(member, holders, mediation):
                    found.setdefault((member.seat, member.dev), compact)
    return list(dict.fromkeys(found.values()))


def _signed(member: Member, holders: Mapping[str, str], mediation: str) -> bool:
    compact = holders.get(member.seat)
    if compact is None:
        return False
    try:
        check_holder(compact, mediation, member.seat, member.dev)
    except ObjectRefused:
        return False
    return True
