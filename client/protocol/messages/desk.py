"""Commands of a mediator's desk: the vault, mediations, policies."""

from typing import Annotated

from msgspec import Meta, Struct

from client.protocol.messages.shapes import Blob64, Command, Hash, Id, Jws


class VaultGet(Command, frozen=True, kw_only=True, tag="vault.get"):
    """Read one's vault: `data` = {rev, blob}."""


class VaultPut(Command, frozen=True, kw_only=True, tag="vault.put"):
    """Replace one's vault if its revision is still `rev`; the stored one then has `rev + 1`."""

    rev: int
    blob: Annotated[str, Meta(max_length=2_000_000, pattern=r"^[A-Za-z0-9_-]*$(?!\n)")]


class SeatPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place: its id, the hash of its access secret and its sealed envelope (None for the mediator's own place)."""

    seat: Id
    access: Hash | None = None
    envelope: Blob64 | None = None


class MediationCreate(Command, frozen=True, kw_only=True, tag="mediation.create"):
    """Make a mediation from a signed charter and its places."""

    mediation: Id
    charter: Jws
    seats: Annotated[tuple[SeatPlan, ...], Meta(max_length=64)]


class MediationList(Command, frozen=True, kw_only=True, tag="mediation.list"):
    """The ids of one's mediations: `data` = {ids, states}."""


class PolicyRead(Command, frozen=True, kw_only=True, tag="policy.read"):
    """The rules in force, at the desk and at a place: `data` = {sha256, policy, regimes, regime_grounds, titles, profiles, profile_titles, profile_sha256},
    and for a `regime` the agreement in `language` for `grounds` and `days`: {text, text_sha256, days, days_min, days_max, nonparty_consent, grounds}.
    """

    regime: Annotated[str, Meta(max_length=40)] = ""
    language: Annotated[str, Meta(max_length=8)] = "en"
    grounds: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=16)] = ()
    days: int = 0
