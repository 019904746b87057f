"""Why something was not done: one code per reason, for programs; the catalogue has the sentence for people.

Three classes, kept apart: a `Refusal` (understood, not allowed: the connection stays), a `ProtocolError` (the frame itself
is wrong: the connection closes), `Unavailable` (try again later). Anything else is a bug and is answered by `Code.INTERNAL`
with an opaque id. Facts are ids, rule names and numbers; never content.
"""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """Stable words of the protocol. Add; never rename."""

    # opening
    VERSION = "version"  # this page is too old or too new for the server
    ORIGIN = "origin"  # the page comes from another site
    TOO_SLOW = "too-slow"  # the opening took longer than ten seconds, or the reader fell behind
    BAD_FRAME = "bad-frame"  # not a message of this protocol, or too large
    NOT_KNOWN = "not-known"  # no such place, a wrong secret, or a device that the place does not know: never told apart
    TOKEN_USED = "token-used"  # noqa: S105  # the enrolment link was used or ran out
    ELSEWHERE = "elsewhere"  # another page of this device is open; ask with takeover
    REPLACED = "replaced"  # another page took over
    GONE = "gone"  # the mediation is closed
    BUSY = "busy"  # too many requests; try again later
    # commands
    NOT_ALLOWED = "not-allowed"  # the rule named in facts forbids it
    NOT_HERE = "not-here"  # needs a room, and one is in none
    STALE = "stale"  # written against an older revision: read again
    BAD_SIGNATURE = "bad-signature"  # an object does not verify
    BAD_OBJECT = "bad-object"  # an object is malformed or contradicts the charter
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    INCOMPLETE = "incomplete"  # something that must come first is missing: named in facts
    TOO_EARLY = "too-early"  # notice or cooling-off still runs: facts say until when
    EXPIRED = "expired"
    UNAVAILABLE = "unavailable"  # a part of the service is not working now
    INTERNAL = "internal"  # a fault of ours; facts carry an id for support


class Refusal(Exception):
    """Understood and not done. The connection stays open."""

    def __init__(self, code: Code, **facts: str | int | list[str]) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts: Mapping[str, str | int | list[str]] = facts


class ProtocolError(Exception):
    """The other side broke the protocol. The connection closes with `code`."""

    def __init__(self, code: Code = Code.BAD_FRAME) -> None:
        super().__init__(code.value)
        self.code = code


class Unavailable(Exception):
    """A part of the service cannot answer now; nothing was changed."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part
