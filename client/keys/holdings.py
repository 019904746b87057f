"""What a device holds of its room, said to the others every ten seconds, sealed under the room's key: whoever is shown another list stands out."""

from typing import Annotated

from msgspec import Meta

from client.keys.derive import hkdf, open_aes, seal_aes
from client.keys.devices import Signer
from client.keys.encoding import Epoch, Hash, Id, Random, Time, info, pad, random_bytes, unpad
from client.keys.grants import RoomKey
from client.keys.jws import Payload, Signed, check, sign
from client.keys.refusals import ObjectRefused, Reason

EVERY_SECONDS = 10.0
STALE_AFTER = 30.0
STEP = 1024


class Holding(Payload, frozen=True, kw_only=True):
    """`holding`: sheet, epoch and ledger as this place's device holds them; `n` rises with each."""

    mediation: Id
    room: Id
    sheet: Hash
    epoch: Epoch
    seat: Id
    ledger: Hash
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    ts: Time


def seal_holding(signer: Signer, key: RoomKey, holding: Holding, random: Random = random_bytes) -> str:
    """Sign, pad and seal for the room; always the same size."""
    signed = sign("holding", holding, signer)
    return seal_aes(_key(key, holding.seat), pad(signed.compact.encode(), STEP), _aad(key, holding.seat), random)


def open_holding(key: RoomKey, seat: str, dev: str, last: int, box: str) -> Signed[Holding]:
    """A statement of this place's device in this room and epoch, newer than number `last`."""
    plain = unpad(open_aes(_key(key, seat), box, _aad(key, seat)), STEP)
    try:
        holding = check("holding", plain.decode("ascii"), dev, Holding)
    except UnicodeDecodeError:
        raise ObjectRefused(Reason.MALFORMED) from None
    body = holding.body
    if body.mediation != key.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.room != key.room:
        raise ObjectRefused(Reason.ROOM)
    if body.seat != seat:
        raise ObjectRefused(Reason.SEAT)
    if body.epoch != key.epoch or body.n <= last:
        raise ObjectRefused(Reason.EPOCH)
    return holding


def _key(key: RoomKey, seat: str) -> bytes:
    return hkdf(key.key, info("holding", key.mediation, key.room, key.epoch, seat), length=32)


def _aad(key: RoomKey, seat: str) -> bytes:
    return info("holding-aad", key.mediation, key.room, key.epoch, seat)
