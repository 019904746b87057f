"""What a release without everyone's agreement rests on: a paper that one person entered and another checked."""

from client.bundle.checking import Run
from client.bundle.package import Parts
from client.bundle.people import People
from client.keys.authority import Authority, Second, check_authority, check_second
from client.keys.disclosure import Request
from client.keys.jws import Signed, unverified
from client.keys.refusals import ObjectRefused, Reason

PAPER, SECOND = "authority/paper.jws", "authority/second.jws"


def check_paper(run: Run, parts: Parts, people: People, request: Signed[Request]) -> tuple[str, ...]:
    """The paper is the one that the request names, by somebody known, checked by somebody else; in words. Nothing for agreement."""
    asked = request.body
    if not asked.authority:
        if asked.ground != "waiver":
            run.wrong("request.jws", "rests on no paper, and not on everyone's agreement")
        for name in (PAPER, SECOND)[: len(parts.authority)]:
            run.wrong(name, "is not what the request rests on")
        return ()
    if len(parts.authority) != 2:
        run.wrong(PAPER, "or its second signature is missing")
        return ()
    paper, second = parts.authority
    with run.blame(PAPER):
        seat = unverified("authority", paper, Authority).seat
        entered = check_authority(paper, asked.mediation, seat, _key(people, seat))
        body = entered.body
        if entered.hash != asked.authority or body.ground != asked.ground:
            raise ObjectRefused(Reason.REQUEST)
        if not {one.item for one in asked.items} <= set(body.items) or body.recipient not in ("", asked.recipient):
            raise ObjectRefused(Reason.REQUEST)
    with run.blame(SECOND):
        other = unverified("second", second, Second).seat
        checked = check_second(second, asked.mediation, other, _key(people, other))
        if checked.body.of != entered.hash:
            raise ObjectRefused(Reason.REQUEST)
    if other == seat or other in body.accused:
        run.wrong(SECOND, "is by somebody who may not check it")
    return (f"Rests on: {body.kind}, entered by {people.who(seat)}, checked by {people.who(other)}.",)


def _key(people: People, seat: str) -> str:
    held = people.paper.get(seat)
    if held is None:
        raise ObjectRefused(Reason.SEAT)
    return held.body.sig
