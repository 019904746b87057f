"""What a viewer may see of the sealed record: paper keys, items, requests, papers, holds. Who refused is never part of it."""

from typing import TypedDict

from client.protocol import messages as m
from server.mediation.model import Opening, State
from server.mediation.stages import ready_at, stage
from server.mediation.viewer import Viewer, own_room, sees_floor


class Recorded(TypedDict):
    """The lists of the record, under the names that the messages give them."""

    holders: tuple[m.HolderView, ...]
    items: tuple[m.KeptItem, ...]
    requests: tuple[m.RequestView, ...]
    charters: tuple[str, ...]
    papers: tuple[m.PaperView, ...]
    acts: tuple[m.ActView, ...]
    holds: tuple[m.HoldView, ...]
    attestation: str | None


def record(state: State, viewer: Viewer, now: int) -> m.RecordChanged:
    """The sealed record as this viewer may see it.

    Others' paper keys and kept items are seen in the joint room and after the meeting: what happens elsewhere meanwhile must not
    show. A person who comes back months later with the link alone (a visitor by then) sees what asks for their own yes.
    """
    mediates, known = sees_floor(state, viewer), state.knows(viewer.seat, viewer.dev)
    room = own_room(state, viewer)
    joint = room is not None and state.rooms[room].body.kind == "joint"
    after = state.life in ("closed", "destroyed")
    wide = mediates or after or (joint and known)
    if not known and not after:
        return m.RecordChanged(holders=(), items=(), requests=())
    holders = [(seat, held) for seat, held in state.holders.items() if wide or seat == viewer.seat]
    whole = [kept for kept in state.items.values() if not kept.erased]
    items = [kept for kept in whole if wide and (mediates or viewer.seat in kept.holders)]
    openings = [opening for opening in state.openings.values() if _concerns(opening, viewer.seat)]
    papers = [paper for paper in state.papers.values() if viewer.seat in (paper.paper.body.seat, *paper.details)]
    office = mediates or (known and state.role(viewer.seat) == "custodian")
    if not wide:  # a request or a paper shows what it asks for, wherever one is
        asked = {one.item for opening in openings for one in opening.request.body.items}
        asked |= {item for paper in papers for item in paper.paper.body.items}
        items = [kept for item, kept in state.items.items() if item in asked and not kept.erased]
        if openings or papers:
            involved = {seat for opening in openings for seat in opening.holders}
            holders = [(seat, held) for seat, held in state.holders.items() if seat in involved | {viewer.seat}]
    return m.RecordChanged(
        holders=tuple(_holder(state, seat, held.compact) for seat, held in holders),
        items=tuple(m.KeptItem(item=kept.item.compact, blob=kept.blob) for kept in items),
        requests=tuple(_request(state, opening, viewer, now) for opening in openings),
        charters=tuple(dict.fromkeys(kept.charter for kept in items if kept.charter != state.charter.compact)),
        papers=tuple(
            m.PaperView(
                paper=paper.paper.compact,
                details=paper.details.get(viewer.seat),
                second=None if paper.second is None else paper.second.compact,
                at=paper.at,
                defend_by=paper.defend_by,
                object_by=paper.object_by,
            )
            for paper in papers
        ),
        acts=tuple(m.ActView(act=one.act.compact, at=one.at) for one in state.acts.values()) if office else (),
        holds=tuple(
            m.HoldView(by=by, reason=hold.reason, placed_at=hold.placed_at, review_at=hold.review_at)
            for by, hold in state.holds.items()
        )
        if office or (after and known)
        else (),
        attestation=state.attestation if known or mediates else None,
    )


def recorded(state: State, viewer: Viewer, now: int) -> Recorded:
    """The same lists for a welcome."""
    kept = record(state, viewer, now)
    return {
        "holders": kept.holders,
        "items": kept.items,
        "requests": kept.requests,
        "charters": kept.charters,
        "papers": kept.papers,
        "acts": kept.acts,
        "holds": kept.holds,
        "attestation": kept.attestation,
    }


def _concerns(opening: Opening, seat: str) -> bool:
    """Whose yes is asked for, who has time to object, and who carries it out. A report of danger is told to nobody else, mediators included."""
    return seat in opening.holders or seat in opening.told or seat == opening.request.body.reviewer


def _holder(state: State, seat: str, compact: str) -> m.HolderView:
    office = state.offices.get(seat)
    return m.HolderView(seat=seat, holder=compact, office=None if office is None else office.compact)


def _request(state: State, opening: Opening, viewer: Viewer, now: int) -> m.RequestView:
    given = (*opening.unlocked.values(), *opening.agreed.values())
    carries = state.carries(viewer.seat, viewer.dev, opening)
    holds = viewer.seat in opening.holders
    return m.RequestView(
        request=opening.request.compact,
        private=opening.private.get(viewer.seat),
        stage=stage(state, opening, now),
        answered=viewer.seat in opening.answered,
        consents=tuple(consent.compact for consent in given) if carries else (),
        sitting=None if opening.sitting is None else opening.sitting.compact,
        draft=None if opening.draft is None else opening.draft.compact,
        draft_blob=opening.draft_blob if holds else None,
        preview=opening.previews.get(viewer.seat),
        ready_at=ready_at(opening),
        notice_until=opening.notice_until,
    )
