"""Opening what was kept: request, each holder's own yes, the sitting of the redaction worker, and the draft that is released.

A share travels boxed three times: to the holder (in the item), to the request key (in the consent), to the worker (in the
sitting); each box is bound to the request, the item, the set and the place.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from client.keys.devices import Opener, Signer
from client.keys.encoding import (
    Box,
    Build,
    Hash,
    Id,
    Key,
    Name,
    OptionalHash,
    Time,
    Word,
    b64u,
    hash_bytes,
    info,
    unb64u,
)
from client.keys.hpke_box import open_box, seal_box
from client.keys.items import Item, SetName, check_form, check_share, header_of, open_share, wrap_of
from client.keys.jws import SUITE, Content, Payload, Signed, check, decode_json, sign
from client.keys.refusals import ObjectRefused, Reason

PRIVATE_STEP = 1024
PREVIEW_STEP = 256
SITTING_STEP = 4096


class RequestItem(Content, frozen=True, kw_only=True):
    """An item asked for, by the hashes of its descriptor."""

    item: Id
    ct_sha256: Hash
    pt_commit: Hash


class Profile(Content, frozen=True, kw_only=True):
    """The redaction profile, by name and by the hash of the file of all profiles."""

    id: Word
    sha256: Hash


class Request(Payload, frozen=True, kw_only=True):
    """`request`: opens these items on this ground. To whom by name, and why, is in the private part, of which this has the hash.

    `reviewer` is the place of the person who reviews and carries it out; `where` says on whose machine the worker runs.
    `recipient` (the kind), `profile` and `authority` (the hash of the paper that it rests on, or empty) are what the rules ask about.
    """

    mediation: Id
    request: Id
    ground: Word
    sid: SetName
    items: Annotated[tuple[RequestItem, ...], Meta(min_length=1, max_length=100)]
    export_key: Key
    reviewer: Id
    where: Literal["operator", "mediator"]
    recipient: Word
    profile: Profile
    authority: OptionalHash
    private: Hash
    cooling_hours: Annotated[int, Meta(ge=0, le=8760)]
    expires: Time
    ts: Time


class Recipient(Content, frozen=True, kw_only=True):
    """To whom the excerpt goes."""

    name: Name
    class_: Word = msgspec.field(name="class")


class Private(Content, frozen=True, kw_only=True):
    """What holders and reviewer see and the operator does not."""

    recipient: Recipient
    purpose: Annotated[str, Meta(max_length=2000)]
    profile: Profile
    language: Annotated[str, Meta(max_length=8)]
    salt: Key


class ConsentShare(Content, frozen=True, kw_only=True):
    """A holder's share of one item, boxed to the request key."""

    item: Id
    sid: SetName
    box: Box


class Consent(Payload, frozen=True, kw_only=True):
    """`consent`: a holder's answer, signed with the paper key. `draft` is the SHA-256 of the draft's content (for release, else empty).

    `shorten`: this holder agrees to end the cooling-off time early.
    """

    mediation: Id
    rid: Hash
    seat: Id
    decision: Literal["unlock", "release", "refuse", "revoke"]
    draft: OptionalHash
    shorten: bool
    shares: Annotated[tuple[ConsentShare, ...], Meta(max_length=100)]
    private: Hash
    ts: Time


class WorkerKeys(Content, frozen=True, kw_only=True):
    """The one-time keys of a redaction worker."""

    kem: Key
    sig: Key


class Sitting(Payload, frozen=True, kw_only=True):
    """`sitting`: the mediator's device names the worker that may open the request's items."""

    mediation: Id
    rid: Hash
    worker: WorkerKeys
    build: Build
    ts: Time


class Verdict(Payload, frozen=True, kw_only=True):
    """`verdict`: the worker's own word on its draft: blacked out by this profile, and whether other programs found nothing left.

    `draft` is the SHA-256 of the draft's content.
    """

    mediation: Id
    rid: Hash
    draft: Hash
    recipient: Word
    profile: Profile
    verified: bool
    ts: Time


class Preview(Content, frozen=True, kw_only=True):
    """What opens the draft's age file for a holder before they agree to its release."""

    identity: str
    salt: str


# --- the request ---------------------------------------------------------------------------------------------------


def private_text(private: Private) -> str:
    """The private part as it is hashed, and as it stands in a package."""
    return msgspec.json.encode(private).decode()


def private_hash(private: Private) -> str:
    """What the request carries of its private part."""
    return hash_bytes(unb64u(private.salt, 32) + private_text(private).encode())


def make_request(signer: Signer, request: Request) -> Signed[Request]:
    """Sign a request (requester's device)."""
    return sign("request", request, signer)


def check_request(
    untrusted: str, mediation: str, keys: str | Iterable[str], items: Mapping[str, Signed[Item]]
) -> Signed[Request]:
    """A request by one of these devices over items that exist and were sealed for the set it names."""
    request = check("request", untrusted, keys, Request)
    body = request.body
    if body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.sid.partition(":")[0] != body.ground or len({asked.item for asked in body.items}) != len(body.items):
        raise ObjectRefused(Reason.ACCESS)
    for asked in body.items:
        held = items.get(asked.item)
        if held is None:
            raise ObjectRefused(Reason.REQUEST)
        header = header_of(held)
        if (header.item, header.ct_sha256, header.pt_commit) != (asked.item, asked.ct_sha256, asked.pt_commit):
            raise ObjectRefused(Reason.REQUEST)
        if header.kind == "draft":
            raise ObjectRefused(Reason.KIND)
        wrap_of(held, body.sid)
    return request


def seal_private(kem: str, mediation: str, request: str, seat: str, private: Private) -> str:
    """The private part for one holder's paper key, or for the reviewer's page key."""
    return seal_box(kem, info("private", mediation, request, seat), msgspec.json.encode(private), PRIVATE_STEP)


def open_private(opener: Opener, request: Signed[Request], seat: str, box: str) -> Private:
    """The private part, if it is the one that the request was signed over."""
    body = request.body
    plain = open_box(opener, info("private", body.mediation, body.request, seat), box, PRIVATE_STEP)
    private = decode_json(plain, Private)
    check_private(private, request)
    return private


def check_private(private: Private, request: Signed[Request]) -> None:
    """Refused unless the private part is the one that the request was signed over, and says the same as its open part."""
    body = request.body
    if private_hash(private) != body.private:
        raise ObjectRefused(Reason.COMMITMENT)
    if private.recipient.class_ != body.recipient or private.profile != body.profile:
        raise ObjectRefused(Reason.COMMITMENT)


# --- the holders' answers ------------------------------------------------------------------------------------------


def make_consent(
    signer: Signer,
    opener: Opener,
    request: Signed[Request],
    seat: str,
    decision: str,
    items: Mapping[str, Signed[Item]],
    draft: str = "",
    shorten: bool = False,
    ts: int = 0,
) -> Signed[Consent]:
    """A holder's answer. `signer` and `opener` are the two keys of the paper key.

    unlock: `items` are those of the request. release: `items` has the draft item alone and `draft` is its content's SHA-256.
    refuse, revoke: no shares.
    """
    body = request.body
    if decision in {"refuse", "revoke"}:
        chosen: dict[str, Signed[Item]] = {}
    elif decision == "unlock":
        chosen = {asked.item: items[asked.item] for asked in body.items}
    else:
        chosen = dict(items)
    shares = tuple(
        ConsentShare(
            item=item,
            sid=body.sid,
            box=seal_box(
                body.export_key,
                info("release", request.hash, item, body.sid, seat),
                open_share(opener, held, body.sid, seat),
            ),
        )
        for item, held in chosen.items()
    )
    consent = Consent(
        suite=SUITE,
        mediation=body.mediation,
        rid=request.hash,
        seat=seat,
        decision=decision,  # type: ignore[arg-type]
        draft=draft,
        shorten=shorten,
        shares=shares,
        private=body.private,
        ts=ts,
    )
    return sign("consent", consent, signer)


def check_consent(
    untrusted: str, request: Signed[Request], seat: str, hold_sig: str, draft: tuple[str, str] | None = None
) -> Signed[Consent]:
    """The answer of this holder to this very request. `draft` is (draft item's id, SHA-256 of its content): a release must name both."""
    consent = check("consent", untrusted, hold_sig, Consent)
    body, asked = consent.body, request.body
    if body.mediation != asked.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.rid != request.hash or body.private != asked.private:
        raise ObjectRefused(Reason.REQUEST)
    if body.seat != seat:
        raise ObjectRefused(Reason.SEAT)
    if body.decision == "release":
        if draft is None or body.draft != draft[1]:
            raise ObjectRefused(Reason.COMMITMENT)
        expected = [draft[0]]
    else:
        if body.draft:
            raise ObjectRefused(Reason.COMMITMENT)
        expected = [item.item for item in asked.items] if body.decision == "unlock" else []
    if sorted(share.item for share in body.shares) != sorted(expected) or any(s.sid != asked.sid for s in body.shares):
        raise ObjectRefused(Reason.SHARE)
    return consent


def open_release(opener: Opener, request: Signed[Request], item: Signed[Item], seat: str, box: str) -> bytes:
    """A share that was released to the request key (whose private half `opener` is)."""
    header = header_of(item)
    share = open_box(opener, info("release", request.hash, header.item, request.body.sid, seat), box)
    check_share(wrap_of(item, request.body.sid), seat, share)
    return share


def seal_release(opener: Opener, request: Signed[Request], item: Signed[Item], seat: str) -> str:
    """The gate's own way to release: its share of `item` (of a draft, in practice), boxed to the request key."""
    label = info("release", request.hash, header_of(item).item, request.body.sid, seat)
    return seal_box(request.body.export_key, label, open_share(opener, item, request.body.sid, seat))


# --- the sitting ---------------------------------------------------------------------------------------------------


def make_sitting(signer: Signer, mediation: str, rid: str, worker: WorkerKeys, build: str, ts: int) -> Signed[Sitting]:
    """Name the worker (mediator's device)."""
    body = Sitting(suite=SUITE, mediation=mediation, rid=rid, worker=worker, build=build, ts=ts)
    return sign("sitting", body, signer)


def check_sitting(untrusted: str, devices: Iterable[str], request: Signed[Request]) -> Signed[Sitting]:
    """The worker of this request, named by one of these devices (certified ones, and a custodian's)."""
    sitting = check("sitting", untrusted, devices, Sitting)
    if sitting.body.mediation != request.body.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if sitting.body.rid != request.hash:
        raise ObjectRefused(Reason.REQUEST)
    return sitting


def seal_sitting_share(worker_kem: str, rid: str, item: str, sid: str, seat: str, share: bytes) -> str:
    """A share for the worker."""
    return seal_box(worker_kem, info("sitting", rid, item, sid, seat), share)


def open_sitting_share(opener: Opener, rid: str, item: Signed[Item], sid: str, seat: str, box: str) -> bytes:
    """A share, in the worker; refused unless it is the one that the item promised."""
    share = open_box(opener, info("sitting", rid, header_of(item).item, sid, seat), box)
    check_share(wrap_of(item, sid), seat, share)
    return share


def seal_to_reviewer(kem: str, label: str, rid: str, seat: str, content: bytes) -> str:
    """Between worker and reviewer, in either direction: `label` is `people`, `findings`, `decisions`, `draft`, `stopped`, `look` or `page`."""
    return seal_box(kem, info(label, rid, seat), content, SITTING_STEP)


def open_from_worker(opener: Opener, label: str, rid: str, seat: str, box: str) -> bytes:
    """The other end of `seal_to_reviewer`, in either direction."""
    return open_box(opener, info(label, rid, seat), box, SITTING_STEP)


# --- the draft -----------------------------------------------------------------------------------------------------


def check_draft(untrusted: str, sitting: Signed[Sitting], request: Signed[Request]) -> Signed[Item]:
    """The draft by the worker that the sitting names, sealed for the request's set and no other."""
    item = check_form(untrusted, sitting.body.worker.sig)
    header = header_of(item)
    if header.mediation != request.body.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if header.kind != "draft":
        raise ObjectRefused(Reason.KIND)
    if sitting.body.rid != request.hash:
        raise ObjectRefused(Reason.REQUEST)
    if [wrap.sid for wrap in item.body.wraps] != [request.body.sid]:
        raise ObjectRefused(Reason.ACCESS)
    return item


def make_verdict(signer: Signer, request: Signed[Request], draft: str, verified: bool, ts: int) -> Signed[Verdict]:
    """State it (worker)."""
    body = request.body
    verdict = Verdict(
        suite=SUITE,
        mediation=body.mediation,
        rid=request.hash,
        draft=draft,
        recipient=body.recipient,
        profile=body.profile,
        verified=verified,
        ts=ts,
    )
    return sign("verdict", verdict, signer)


def check_verdict(untrusted: str, sitting: Signed[Sitting], request: Signed[Request], draft: str) -> Signed[Verdict]:
    """The worker's word on this very draft, for the recipient and profile of the request."""
    verdict = check("verdict", untrusted, sitting.body.worker.sig, Verdict)
    body, asked = verdict.body, request.body
    if body.mediation != asked.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.rid != request.hash or sitting.body.rid != request.hash:
        raise ObjectRefused(Reason.REQUEST)
    if (body.draft, body.recipient, body.profile) != (draft, asked.recipient, asked.profile):
        raise ObjectRefused(Reason.COMMITMENT)
    return verdict


def seal_preview(kem: str, rid: str, seat: str, identity: str, salt: bytes) -> str:
    """For one holder's paper key: what opens the draft's age file."""
    plain = msgspec.json.encode(Preview(identity=identity, salt=b64u(salt)))
    return seal_box(kem, info("preview", rid, seat), plain, PREVIEW_STEP)


def open_preview(opener: Opener, rid: str, seat: str, box: str) -> tuple[str, bytes]:
    """(identity, salt) for `items.open_file`, which checks that the draft is the one committed to."""
    preview = decode_json(open_box(opener, info("preview", rid, seat), box, PREVIEW_STEP), Preview)
    return preview.identity, unb64u(preview.salt, 16)
