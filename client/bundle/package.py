"""Builds the package: the released draft, every signed object behind it, and what common tools need to check them.

Everything in a package but the signature follows from `Parts`; the verifier builds it again and compares.
"""

import base64
from collections.abc import Mapping

import msgspec

from client.bundle.canonical_zip import ZipRefused, read_zip, write_zip
from client.bundle.sshsig import allowed_signers, make_sshsig
from client.bundle.verify_text import VERIFY_TXT
from client.keys.devices import Signer
from client.keys.encoding import sha256, unb64u
from client.keys.hold import Holder
from client.keys.jws import object_hash, unverified
from client.keys.roots import DevCert

_SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: an Ed25519 public key follows


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the log with its proof; `index` is its place."""

    index: int
    event: str
    proof: str


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a package. Objects are compact strings as they were received; maps are by place or item id.

    `excerpt` are the files of the draft by name: `excerpt.pdf`, `items/ITEM.txt`. `certs` begins with the one of the device that
    signs the package. `sheets` tie each place to its device. `log_key` is the public key of the log (b64u), empty without a log.
    """

    excerpt: dict[str, bytes]
    request: str
    private: str
    charters: tuple[str, ...]
    certs: tuple[str, ...]
    sheets: tuple[str, ...]
    cards: dict[str, str]
    holders: dict[str, str]
    items: dict[str, str]
    sitting: str
    draft: str
    unlocks: dict[str, str]
    releases: dict[str, str]
    log_key: str = ""
    checkpoint: str = ""
    events: tuple[Event, ...] = ()


def draft_content(files: Mapping[str, bytes]) -> bytes:
    """What a draft item holds, and what every holder agrees to: the canonical archive of `excerpt.pdf` and `items/*.txt`."""
    if not all(name == "excerpt.pdf" or (name.startswith("items/") and name.endswith(".txt")) for name in files):
        raise ValueError("a draft holds excerpt.pdf and items/*.txt")
    return write_zip(files)


def read_draft(content: bytes) -> dict[str, bytes]:
    """The files of a draft; ZipRefused if it is not the canonical archive of such files."""
    files = read_zip(content)
    for name in files:
        if name != "excerpt.pdf" and not (name.startswith("items/") and name.endswith(".txt")):
            raise ZipRefused(name, "its name")
    return files


def pem(key: str) -> bytes:
    """A public key as OpenSSL reads it."""
    body = base64.b64encode(_SPKI + unb64u(key, 32)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode()


def unsigned_files(parts: Parts) -> dict[str, bytes]:
    """Every file of the package except the list of hashes and its signature."""
    signer = unverified("devcert", parts.certs[0], DevCert)
    files = dict(parts.excerpt)
    texts = {"request.jws": parts.request, "private.json": parts.private, "sitting.jws": parts.sitting}
    texts |= {"draft.jws": parts.draft, "charter.jws": parts.charters[0], "VERIFY.txt": VERIFY_TXT}
    texts |= {f"charters/{object_hash(charter)}.jws": charter for charter in parts.charters[1:]}
    texts |= {f"certs/{object_hash(cert)}.jws": cert for cert in parts.certs}
    texts |= {f"sheets/{object_hash(sheet)}.jws": sheet for sheet in parts.sheets}
    texts |= {f"cards/{seat}.jws": card for seat, card in parts.cards.items()}
    texts |= {f"holders/{seat}.jws": holder for seat, holder in parts.holders.items()}
    texts |= {f"items/{item}.jws": descriptor for item, descriptor in parts.items.items()}
    texts |= {f"consents/unlock-{seat}.jws": consent for seat, consent in parts.unlocks.items()}
    texts |= {f"consents/release-{seat}.jws": consent for seat, consent in parts.releases.items()}
    texts |= {"allowed_signers": allowed_signers(signer.dev.sig)}
    if parts.log_key:
        texts["log/checkpoint.note"] = parts.checkpoint
        texts |= {f"log/events/{event.index:06d}.json": event.event for event in parts.events}
        texts |= {f"log/{event.index:06d}.tlog-proof": event.proof for event in parts.events}
        files["keys/log.pem"] = pem(parts.log_key)
    files |= {name: text.encode() for name, text in texts.items()}
    files |= {"keys/root.pem": pem(signer.root), "keys/mediator.pem": pem(signer.dev.sig)}
    for seat, holder in parts.holders.items():
        files[f"keys/holder-{seat}.pem"] = pem(unverified("holder", holder, Holder).sig)
    return files


def sums(files: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS, as `sha256sum -c` reads it."""
    return "".join(f"{sha256(files[name]).hex()}  {name}\n" for name in sorted(files)).encode()


def build_package(signer: Signer, parts: Parts) -> bytes:
    """The package, signed by the mediator's device that `certs` begins with."""
    files = unsigned_files(parts)
    listed = sums(files)
    return write_zip(files | {"SHA256SUMS": listed, "SHA256SUMS.sig": make_sshsig(signer, listed).encode()})
