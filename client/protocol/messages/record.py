"""Commands about what is kept and how it is opened."""

from typing import Annotated

from msgspec import Meta

from client.protocol.messages.shapes import Blob64, Box, Command, Hash, Id, Jws


class HolderRegister(Command, frozen=True, kw_only=True, tag="holder.register"):
    """State the public keys of one's tested paper key."""

    holder: Jws


class ItemKeep(Command, frozen=True, kw_only=True, tag="item.keep"):
    """Keep an item of the joint room locked: descriptor, age file (an upload) and the `keep` statement of everyone present."""

    item: Jws
    blob: Id
    agreed: Annotated[tuple[Jws, ...], Meta(max_length=64)]


class DisclosureRequest(Command, frozen=True, kw_only=True, tag="disclosure.request"):
    """Ask to open kept items; `private` is the sealed recipient, purpose and profile for each holder."""

    request: Jws
    private: dict[Id, Box]


class DisclosureConsent(Command, frozen=True, kw_only=True, tag="disclosure.consent"):
    """A holder's signed answer: unlock, release, refuse or revoke."""

    consent: Jws


class SittingOpen(Command, frozen=True, kw_only=True, tag="sitting.open"):
    """Start the redaction worker for a request whose holders all unlocked: `data` = {sitting, kem, sig, build}."""

    rid: Hash


class SittingFeed(Command, frozen=True, kw_only=True, tag="sitting.feed"):
    """The signed sitting and the shares re-boxed to the worker; the gate adds its own last: `data` = {box, parts}.

    `people`, boxed to the worker: who belongs to the mediation, so that their names are found however they are written.
    """

    sitting: Jws
    shares: dict[str, Box]
    private: Box
    reviewer: Jws
    people: Blob64 | None = None


class SittingDecide(Command, frozen=True, kw_only=True, tag="sitting.decide"):
    """The reviewer's decisions, boxed to the worker: `data` = {stopped, box, parts}; the box is the draft, or what stops it."""

    decisions: Blob64


class SittingLook(Command, frozen=True, kw_only=True, tag="sitting.look"):
    """A page of a document as pictures; which one is boxed to the worker: `data` = {box, parts}."""

    page: Box


class SittingPart(Command, frozen=True, kw_only=True, tag="sitting.part"):
    """A further part of the last box that came in several (`parts` > 1): `data` = {part}."""

    number: Annotated[int, Meta(ge=1, le=500)]


class SittingProgress(Command, frozen=True, kw_only=True, tag="sitting.progress"):
    """How far the worker is with a long step: `data` = {step, done, of}, or nothing when it waits."""


class SittingFinish(Command, frozen=True, kw_only=True, tag="sitting.finish"):
    """Accept the draft as previewed: the worker seals it as an item, previews go to the holders, the worker dies."""


class DisclosureCollect(Command, frozen=True, kw_only=True, tag="disclosure.collect"):
    """Ask the gate for its share of the draft, boxed to the request key: `data` = {share, blob, proofs…} or a failure with what is missing."""

    rid: Hash
