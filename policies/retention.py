"""What is kept until when, what stops it from going, and what is attested when it has gone. Pure; times are seconds since 1970."""

import hashlib
from typing import Literal

import msgspec

from policies.load import Policy
from policies.situation import Kept
from policies.words import HoldReason, KeptClass

DAY = 86400


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Destruction is stopped: why, by whom and with whom, since when, and when it is looked at again."""

    reason: HoldReason
    placed_at: int
    review_at: int
    by: str
    second: str


class Held(msgspec.Struct, frozen=True, kw_only=True, tag="held"):
    """A hold stands. If the day of its review has passed, somebody has to look at it now; it goes on standing."""

    review_due: bool


class Pending(msgspec.Struct, frozen=True, tag="pending"):
    """A request for a release is open."""


class Until(msgspec.Struct, frozen=True, kw_only=True, tag="until"):
    """Kept until that time."""

    at: int


class Due(msgspec.Struct, frozen=True, tag="due"):
    """The day has come and nothing stands in the way."""


Standing = Held | Pending | Until | Due
ErasureAnswer = Literal["erased", "restricted", "not-yours", "not-yet", "stays"]


def retain_until(policy: Policy, kind: KeptClass, counted_from: int, days: int | None = None) -> int:
    """When a class of things is due: after the days that were agreed, or after the days in the rules."""
    fact = policy.kept(kind)
    chosen = fact.days if days is None else days
    if not fact.min <= chosen <= fact.max:
        raise ValueError(f"between {fact.min} and {fact.max} days")
    return counted_from + chosen * DAY


def standing(kept: Kept, hold: Hold | None, now: int) -> Standing:
    """Where one class of things stands: a hold comes first, then an open request, then the day."""
    if hold is not None or kept.on_hold:
        return Held(review_due=hold is None or now >= hold.review_at)
    if kept.open_requests:
        return Pending()
    return Due() if now >= kept.retain_until else Until(at=kept.retain_until)


def place_hold(policy: Policy, reason: HoldReason, by: str, second: str, now: int) -> Hold:
    """A hold with its next review as late as the rules allow. The decision to place it is `decide(... "hold" ...)`."""
    if by == second:
        raise ValueError("a hold takes two people")
    return Hold(
        reason=reason, placed_at=now, review_at=now + policy.retention.hold.review_days * DAY, by=by, second=second
    )


def reviewed(policy: Policy, hold: Hold, by: str, second: str, now: int) -> Hold:
    """The same hold, looked at and kept on: reviewed again within the same time."""
    fresh = place_hold(policy, hold.reason, by, second, now)
    return msgspec.structs.replace(fresh, placed_at=hold.placed_at)


def answer_erasure(policy: Policy, kept: Kept, who: str, closed: bool) -> ErasureAnswer:
    """What somebody is told who asks for early erasure. A hold answers "restricted": kept, and not used for anything else."""
    if kept.kind not in policy.retention.erasable:
        return "stays"
    if kept.authors != {who}:
        return "not-yours"
    if not closed:
        return "not-yet"
    if kept.on_hold or kept.open_requests:
        return "restricted"
    return "erased"


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """What was destroyed: classes, how many items, fingerprints of the keys, when, by whom and with whom, where the ledger stood."""

    classes: tuple[KeptClass, ...]
    items: int
    key_fingerprints: tuple[str, ...]
    at: int
    by: str
    second: str | None
    ledger_head: str
    policy_sha256: str


def attest(
    policy: Policy,
    *,
    classes: tuple[KeptClass, ...],
    items: int,
    key_fingerprints: tuple[str, ...],
    at: int,
    by: str,
    second: str | None,
    ledger_head: str,
) -> Attestation:
    """An attestation. `second` is None only where the service acted by itself on the agreed day."""
    if not classes or items < 0 or not ledger_head or by == second:
        raise ValueError("an attestation says what was destroyed, by whom and with whom")
    if items and not key_fingerprints:
        raise ValueError("an attestation names the keys that were destroyed")
    if second is None and by != "gate":
        raise ValueError("a person destroys together with a second one")
    return Attestation(
        classes=tuple(sorted(classes)),
        items=items,
        key_fingerprints=tuple(sorted(key_fingerprints)),
        at=at,
        by=by,
        second=second,
        ledger_head=ledger_head,
        policy_sha256=policy.sha256,
    )


def attestation_bytes(attestation: Attestation) -> bytes:
    """The bytes that go into the ledger and are signed: canonical JSON."""
    return msgspec.json.encode({"type": "attestation/1", **msgspec.structs.asdict(attestation)}, order="deterministic")


def attestation_sha256(attestation: Attestation) -> str:
    """The digest under which the ledger keeps it."""
    return hashlib.sha256(attestation_bytes(attestation)).hexdigest()
