"""Who may come into a room where people may be talking: the verdict that both twins must give."""

from typing import Any

import msgspec

from client.keys import entry, membership
from client.keys.encoding import hash_text
from client.keys.jws import SUITE, Signed, sign
from client.protocol.make_vectors.cast import NOW, Cast, name_id


def entries(cast: Cast) -> dict[str, Any]:
    """Rows of (held sheet, next sheet, proofs, whether an announced entry was counted down, verdict)."""
    inside = cast.sheet("ben", "cy", kind="caucus")
    lawyers = cast.sheet("ben", "cy", kind="counsel")
    alone = cast.sheet("ben", kind="waiting")
    joint = cast.sheet("mia", "ben", kind="joint")
    comes = cast.sheet("ben", "cy", "mia", kind="caucus", rev=2, prev=inside.hash)
    both = cast.sheet("ben", "cy", "mia", "ivo", kind="caucus", rev=2, prev=inside.hash)
    leaves = cast.sheet("ben", kind="caucus", rev=2, prev=inside.hash)
    swapped = cast.sheet(
        members=(cast.member("ben"), cast.member("cy", dev=cast.dev["mia"].public)),
        keepers=(cast.seat["ben"], cast.seat["cy"]), kind="caucus", rev=2, prev=inside.hash,
    )  # fmt: skip

    def ring(
        held: Signed[membership.Sheet] = inside, who: str = "mia", by: str = "mia", **changes: Any
    ) -> Signed[entry.Ring]:
        whole = entry.Ring(
            suite=SUITE, mediation=cast.mediation, id=name_id("ring"), room=cast.room, sheet=held.hash,
            who=tuple(cast.member(one) for one in who.split()), announced="", ts=NOW,
        )  # fmt: skip
        return entry.make_ring(cast.dev[by], msgspec.structs.replace(whole, **changes))

    asked = ring()
    told = ring(announced=asked.hash)
    yes = entry.make_answer(cast.dev["ben"], asked, cast.seat["ben"], NOW)
    rows: list[dict[str, Any]] = []

    def row(
        name: str,
        result: str,
        new: Signed[membership.Sheet] = comes,
        held: Signed[membership.Sheet] = inside,
        proofs: tuple[tuple[Signed[entry.Ring], Signed[entry.Answer] | None], ...] = (),
        counted: bool = False,
    ) -> None:
        shown = [{"ring": one.compact, "answer": two.compact if two else None} for one, two in proofs]
        rows.append(
            {
                "name": name,
                "held": held.compact,
                "next": new.compact,
                "proofs": shown,
                "counted": counted,
                "result": result,
            }
        )

    def said(asked_by: Signed[entry.Ring], who: str = "ben", seat: str = "", **changes: Any) -> Signed[entry.Answer]:
        whole = entry.make_answer(cast.dev[who], asked_by, cast.seat[seat or who], NOW).body
        return sign("answer", msgspec.structs.replace(whole, **changes), cast.dev[who])

    row("in silence", "entry")
    row("answered", "ok", proofs=((asked, yes),))
    row("asked and not answered", "entry", proofs=((asked, None),), counted=True)
    row("announced and counted down", "ok", proofs=((told, None),), counted=True)
    row("announced, too soon", "entry", proofs=((told, None),))
    row("answered during the countdown", "ok", proofs=((told, said(told)),))
    row("one answered, two come", "entry", both, proofs=((asked, yes),))
    two = ring(who="mia ivo")
    row("both answered", "ok", both, proofs=((two, said(two)),))
    row("somebody leaves", "ok", leaves)
    row("a mediator's device in a member's place", "entry", swapped)
    row("into an empty waiting room", "ok", cast.sheet("ben", "mia", kind="waiting", rev=2, prev=alone.hash), alone)
    row("into a joint room", "ok", cast.sheet("mia", "ben", "cy", kind="joint", rev=2, prev=joint.hash), joint)
    row("an answer by somebody outside", "seat", proofs=((asked, said(asked, "ann")),))
    row("an answer in another's name", "signature", proofs=((asked, said(asked, "mia", "ben")),))
    row("an answer to another knock", "chain", proofs=((asked, said(asked, ring=hash_text("x"))),))
    row("an answer of another room", "room", proofs=((asked, said(asked, room=name_id("x"))),))
    old = ring(leaves)
    row("a knock at an older list", "chain", proofs=((old, said(old)),))
    row("a knock by a member", "signature", proofs=((ring(by="ben"), None),), counted=True)
    row("a knock at another room", "room", proofs=((ring(room=name_id("x")), None),), counted=True)
    row("a knock in another mediation", "mediation", proofs=((ring(mediation=name_id("x")), None),), counted=True)
    row("a knock by somebody inside", "entry", proofs=((ring(who="cy"), None),), counted=True)
    expert = cast.sheet("ben", "cy", "ivo", kind="counsel", rev=2, prev=lawyers.hash)
    row(
        "announced into a lawyers' room",
        "counsel",
        expert,
        lawyers,
        ((ring(lawyers, "ivo", announced=asked.hash), None),),
        True,
    )
    brings = ring(lawyers, "ivo")
    row("answered in a lawyers' room", "ok", expert, lawyers, ((brings, said(brings)),))
    return {"rows": rows}
