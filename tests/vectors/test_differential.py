"""The twins give the same verdict on the same hostile input: thousands of damaged objects, half of them rightly signed.

A difference between two readers is what an attacker looks for, so the verdicts are compared word by word.
"""

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from client.keys import agreement, chat, disclosure, hold, items, link, log, membership, notes, roots, words
from client.keys.devices import SoftSigner
from client.keys.encoding import b64u, unb64u
from client.keys.jws import SUITE, decode_json
from client.keys.refusals import ObjectRefused
from tests.vectors.test_python import BOXES, KEYS, TABLES

pytestmark = pytest.mark.browser
SEAT, MEDIATION, NOW = BOXES["seats"]["ann"], BOXES["mediation"], BOXES["now"]
SIGNER = SoftSigner(unb64u(BOXES["dev_seeds"]["ann"]))
MIA = SoftSigner(unb64u(BOXES["dev_seeds"]["mia"]))
DEVICES = roots.check_devices([BOXES["devcert"]], BOXES["fingerprint"], 1, NOW)
CHARTER = membership.check_charter(BOXES["charter"], DEVICES, MEDIATION)
SHEET = membership.check_sheet(BOXES["grant"]["sheet"], CHARTER, DEVICES)

# kind -> (a good payload, who signs, the Python check). The browser has the same checks below.
NOTE = msgspec.json.decode(msgspec.json.encode(BOXES["note"]["body"]))
SIGNED: dict[str, tuple[dict[str, Any], SoftSigner, Callable[[str], object]]] = {
    "keep": (
        {"suite": SUITE, "mediation": MEDIATION, "ref": SEAT, "digest": CHARTER.hash, "decision": "yes", "ts": NOW},
        SIGNER,
        lambda t: hold.check_keep(t, MEDIATION, SEAT, CHARTER.hash, SIGNER.public),
    ),
    "chat": (
        {
            "suite": SUITE, "mediation": MEDIATION, "room": SEAT, "epoch": 7, "id": SEAT, "kind": "text",
            "body": {"text": "Grüße \"\\ \u2028 \t 😀"}, "ts": NOW,
        },
        SIGNER,
        lambda t: chat.check_chat(t, MEDIATION, SIGNER.public),
    ),
    "agreement": (
        msgspec.json.decode(unb64u(BOXES["knock"]["agreement"].split(".")[1])),
        SIGNER,
        lambda t: agreement.check_agreement(t, MEDIATION, SEAT, SIGNER.public),
    ),
    "sheet": (
        msgspec.json.decode(unb64u(BOXES["grant"]["sheet"].split(".")[1])),
        MIA,
        lambda t: membership.check_sheet(t, CHARTER, DEVICES),
    ),
    "charter": (
        msgspec.json.decode(unb64u(BOXES["charter"].split(".")[1])),
        MIA,
        lambda t: membership.check_charter(t, DEVICES, MEDIATION),
    ),
    "card": (
        msgspec.json.decode(unb64u(BOXES["cards"]["card"].split(".")[1])),
        MIA,
        lambda t: membership.check_card(t, DEVICES, MEDIATION),
    ),
    "item": (
        msgspec.json.decode(unb64u(BOXES["record"]["item"].split(".")[1])),
        SIGNER,
        lambda t: items.check_item(t, CHARTER, SIGNER.public),
    ),
}  # fmt: skip

# Read straight from bytes, as out of a box.
PLAIN: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "private": (
        disclosure.private_text(msgspec.convert(BOXES["record"]["private"], disclosure.Private)).encode(),
        lambda b: decode_json(b, disclosure.Private),
    ),
    "note": (msgspec.json.encode(NOTE), lambda b: decode_json(b, notes.Note)),
}
TEXTS: dict[str, tuple[str, Callable[[str], object]]] = {
    "link": (KEYS["link"]["text"], link.parse_link),
    "seed": (" ".join(KEYS["hold"]["words"]), hold.parse_seed),
    "proof": (
        KEYS["log"]["proofs"][4],
        lambda t: log.check_proof(t, KEYS["log"]["events"][4]["event"].encode(), MEDIATION, KEYS["log"]["key"]),
    ),
    "raw": (TABLES["objects"]["rows"][0]["untrusted"], SIGNED["keep"][2]),
}
SPLINTERS = [
    '"', "\\", "\\u0041", "\\ud800", "\\n", "\n", " ", ",", ":", "{", "}", "[", "]", "null", "true", "1", "-", "-0", "1e3", ".0",
    "9007199254740993", "é", "\u2028", "\u0000", "😀", "A", "=", "__proto__", "constructor", "toString", '"ts":1', '"suite":"s1",', "\ufeff", "0", ".",
]  # fmt: skip


def damage(text: str, dice: random.Random) -> str:
    """One to three small damages, as a person with an editor and bad intentions makes them."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        at = dice.randrange(len(text) + 1)
        match dice.randrange(5):
            case 0:
                text = text[:at] + text[at + dice.choice((1, 1, 2, 8)) :]
            case 1:
                text = text[:at] + dice.choice(SPLINTERS) + text[at:]
            case 2:
                text = text[:at] + dice.choice(SPLINTERS) + text[at + 1 :]
            case 3:
                until = min(len(text), at + dice.randrange(1, 30))
                text = text[:until] + text[at:until] + text[until:]
            case _:
                text = text.replace(dice.choice(("A", "1", '"', ":", "true", "left")), dice.choice(SPLINTERS), 1)
    return text


def verdict(read: Callable[..., object], argument: object) -> str:
    try:
        read(argument)
    except ObjectRefused as refused:
        return refused.reason.value
    except link.LinkRefused as refused:
        return refused.fault.value
    except words.WordsRefused as refused:
        return f"words {list(refused.wrong)}"
    return "ok"


def signed(kind: str, signer: SoftSigner, payload: bytes) -> str:
    header = b64u(f'{{"alg":"Ed25519","typ":"incamera-{kind}+jws"}}'.encode())
    text = f"{header}.{b64u(payload)}"
    return f"{text}.{b64u(signer.sign(text.encode()))}"


def cases() -> list[dict[str, str]]:
    """Name, input (bytes as b64u), Python's verdict."""
    dice = random.Random(20261124)
    found = []
    for kind, (payload, signer, read) in SIGNED.items():
        good = msgspec.json.encode(payload).decode()
        for text in [good, *(damage(good, dice) for _ in range(250))]:
            compact = signed(kind, signer, text.encode("utf-8", "surrogatepass"))
            found.append({"read": kind, "data": b64u(compact.encode()), "verdict": verdict(read, compact)})
    for kind, (good_bytes, read_bytes) in PLAIN.items():
        for text in [good_bytes.decode(), *(damage(good_bytes.decode(), dice) for _ in range(250))]:
            data = text.encode("utf-8", "surrogatepass")
            found.append({"read": kind, "data": b64u(data), "verdict": verdict(read_bytes, data)})
    for kind, (good, read) in TEXTS.items():
        for text in [good, *(damage(good, dice) for _ in range(250))]:
            found.append({"read": kind, "data": b64u(text.encode()), "verdict": verdict(read, text)})
    return found


async def test_both_twins_give_the_same_verdict_on_damaged_input(in_page) -> None:  # type: ignore[no-untyped-def]
    made = cases()
    assert {case["verdict"] for case in made} >= {"ok", "malformed", "signature", "kind", "cut", "mistyped", "log"}
    answer = await in_page(
        """async ({ cases, boxes, keys }) => {
          const names = ['encoding', 'roots', 'link', 'membership', 'agreement', 'chat', 'hold', 'items', 'log'];
          const k = Object.assign({}, ...(await Promise.all(names.map((name) => import(`/keys/${name}.js`)))));
          const { decodeJson } = await import('/keys/schema.js');
          const { PrivateShape } = await import('/keys/disclosure.js');
          const { NoteShape } = await import('/keys/notes.js');
          const { mediation } = boxes; const seat = boxes.seats.ann; const dev = boxes.devs.ann;
          const devices = await k.checkDevices([boxes.devcert], boxes.fingerprint, 1, boxes.now);
          const charter = await k.checkCharter(boxes.charter, devices, mediation);
          const event = k.utf8(keys.log.events[4].event);
          const text = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
          const reads = {
            keep: (t) => k.checkKeep(t, mediation, seat, charter.hash, dev),
            raw: (t) => k.checkKeep(t, mediation, seat, charter.hash, dev),
            chat: (t) => k.checkChat(t, mediation, dev),
            agreement: (t) => k.checkAgreement(t, mediation, seat, dev),
            sheet: (t) => k.checkSheet(t, charter, devices),
            charter: (t) => k.checkCharter(t, devices, mediation),
            card: (t) => k.checkCard(t, devices, mediation),
            item: (t) => k.checkItem(t, charter, dev),
            link: (t) => k.parseLink(t),
            seed: (t) => k.parseSeed(t),
            proof: (t) => k.checkProof(t, event, mediation, keys.log.key),
          };
          const bytes = { private: (b) => decodeJson(b, PrivateShape), note: (b) => decodeJson(b, NoteShape) };
          const differ = [];
          for (const { read, data, verdict } of cases) {
            const raw = k.unb64u(data);
            let mine = 'ok';
            try { await (bytes[read] ? bytes[read](raw) : reads[read](text(raw))) }
            catch (e) { mine = e.reason ?? e.fault ?? (e.wrong ? `words ${JSON.stringify(e.wrong).replaceAll(',', ', ')}` : `${e.name}: ${e.message}`) }
            if (mine !== verdict) differ.push({ read, mine, verdict, text: text(raw).slice(0, 1500) });
          }
          return differ;
        }""",
        {"cases": made, "boxes": BOXES, "keys": KEYS},
    )
    assert answer == []
