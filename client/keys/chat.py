"""What is said in a room in writing: signed by its author inside, sealed under the room key outside."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from client.keys.derive import hkdf, open_aes, seal_aes
from client.keys.devices import Signer
from client.keys.encoding import Compact, Epoch, Hash, Id, Key, Random, Text, Time, info, pad, random_bytes, unpad
from client.keys.grants import RoomKey
from client.keys.jws import SUITE, Content, Payload, Signed, check, decode_json, sign
from client.keys.refusals import ObjectRefused, Reason

STEP = 256


class TextBody(Content, frozen=True, kw_only=True):
    """A message."""

    text: Text


class DocumentBody(Content, frozen=True, kw_only=True):
    """A document: where its age file lies, what it is, and the key (`identity`) that opens it."""

    blob: Id
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    mime: Annotated[str, Meta(max_length=127, pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+\Z")]
    size: Annotated[int, Meta(ge=0, le=53_000_000)]
    sha256: Hash
    identity: Annotated[str, Meta(pattern=r"^AGE-SECRET-KEY-1[0-9A-Z]{58}\Z")]


class KeepBody(Content, frozen=True, kw_only=True):
    """Ask that a message be kept locked: its id, and the hash of its signed form."""

    ref: Id
    digest: Hash


class KeepYesBody(Content, frozen=True, kw_only=True):
    """Agree to that; `keep` is the speaker's signed statement, so that the author can hand in everyone's."""

    ref: Id
    digest: Hash
    keep: Compact


class CompanyBody(Content, frozen=True, kw_only=True):
    """Somebody came in, or went: the place's agreement and pledge, signed anew by everyone at that screen."""

    agreement: Compact


class HelloBody(Content, frozen=True, kw_only=True):
    """I hold the key."""


class AskReleaseBody(Content, frozen=True, kw_only=True):
    """The mediator asks whether the message `ref` may be told to these sides."""

    ref: Id
    digest: Hash
    to: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=16)]


class ReleaseBody(Content, frozen=True, kw_only=True):
    """The one who said it answers, or takes the answer back: a signed `release`."""

    release: Compact


class PassedBody(Content, frozen=True, kw_only=True):
    """The mediator passes on what `seat` said elsewhere with device `dev`: the signed words, and the release for this room."""

    seat: Id
    dev: Key
    chat: Compact
    release: Compact


Body = (
    TextBody
    | DocumentBody
    | KeepBody
    | KeepYesBody
    | CompanyBody
    | HelloBody
    | AskReleaseBody
    | ReleaseBody
    | PassedBody
)
BODIES: dict[
    str,
    type[TextBody]
    | type[DocumentBody]
    | type[KeepBody]
    | type[KeepYesBody]
    | type[CompanyBody]
    | type[HelloBody]
    | type[AskReleaseBody]
    | type[ReleaseBody]
    | type[PassedBody],
] = {
    "text": TextBody,
    "document": DocumentBody,
    "keep.ask": KeepBody,
    "keep.yes": KeepYesBody,
    "company": CompanyBody,
    "hello": HelloBody,
    "release.ask": AskReleaseBody,
    "release.say": ReleaseBody,
    "passed": PassedBody,
}


class Chat(Payload, frozen=True, kw_only=True):
    """`chat`: one message. `body` is read with `body_of`."""

    mediation: Id
    room: Id
    epoch: Epoch
    id: Id
    kind: Literal[
        "text", "document", "keep.ask", "keep.yes", "company", "hello", "release.ask", "release.say", "passed"
    ]
    body: msgspec.Raw
    ts: Time


def body_of(chat: Chat) -> Body:
    """The body as its kind says."""
    return decode_json(bytes(chat.body), BODIES[chat.kind])


def seal_chat(
    signer: Signer,
    room_key: RoomKey,
    seat: str,
    message: str,
    kind: str,
    body: Body,
    ts: int,
    random: Random = random_bytes,
) -> tuple[str, Signed[Chat]]:
    """The box for the relay, and the signed message (its hash is the digest that keeping refers to)."""
    if type(body) is not BODIES[kind]:
        raise ObjectRefused(Reason.KIND)
    chat = Chat(
        suite=SUITE,
        mediation=room_key.mediation,
        room=room_key.room,
        epoch=room_key.epoch,
        id=message,
        kind=kind,  # type: ignore[arg-type]
        body=msgspec.Raw(msgspec.json.encode(body)),
        ts=ts,
    )
    signed = sign("chat", chat, signer)
    key = chat_key(room_key, seat, signer.public)
    return seal_aes(key, pad(signed.compact.encode(), STEP), _aad(room_key, seat, message), random), signed


def open_chat(room_key: RoomKey, seat: str, dev: str, message: str, box: str) -> Signed[Chat]:
    """The message of this place's device with this id, in this room and epoch."""
    plain = unpad(open_aes(chat_key(room_key, seat, dev), box, _aad(room_key, seat, message)), STEP)
    try:
        chat = check("chat", plain.decode("ascii"), dev, Chat)
    except UnicodeDecodeError:
        raise ObjectRefused(Reason.MALFORMED) from None
    body = chat.body
    if body.mediation != room_key.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.room != room_key.room:
        raise ObjectRefused(Reason.ROOM)
    if body.epoch != room_key.epoch:
        raise ObjectRefused(Reason.EPOCH)
    if body.id != message:
        raise ObjectRefused(Reason.CHAIN)
    body_of(body)
    return chat


def check_chat(untrusted: str, mediation: str, dev: str) -> Signed[Chat]:
    """A signed message outside its box: when it is kept, and again years later."""
    chat = check("chat", untrusted, dev, Chat)
    if chat.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    body_of(chat.body)
    return chat


def chat_key(room_key: RoomKey, seat: str, dev: str) -> bytes:
    """One sender's chat key for one epoch."""
    return hkdf(room_key.key, info("chat", room_key.mediation, room_key.room, room_key.epoch, seat, dev))


def _aad(room_key: RoomKey, seat: str, message: str) -> bytes:
    return info("chat-aad", room_key.mediation, room_key.room, room_key.epoch, seat, message)
