"""Kept items: an age file whose key is wrapped once per set of people; it opens only with the share of every one of them.

Only the author's device seals. A set that was not written at sealing can never be added.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta

from client.keys.access import MAX_SETS, access_sets, set_name
from client.keys.derive import hkdf
from client.keys.devices import Opener, Signer
from client.keys.encoding import (
    Box,
    Hash,
    Id,
    Key,
    OptionalHash,
    OptionalId,
    Random,
    Time,
    b64u,
    compact_json,
    hash_bytes,
    hash_text,
    info,
    random_bytes,
    sha256,
    unb64u,
)
from client.keys.hpke_box import open_box, seal_box
from client.keys.jws import SUITE, Content, Payload, Signed, check, decode_json, sign, unverified
from client.keys.membership import Charter
from client.keys.refusals import ObjectRefused, Reason
from client.keys.vault import new_identity, open_age, recipient_of, seal_age

HolderId = Annotated[str, Meta(pattern=r"^(?:gate|[A-Za-z0-9_-]{21}[AQgw])\Z")]
SetName = Annotated[str, Meta(max_length=2000, pattern=r"^[a-z-]+:[A-Za-z0-9_+-]+\Z")]


class Header(Content, frozen=True, kw_only=True):
    """What an item is. `digest` is the hash of the `chat` object kept (empty for a draft); `charter` the one it was sealed under."""

    v: Literal[1]
    mediation: Id
    item: Id
    room: OptionalId
    kind: Literal["chat", "file", "settlement", "draft"]
    author: Key
    seat: OptionalId
    ts: Time
    ct_sha256: Hash
    pt_commit: Hash
    policy: Hash
    charter: Hash
    size: Annotated[int, Meta(ge=0, le=2**40)]
    digest: OptionalHash


class Wrap(Content, frozen=True, kw_only=True):
    """The item's key for one set: `kc` commits to the key, `com` to each share, `sealed` holds each share for its holder."""

    sid: SetName
    holders: Annotated[tuple[HolderId, ...], Meta(min_length=2, max_length=65)]
    kc: Key
    wrap: Box
    com: Annotated[dict[HolderId, Hash], Meta(max_length=65)]
    sealed: Annotated[dict[HolderId, Box], Meta(max_length=65)]


class Item(Payload, frozen=True, kw_only=True):
    """`item`: the header's exact bytes and the wraps, by the author's device."""

    hdr: Annotated[str, Meta(max_length=4000, pattern=r"^[A-Za-z0-9_-]+\Z")]
    wraps: Annotated[tuple[Wrap, ...], Meta(min_length=1, max_length=MAX_SETS)]


class _Wrapped(Content, frozen=True, kw_only=True):
    identity: str
    salt: str


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A freshly sealed item: its descriptor, the age file, and (for previews of a draft) what opens it."""

    item: Signed[Item]
    file: bytes
    identity: str
    salt: bytes


def pack_content(chat: str, document: bytes = b"") -> bytes:
    """What a kept message or document holds: 4-byte length, the `chat` object, then the document's bytes (none for a message)."""
    signed = chat.encode("ascii")
    return len(signed).to_bytes(4, "big") + signed + document


def unpack_content(content: bytes, header: Header) -> tuple[str, bytes]:
    """The `chat` object and the document, if they are the ones that the header's digest names."""
    length = int.from_bytes(content[:4], "big")
    try:
        chat = content[4 : 4 + length].decode("ascii")
    except UnicodeDecodeError:
        raise ObjectRefused(Reason.MALFORMED) from None
    if len(content) < 4 or len(chat) != length or hash_text(chat) != header.digest:
        raise ObjectRefused(Reason.COMMITMENT)
    return chat, content[4 + length :]


def seal_item(
    signer: Signer,
    mediation: str,
    item: str,
    room: str,
    kind: str,
    seat: str,
    digest: str,
    charter: str,
    policy: str,
    sets: Mapping[str, tuple[str, ...]],
    kems: Mapping[str, str],
    content: bytes,
    ts: int,
    random: Random = random_bytes,
) -> Sealed:
    """Seal `content` for every set (`access_sets`); `kems` maps each holder, the gate included, to their X25519 key.

    `charter` and `policy` are hashes.
    """
    identity, salt16 = new_identity(random), random(16)
    file = seal_age(content, [recipient_of(identity)])
    header = msgspec.convert(
        {
            "v": 1,
            "mediation": mediation,
            "item": item,
            "room": room,
            "kind": kind,
            "author": signer.public,
            "seat": seat,
            "ts": ts,
            "ct_sha256": hash_bytes(file),
            "pt_commit": hash_bytes(salt16 + content),
            "policy": policy,
            "charter": charter,
            "size": len(content),
            "digest": digest,
        },
        Header,
    )
    hdr = msgspec.json.encode(header)
    secret = compact_json({"identity": identity, "salt": b64u(salt16)})
    wraps = tuple(_wrap(hdr, item, sid, holders, kems, secret, random) for sid, holders in sets.items())
    signed = sign("item", Item(suite=SUITE, hdr=b64u(hdr), wraps=wraps), signer)
    return Sealed(item=signed, file=file, identity=identity, salt=salt16)


def _wrap(
    hdr: bytes, item: str, sid: str, holders: tuple[str, ...], kems: Mapping[str, str], secret: bytes, random: Random
) -> Wrap:
    salt = sha256(hdr)
    shares = {holder: random(32) for holder in holders}
    together = b"".join(shares[holder] for holder in holders)
    key = hkdf(together, info("kek", sid), salt)
    return Wrap(
        sid=sid,
        holders=holders,
        kc=b64u(hkdf(together, info("commit", sid), salt)),
        wrap=b64u(AESGCM(key).encrypt(bytes(12), secret, salt)),  # the key is used once, so the nonce may be fixed
        com={holder: hash_bytes(b"share" + share) for holder, share in shares.items()},
        sealed={
            holder: seal_box(kems[holder], info("share", item, sid, holder, b64u(salt)), share)
            for holder, share in shares.items()
        },
    )


def header_of(item: Signed[Item]) -> Header:
    """The header of a checked item."""
    return header_bytes(item.body)


def header_bytes(item: Item) -> Header:
    """The header in an item's payload, whose signature is checked elsewhere."""
    return decode_json(unb64u(item.hdr), Header)


def check_item(untrusted: str, charter: Signed[Charter], author: str) -> Signed[Item]:
    """A kept message or document by this device, sealed under this charter for exactly the people whom the charter says."""
    item = check_form(untrusted, author)
    header = header_of(item)
    if header.mediation != charter.body.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if header.charter != charter.hash or header.policy != charter.body.policy:
        raise ObjectRefused(Reason.CHARTER)
    if header.kind == "draft" or not (header.seat and header.room and header.digest):
        raise ObjectRefused(Reason.KIND)
    if {wrap.sid: wrap.holders for wrap in item.body.wraps} != access_sets(
        charter.body, (header.seat,), header.kind == "settlement"
    ):
        raise ObjectRefused(Reason.ACCESS)
    return item


def check_form(untrusted: str, author: str) -> Signed[Item]:
    """An item by this device whose parts fit together; whom it opens for is not looked at."""
    hdr = header_bytes(unverified("item", untrusted, Item))
    if hdr.author != author:
        raise ObjectRefused(Reason.DEVICE)
    item = check("item", untrusted, author, Item)
    names = [wrap.sid for wrap in item.body.wraps]
    for wrap in item.body.wraps:
        ground = wrap.sid.partition(":")[0]
        whole = set(wrap.com) == set(wrap.sealed) == set(wrap.holders)
        if not whole or len(set(wrap.holders)) != len(wrap.holders) or wrap.sid != set_name(ground, wrap.holders):
            raise ObjectRefused(Reason.ACCESS)
    if len(set(names)) != len(names):
        raise ObjectRefused(Reason.ACCESS)
    return item


def wrap_of(item: Signed[Item], sid: str) -> Wrap:
    """The wrap of one set; refused if the item was not sealed for it."""
    wrap = next((wrap for wrap in item.body.wraps if wrap.sid == sid), None)
    if wrap is None:
        raise ObjectRefused(Reason.ACCESS)
    return wrap


def open_share(opener: Opener, item: Signed[Item], sid: str, holder: str) -> bytes:
    """One's own share, if it is the one that the item promises. Every holder checks this when an item is sealed."""
    wrap, header = wrap_of(item, sid), header_of(item)
    if holder not in wrap.sealed:
        raise ObjectRefused(Reason.SHARE)
    salt = b64u(sha256(unb64u(item.body.hdr)))
    share = open_box(opener, info("share", header.item, sid, holder, salt), wrap.sealed[holder])
    check_share(wrap, holder, share)
    return share


def check_share(wrap: Wrap, holder: str, share: bytes) -> None:
    """Refused unless this is the share that the item promised for this holder."""
    if len(share) != 32 or hash_bytes(b"share" + share) != wrap.com.get(holder):
        raise ObjectRefused(Reason.SHARE)


def open_item(item: Signed[Item], sid: str, shares: Mapping[str, bytes], file: bytes) -> bytes:
    """The content, with the share of every holder of the set; one missing or wrong share opens nothing."""
    wrap = wrap_of(item, sid)
    for holder in wrap.holders:
        if holder not in shares:
            raise ObjectRefused(Reason.SHARE)
        check_share(wrap, holder, shares[holder])
    salt = sha256(unb64u(item.body.hdr))
    together = b"".join(shares[holder] for holder in wrap.holders)
    if b64u(hkdf(together, info("commit", sid), salt)) != wrap.kc:
        raise ObjectRefused(Reason.COMMITMENT)
    try:
        secret = AESGCM(hkdf(together, info("kek", sid), salt)).decrypt(bytes(12), unb64u(wrap.wrap), salt)
    except InvalidTag:
        raise ObjectRefused(Reason.SEALED) from None
    inside = decode_json(secret, _Wrapped)
    return open_file(item, file, inside.identity, unb64u(inside.salt, 16))


def open_file(item: Signed[Item], file: bytes, identity: str, salt: bytes) -> bytes:
    """The content of the age file with its own key, if both are the ones that the header commits to (also used for previews)."""
    header = header_of(item)
    if hash_bytes(file) != header.ct_sha256:
        raise ObjectRefused(Reason.CIPHERTEXT)
    content = open_age(file, identity)
    if hash_bytes(salt + content) != header.pt_commit or len(content) != header.size:
        raise ObjectRefused(Reason.COMMITMENT)
    return content
