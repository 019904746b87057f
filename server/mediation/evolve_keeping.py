"""The fold's part about offices, papers, holds and the end of the record."""

from typing import assert_never

from msgspec.structs import replace

from client.keys.authority import Act, Authority, Second
from client.keys.jws import object_hash
from client.keys.offices import Office
from server.mediation import events as e
from server.mediation.evolve_record import recorded
from server.mediation.model import Asked, Hold, Paper, Place, State

AnyKeeping = e.OfficeAdmitted | e.PaperEntered | e.PaperChecked | e.ActAsked | e.ActDone


def evolve_keeping(state: State, event: AnyKeeping) -> State:
    """The state after an event about keeping."""
    match event:
        case e.OfficeAdmitted():
            office = recorded("office", event.office, Office)
            seat, dev = office.body.seat, office.body.dev
            place = state.places.get(seat, Place(seat=seat))
            places = {**state.places, seat: replace(place, devices=place.devices | {dev})}
            doors = {key: door for key, door in state.live.doors.items() if key != (seat, dev)}
            live = replace(state.live, doors=doors)
            return replace(state, offices={**state.offices, seat: office}, places=places, live=live)
        case e.PaperEntered():
            return _entered(state, event)
        case e.PaperChecked():
            second = recorded("second", event.second, Second)
            paper = replace(state.papers[second.body.of], second=second)
            return replace(state, papers={**state.papers, second.body.of: paper})
        case e.ActAsked():
            act = recorded("act", event.act, Act)
            return replace(state, acts={**state.acts, act.hash: Asked(act=act, at=event.at)})
        case e.ActDone():
            return _done(state, event)
    assert_never(event)


def _entered(state: State, event: e.PaperEntered) -> State:
    paper = recorded("authority", event.paper, Authority)
    kept = Paper(paper=paper, details=event.details, at=event.at, defend_by=event.defend_by, object_by=event.object_by)
    state = replace(state, papers={**state.papers, paper.hash: kept})
    if not event.hold:
        return state
    hold = Hold(reason=event.hold, placed_at=event.at, review_at=event.review_at)
    return replace(state, holds={**state.holds, paper.hash: hold})


def _done(state: State, event: e.ActDone) -> State:
    act = recorded("act", event.act, Act)
    of = object_hash(event.act)
    state = replace(state, acts={key: asked for key, asked in state.acts.items() if key != of})
    match act.body.act:
        case "hold":
            hold = Hold(reason=act.body.reason, placed_at=event.at, review_at=event.review_at)
            return replace(state, holds={**state.holds, of: hold})
        case "lift":
            return replace(state, holds={})
        case "review":
            holds = {key: replace(hold, review_at=event.review_at) for key, hold in state.holds.items()}
            return replace(state, holds=holds)
        case "erase":
            gone = {key: replace(kept, erased=True) for key, kept in state.items.items() if key in act.body.items}
            return replace(state, items={**state.items, **gone})
        case "destroy":
            return state
    assert_never(act.body.act)
