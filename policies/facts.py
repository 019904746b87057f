"""What the files of a rules folder say, as frozen structs; the shapes here are the shapes of the YAML.

Every legal fact keeps its citation and how it was checked. Nothing here decides anything.
"""

from typing import Literal

import msgspec

from policies.words import (
    Authority,
    Checked,
    Counting,
    Ground,
    HoldReason,
    KeptClass,
    Recipient,
    Role,
)

Asked = Literal["all", "own", "none"]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a rules folder."""


class Asks(Fact, frozen=True, kw_only=True):
    """Whose yes a regime asks for on one of its grounds: all of them, those whose own words are inside, or none."""

    parties: Asked = "none"
    mediator: Asked = "none"
    nonparty: Asked = "none"


class LawGround(Fact, frozen=True, kw_only=True):
    """One way in which a regime lets something out, as the law has it, before the product's floor is added."""

    id: str
    rule: Ground | None = None
    cite: str
    asks: Asks = Asks()
    form: str = ""
    record: Authority = "none"
    reach: str = ""
    to: str = ""
    checked: Checked
    note: str = ""


class LawHolder(Fact, frozen=True, kw_only=True):
    """Who holds a protection under a regime, and what it covers."""

    who: str
    covers: str
    may: str = ""
    cite: str
    checked: Checked


class RegimeFile(Fact, frozen=True, kw_only=True):
    """One regime of confidentiality rules: one file in `regimes/`."""

    version: int
    id: str
    title: str
    lay_en: str = msgspec.field(name="lay-en")
    lay_es: str = msgspec.field(name="lay-es")
    nature: str
    protects: str
    holders: tuple[LawHolder, ...]
    grounds: tuple[LawGround, ...]
    opting_out: str = msgspec.field(name="opting-out", default="")
    limits: str = ""
    read: tuple[str, ...] = ()


class Source(Fact, frozen=True, kw_only=True):
    """What was read, and where."""

    id: str
    what: str


class Across(Fact, frozen=True, kw_only=True):
    """A fact that holds across regimes, and what the product makes of it."""

    id: str
    fact: str
    cite: str
    checked: Checked
    product: str


class SourcesFile(Fact, frozen=True, kw_only=True):
    """`sources.yaml`: what was read, what was not, and the facts common to all regimes."""

    version: int
    as_of: str = msgspec.field(name="as-of")
    sources: tuple[Source, ...]
    across: tuple[Across, ...]
    ask_counsel: tuple[str, ...] = msgspec.field(name="ask-counsel")


class FloorFile(Fact, frozen=True, kw_only=True):
    """`floor.yaml`: what the product asks on top of every regime; it can be raised and never lowered."""

    version: int
    needs_order: tuple[Ground, ...] = msgspec.field(name="needs-order")
    always: tuple[Ground, ...]
    off_until_turned_on: tuple[Ground, ...] = msgspec.field(name="off-until-turned-on")
    report_to: tuple[Recipient, ...] = msgspec.field(name="report-to")


class AuthorityFact(Fact, frozen=True, kw_only=True):
    """Something that happened outside the product and was recorded by one person and checked by another."""

    means: str
    record: tuple[str, ...] = ()


class Notice(Fact, frozen=True, kw_only=True):
    """Who is told of a request, and how many days they have."""

    who: str
    days: int
    why: str


class GroundFact(Fact, frozen=True, kw_only=True):
    """One reason for a release, as the product knows it."""

    title: str
    lay_en: str = msgspec.field(name="lay-en")
    lay_es: str = msgspec.field(name="lay-es")
    offered: bool = True
    authorities: tuple[Authority, ...]
    recipients: tuple[Recipient, ...]
    proposers: tuple[Role, ...]
    notice: Notice
    first_lock: tuple[Role, ...] = msgspec.field(name="first-lock", default=())
    second_lock: tuple[Role, ...] = msgspec.field(name="second-lock", default=())
    cooling_off_hours: int = msgspec.field(name="cooling-off-hours")
    max_validity_days: int = msgspec.field(name="max-validity-days")
    default_profile: str = msgspec.field(name="default-profile")


class GroundsFile(Fact, frozen=True, kw_only=True):
    """`grounds.yaml`: the catalogue of reasons and of authorities."""

    version: int
    authorities: dict[Authority, AuthorityFact]
    grounds: dict[Ground, GroundFact]


class KeptFact(Fact, frozen=True, kw_only=True):
    """How long one class of things is kept, counted in days from the close."""

    days: int
    min: int
    max: int
    counted_from: str = msgspec.field(name="counted-from", default="close")
    end: str
    why: str


class HoldFact(Fact, frozen=True, kw_only=True):
    """When destruction stops, and for how long nobody has to look again."""

    who: tuple[Role, ...]
    needs: tuple[str, ...]
    reasons: tuple[HoldReason, ...]
    review_days: int = msgspec.field(name="review-days")
    note: str


class RetentionFile(Fact, frozen=True, kw_only=True):
    """`retention.yaml`."""

    version: int
    first_that_applies: tuple[str, ...] = msgspec.field(name="first-that-applies")
    classes: dict[KeptClass, KeptFact]
    hold: HoldFact
    erasable: tuple[KeptClass, ...]
    attestation: tuple[str, ...]


class RecordingFile(Fact, frozen=True, kw_only=True):
    """`recording.yaml`."""

    version: int
    allowed: bool
    needs: tuple[str, ...]
    never: tuple[str, ...]
    shown: str
    stops: tuple[str, ...]
    note: str


class ConsentFile(Fact, frozen=True, kw_only=True):
    """`consent-record.yaml`: what a yes has to carry to count."""

    version: int
    carries: tuple[str, ...]
    rules: tuple[str, ...]


class Tighten(Fact, frozen=True, kw_only=True):
    """How a deployer's own rules narrow a regime."""

    turn_off: tuple[Ground, ...] = msgspec.field(name="turn-off", default=())
    needs_order: tuple[Ground, ...] = msgspec.field(name="needs-order", default=())
    everyone_who_took_part: bool = msgspec.field(name="everyone-who-took-part", default=False)


class TightenGround(Fact, frozen=True, kw_only=True):
    """How a deployer's own rules narrow a reason."""

    recipients: tuple[Recipient, ...] | None = None
    cooling_off_hours: int | None = msgspec.field(name="cooling-off-hours", default=None)
    max_validity_days: int | None = msgspec.field(name="max-validity-days", default=None)
    notice_days: int | None = msgspec.field(name="notice-days", default=None)


class Opening(Fact, frozen=True, kw_only=True):
    """A declared opening above the floor, with the reason that counsel gave for it."""

    turn_on: tuple[Ground, ...] = msgspec.field(name="turn-on")
    because: str


class OpenRecording(Fact, frozen=True, kw_only=True):
    """A declared switch for recording, with its reason."""

    because: str


class OwnFile(Fact, frozen=True, kw_only=True):
    """`own.yaml`: marks a folder as a deployer's own rules on top of the shipped ones."""

    version: int
    title: str
    signed_off: str = msgspec.field(name="signed-off", default="")
    tighten: dict[str, Tighten] = msgspec.field(default_factory=dict)
    grounds: dict[Ground, TightenGround] = msgspec.field(default_factory=dict)
    retention_days: dict[KeptClass, int] = msgspec.field(name="retention-days", default_factory=dict)
    open: dict[str, Opening] = msgspec.field(default_factory=dict)
    recording: OpenRecording | None = None
    both: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Regime(msgspec.Struct, frozen=True, kw_only=True):
    """A regime as the rules see it: the law's facts with the floor folded in."""

    id: str
    title: str
    lay_en: str
    lay_es: str
    grounds: frozenset[Ground]
    needs_order: frozenset[Ground]
    nonparty_consent: Counting
    law: RegimeFile
