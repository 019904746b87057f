"""Who stands at the mediator's door: knocks opened, proved by the link's secret, and shown as what is known of them."""

from typing import TYPE_CHECKING

from client.headless import book as books
from client.headless import state as seen
from client.headless.belief import Doubted, believing
from client.keys.encoding import unb64u
from client.keys.knock import Knock, open_knock
from client.keys.link import Link, link_keys
from client.protocol import messages as wire

if TYPE_CHECKING:
    from client.headless.table import Table


def opened(table: "Table", door: wire.Door) -> Knock:
    """The knock, by somebody who holds the place's link and read the agreement that was sent. Raises Doubted."""
    try:
        entry = table.entry.seat(door.seat)
    except KeyError:
        raise Doubted("knock.seat") from None
    link = Link(
        mediation=table.entry.id,
        seat=door.seat,
        fingerprint=table.belief.fingerprint,
        secret=unb64u(entry.secret, 32),
        minrev=1,
    )
    cert = table.belief.devices[table.belief.signer.public]
    with believing("knock", seat=door.seat):
        knock = open_knock(table.device.kem, cert.hash, table.entry.id, door.seat, link_keys(link).join, door.box)
    if knock.agreement is not None:
        read = books.agreement_sha256(table.entry).values()
        if knock.agreement.body.text not in read or knock.agreement.body.policy != table.charter().body.policy:
            raise Doubted("knock.agreement", seat=door.seat)
    return knock


def shown(table: "Table", door: wire.Door, knock: Knock) -> seen.Knock:
    """What the mediator sees of it: who, on which device, signed for this meeting or not."""
    entry, page = table.entry.seat(door.seat), knock.page.body
    known = {device.dev for device in entry.devices}
    return seen.Knock(
        seat=door.seat,
        names=knock.names,
        known="first" if not known else "same" if page.dev in known else "other",
        signed=table.signed(knock.agreement.compact if knock.agreement else entry.agreement),
        cannot_sign=knock.cannot_sign,
        words=knock.words,
        dev=page.dev,
        kem=page.kem,
        at=door.at,
    )
