"""How a connection starts, shows that it lives, and ends."""

from client.protocol.messages.shapes import Down, Jws, Key, Up


class Challenge(Down, frozen=True, kw_only=True, tag="challenge"):
    """The server's first frame: sign `nonce` in a `page` statement."""

    nonce: Key
    version: int
    time: int


class Authenticate(Up, frozen=True, kw_only=True, tag="authenticate"):
    """Who connects: a page statement signed by the device; with the seat's `access` secret when this device is new to the seat.

    `devcert` introduces a further device of a mediator whose root the server knows. `resume` is the last event number seen
    on this page load (0 at first). `takeover` closes another page of the same device.
    """

    page: Jws
    access: Key | None = None
    devcert: Jws | None = None
    resume: int = 0
    takeover: bool = False


class Enrol(Up, frozen=True, kw_only=True, tag="enrol"):
    """A mediator's first visit: the one-time token of the link that the administrator handed over."""

    token: Key
    devcert: Jws
    page: Jws


class Beat(Up, frozen=True, kw_only=True, tag="beat"):
    """A mediator's device is alive: a signed counter, every two seconds. No answer."""

    beat: Jws


class Pulse(Down, frozen=True, kw_only=True, tag="pulse"):
    """A mediator's beat on its way to everybody; not numbered, since it tells nothing but time."""

    beat: Jws


class Goodbye(Down, frozen=True, kw_only=True, tag="goodbye"):
    """The connection ends and why; `code` is one of `client.protocol.errors.Code`."""

    code: str
