"""Tables of what is believed, what is refused, and for which reason: both twins must give the same verdict."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from client.keys import (
    grants,
    hold,
    membership,
    roots,
)
from client.keys.devices import SoftSigner
from client.keys.encoding import b64u, hash_text
from client.keys.jws import SUITE, Signed, sign
from client.protocol.make_vectors.cast import NOW, Cast, fixed, name_id, plain
from client.protocol.make_vectors.entries import entries
from client.protocol.make_vectors.papers import papers
from client.protocol.make_vectors.releases import passing


def tables(cast: Cast) -> dict[str, Any]:
    """Certificates, charters, sheets, grants and bare objects with the verdict that both twins must give."""
    return {
        "now": NOW,
        "mediation": cast.mediation,
        "fingerprint": roots.fingerprint(cast.root.public),
        "devcert": cast.devcert.compact,
        "charter": cast.charter.compact,
        "devcerts": _devcerts(cast),
        "pages": _pages(cast),
        "holders": _holders(cast),
        "charters": _charters(cast),
        "sheets": _sheets(cast),
        "grants": _grants(cast),
        "entries": entries(cast),
        "passing": passing(cast),
        "objects": _objects(cast),
        "papers": papers(cast),
    }


def _devcerts(cast: Cast) -> list[dict[str, Any]]:
    mark = roots.fingerprint(cast.root.public)
    good = cast.devcert.compact
    other = roots.make_devcert(SoftSigner(fixed("other root")), cast.devcert.body.dev, NOW - 60, NOW + 90_000, 9)
    swapped = ".".join([*other.compact.split(".")[:2], good.split(".")[2]])
    rows = [
        ("in force", good, mark, 3, NOW, "ok"),
        ("older than the link allows", good, mark, 4, NOW, "revision"),
        ("not yet", good, mark, 1, NOW - 61, "early"),
        ("no more", good, mark, 1, NOW + 90_000, "expired"),
        ("by another root", other.compact, mark, 1, NOW, "root"),
        ("with another's signature", swapped, mark, 1, NOW, "signature"),
    ]
    names = ("name", "untrusted", "fingerprint", "minrev", "now", "result")
    return [dict(zip(names, row, strict=True)) for row in rows]


# X25519 keys with which every shared secret is nought (RFC 7748, 6.1): nobody can seal to them.
LOW_ORDER = (
    "00" * 32,
    "01" + "00" * 31,
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ec" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
)


def _pages(cast: Cast) -> list[dict[str, Any]]:
    ann, nonce, kem = cast.seat["ann"], b64u(fixed("nonce")), cast.page["ann"].public
    dev = cast.dev["ann"].public

    def page(who: str = "ann", mediation: str = cast.mediation, seat: str = ann, to: str = kem) -> str:
        return roots.make_page(cast.dev[who], mediation, seat, to, nonce, NOW, "b-1").compact

    # A "key" of order one: this signature fits every message.
    nothing = roots.Page(
        suite=SUITE,
        mediation=cast.mediation,
        seat=ann,
        dev=b64u(bytes([1]) + bytes(31)),
        kem=kem,
        nonce=nonce,
        ts=NOW,
        build="",
    )
    text = f"{page().split('.')[0]}.{b64u(msgspec.json.encode(nothing))}"
    rows = [
        ("right", page(), dev, nonce, "ok"),
        ("of a device not known yet", page("ben"), None, nonce, "ok"),
        ("by another device", page("ben"), dev, nonce, "device"),
        ("to another challenge", page(), dev, b64u(fixed("x")), "chain"),
        ("of another place", page(seat=cast.seat["ben"]), dev, nonce, "seat"),
        ("of another mediation", page(mediation=name_id("x")), dev, nonce, "mediation"),
        ("of the desk", page(mediation="", seat=""), dev, nonce, "mediation"),
        ("by nobody", f"{text}.{b64u(bytes([1]) + bytes(63))}", None, nonce, "signature"),
    ]
    rows += [
        (f"with a useless key {low[:4]}", page(to=b64u(bytes.fromhex(low))), dev, nonce, "malformed")
        for low in LOW_ORDER
    ]
    names = ("name", "untrusted", "dev", "nonce", "result")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _holders(cast: Cast) -> list[dict[str, Any]]:
    ann = cast.seat["ann"]
    good = hold.make_holder(cast.dev["ann"], cast.mediation, ann, cast.hold["ann"], True, NOW)
    useless = msgspec.structs.replace(good.body, kem=b64u(bytes(32)))
    rows = [
        ("right", good.compact, "ok"),
        (
            "by another device",
            hold.make_holder(cast.dev["ben"], cast.mediation, ann, cast.hold["ann"], True, NOW).compact,
            "signature",
        ),
        (
            "of another place",
            hold.make_holder(cast.dev["ann"], cast.mediation, cast.seat["ben"], cast.hold["ann"], True, NOW).compact,
            "seat",
        ),
        ("with a useless key", sign("holder", useless, cast.dev["ann"]).compact, "malformed"),
    ]
    return [dict(zip(("name", "untrusted", "result"), row, strict=True)) for row in rows]


def _charters(cast: Cast) -> list[dict[str, Any]]:
    def signed(**changes: Any) -> str:
        return sign("charter", cast.charter_body(**changes), cast.dev["mia"]).compact

    first = cast.charter
    seats = first.body.seats
    rows: list[tuple[str, str, str | None, str]] = [
        ("first", first.compact, None, "ok"),
        ("the same again", first.compact, first.compact, "ok"),
        ("the next", signed(rev=2, prev=first.hash, keep=False), first.compact, "ok"),
        ("a later one after a gap", signed(rev=4, prev=hash_text("x")), first.compact, "ok"),
        ("another with the same revision", signed(keep=False), first.compact, "revision"),
        ("the next of another", signed(rev=2, prev=hash_text("x")), first.compact, "chain"),
        ("of another mediation", signed(mediation=name_id("other")), None, "mediation"),
        ("naming another root", signed(root=cast.dev["ann"].public), None, "root"),
        ("by somebody", membership.make_charter(cast.dev["ann"], first.body).compact, None, "signature"),
        ("a place twice", signed(seats=(*seats, seats[2])), None, "charter"),
        ("two mediators", signed(seats=(*seats, msgspec.structs.replace(seats[0], id=name_id("x")))), None, "charter"),
        (
            "a mediator with a side",
            signed(seats=(msgspec.structs.replace(seats[0], side=cast.side["left"]), *seats[1:])),
            None,
            "charter",
        ),
        (
            "a party without a side",
            signed(seats=(*seats[:2], msgspec.structs.replace(seats[2], side=""), *seats[3:])),
            None,
            "charter",
        ),
        (
            "a custodian with a side",
            signed(seats=(*seats, membership.CharterSeat(id=name_id("k"), side=cast.side["left"], role="custodian"))),
            None,
            "charter",
        ),
        ("a stranger kept apart", signed(no_contact=((seats[2].id, name_id("x")),)), None, "charter"),
    ]
    return [dict(zip(("name", "untrusted", "held", "result"), row, strict=True)) for row in rows]


def _sheets(cast: Cast) -> list[dict[str, Any]]:
    first = cast.sheet("mia", "ann", "ben")
    second = cast.sheet("mia", "ann", rev=2, prev=first.hash)
    third = cast.sheet("mia", "ann", "ben", rev=3, prev=second.hash)
    ann = {"seat": cast.seat["ann"], "dev": cast.dev["ann"].public}
    rows: list[dict[str, Any]] = []

    def row(
        name: str,
        sheet: Signed[membership.Sheet] | str,
        result: str,
        held: Signed[membership.Sheet] | None = None,
        own: Mapping[str, str] | None = None,
        continuous: bool = True,
    ) -> None:
        rows.append(
            {
                "name": name,
                "untrusted": sheet if isinstance(sheet, str) else sheet.compact,
                "held": held.compact if held else None,
                "own": own,
                "continuous": continuous,
                "result": result,
            }
        )

    row("first", first, "ok", own=ann)
    row("the next", second, "ok", first, ann)
    row("closing", cast.sheet(rev=2, prev=first.hash), "ok", first)
    row("replayed", first, "revision", second)
    row("the same again", second, "revision", second)
    row("one left out", third, "chain", first)
    row("one left out while away", third, "ok", first, ann, False)
    row("after another", cast.sheet("mia", rev=2, prev=hash_text("x")), "chain", first)
    row("first with a past", cast.sheet("mia", prev=first.hash), "chain")
    row("later without a past", cast.sheet("mia", rev=2), "chain", first)
    row("by a party", cast.sheet("mia", "ann", by="ann"), "signature")
    row("of another mediation", cast.sheet("mia", mediation=name_id("x")), "mediation")
    row("under another charter", cast.sheet("mia", charter=hash_text("x")), "charter")
    row("of another room", cast.sheet("mia", rev=2, prev=first.hash, room=name_id("x")), "room", first)
    row("turned into another kind", cast.sheet("mia", rev=2, prev=first.hash, kind="caucus"), "room", first)
    row(
        "a place twice",
        cast.sheet("mia", "ann", members=(cast.member("ann"), cast.member("ann", dev=cast.dev["ben"].public))),
        "seat",
    )
    row(
        "a device twice",
        cast.sheet("mia", "ann", members=(cast.member("mia"), cast.member("ann", dev=cast.dev["mia"].public))),
        "seat",
    )
    row(
        "a place that the charter lacks",
        cast.sheet("mia", members=(cast.member("mia"), cast.member("ann", seat=name_id("x")))),
        "seat",
    )
    row("another role", cast.sheet("mia", members=(cast.member("mia"), cast.member("ann", role="observer"))), "seat")
    row(
        "a mediator's place with a stranger's device",
        cast.sheet("mia", members=(cast.member("mia", dev=cast.dev["ben"].public),)),
        "device",
    )
    row("kept apart", cast.sheet("mia", "ann", "cy"), "no-contact")
    row("opposing sides alone", cast.sheet("ann", "ben", kind="caucus"), "opposing")
    row("opposing through a lawyer", cast.sheet("lea", "ben", kind="waiting"), "opposing")
    row("with the co-mediator", cast.sheet("cora", "ann", "ben"), "ok")
    row("one side alone", cast.sheet("ann", "lea", "ivo", kind="waiting"), "ok")
    row("lawyer and client", cast.sheet("ann", "lea", kind="counsel"), "ok")
    row("a mediator with lawyer and client", cast.sheet("ann", "lea", "cora", kind="counsel"), "counsel")
    row("a keeper from outside", cast.sheet("mia", "ann", keepers=(cast.seat["ben"],)), "keeper")
    row("a keeper twice", cast.sheet("mia", "ann", keepers=(cast.seat["ann"], cast.seat["ann"])), "keeper")
    row("no keeper", cast.sheet("mia", "ann", keepers=()), "keeper")
    swapped = cast.sheet("mia", "ann", members=(cast.member("mia"), cast.member("ann", dev=cast.dev["ivo"].public)))
    row("my place, another's device", swapped, "device", own=ann)
    moved = cast.sheet("mia", "ben", members=(cast.member("mia"), cast.member("ben", dev=cast.dev["ann"].public)))
    row("my device, another's place", moved, "device", own=ann)
    row("without me", cast.sheet("mia", "ben"), "ok", own=ann)
    row("a charter", cast.charter.compact, "kind")
    return rows


def _grants(cast: Cast) -> dict[str, Any]:
    sheet = cast.sheet("mia", "ann", "ben")
    here = {cast.seat[who]: cast.page[who].public for who in ("mia", "ann", "ben")}
    box = b64u(fixed("box") * 2)

    def grant(to: Mapping[str, str] = here, by: str = "mia", signer: str = "mia", **changes: Any) -> str:
        whole = grants.Grant(
            suite=SUITE,
            mediation=cast.mediation,
            room=cast.room,
            sheet=sheet.hash,
            epoch=4,
            by=cast.seat[by],
            boxes={seat: grants.GrantBox(to=kem, box=box) for seat, kem in to.items()},
        )
        return sign("grant", msgspec.structs.replace(whole, **changes), cast.dev[signer]).compact

    ghost = here | {cast.seat["ivo"]: cast.page["ivo"].public}
    absent = {seat: kem for seat, kem in here.items() if seat != cast.seat["ben"]}
    another = here | {cast.seat["ben"]: cast.page["ivo"].public}
    rows = [
        ("for everyone here", grant(), here, 3, "ok"),
        ("by the next keeper", grant(by="ann", signer="ann"), here, 3, "ok"),
        ("for those here", grant(absent), absent, 3, "ok"),
        ("replayed", grant(), here, 4, "epoch"),
        ("with a ghost", grant(ghost), here, 3, "ghost"),
        ("with somebody who is not here", grant(), absent, 3, "ghost"),
        ("leaving somebody out", grant(absent), here, 3, "ghost"),
        ("to another's page", grant(another), here, 3, "ghost"),
        ("a ghost announced but not on the sheet", grant(ghost), ghost, 3, "ghost"),
        ("by somebody not on the sheet", grant(by="cora", signer="cora"), here, 3, "keeper"),
        ("in the keeper's name", grant(signer="ben"), here, 3, "signature"),
        ("for another sheet", grant(sheet=hash_text("x")), here, 3, "chain"),
        ("for another room", grant(room=name_id("x")), here, 3, "room"),
        ("for another mediation", grant(mediation=name_id("x")), here, 3, "mediation"),
    ]
    names = ("name", "untrusted", "present", "seen", "result")
    return {"sheet": sheet.compact, "rows": [dict(zip(names, row, strict=True)) for row in rows]}


def _objects(cast: Cast) -> dict[str, Any]:
    """One `keep` statement, right and in many ways wrong: what any signed object has to withstand."""
    signer = cast.dev["ann"]
    good = hold.make_keep(signer, cast.mediation, name_id("message"), hash_text("said"), NOW)
    head, body, signature = good.compact.split(".")
    fields = plain(good.body)

    def forged(payload: str | bytes, header: str = head) -> str:
        data = payload.encode() if isinstance(payload, str) else payload
        text = f"{header}.{b64u(data)}"
        return f"{text}.{b64u(signer.sign(text.encode()))}"

    def spelled(value: object) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    whole = spelled(fields)
    eddsa = b64u(b'{"alg":"EdDSA","typ":"incamera-keep+jws"}')
    none = b64u(b'{"alg":"none","typ":"incamera-keep+jws"}')
    flipped = body[:-1] + ("A" if body[-1] != "A" else "B")
    rows = {
        "right": (good.compact, "ok"),
        "another alg": (forged(whole, eddsa), "kind"),
        "no alg": (f"{none}.{body}.AAAA", "kind"),
        "another kind": (forged(whole, b64u(b'{"alg":"Ed25519","typ":"incamera-hold+jws"}')), "kind"),
        "header spaced": (forged(whole, b64u(b'{"alg": "Ed25519","typ":"incamera-keep+jws"}')), "kind"),
        "body changed": (f"{head}.{flipped}.{signature}", "signature"),
        "signature short": (f"{head}.{body}.{signature[:-2]}", "malformed"),
        "line feed behind": (good.compact + "\n", "malformed"),
        "padded": (good.compact + "=", "malformed"),
        "two parts": (f"{head}.{body}", "malformed"),
        "empty": ("", "malformed"),
        "unknown field": (forged(spelled(fields | {"more": 1})), "malformed"),
        "missing field": (forged(spelled({k: v for k, v in fields.items() if k != "ts"})), "malformed"),
        "no suite": (forged(spelled({k: v for k, v in fields.items() if k != "suite"})), "malformed"),
        "another suite": (forged(spelled(fields | {"suite": "s2"})), "malformed"),
        "spaced": (forged(json.dumps(fields)), "malformed"),
        "a field twice": (forged(whole[:-1] + f',"ts":{NOW}}}'), "malformed"),
        "fields in another order": (forged(spelled(dict(reversed(fields.items())))), "malformed"),
        "a fraction": (forged(whole.replace(f":{NOW}", f":{NOW}.0")), "malformed"),
        "an exponent": (forged(whole.replace(f":{NOW}", ":1e3")), "malformed"),
        "a number as text": (forged(whole.replace(f":{NOW}", f':"{NOW}"')), "malformed"),
        "negative": (forged(whole.replace(f":{NOW}", ":-1")), "malformed"),
        "minus nought": (forged(whole.replace(f":{NOW}", ":-0")), "malformed"),
        "too large a number": (forged(whole.replace(f":{NOW}", ":9007199254740993")), "malformed"),
        "an escape for a plain letter": (forged(whole.replace('"yes"', '"\\u0079es"')), "malformed"),
        "an id with a line feed": (
            forged(whole.replace(f'"ref":"{name_id("message")}', f'"ref":"{name_id("message")}\\n')),
            "malformed",
        ),
        "an id in another spelling": (
            forged(whole.replace(name_id("message"), name_id("message")[:-1] + "B")),
            "malformed",
        ),
        "a byte order mark": (forged(b"\xef\xbb\xbf" + whole.encode()), "malformed"),
        "not UTF-8": (forged(whole.encode() + b"\xff"), "malformed"),
        "not JSON": (forged("{"), "malformed"),
        "a list": (forged("[]"), "malformed"),
    }
    return {
        "seed": b64u(fixed("ann dev")),
        "key": signer.public,
        "mediation": cast.mediation,
        "ref": name_id("message"),
        "digest": hash_text("said"),
        "ts": NOW,
        "hash": good.hash,
        "rows": [{"name": name, "untrusted": text, "result": result} for name, (text, result) in rows.items()],
    }
