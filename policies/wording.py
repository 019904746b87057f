"""The pieces of the agreement to mediate in one language."""

import msgspec


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """All pieces; each block begins with its heading on a line of its own."""

    title: str
    opening: str
    private: str
    meeting: str
    recording_off: str
    recording_on: str
    keeping: str
    holders: str
    everyone: str
    reasons_title: str
    no_other_reason: str
    reasons_lead: str
    reasons_end: str
    paper_key: str
    limits: str
    rights: str
    pledge: str
    footer: str
    one_year: str
    years: str
    days: str
