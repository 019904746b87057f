"""The Python half of the vectors."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import client.protocol
from client.bundle import package
from client.bundle.verify import verify_package
from client.keys import (
    access,
    agreement,
    cards,
    chat,
    disclosure,
    entry,
    envelope,
    grants,
    hold,
    holdings,
    items,
    knock,
    link,
    log,
    membership,
    notes,
    releases,
    roots,
    vault,
)
from client.keys.derive import hkdf, open_aes, seal_aes
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, info, pad, sha256, unb64u, unpad
from client.keys.hpke_box import open_box
from client.keys.refusals import ObjectRefused
from client.keys.words import from_words, to_words
from client.protocol.make_vectors.cast import Cast
from client.protocol.make_vectors.tables import tables
from client.protocol.make_vectors.values import values

VECTORS = Path(client.protocol.__file__).parent / "vectors"


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


KEYS, TABLES, BOXES = load("keys.json"), load("tables.json"), load("boxes.json")


def test_the_vectors_are_what_the_generator_makes() -> None:
    cast = Cast()
    assert json.loads(json.dumps(values(cast))) == KEYS
    assert json.loads(json.dumps(tables(cast))) == TABLES


def test_values() -> None:
    for row in KEYS["info"]:
        assert info(row["label"], *row["ids"]).decode() == row["text"]
    for row in KEYS["pad"]:
        assert b64u(pad(unb64u(row["content"]), row["step"])) == row["padded"]
        assert unpad(unb64u(row["padded"]), row["step"]) == unb64u(row["content"])
    assert b64u(hkdf(b"secret", info("x"), b"salt", 42)) == KEYS["hkdf"]
    row = KEYS["words"]
    assert to_words(unb64u(row["bytes"])) == row["words"]
    assert from_words(" ".join(row["words"]), 32) == unb64u(row["bytes"])


def devices() -> dict[str, Any]:
    return roots.check_devices([TABLES["devcert"]], TABLES["fingerprint"], 1, TABLES["now"])


def charter() -> Any:
    return membership.check_charter(TABLES["charter"], devices(), TABLES["mediation"])


def verdict(check: Any, *arguments: Any) -> str:
    try:
        check(*arguments)
    except ObjectRefused as refused:
        return refused.reason.value
    except link.LinkRefused as refused:
        return refused.fault.value
    return "ok"


@pytest.mark.parametrize("row", KEYS["links"], ids=lambda row: row["result"])
def test_links(row: dict[str, str]) -> None:
    assert verdict(link.parse_link, row["text"]) == row["result"]


@pytest.mark.parametrize("row", TABLES["devcerts"], ids=lambda row: row["name"])
def test_certificates(row: dict[str, Any]) -> None:
    assert (
        verdict(roots.check_devcert, row["untrusted"], row["fingerprint"], row["minrev"], row["now"]) == row["result"]
    )


@pytest.mark.parametrize("row", TABLES["pages"], ids=lambda row: row["name"])
def test_pages(row: dict[str, Any]) -> None:
    args = (row["untrusted"], TABLES["mediation"], BOXES["seats"]["ann"], row["dev"], row["nonce"])
    assert verdict(roots.check_page, *args) == row["result"]


@pytest.mark.parametrize("row", TABLES["holders"], ids=lambda row: row["name"])
def test_holders(row: dict[str, Any]) -> None:
    args = (row["untrusted"], TABLES["mediation"], BOXES["seats"]["ann"], BOXES["devs"]["ann"])
    assert verdict(hold.check_holder, *args) == row["result"]


@pytest.mark.parametrize("row", TABLES["charters"], ids=lambda row: row["name"])
def test_charters(row: dict[str, Any]) -> None:
    held = membership.check_charter(row["held"], devices(), TABLES["mediation"]) if row["held"] else None
    assert verdict(membership.check_charter, row["untrusted"], devices(), TABLES["mediation"], held) == row["result"]


@pytest.mark.parametrize("row", TABLES["sheets"], ids=lambda row: row["name"])
def test_sheets(row: dict[str, Any]) -> None:
    held = membership.check_sheet(row["held"], charter(), devices()) if row["held"] else None
    own = membership.Own(**row["own"]) if row["own"] else None
    args = (row["untrusted"], charter(), devices(), held, own, row["continuous"])
    assert verdict(membership.check_sheet, *args) == row["result"]


@pytest.mark.parametrize("row", TABLES["entries"]["rows"], ids=lambda row: row["name"])
def test_entries(row: dict[str, Any]) -> None:
    held, new = (membership.check_sheet(row[one], charter(), devices()) for one in ("held", "next"))
    proofs = [entry.Proof(**one) for one in row["proofs"]]
    assert verdict(entry.check_entry, new, held, devices(), proofs, lambda _: row["counted"]) == row["result"]


@pytest.mark.parametrize("row", TABLES["passing"]["rows"], ids=lambda row: row["name"])
def test_passing_on(row: dict[str, Any]) -> None:
    into = membership.check_sheet(row["sheet"], charter(), devices())
    passed = chat.PassedBody(**row["passed"])
    held = None
    if row["held"]:
        dev = row["passed"]["dev"]
        said = chat.check_chat(row["passed"]["chat"], TABLES["mediation"], dev)
        held = releases.check_release(row["held"], TABLES["mediation"], row["passed"]["seat"], dev, said)
    assert verdict(releases.check_passed, passed, charter().body, into.body, held) == row["result"]


def test_a_holding_is_the_same_bytes() -> None:
    row = TABLES["passing"]["holding"]
    key = grants.RoomKey(mediation=TABLES["mediation"], room=row["room"], epoch=row["epoch"], key=unb64u(row["key"]))
    signer = SoftSigner(unb64u(row["seed"]))
    holding = holdings.Holding(
        suite="s1",
        mediation=key.mediation,
        **{k: row[k] for k in ("room", "sheet", "epoch", "seat", "ledger", "n", "ts")},
    )
    assert holdings.seal_holding(signer, key, holding, lambda n: unb64u(row["iv"])[:n]) == row["box"]
    assert verdict(holdings.open_holding, key, row["seat"], signer.public, 6, row["box"]) == "ok"
    assert verdict(holdings.open_holding, key, row["seat"], signer.public, 7, row["box"]) == "epoch"


@pytest.mark.parametrize("row", TABLES["grants"]["rows"], ids=lambda row: row["name"])
def test_grants(row: dict[str, Any]) -> None:
    sheet = membership.check_sheet(TABLES["grants"]["sheet"], charter(), devices())
    assert verdict(grants.check_grant, row["untrusted"], sheet, row["present"], row["seen"]) == row["result"]


@pytest.mark.parametrize("row", TABLES["objects"]["rows"], ids=lambda row: row["name"])
def test_objects(row: dict[str, Any]) -> None:
    held = TABLES["objects"]
    args = (row["untrusted"], held["mediation"], held["ref"], held["digest"], held["key"])
    assert verdict(hold.check_keep, *args) == row["result"]


def test_access_sets() -> None:
    for row in KEYS["access"]:
        body = msgspec.convert(row["charter"], membership.Charter)
        found = access.access_sets(body, row["makers"], row.get("settlement", False))
        assert {sid: list(holders) for sid, holders in found.items()} == row["sets"]


def test_log() -> None:
    held = KEYS["log"]
    for index, (proof, event) in enumerate(zip(held["proofs"], held["events"], strict=True)):
        found = log.check_proof(proof, event["event"].encode(), held["mediation"], held["key"])
        assert found.index == index
        assert verdict(log.check_proof, proof, b"another", held["mediation"], held["key"]) == "log"
        who = held["cosigner"]
        assert log.cosigned_at(found.checkpoint, who["name"], who["key"]) == who["ts"]
    trees = [unb64u(root) for root in held["roots"]]
    for size, path in enumerate(held["consistency"]):
        steps = [unb64u(step) for step in path]
        assert log.consistent(size, 11, trees[size], trees[11], steps)
        if 0 < size < 11:
            assert not log.consistent(size, 11, trees[size - 1], trees[11], steps)


def check_boxes(sealed: dict[str, Any]) -> None:
    """Open everything; used for what Python sealed and for what the browser sealed."""
    held = BOXES
    seats, devs = held["seats"], held["devs"]
    certified = roots.check_devices([held["devcert"]], held["fingerprint"], 1, held["now"])
    accepted = membership.check_charter(held["charter"], certified, held["mediation"])
    page = {who: SoftOpener(unb64u(secret)) for who, secret in held["page_secrets"].items()}
    paper = {
        who: hold.hold_keys(unb64u(seed), held["mediation"], seats[who]) for who, seed in held["hold_seeds"].items()
    }
    gate = SoftOpener(unb64u(held["gate"]))

    row = sealed["box"]
    assert open_box(gate, info(*row["info"]), row["sealed"], row["step"]) == unb64u(row["plain"])
    assert verdict(open_box, gate, info("y"), row["sealed"], row["step"]) == "sealed"

    row = sealed["envelope"]
    opened = envelope.open_envelope(unb64u(row["key"]), held["mediation"], seats["ann"], certified, row["sealed"])
    assert json.loads(msgspec.json.encode(opened.body)) == row["body"]

    row = sealed["knock"]
    certificate = next(iter(certified.values()))
    heard = knock.open_knock(
        SoftOpener(unb64u(held["desk"])),
        certificate.hash,
        held["mediation"],
        seats["ann"],
        unb64u(row["join"]),
        row["box"],
    )
    assert heard.page.compact == row["page"]
    assert heard.agreement is not None
    assert heard.agreement.compact == row["agreement"]
    assert (list(heard.names), heard.words) == (row["names"], row["words"])
    wrong = (SoftOpener(unb64u(held["desk"])), certificate.hash, held["mediation"], seats["ann"], bytes(32), row["box"])
    assert verdict(knock.open_knock, *wrong) == "signature"
    assert agreement.check_agreement(row["agreement"], held["mediation"], seats["ann"], devs["ann"]).body.names

    row = sealed["cards"]
    (card,) = cards.open_cards(page["ann"], held["mediation"], seats["ann"], row["box"])
    assert card == row["card"]
    assert membership.check_card(card, certified, held["mediation"]).body.names == ("Ann É",)

    row = sealed["grant"]
    sheet = membership.check_sheet(row["sheet"], accepted, certified)
    grant = grants.check_grant(row["grant"], sheet, row["present"], 0)
    for who in ("mia", "ann", "ben"):
        key = grants.open_grant(grant, seats[who], page[who])
        assert (b64u(key.key), grants.room_code(key)) == (row["key"], row["code"])
    assert verdict(grants.open_grant, grant, seats["ivo"], page["ivo"]) == "ghost"

    row = sealed["note"]
    note = notes.open_note(page["mia"], held["mediation"], seats["ann"], seats["mia"], devs["ann"], row["box"])
    assert json.loads(msgspec.json.encode(note.body)) == row["body"]
    assert (
        verdict(notes.open_note, page["mia"], held["mediation"], seats["ben"], seats["mia"], devs["ben"], row["box"])
        == "sealed"
    )

    row = sealed["vault"]
    for identity in (row["device"], vault.kit_identity(unb64u(row["kit"]))):
        assert vault.open_vault(row["sealed"], identity) == row["document"]
    assert verdict(vault.open_vault, row["sealed"], vault.new_identity()) == "sealed"

    row = sealed["record"]
    item = items.check_item(row["item"], accepted, devs["ann"])
    header, sid, file = items.header_of(item), row["sid"], unb64u(row["file"])
    request = disclosure.check_request(row["request"], held["mediation"], certified, {header.item: item})
    sitting = disclosure.check_sitting(row["sitting"], certified, request)
    draft = disclosure.check_draft(row["draft"], sitting, request)
    export, worker = SoftOpener(unb64u(row["export"])), SoftOpener(unb64u(row["worker"]))
    draft_id, content = items.header_of(draft).item, unb64u(row["draft_content"])
    shares, released = {}, {}
    for who in row["people"]:
        seat, keys = seats[who], paper[who]
        private = disclosure.open_private(keys.kem, request, seat, row["privates"][who])
        assert json.loads(msgspec.json.encode(private)) == row["private"]
        yes = disclosure.check_consent(row["unlock"][who], request, seat, keys.sig.public)
        share = disclosure.open_release(export, request, item, seat, yes.body.shares[0].box)
        boxed = disclosure.seal_sitting_share(worker.public, request.hash, header.item, sid, seat, share)
        shares[seat] = disclosure.open_sitting_share(worker, request.hash, item, sid, seat, boxed)
        preview = disclosure.open_preview(keys.kem, request.hash, seat, row["previews"][who])
        assert items.open_file(draft, unb64u(row["draft_file"]), *preview) == content
        named = (draft_id, b64u(sha256(content)))
        yes = disclosure.check_consent(row["release"][who], request, seat, keys.sig.public, named)
        assert (
            verdict(disclosure.check_consent, row["release"][who], request, seat, keys.sig.public, (draft_id, sid))
            == "commitment"
        )
        assert verdict(disclosure.check_consent, row["unlock"][who], request, seats["ivo"], keys.sig.public) == "seat"
        released[seat] = disclosure.open_release(export, request, draft, seat, yes.body.shares[0].box)
    assert verdict(items.open_item, item, sid, shares, file) == "share"
    shares[access.GATE] = items.open_share(gate, item, sid, access.GATE)
    chatted, document = items.unpack_content(items.open_item(item, sid, shares, file), header)
    assert (chatted, document) == (row["chat"], b"")
    released[access.GATE] = disclosure.open_release(export, request, draft, access.GATE, row["gate_release"])
    assert items.open_item(draft, sid, released, unb64u(row["draft_file"])) == content


def test_boxes_open_again() -> None:
    check_boxes(BOXES)


def test_what_python_seals_opens_in_python() -> None:
    from client.protocol.make_vectors.boxes import boxes

    check_boxes(json.loads(json.dumps(boxes(Cast()))))


def test_packages_are_the_same_bytes() -> None:
    row = BOXES["package"]
    parts = package.parts_of(**{**row["found"], "content": unb64u(row["found"]["content"])})
    assert b64u(package.build_package(SoftSigner(unb64u(row["seed"])), parts)) == row["zip"]
    assert verify_package(unb64u(row["zip"]), BOXES["fingerprint"]).established


def test_chat_is_the_same_bytes() -> None:
    row, room = KEYS["chat"], KEYS["room"]
    key = grants.RoomKey(mediation=room["mediation"], room=room["room"], epoch=room["epoch"], key=unb64u(room["key"]))
    iv = unb64u(row["iv"])
    body = chat.TextBody(text=row["body"]["text"])
    signer = SoftSigner(unb64u(row["seed"]))
    box, said = chat.seal_chat(signer, key, row["seat"], row["message"], row["kind"], body, row["ts"], lambda n: iv[:n])
    assert (box, said.compact, said.hash) == (row["box"], row["compact"], row["hash"])
    assert chat.open_chat(key, row["seat"], signer.public, row["message"], box).hash == said.hash
    row = KEYS["aes"]
    key32 = sha256(b"incamera vector aes")
    assert seal_aes(key32, b"hello", info("a"), lambda n: unb64u(row["iv"])) == row["sealed"]
    assert open_aes(key32, row["sealed"], info("a")) == b"hello"
