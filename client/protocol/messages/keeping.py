"""Commands about papers, holds and the end of the record: each entered by one person and agreed to by another."""

from client.protocol.messages.shapes import Box, Command, Hash, Id, Jws


class OfficeAdmit(Command, frozen=True, kw_only=True, tag="office.admit"):
    """A mediator states which device speaks for the custodian's place; the custodian is in no room."""

    office: Jws


class PaperEnter(Command, frozen=True, kw_only=True, tag="paper.enter"):
    """Enter an authority (order, leave, duty, claim, agreement) or a demand; `details` are its words, boxed to those who may know.

    A demand (subpoena) starts a hold and notices, and never a release.
    """

    paper: Jws
    details: dict[Id, Box]


class ActAsk(Command, frozen=True, kw_only=True, tag="act.ask"):
    """Ask for a hold, its end or its review, or for destruction; it takes effect when another person agrees. One's own words go at once."""

    act: Jws


class SecondGive(Command, frozen=True, kw_only=True, tag="second.give"):
    """Agree to another's paper or act, after looking at it."""

    second: Jws


class DisclosureStanding(Command, frozen=True, kw_only=True, tag="disclosure.standing"):
    """What still stands against this release: `data` = {missing: rule ids, says: their sentences, seats: whose yes is missing, until}."""

    rid: Hash
