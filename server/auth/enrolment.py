"""How a mediator begins: a one-time link, made by whoever has the shell. Its hash is stored, it holds for a day, it works once."""

from client.keys.encoding import b64u, sha256, unb64u
from client.keys.jws import Signed, unverified
from client.keys.refusals import ObjectRefused
from client.keys.roots import DevCert, Page, check_devcert, check_page, fingerprint
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from server.runtime.clock import Clock, Random
from server.store.accounts import Accounts

TOKEN_SECONDS = 86_400


async def invite(accounts: Accounts, clock: Clock, random: Random) -> str:
    """A fresh token; only its hash is kept."""
    token = random(32)
    await accounts.invite(b64u(sha256(token)), clock.now() + TOKEN_SECONDS, clock.now())
    return b64u(token)


def link(origin: str, token: str) -> str:
    """The link to hand over. All that is secret stands after the #."""
    return f"{origin}/desk#enrol.1.{token}"


async def enrol(accounts: Accounts, clock: Clock, opening: m.Enrol, nonce: str) -> tuple[Signed[DevCert], Signed[Page]]:
    """Use up the token and certify the device's account. Raises Refusal."""
    cert = certified(opening.devcert, clock.now())
    page = desk_page(opening.page, cert.body.dev.sig, nonce)
    try:
        token_hash = b64u(sha256(unb64u(opening.token, 32)))
    except ObjectRefused:
        raise Refusal(Code.TOKEN_USED) from None
    if not await accounts.enrol(token_hash, cert, clock.now()):
        raise Refusal(Code.TOKEN_USED)
    return cert, page


async def sign_in(
    accounts: Accounts, clock: Clock, opening: m.Authenticate, nonce: str
) -> tuple[Signed[DevCert], Signed[Page]]:
    """A known device of a mediator, or a new one with a certificate by a known root. Raises Refusal."""
    try:
        dev = unverified("page", opening.page, Page).dev
    except ObjectRefused:
        raise Refusal(Code.BAD_OBJECT) from None
    page = desk_page(opening.page, dev, nonce)
    compact = await accounts.devcert(dev)
    if opening.devcert is not None and opening.devcert != compact:
        cert = certified(opening.devcert, clock.now())
        if cert.body.dev.sig != dev or not await accounts.add_device(cert):
            raise Refusal(Code.NOT_KNOWN)
        return cert, page
    if compact is None:
        raise Refusal(Code.NOT_KNOWN)
    return certified(compact, clock.now()), page


def certified(compact: str, now: int) -> Signed[DevCert]:
    """A certificate that its own root signed and that is in force. Raises Refusal."""
    try:
        root = unverified("devcert", compact, DevCert).root
        return check_devcert(compact, fingerprint(root), 0, now)
    except ObjectRefused:
        raise Refusal(Code.BAD_SIGNATURE) from None


def desk_page(compact: str, dev: str, nonce: str) -> Signed[Page]:
    """A page statement of a desk, over this connection's challenge. Raises Refusal."""
    try:
        return check_page(compact, "", "", dev, nonce)
    except ObjectRefused:
        raise Refusal(Code.BAD_SIGNATURE) from None
