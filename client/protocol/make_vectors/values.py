"""Values that both twins compute: encodings, derivations, words, links, deterministic seals, the log."""

from typing import Any

from client.keys import (
    access,
    chat,
    grants,
    hold,
    link,
    log,
    roots,
    vault,
)
from client.keys.derive import hkdf, seal_aes
from client.keys.encoding import b64u, info, pad
from client.keys.words import to_words
from client.protocol.make_vectors.cast import NOW, ORIGIN, Cast, fixed, name_id, plain


def values(cast: Cast) -> dict[str, Any]:
    """Encodings, derivations, words, links, deterministic seals."""
    held = link.Link(
        mediation=cast.mediation,
        seat=cast.seat["ann"],
        fingerprint=roots.fingerprint(cast.root.public),
        secret=fixed("link secret"),
        minrev=2,
    )
    keys = link.link_keys(held)
    text = link.make_link(ORIGIN, held)
    room_key = grants.RoomKey(mediation=cast.mediation, room=cast.room, epoch=7, key=fixed("room key"))
    iv = fixed("iv", 12)
    said_box, said = chat.seal_chat(
        cast.dev["ann"],
        room_key,
        cast.seat["ann"],
        name_id("message"),
        "text",
        chat.TextBody(text='Grüße "\\ / \u2028 \u0001 😀'),
        NOW,
        lambda length: iv[:length],
    )
    kit, seed = fixed("kit", 20), fixed("ann hold")
    return {
        "info": [
            {"label": "kit", "ids": [], "text": info("kit").decode()},
            {"label": 'a"b', "ids": ["x", 7], "text": info('a"b', "x", 7).decode()},
        ],
        "pad": [
            {"content": b64u(c), "step": s, "padded": b64u(pad(c, s))}
            for c, s in ((b"", 8), (b"hello", 8), (b"1234", 8))
        ],
        "hkdf": b64u(hkdf(b"secret", info("x"), b"salt", 42)),
        "aes": {"iv": b64u(iv), "sealed": seal_aes(fixed("aes"), b"hello", info("a"), lambda n: iv[:n])},
        "words": {"bytes": b64u(seed), "words": to_words(seed)},
        "kit": {"kit": b64u(kit), "words": vault.kit_words(kit), "identity": vault.kit_identity(kit)},
        "age": {"secret": b64u(fixed("age")), "identity": vault.age_identity(fixed("age"))}
        | {"public": cast.gate.public, "recipient": vault.age_recipient(cast.gate.public)},
        "hold": {
            "seed": b64u(seed),
            "words": hold.seed_words(seed),
            "qr": hold.seed_qr(seed),
            "mediation": cast.mediation,
            "seat": cast.seat["ann"],
            "kem": cast.hold["ann"].kem.public,
            "sig": cast.hold["ann"].sig.public,
        },
        "link": {
            "origin": ORIGIN,
            "text": text,
            "mediation": held.mediation,
            "seat": held.seat,
            "fingerprint": held.fingerprint,
            "secret": b64u(held.secret),
            "minrev": held.minrev,
            "access": keys.access_text,
            "access_hash": keys.access_hash,
            "envelope": b64u(keys.envelope),
            "join": b64u(keys.join),
        },
        "links": _links(text),
        "room": {
            "mediation": cast.mediation,
            "room": cast.room,
            "epoch": 7,
            "key": b64u(room_key.key),
            "code": grants.room_code(room_key),
            "dev": cast.dev["ann"].public,
            "page": cast.page["ann"].public,
            "frame": b64u(grants.frame_key(room_key, cast.dev["ann"].public, cast.page["ann"].public)),
            "chat": b64u(chat.chat_key(room_key, cast.seat["ann"], cast.dev["ann"].public)),
        },
        "chat": {
            "seed": b64u(fixed("ann dev")),
            "seat": cast.seat["ann"],
            "iv": b64u(iv),
            "message": name_id("message"),
            "kind": "text",
            "body": plain(chat.body_of(said.body)),
            "ts": NOW,
            "compact": said.compact,
            "hash": said.hash,
            "box": said_box,
        },
        "access": _access(cast),
        "log": _log(cast),
    }


def _links(text: str) -> list[dict[str, str]]:
    fragment = text.partition("#")[2]
    wrong_end = text[:-1] + ("A" if text[-1] != "A" else "B")
    cases = {
        text: "ok",
        f"  {text}\n": "ok",
        f"{text}.": "ok",
        fragment: "ok",
        f"{ORIGIN}/j": "empty",
        f"{ORIGIN}/j#": "empty",
        "": "empty",
        text[:-1]: "cut",
        text[:100]: "cut",
        f"{ORIGIN}/j#1": "cut",
        text.replace("#1.", "#2.", 1): "version",
        wrong_end: "mistyped",
        text.replace(".2.", ".3.", 1): "mistyped",
        text + ".more": "mistyped",
        text.replace("#1.", "#x.", 1): "mistyped",
        text.replace("#1.", "#1.é", 1): "mistyped",
        text + "A" * 2000: "mistyped",
    }
    return [{"text": case, "result": result} for case, result in cases.items()]


def _access(cast: Cast) -> list[dict[str, Any]]:
    found = []
    for consent in ("never", "own", "always"):
        for makers in (["ann"], ["lea"], ["mia"], ["ivo", "ben"]):
            charter = cast.charter_body(nonparty_consent=consent)
            seats = [cast.seat[who] for who in makers]
            found.append(
                {"charter": plain(charter), "makers": seats, "sets": plain(access.access_sets(charter, seats))}
            )
    found.append({"charter": plain(cast.charter_body(grounds=())), "makers": [cast.seat["ann"]], "sets": {}})
    body = cast.with_custodian()
    for who, settlement in (("ann", False), ("ann", True), ("mia", False)):
        sets = access.access_sets(body, [cast.seat[who]], settlement)
        found.append(
            {"charter": plain(body), "makers": [cast.seat[who]], "settlement": settlement, "sets": plain(sets)}
        )
    return found


def _log(cast: Cast) -> dict[str, Any]:
    events = [{"salt": b64u(fixed(f"salt {n}", 16)), "event": f'{{"n":{n}}}'} for n in range(11)]
    leaves = [log.leaf_hash(fixed(f"salt {n}", 16), events[n]["event"].encode()) for n in range(11)]
    checkpoint = log.make_checkpoint(cast.log, cast.mediation, leaves)
    signed = log.cosign(cast.dev["mia"], "mediator", checkpoint, NOW)
    return {
        "mediation": cast.mediation,
        "seed": b64u(fixed("log")),
        "key": cast.log.public,
        "cosigner": {"seed": b64u(fixed("mia dev")), "name": "mediator", "key": cast.dev["mia"].public, "ts": NOW},
        "events": events,
        "leaves": [b64u(leaf) for leaf in leaves],
        "roots": [b64u(log.tree_root(leaves[:n])) for n in range(len(leaves) + 1)],
        "checkpoint": checkpoint.note,
        "cosigned": signed.note,
        "proofs": [log.proof_text(log.make_proof(fixed(f"salt {n}", 16), n, leaves, signed)) for n in range(11)],
        "consistency": [[b64u(step) for step in log.consistency_path(n, leaves)] for n in range(len(leaves) + 1)],
    }
