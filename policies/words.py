"""The closed word lists of the rules: a word outside them is refused wherever it turns up.

The same lists stand in `rules/schema.cedarschema`; a test compares the two.
"""

from typing import Final, Literal, get_args

Ground = Literal[
    "waiver",
    "report",
    "mediator-misconduct",
    "participant-misconduct",
    "settlement-enforcement",
    "settlement-dispute",
    "order",
    "legal-advice",
]
Authority = Literal["none", "subpoena", "order", "leave", "duty", "claim", "agreement"]
ItemClass = Literal["message", "document", "independent", "settlement", "notes", "caucus", "counsel", "recording"]
Recipient = Literal["court", "counsel-of-party", "police", "protective-agency", "licensing-body", "insurer"]
Role = Literal[
    "mediator",
    "co-mediator",
    "party",
    "counsel",
    "support",
    "interpreter",
    "expert",
    "observer",
    "case-manager",
    "custodian",
]
RoomKind = Literal["waiting", "joint", "caucus", "counsel"]
State = Literal["open", "closed", "destroyed"]
Counting = Literal["own", "always"]
Capacity = Literal["party", "mediator", "nonparty", "office"]
Checked = Literal["source", "secondary", "memory"]
HoldReason = Literal["demand", "order", "claim", "settlement-dispute", "open-request"]
Action = Literal[
    "join",
    "admit",
    "move",
    "read",
    "share",
    "pass-on",
    "propose",
    "consent",
    "revoke",
    "disclose",
    "record",
    "hold",
    "lift",
    "destroy",
    "expire",
    "erase",
    "see",
]
KeptClass = Literal[
    "chat-and-documents",
    "sealed-record",
    "caucus-and-counsel-rooms",
    "mediator-notes",
    "recording",
    "agreement-to-mediate",
    "settlement",
    "consent-records",
    "ledger",
    "export-bundle",
    "presence-and-network",
]

GROUNDS: Final[tuple[Ground, ...]] = get_args(Ground)
AUTHORITIES: Final[tuple[Authority, ...]] = get_args(Authority)
ITEM_CLASSES: Final[tuple[ItemClass, ...]] = get_args(ItemClass)
RECIPIENTS: Final[tuple[Recipient, ...]] = get_args(Recipient)
ROLES: Final[tuple[Role, ...]] = get_args(Role)
ROOM_KINDS: Final[tuple[RoomKind, ...]] = get_args(RoomKind)
STATES: Final[tuple[State, ...]] = get_args(State)
COUNTINGS: Final[tuple[Counting, ...]] = get_args(Counting)
HOLD_REASONS: Final[tuple[HoldReason, ...]] = get_args(HoldReason)
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
KEPT_CLASSES: Final[tuple[KeptClass, ...]] = get_args(KeptClass)

GATE: Final = "gate"
"""The one holder who is no person: the service's own share, with which it can only refuse, log, expire and shred."""

_CAPACITY: Final[dict[Role, Capacity]] = {
    "mediator": "mediator",
    "co-mediator": "mediator",
    "party": "party",
    "counsel": "nonparty",
    "support": "nonparty",
    "interpreter": "nonparty",
    "expert": "nonparty",
    "observer": "nonparty",
    "case-manager": "office",
    "custodian": "office",
}


def capacity(role: Role) -> Capacity:
    """In which capacity a role takes part: lawyers and interpreters count as people who took part, offices do not."""
    return _CAPACITY[role]
