"""What may be told in another room, and what devices say that they hold: the verdict that both twins must give."""

from typing import Any

from client.keys import chat, grants, holdings, membership, releases
from client.keys.devices import SoftSigner
from client.keys.encoding import b64u
from client.keys.jws import SUITE, Signed
from client.protocol.make_vectors.cast import NOW, Cast, fixed, name_id


def passing(cast: Cast) -> dict[str, Any]:
    """Rows of (what is passed on, into which sheet, the newest release known, verdict), and one sealed holding."""
    key = grants.RoomKey(mediation=cast.mediation, room=cast.room, epoch=3, key=fixed("told key"))
    iv = fixed("told iv", 12)

    def said(who: str, kind: str = "text") -> Signed[chat.Chat]:
        body = chat.TextBody(text="we could go to eleven") if kind == "text" else chat.HelloBody()
        return chat.seal_chat(cast.dev[who], key, cast.seat[who], name_id("told"), kind, body, NOW, lambda n: iv[:n])[1]

    def release(
        by: str = "ann", of: Signed[chat.Chat] | None = None, to: str = "right", rev: int = 1, given: bool = True
    ) -> Signed[releases.Release]:
        message = of or said("ann")
        return releases.make_release(
            cast.dev[by],
            releases.Release(
                suite=SUITE, mediation=cast.mediation, ref=message.body.id, digest=message.hash, seat=cast.seat["ann"],
                to=(cast.side[to],), rev=rev, given=given, ts=NOW,
            ),
        )  # fmt: skip

    joint, counsel = cast.sheet("mia", "ann", "ben"), cast.sheet("ben", kind="counsel")
    rows: list[dict[str, Any]] = []

    def row(
        name: str, result: str, words: Signed[chat.Chat] | None = None, given: Signed[releases.Release] | None = None,
        into: Signed[membership.Sheet] = joint, held: Signed[releases.Release] | None = None, dev: SoftSigner | None = None,
    ) -> None:  # fmt: skip
        passed = {
            "seat": cast.seat["ann"],
            "dev": (dev or cast.dev["ann"]).public,
            "chat": (words or said("ann")).compact,
            "release": (given or release()).compact,
        }
        rows.append(
            {
                "name": name,
                "passed": passed,
                "sheet": into.compact,
                "held": held.compact if held else None,
                "result": result,
            }
        )

    row("as its author allowed", "ok")
    row("taken back", "release", given=release(given=False))
    row("taken back later than the yes shown", "revision", held=release(rev=2, given=False))
    row("for another side", "release", given=release(to="left"))
    row("into a lawyers' room", "release", into=counsel)
    row("into a room of the other side alone", "ok", into=cast.sheet("mia", "ben"))
    row("released by somebody else", "signature", given=release(by="ben"))
    row("a yes to other words", "commitment", given=release(of=said("ben")))
    row("words by somebody else", "signature", words=said("ben"))
    row("not a message", "kind", words=said("ann", "hello"), given=release(of=said("ann", "hello")))
    row("by another device", "signature", dev=cast.dev["ben"])
    holding = holdings.Holding(
        suite=SUITE, mediation=cast.mediation, room=cast.room, sheet=joint.hash, epoch=3, seat=cast.seat["ann"],
        ledger=releases.ledger_head([said("ben").hash, said("ann").hash]), n=7, ts=NOW,
    )  # fmt: skip
    box = holdings.seal_holding(cast.dev["ann"], key, holding, lambda n: iv[:n])
    return {
        "rows": rows,
        "statements": [said("ann").hash, said("ben").hash],
        "holding": {
            "key": b64u(key.key), "room": cast.room, "epoch": 3, "seat": cast.seat["ann"], "seed": b64u(fixed("ann dev")),
            "sheet": joint.hash, "ledger": holding.ledger, "n": 7, "ts": NOW, "iv": b64u(iv), "box": box,
        },
    }  # fmt: skip
