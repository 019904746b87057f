"""Sealed things, with the keys that open them. They contain fresh randomness, so they are made once."""

import json
from typing import Any

from client.bundle import package
from client.keys import (
    access,
    agreement,
    cards,
    chat,
    disclosure,
    envelope,
    grants,
    hold,
    items,
    jws,
    knock,
    link,
    log,
    membership,
    notes,
    roots,
    vault,
)
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, hash_text, info, sha256, unb64u
from client.keys.hpke_box import seal_box
from client.keys.jws import SUITE
from client.protocol.make_vectors.cast import NOW, PEOPLE, Cast, fixed, name_id, plain


def boxes(cast: Cast) -> dict[str, Any]:
    """Everything that is sealed with fresh randomness, with the keys that open it."""
    ann, mia = cast.seat["ann"], cast.seat["mia"]
    held = link.Link(
        mediation=cast.mediation,
        seat=ann,
        fingerprint=roots.fingerprint(cast.root.public),
        secret=fixed("link secret"),
        minrev=2,
    )
    keys = link.link_keys(held)
    page = roots.make_page(
        cast.dev["ann"], cast.mediation, ann, cast.page["ann"].public, b64u(fixed("nonce")), NOW, "b-1"
    )
    signed = agreement.make_agreement(
        cast.dev["ann"],
        agreement.Agreement(
            suite=SUITE,
            mediation=cast.mediation,
            seat=ann,
            dev=cast.dev["ann"].public,
            meeting=2,
            text="ab" * 32,
            policy=hash_text("policy"),
            language="en",
            names=("Ann É", "Al"),
            alone=False,
            no_recording=True,
            ts=NOW,
        ),
    )
    asked = knock.Knock(page=page, agreement=signed, cannot_sign=False, names=("Ann É",), words="hello")
    card = membership.make_card(
        cast.dev["mia"],
        membership.Card(
            suite=SUITE,
            mediation=cast.mediation,
            seat=ann,
            names=("Ann É",),
            side=cast.side["left"],
            role="party",
            rev=1,
        ),
    )
    sheet = cast.sheet("mia", "ann", "ben")
    room_key = grants.RoomKey(mediation=cast.mediation, room=cast.room, epoch=7, key=fixed("room key"))
    here = {cast.seat[who]: cast.page[who].public for who in ("mia", "ann", "ben")}
    note = notes.Note(
        suite=SUITE,
        mediation=cast.mediation,
        sender=ann,
        to=mia,
        id=name_id("note"),
        kind="signal",
        body={"help": True, "words": ["a", "ü"], "count": 3, "nothing": None},
        ts=NOW,
    )
    words = envelope.Envelope(
        suite=SUITE,
        mediation=cast.mediation,
        seat=ann,
        rev=1,
        title="Garden wall",
        name="Ann É",
        role="party",
        side=cast.side["left"],
        mediator="Mia",
        starts=NOW,
        ends=NOW + 3600,
        zone="Europe/Vienna",
        agreement={"en": envelope.AgreementText(text="We agree.")},
        agreement_sha256={"en": sha256(b"We agree.").hex()},
        texts={"sideLabel": "Neighbours"},
        charter=cast.charter.hash,
    )
    found: dict[str, Any] = {
        "now": NOW,
        "mediation": cast.mediation,
        "fingerprint": held.fingerprint,
        "devcert": cast.devcert.compact,
        "charter": cast.charter.compact,
        "seats": cast.seat,
        "devs": {who: signer.public for who, signer in cast.dev.items()},
        "dev_seeds": {who: b64u(signer.seed) for who, signer in cast.dev.items()},
        "page_secrets": {who: b64u(opener.secret) for who, opener in cast.page.items()},
        "desk": b64u(cast.desk.secret),
        "gate": b64u(cast.gate.secret),
        "hold_seeds": {who: b64u(fixed(f"{who} hold")) for who in PEOPLE},
        "box": {
            "info": ["x", "1"],
            "step": 64,
            "plain": b64u(b"hello"),
            "sealed": seal_box(cast.gate.public, info("x", "1"), b"hello", 64),
        },
        "envelope": {
            "key": b64u(keys.envelope),
            "sealed": envelope.seal_envelope(cast.dev["mia"], keys.envelope, words),
            "body": plain(words),
        },
        "knock": {
            "join": b64u(keys.join),
            "box": knock.seal_knock(cast.devcert, keys.join, asked),
            "page": page.compact,
            "agreement": signed.compact,
            "names": ["Ann É"],
            "words": "hello",
        },
        "cards": {
            "box": cards.seal_cards(cast.page["ann"].public, cast.mediation, ann, [card.compact]),
            "card": card.compact,
        },
        "grant": {
            "sheet": sheet.compact,
            "present": here,
            "grant": grants.make_grant(cast.dev["mia"], sheet, mia, room_key, here, [card.compact]).compact,
            "key": b64u(room_key.key),
            "code": grants.room_code(room_key),
        },
        "note": {"box": notes.seal_note(cast.dev["ann"], cast.page["mia"].public, note), "body": plain(note)},
        "vault": _vault(),
        "record": record(cast),
    }
    return found | {"package": packed(cast, found["record"], card.compact)}


def _vault() -> dict[str, Any]:
    device, kit = vault.age_identity(fixed("vault device")), fixed("kit", 20)
    document = {"root": "secret", "title": "Grüße"}
    recipients = [vault.recipient_of(device), vault.recipient_of(vault.kit_identity(kit))]
    return {"sealed": vault.seal_vault(document, recipients), "device": device, "kit": b64u(kit), "document": document}


def record(cast: Cast) -> dict[str, Any]:
    """An item, its request, every holder's yes, the sitting, the draft, its release."""
    room_key = grants.RoomKey(mediation=cast.mediation, room=cast.room, epoch=7, key=fixed("room key"))
    ann = cast.seat["ann"]
    _, said = chat.seal_chat(
        cast.dev["ann"], room_key, ann, name_id("message"), "text", chat.TextBody(text="40 000 €"), NOW
    )
    sets = access.access_sets(cast.charter.body, [ann])
    ((sid, holders),) = sets.items()
    sealed = items.seal_item(
        cast.dev["ann"],
        cast.mediation,
        name_id("item"),
        cast.room,
        "chat",
        ann,
        said.hash,
        cast.charter.hash,
        cast.charter.body.policy,
        sets,
        cast.kems(),
        items.pack_content(said.compact),
        NOW,
    )
    header = items.header_of(sealed.item)
    private = disclosure.Private(
        recipient=disclosure.Recipient(name="District court", class_="court"),
        purpose="to show the offer",
        profile=disclosure.Profile(id="court", sha256=hash_text("profile")),
        language="en",
        salt=b64u(fixed("private salt")),
    )
    export, worker = SoftOpener(fixed("export")), SoftOpener(fixed("worker kem"))
    worker_sig = SoftSigner(fixed("worker sig"))
    request = disclosure.make_request(
        cast.dev["mia"],
        disclosure.Request(
            suite=SUITE,
            mediation=cast.mediation,
            request=name_id("request"),
            ground="waiver",
            sid=sid,
            items=(disclosure.RequestItem(item=header.item, ct_sha256=header.ct_sha256, pt_commit=header.pt_commit),),
            export_key=export.public,
            reviewer=cast.seat["mia"],
            where="operator",
            recipient="court",
            profile=private.profile,
            authority="",
            private=disclosure.private_hash(private),
            cooling_hours=24,
            expires=NOW + 86_400,
            ts=NOW,
        ),
    )
    sitting = disclosure.make_sitting(
        cast.dev["mia"],
        cast.mediation,
        request.hash,
        disclosure.WorkerKeys(kem=worker.public, sig=worker_sig.public),
        "b-1",
        NOW,
    )
    content = package.draft_content(
        {
            "excerpt.pdf": b"%PDF-1.7 of a vector\n",
            "items/01-message.txt": "[amount] €\n".encode(),
            "items/02-document.txt": b"",
            "report.json": b'{"removed":{"amount":1},"score":1.0}',
        }
    )
    draft = items.seal_item(
        worker_sig,
        cast.mediation,
        name_id("draft"),
        "",
        "draft",
        "",
        "",
        cast.charter.hash,
        cast.charter.body.policy,
        {sid: holders},
        cast.kems(),
        content,
        NOW,
    )
    people = [who for who in PEOPLE if cast.seat[who] in holders]
    unlock, release, previews, privates = {}, {}, {}, {}
    for who in people:
        seat, keys = cast.seat[who], cast.hold[who]
        known = {header.item: sealed.item}
        unlock[who] = disclosure.make_consent(keys.sig, keys.kem, request, seat, "unlock", known, ts=NOW).compact
        both = {name_id("draft"): draft.item}
        digest = b64u(sha256(content))
        release[who] = disclosure.make_consent(
            keys.sig, keys.kem, request, seat, "release", both, digest, True, NOW
        ).compact
        previews[who] = disclosure.seal_preview(keys.kem.public, request.hash, seat, draft.identity, draft.salt)
        privates[who] = disclosure.seal_private(keys.kem.public, cast.mediation, request.body.request, seat, private)
    return {
        "people": people,
        "sid": sid,
        "chat": said.compact,
        "item": sealed.item.compact,
        "file": b64u(sealed.file),
        "private": plain(private),
        "privates": privates,
        "request": request.compact,
        "export": b64u(export.secret),
        "unlock": unlock,
        "sitting": sitting.compact,
        "worker": b64u(worker.secret),
        "draft": draft.item.compact,
        "draft_file": b64u(draft.file),
        "draft_content": b64u(content),
        "previews": previews,
        "release": release,
        "verdict": disclosure.make_verdict(worker_sig, request, b64u(sha256(content)), True, NOW).compact,
        "gate_release": disclosure.seal_release(cast.gate, request, draft.item, access.GATE),
    }


def packed(cast: Cast, record: dict[str, Any], card: str) -> dict[str, Any]:
    """What a package is built from, and the package."""
    people = record["people"]
    found: dict[str, Any] = {
        "signer": cast.dev["mia"].public,
        "content": record["draft_content"],
        "request": record["request"],
        "private": json.dumps(record["private"], separators=(",", ":"), ensure_ascii=False),
        "sitting": record["sitting"],
        "draft": record["draft"],
        "charters": [cast.charter.compact],
        "certs": [cast.devcert.compact],
        "sheets": [cast.sheet("mia", "cora", "ann", "ben").compact, cast.sheet("mia", "ben", "cy").compact],
        "cards": [card],
        "items": [record["item"]],
        "holders": [
            hold.make_holder(cast.dev[who], cast.mediation, cast.seat[who], cast.hold[who], True, NOW).compact
            for who in people
        ],
        "verdict": record["verdict"],
        "consents": [*record["unlock"].values(), *record["release"].values()],
    }
    request = jws.object_hash(record["request"])
    events = [f'{{"type":"{kind}","rid":"{request}"}}' for kind in ("requested", "released")]
    leaves = [log.leaf_hash(fixed(f"salt {n}", 16), event.encode()) for n, event in enumerate(events)]
    checkpoint = log.make_checkpoint(cast.log, cast.mediation, leaves)
    proofs = [log.proof_text(log.make_proof(fixed(f"salt {n}", 16), n, leaves, checkpoint)) for n in (0, 1)]
    found |= {"log_key": cast.log.public, "checkpoint": checkpoint.note, "events": events, "proofs": proofs}
    parts = package.parts_of(**(found | {"content": unb64u(found["content"])}))
    return {"seed": b64u(fixed("mia dev")), "found": found, "zip": b64u(package.build_package(cast.dev["mia"], parts))}
