"""A subpoena or another demand has come: what starts, who is told, and by when. It never leads to a release by itself.

The dates follow 5 USC 574(e) and FRCP 45(d)(2)(B) as defaults of this product; a lawyer says which apply.
"""

import msgspec

from policies.derive import holders
from policies.load import Policy
from policies.situation import Mediation

DAY = 86400
DEFEND_DAYS = 15
OBJECT_DAYS = 14


class DemandPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a recorded demand starts. Times are seconds since 1970."""

    tell: frozenset[str]
    defend_by: int
    object_by: int
    hold_review_by: int
    hold_reason: str = "demand"
    releases: bool = False
    silence_is_a_yes: bool = False


def plan_demand(
    policy: Policy, mediation: Mediation, makers: frozenset[str], received: int, return_date: int
) -> DemandPlan:
    """Who is told and by when, and the hold that begins. `makers` are those whose words the demand could reach."""
    if return_date < received:
        raise ValueError("a demand cannot be due before it came")
    everyone = holders(policy.regime(mediation.regime), mediation, makers)
    return DemandPlan(
        tell=everyone | mediation.with_role("custodian"),
        defend_by=received + DEFEND_DAYS * DAY,
        object_by=min(return_date, received + OBJECT_DAYS * DAY),
        hold_review_by=received + policy.retention.hold.review_days * DAY,
    )
