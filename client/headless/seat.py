"""A person's place, opened with its link: the invitation, the agreement, the knock. Nothing is used up before the knock."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from msgspec import Struct

from client.headless import state as seen
from client.headless.belief import Belief, Clock, Doubted
from client.headless.session import Happening, Session, running
from client.keys.agreement import Agreement, make_agreement
from client.keys.chat import CompanyBody
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import new_id
from client.keys.envelope import Envelope
from client.keys.jws import SUITE, Signed
from client.keys.knock import Knock, seal_knock
from client.keys.link import LinkFault, LinkRefused, link_keys, parse_link
from client.protocol import messages as wire


class Device(Struct, frozen=True, kw_only=True):
    """What stays on a person's device between visits: the device key, and the paper key where one was made."""

    signer: SoftSigner
    hold_seed: bytes | None = None


def new_device() -> Device:
    """A device that no place knows yet."""
    return Device(signer=SoftSigner.fresh())


class Seat(Session):
    """A place opened by its link."""

    def __init__(self, http: aiohttp.ClientSession, text: str, device: Device, clock: Clock) -> None:
        link = parse_link(text)
        origin = text.strip().partition("/j#")[0]
        if not origin.startswith(("http://", "https://")):
            raise LinkRefused(LinkFault.MISTYPED)
        self.device = device
        self.keys = link_keys(link)
        self.names: tuple[str, ...] = ()
        belief = Belief(
            mediation=link.mediation,
            seat=link.seat,
            signer=device.signer,
            page=SoftOpener.fresh(),
            fingerprint=link.fingerprint,
            minrev=link.minrev,
            clock=clock,
        )
        super().__init__(http, origin, belief, self.keys.access_text)

    @property
    def invitation(self) -> Envelope:
        """What the mediator wrote for this place."""
        if self.belief.envelope is None:
            raise Doubted("envelope.missing")
        return self.belief.envelope.body

    async def knock(
        self, *names: str, sign: bool = True, alone: bool = True, words: str = "", language: str = ""
    ) -> None:
        """Sign the agreement and the pledge (or say that one can't) and ask to be let in."""
        await self.until(lambda s: s.title != "")
        self.names = names or (self.invitation.name,)
        signed = self._agreement(language, alone) if sign else None
        knock = Knock(page=self.statement, agreement=signed, cannot_sign=not sign, names=self.names, words=words)
        device = max(self.belief.devices.values(), key=lambda cert: cert.body.rev)
        await self.call(wire.KnockSend(id=new_id(), box=seal_knock(device, self.keys.join, knock)))

    async def company(self, *names: str, alone: bool = True) -> None:
        """Somebody came in, or went: sign anew for everyone who is here, and tell the room."""
        self.names = names
        await self.post("company", CompanyBody(agreement=self._agreement("", alone).compact))

    def _agreement(self, language: str, alone: bool) -> Signed[Agreement]:
        invitation, belief = self.invitation, self.belief
        language = language or next(iter(invitation.agreement_sha256))
        read = hashlib.sha256(invitation.agreement[language].text.encode()).hexdigest()
        if read != invitation.agreement_sha256[language] or belief.charter is None:
            raise Doubted("envelope.commitment")
        return make_agreement(
            belief.signer,
            Agreement(
                suite=SUITE,
                mediation=belief.mediation,
                seat=belief.seat,
                dev=belief.signer.public,
                meeting=self.state.meeting,
                text=read,
                policy=belief.charter.body.policy,
                language=language,
                names=self.names,
                alone=alone,
                no_recording=True,
                ts=self.clock(),
            ),
        )

    def _frame(self, welcome: wire.Welcome) -> None:
        super()._frame(welcome)
        if welcome.envelope is None:
            raise Doubted("envelope.missing")
        self._envelope(welcome.envelope)

    def _envelope(self, sealed: str) -> None:
        envelope = self.belief.take_envelope(sealed, self.keys.envelope).body
        self.see(seen.Invited(title=envelope.title, name=envelope.name))

    def _other(self, happening: Happening) -> None:
        if isinstance(happening, wire.CharterChanged):
            self.check(lambda: self._rewritten(happening))
        else:
            super()._other(happening)

    def _rewritten(self, changed: wire.CharterChanged) -> None:
        self.belief.take_charter(changed.charter)
        if changed.envelope is not None:
            self._envelope(changed.envelope)


@asynccontextmanager
async def joined(http: aiohttp.ClientSession, text: str, device: Device, clock: Clock) -> AsyncIterator[Seat]:
    """Open a place and stay connected while the block runs. Raises LinkRefused when the link itself is broken."""
    seat = Seat(http, text, device, clock)
    async with running(seat):
        yield seat
