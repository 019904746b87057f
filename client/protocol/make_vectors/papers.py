"""Offices, papers and second signatures: made alike, and refused alike, by both twins."""

from typing import Any

from client.keys import authority, membership, offices
from client.keys.encoding import b64u, hash_text
from client.keys.jws import SUITE, Signed, sign
from client.protocol.make_vectors.cast import NOW, Cast, fixed, name_id, plain


def papers(cast: Cast) -> dict[str, Any]:
    """One of each, with what becomes of it at the wrong place."""
    charter = membership.make_charter(cast.dev["mia"], cast.with_custodian())
    kai, ann = name_id("kai seat"), cast.seat["ann"]
    details = authority.Details(
        by="District court", reference="12 C 34/26", words="passage 1", file_sha256="", salt=b64u(fixed("details"))
    )
    paper = authority.make_authority(
        cast.hold["ann"].sig,
        authority.Authority(
            suite=SUITE,
            mediation=cast.mediation,
            id=name_id("paper"),
            kind="order",
            ground="order",
            items=(name_id("item"),),
            accused=(),
            recipient="court",
            seat=ann,
            until=NOW + 86_400,
            details=authority.details_hash(details),
            ts=NOW,
        ),
    )
    second = authority.make_second(
        cast.hold["ben"].sig,
        authority.Second(
            suite=SUITE, mediation=cast.mediation, of=paper.hash, kind="authority", seat=cast.seat["ben"], ts=NOW
        ),
    )
    act = authority.make_act(
        cast.hold["ann"].sig,
        authority.Act(
            suite=SUITE,
            mediation=cast.mediation,
            id=name_id("act"),
            act="hold",
            reason="demand",
            items=(),
            seat=ann,
            ts=NOW,
        ),
    )
    return {
        "charter": charter.compact,
        "details": plain(details),
        "details_hash": authority.details_hash(details),
        "offices": _offices(cast, charter, kai),
        "seeds": {who: b64u(fixed(f"{who} hold")) for who in ("ann", "ben")},
        "authority": _row(paper, plain(paper.body)),
        "second": _row(second, plain(second.body)),
        "act": _row(act, plain(act.body)),
        "wrong": [
            {"kind": "authority", "untrusted": paper.compact, "seat": cast.seat["ben"], "by": "ann", "result": "seat"},
            {"kind": "authority", "untrusted": paper.compact, "seat": ann, "by": "ben", "result": "signature"},
            {"kind": "second", "untrusted": paper.compact, "seat": ann, "by": "ann", "result": "kind"},
            {"kind": "act", "untrusted": act.compact, "seat": ann, "by": "ben", "result": "signature"},
        ],
    }


def _row(made: Signed[Any], body: Any) -> dict[str, Any]:
    return {"compact": made.compact, "hash": made.hash, "body": body}


def _offices(cast: Cast, charter: Signed[membership.Charter], kai: str) -> list[dict[str, str]]:
    dev = b64u(fixed("kai device"))
    good = offices.make_office(cast.dev["mia"], cast.mediation, kai, dev, NOW)

    def other(**changes: str) -> str:
        values = {"mediation": cast.mediation, "seat": kai, "dev": dev} | changes
        return sign("office", offices.Office(suite=SUITE, ts=NOW, **values), cast.dev["mia"]).compact

    rows = [
        ("right", good.compact, "ok"),
        ("by somebody", offices.make_office(cast.dev["ann"], cast.mediation, kai, dev, NOW).compact, "signature"),
        ("of another mediation", other(mediation=name_id("x")), "mediation"),
        ("of a party", other(seat=cast.seat["ann"]), "seat"),
        ("of nobody", other(seat=name_id("x")), "seat"),
        ("of the mediator's own device", other(dev=cast.dev["mia"].public), "device"),
        ("naming a text", hash_text("x"), "malformed"),
    ]
    return [dict(zip(("name", "untrusted", "result"), row, strict=True)) for row in rows]
