"""The fold's part about what is kept locked: paper keys, items, requests, answers, drafts."""

from typing import TypeVar, assert_never

from msgspec.structs import replace

from client.keys.disclosure import Consent, Request, Sitting, Verdict
from client.keys.hold import Holder
from client.keys.items import Item, header_of, wrap_of
from client.keys.jws import Payload, Signed, object_hash, unverified
from server.mediation import events as e
from server.mediation.model import Kept, Opening, State

P = TypeVar("P", bound=Payload)
GATE = "gate"
AnyRecord = (
    e.HolderRegistered
    | e.ItemKept
    | e.Requested
    | e.Consented
    | e.Withdrawn
    | e.Answered
    | e.SittingHeld
    | e.Drafted
    | e.Released
)


def recorded(kind: str, compact: str, payload: type[P], by: str = "") -> Signed[P]:
    """An object out of the log: it was checked before it was committed, so it is only read here."""
    return Signed(body=unverified(kind, compact, payload), by=by, compact=compact, hash=object_hash(compact))


def evolve_record(state: State, event: AnyRecord) -> State:
    """The state after an event of the sealed record."""
    match event:
        case e.HolderRegistered():
            holder = recorded("holder", event.holder, Holder)
            return replace(state, holders={**state.holders, holder.body.seat: holder})
        case e.ItemKept():
            item = recorded("item", event.item, Item)
            header = header_of(item)
            holders = frozenset(h for wrap in item.body.wraps for h in wrap.holders) - {GATE}
            kept = Kept(item=item, blob=event.blob, author=header.seat, holders=holders, charter=state.charter.compact)
            return replace(state, items={**state.items, header.item: kept})
        case e.Requested():
            request = recorded("request", event.request, Request)
            first = state.items[request.body.items[0].item].item
            holders = frozenset(wrap_of(first, request.body.sid).holders) - {GATE}
            opening = Opening(
                request=request,
                private=event.private,
                holders=holders,
                told=frozenset(event.told),
                asked_at=event.at,
                notice_until=event.notice_until,
            )
            return replace(state, openings={**state.openings, request.hash: opening})
        case e.Consented():
            consent = recorded("consent", event.consent, Consent)
            return _opening(state, event.rid, _answered(state.openings[event.rid], consent, event.at))
        case e.Withdrawn() | e.Answered():
            return _opening(state, event.rid, _silent(state.openings[event.rid], event.seat))
        case e.SittingHeld():
            sitting = recorded("sitting", event.sitting, Sitting)
            return _opening(state, event.rid, _reviewed_anew(state.openings[event.rid], sitting))
        case e.Drafted():
            opening = replace(
                state.openings[event.rid],
                draft=recorded("item", event.item, Item),
                draft_blob=event.blob,
                draft_digest=event.digest,
                previews=event.previews,
                verdict=recorded("verdict", event.verdict, Verdict) if event.verdict else None,
                agreed={},
                answered=frozenset(),
            )
            return _opening(state, event.rid, opening)
        case e.Released():
            return _opening(state, event.rid, replace(state.openings[event.rid], released_at=event.at))
    assert_never(event)


def _reviewed_anew(opening: Opening, sitting: Signed[Sitting]) -> Opening:
    """A review begins: pages of an earlier one, and the yes given to them, no longer count."""
    if opening.draft is None:
        return replace(opening, sitting=sitting)
    return replace(
        opening,
        sitting=sitting,
        draft=None,
        draft_blob=None,
        draft_digest="",
        previews={},
        verdict=None,
        agreed={},
        answered=frozenset(opening.unlocked),
    )


def _opening(state: State, rid: str, opening: Opening) -> State:
    return replace(state, openings={**state.openings, rid: opening})


def _answered(opening: Opening, consent: Signed[Consent], at: int) -> Opening:
    """A yes is kept with its signature."""
    seat = consent.body.seat
    answered = opening.answered | {seat}
    if consent.body.decision == "unlock":
        return replace(opening, unlocked={**opening.unlocked, seat: consent}, answered=answered)
    return replace(opening, agreed={**opening.agreed, seat: consent}, agreed_at=at, answered=answered)


def _silent(opening: Opening, seat: str) -> Opening:
    """A no and a taking back leave nothing behind but the absence of a yes."""
    unlocked = {k: v for k, v in opening.unlocked.items() if k != seat}
    agreed = {k: v for k, v in opening.agreed.items() if k != seat}
    return replace(opening, unlocked=unlocked, agreed=agreed, answered=opening.answered | {seat})
