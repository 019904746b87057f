"""What follows from the policy for one case: whose yes is needed, who is told, who holds which lock, which clocks run.

Rules and key shares both start from here, so they speak of the same people.
"""

import msgspec

from policies import facts
from policies.load import Policy
from policies.situation import Mediation, Request, Room

HOUR = 3600
DAY = 24 * HOUR


class RequestTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The terms that the policy sets for one request. Times are seconds since 1970."""

    must_be_told: frozenset[str]
    notice_ends: int
    pause_ends: int
    latest_expiry: int
    first_lock: frozenset[str]
    second_lock: frozenset[str]


def holders(regime: facts.Regime, mediation: Mediation, makers: frozenset[str]) -> frozenset[str]:
    """Everyone whose yes is needed where a release rests on agreement."""
    needed = mediation.in_capacity("party") | mediation.in_capacity("mediator") | makers
    return needed | mediation.in_capacity("nonparty") if regime.nonparty_consent == "always" else needed


def terms(policy: Policy, mediation: Mediation, request: Request) -> RequestTerms:
    """The policy's terms for a request."""
    ground = policy.ground(request.ground)
    match ground.notice.who:
        case "every-holder":
            told = holders(policy.regime(mediation.regime), mediation, request.makers)
        case "every-party":
            told = mediation.in_capacity("party")
        case _:
            told = frozenset()
    return RequestTerms(
        must_be_told=told,
        notice_ends=request.notified_at + ground.notice.days * DAY if told else 0,
        pause_ends=request.last_waiver_at + ground.cooling_off_hours * HOUR if ground.cooling_off_hours else 0,
        latest_expiry=request.created + ground.max_validity_days * DAY,
        first_lock=mediation.with_role(*ground.first_lock) - request.accused,
        second_lock=mediation.with_role(*ground.second_lock) - request.accused,
    )


def sides(mediation: Mediation, room: Room) -> tuple[str, ...]:
    """The sides that the members of a room belong to, in order; neutral people belong to none."""
    return tuple(sorted({seat.side for seat in mediation.seats if seat.id in room.members and seat.side}))
