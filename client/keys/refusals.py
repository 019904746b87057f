"""Why an object was refused: one word per reason, the same in both twins. Never carries content."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable words; the page's catalogue has the sentence for people."""

    MALFORMED = "malformed"  # not the format, unknown fields, another suite
    SIGNATURE = "signature"  # signed by nobody whom we may believe
    SEALED = "sealed"  # does not open with our key under this label
    ROOT = "root"  # the certificate is not by the root that the link names
    EXPIRED = "expired"
    EARLY = "early"  # not valid yet
    REVISION = "revision"  # not newer than what is held
    MEDIATION = "mediation"  # made for another mediation
    ROOM = "room"
    SEAT = "seat"
    DEVICE = "device"  # another device than the one that is known
    CHARTER = "charter"  # another charter than the one held, or against it
    CHAIN = "chain"  # does not follow the object held
    OPPOSING = "opposing"  # opposing sides together without a mediator
    NO_CONTACT = "no-contact"
    COUNSEL = "counsel"  # a mediator in a lawyers' room
    RELEASE = "release"  # told to somebody whom the one who said it did not name
    KEEPER = "keeper"
    GHOST = "ghost"  # a key for somebody who is not known to be here, or none for somebody who is
    ENTRY = "entry"  # somebody comes in without an answered knock or a countdown
    EPOCH = "epoch"  # not newer than an epoch seen
    KIND = "kind"
    ACCESS = "access"  # opens for other people than the charter says
    SHARE = "share"  # a share is missing or is not the one promised
    COMMITMENT = "commitment"  # the key or the text is not the one promised
    CIPHERTEXT = "ciphertext"  # the file is not the one described
    REQUEST = "request"  # made for another request
    LOG = "log"  # not in the log, or the log was rewritten


class ObjectRefused(Exception):
    """The object was understood and is not believed. Drop it and show that it was dropped."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
