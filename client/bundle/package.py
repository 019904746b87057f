"""Builds the package: the released draft, every signed object behind it, and what common tools need to check them.

Everything in a package but the signature follows from `Parts`; the verifier builds it again and compares.
"""

import base64
from collections.abc import Iterable, Mapping

import msgspec

from client.bundle.canonical_zip import sound_name, write_zip
from client.bundle.sshsig import allowed_signers, make_sshsig
from client.bundle.verify_text import VERIFY_TXT
from client.keys.devices import Signer
from client.keys.disclosure import Consent
from client.keys.encoding import b64u, compact_json, sha256, unb64u
from client.keys.hold import Holder
from client.keys.items import Item, header_bytes
from client.keys.jws import Content, object_hash, unverified
from client.keys.membership import Card
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import DevCert

# Kinds of redacted documents beside the texts; a kept thing's descriptor in the same folder ends in .jws.
DOCUMENTS = (".pdf", ".docx", ".xlsx", ".jpg", ".png", ".tiff", ".eml")
_SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: an Ed25519 public key follows


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the log with its proof; `index` is its place."""

    index: int
    event: str
    proof: str


class _DraftText(Content, frozen=True, kw_only=True):
    name: str
    text: str


class _DraftDocument(Content, frozen=True, kw_only=True):
    name: str
    data: str


class _Draft(Content, frozen=True, kw_only=True):
    files: tuple[_DraftText, ...]
    pdf: str
    report: msgspec.Raw
    documents: tuple[_DraftDocument, ...] = ()


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a package. Objects are compact strings as they were received; maps are by place or item id.

    `excerpt` are the files of the draft (`read_draft`). `certs` begins with the one of the device that
    signs the package. `sheets` tie each place to its device, `offices` the custodian's. `verdict` is the worker's word on the draft.
    `authority` is the paper that the release rests on and the agreement of the one who checked it; empty where everyone agreed.
    `custodian` is the custodian's device where that signs the package, else empty. `log_key` is the public key of the log (b64u),
    empty without a log.
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
    verdict: str = ""
    authority: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    custodian: str = ""
    log_key: str = ""
    checkpoint: str = ""
    events: tuple[Event, ...] = ()


def excerpt_name(name: str) -> bool:
    """Whether a file of this name belongs to the excerpt itself."""
    inside = name.startswith("items/") and name.endswith((".txt", *DOCUMENTS))
    return inside or name in {"excerpt.pdf", "report.json"}


def draft_content(files: Mapping[str, bytes]) -> bytes:
    """What a draft item holds and what every holder agrees to, from its files: `excerpt.pdf`, `items/NAME`, `report.json`.

    Texts (`.txt`) and documents come in the order of their names, which begin with a number. `report.json` is compact JSON.
    """
    if not all(map(excerpt_name, files)):
        raise ValueError("a draft holds excerpt.pdf, items/NAME and report.json")
    inside = sorted(name for name in files if name.startswith("items/"))
    texts = [{"name": n.removeprefix("items/"), "text": files[n].decode()} for n in inside if n.endswith(".txt")]
    documents = [{"name": n.removeprefix("items/"), "data": b64u(files[n])} for n in inside if not n.endswith(".txt")]
    pdf = b64u(files.get("excerpt.pdf", b""))
    return b'{%s"files":%s,"pdf":"%s","report":%s}' % (
        b'"documents":%s,' % compact_json(documents) if documents else b"",
        compact_json(texts),
        pdf.encode(),
        files.get("report.json", b"null"),
    )


def read_draft(content: bytes) -> dict[str, bytes]:
    """The files of a draft; refused as malformed unless they give these very bytes again."""
    try:
        draft = msgspec.json.decode(content, type=_Draft)
        files = {f"items/{text.name}": text.text.encode() for text in draft.files}
        files |= {f"items/{document.name}": unb64u(document.data) for document in draft.documents}
        if draft.pdf:
            files["excerpt.pdf"] = unb64u(draft.pdf)
        if bytes(draft.report) != b"null":
            files["report.json"] = bytes(draft.report)
        if len(files) > 200 or not all(map(sound_name, files)) or not all(map(excerpt_name, files)):
            raise ObjectRefused(Reason.MALFORMED)
        if draft_content(files) != content:
            raise ObjectRefused(Reason.MALFORMED)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ObjectRefused(Reason.MALFORMED) from None
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
    texts |= {f"offices/{object_hash(office)}.jws": office for office in parts.offices}
    texts |= {f"authority/{name}.jws": paper for name, paper in zip(("paper", "second"), parts.authority, strict=False)}
    if parts.verdict:
        texts["verdict.jws"] = parts.verdict
    texts |= {"allowed_signers": allowed_signers(parts.custodian or signer.dev.sig)}
    if parts.log_key:
        texts["log/checkpoint.note"] = parts.checkpoint
        texts |= {f"log/events/{event.index:06d}.json": event.event for event in parts.events}
        texts |= {f"log/{event.index:06d}.tlog-proof": event.proof for event in parts.events}
        files["keys/log.pem"] = pem(parts.log_key)
    files |= {name: text.encode() for name, text in texts.items()}
    files |= {"keys/root.pem": pem(signer.root), "keys/mediator.pem": pem(signer.dev.sig)}
    if parts.custodian:
        files["keys/custodian.pem"] = pem(parts.custodian)
    for seat, holder in parts.holders.items():
        files[f"keys/holder-{seat}.pem"] = pem(unverified("holder", holder, Holder).sig)
    return files


def sums(files: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS, as `sha256sum -c` reads it."""
    return "".join(f"{sha256(files[name]).hex()}  {name}\n" for name in sorted(files)).encode()


def parts_of(
    signer: str,
    content: bytes,
    request: str,
    private: str,
    sitting: str,
    draft: str,
    charters: Iterable[str],
    certs: Iterable[str],
    sheets: Iterable[str],
    cards: Iterable[str],
    items: Iterable[str],
    holders: Iterable[str],
    consents: Iterable[str],
    verdict: str = "",
    authority: Iterable[str] = (),
    offices: Iterable[str] = (),
    log_key: str = "",
    checkpoint: str = "",
    events: Iterable[str] = (),
    proofs: Iterable[str] = (),
) -> Parts:
    """Sort checked objects (compact strings) into their places. `signer` is the key that will sign; `content` the opened draft."""
    answers = {compact: unverified("consent", compact, Consent) for compact in consents}
    certs = tuple(certs)
    certified = {unverified("devcert", cert, DevCert).dev.sig for cert in certs}
    pairs = zip(events, proofs, strict=True)
    return Parts(
        excerpt=read_draft(content),
        request=request,
        private=private,
        charters=tuple(charters),
        certs=tuple(sorted(certs, key=lambda cert: unverified("devcert", cert, DevCert).dev.sig != signer)),
        sheets=tuple(dict.fromkeys(sheets)),
        cards={unverified("card", card, Card).seat: card for card in cards},
        holders={unverified("holder", holder, Holder).seat: holder for holder in holders},
        items={header_bytes(unverified("item", item, Item)).item: item for item in items},
        sitting=sitting,
        draft=draft,
        unlocks={answer.seat: compact for compact, answer in answers.items() if answer.decision == "unlock"},
        releases={answer.seat: compact for compact, answer in answers.items() if answer.decision == "release"},
        verdict=verdict,
        authority=tuple(authority),
        offices=tuple(dict.fromkeys(offices)),
        custodian="" if signer in certified else signer,
        log_key=log_key,
        checkpoint=checkpoint,
        events=tuple(Event(index=proof_index(proof), event=event, proof=proof) for event, proof in pairs),
    )


def proof_index(proof: str) -> int:
    """The place in the log that a proof file names."""
    line = next((line for line in proof.split("\n")[:4] if line.startswith("index ")), "index ")
    if not line[6:].isascii() or not line[6:].isdigit() or len(line) > 12:
        raise ObjectRefused(Reason.MALFORMED)
    return int(line[6:])


def build_package(signer: Signer, parts: Parts) -> bytes:
    """The package, signed by the mediator's device that `certs` begins with, or by the custodian's."""
    files = unsigned_files(parts)
    listed = sums(files)
    return write_zip(files | {"SHA256SUMS": listed, "SHA256SUMS.sig": make_sshsig(signer, listed).encode()})
