"""Steps of a release that rests on a paper, by hand: the custodian's place, papers, second signatures, a draft by a worker of ours."""

from typing import Any

from client.bundle.package import draft_content
from client.keys.access import GATE, access_sets
from client.keys.authority import (
    Act,
    Authority,
    Details,
    Second,
    details_hash,
    make_act,
    make_authority,
    make_second,
    seal_details,
)
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.disclosure import (
    Private,
    Profile,
    Recipient,
    Request,
    RequestItem,
    WorkerKeys,
    make_request,
    make_sitting,
    make_verdict,
    private_hash,
    seal_preview,
    seal_private,
)
from client.keys.encoding import b64u, hash_bytes, new_id, random_bytes
from client.keys.hold import make_keep
from client.keys.items import header_of, pack_content, seal_item
from client.keys.jws import SUITE
from client.keys.offices import make_office
from client.protocol import messages as m
from server.mediation import events as e
from server.runtime.rules import profiles_sha256
from tests.server import keeping as k
from tests.server.conftest import Person

DAY = 86_400
GROUNDS = (
    "waiver",
    "report",
    "mediator-misconduct",
    "settlement-enforcement",
    "settlement-dispute",
    "order",
)


async def office(world: Any, **charter: Any) -> dict[str, Any]:
    """The joint room, and a custodian with a paper key who is in no room."""
    kai = Person(world, "kai")
    kai.role, kai.side = "custodian", ""
    world.people["kai"] = kai
    lines = await k.joint(world, **({"grounds": GROUNDS} | charter))
    lines["kai"] = (await kai.enter())[0]
    await admit(world, lines)
    await k.register(world, kai, lines["kai"])
    return lines


async def admit(world: Any, lines: dict[str, Any]) -> None:
    kai = world.kai
    office = make_office(world.med.signer, world.mediation, kai.seat, kai.signer.public, world.clock.now())
    await lines["med"].done(m.OfficeAdmit(id=new_id(), office=office.compact))


async def keep(world: Any, lines: dict[str, Any], who: str = "ana", settlement: bool = False, text: str = "x") -> Any:
    """One message (or the signed settlement), kept with everyone's yes, for every reason."""
    person, line = world.people[who], lines[who]
    message, chat = await k.say(world, person, line, text)
    sealed = seal(world, person, chat, settlement)
    blob = await k.upload(world, line, sealed.file)
    now = world.clock.now()
    agreed = tuple(
        make_keep(p.signer, world.mediation, message, chat.hash, now, settlement).compact
        for p in (world.med, world.ana, world.ben)
    )
    await line.done(m.ItemKeep(id=new_id(), item=sealed.item.compact, blob=blob, agreed=agreed))
    return sealed.item


def seal(world: Any, person: Any, chat: Any, settlement: bool = False, kind: str = "") -> Any:
    kems = {p.seat: p.hold.kem.public for p in world.people.values() if hasattr(p, "hold")}
    return seal_item(
        person.signer,
        world.mediation,
        new_id(),
        world.rooms["joint"].body.room,
        kind or ("settlement" if settlement else "chat"),
        person.seat,
        chat.hash,
        world.charter.hash,
        world.charter.body.policy,
        access_sets(world.charter.body, (person.seat,), settlement),
        kems | {GATE: world_gate(world)},
        pack_content(chat.compact),
        world.clock.now(),
    )


def world_gate(world: Any) -> str:
    from server.http.keys import GATE as KEY

    return str(world.server.app[KEY].make(world.mediation))


async def enter(world: Any, lines: dict[str, Any], who: str, items: list[Any], kind: str, **fields: Any) -> Any:
    """A paper by `who`; its hash, and the answer."""
    person = world.people[who]
    details = Details(
        by="A court", reference="12 C 34", words="the first message", file_sha256="", salt=b64u(random_bytes(32))
    )
    values: dict[str, Any] = {
        "suite": SUITE,
        "mediation": world.mediation,
        "id": new_id(),
        "kind": kind,
        "ground": "order",
        "items": tuple(header_of(item).item for item in items),
        "accused": (),
        "recipient": "",
        "seat": person.seat,
        "until": world.clock.now() + 400 * DAY,
        "details": details_hash(details),
        "ts": world.clock.now(),
    }
    paper = make_authority(person.hold.sig, Authority(**(values | fields)))
    boxes = {
        p.seat: seal_details(p.hold.kem.public, world.mediation, paper.body.id, p.seat, details)
        for p in world.people.values()
        if hasattr(p, "hold")
    }
    answer = await lines[who].call(m.PaperEnter(id=new_id(), paper=paper.compact, details=boxes))
    return paper, answer


async def second(world: Any, lines: dict[str, Any], who: str, of: str, kind: str = "authority") -> Any:
    person = world.people[who]
    given = make_second(
        person.hold.sig,
        Second(
            suite=SUITE,
            mediation=world.mediation,
            of=of,
            kind=kind,  # type: ignore[arg-type]
            seat=person.seat,
            ts=world.clock.now(),
        ),
    )
    return await lines[who].call(m.SecondGive(id=new_id(), second=given.compact))


async def act(world: Any, lines: dict[str, Any], who: str, what: str, reason: str = "", items: Any = ()) -> Any:
    """What somebody wants; its hash, and the answer."""
    person = world.people[who]
    made = make_act(
        person.hold.sig,
        Act(
            suite=SUITE,
            mediation=world.mediation,
            id=new_id(),
            act=what,  # type: ignore[arg-type]
            reason=reason,
            items=tuple(header_of(item).item for item in items),
            seat=person.seat,
            ts=world.clock.now(),
        ),
    )
    return made.hash, await lines[who].call(m.ActAsk(id=new_id(), act=made.compact))


def set_for(world: Any, ground: str, item: Any, *names: str) -> str:
    """The set of this reason with these people in it."""
    seats = {world.people[name].seat for name in names}
    for wrap in item.body.wraps:
        if wrap.sid.partition(":")[0] == ground and set(wrap.holders) == seats | {GATE}:
            return str(wrap.sid)
    raise AssertionError("no such set")


async def ask(
    world: Any,
    lines: dict[str, Any],
    who: str,
    item: Any,
    ground: str,
    sid: str,
    paper: str,
    recipient: str = "court",
    told: tuple[str, ...] = ("med", "ana", "ben", "kai"),
    **changes: Any,
) -> Any:
    """A request on a paper, carried out by `who`; and the answer."""
    person, now = world.people[who], world.clock.now()
    world.export = SoftOpener.fresh()
    private = Private(
        recipient=Recipient(name="Court of Nowhere", class_=recipient),
        purpose="a hearing",
        profile=Profile(id="third-parties", sha256=profiles_sha256()),
        language="en",
        salt=b64u(random_bytes(32)),
    )
    world.private = private
    header = header_of(item)
    values: dict[str, Any] = {
        "suite": SUITE,
        "mediation": world.mediation,
        "request": new_id(),
        "ground": ground,
        "sid": sid,
        "items": (RequestItem(item=header.item, ct_sha256=header.ct_sha256, pt_commit=header.pt_commit),),
        "export_key": world.export.public,
        "reviewer": person.seat,
        "where": "operator",
        "recipient": recipient,
        "profile": private.profile,
        "authority": paper,
        "private": private_hash(private),
        "cooling_hours": 0,
        "expires": now + (2 if ground == "report" else 60) * DAY,
        "ts": now,
    }
    request = make_request(person.signer, Request(**(values | changes)))
    boxes = {
        p.seat: seal_private(p.hold.kem.public, world.mediation, request.body.request, p.seat, private)
        for p in (world.people[name] for name in told)
    }
    return request, await lines[who].call(m.DisclosureRequest(id=new_id(), request=request.compact, private=boxes))


async def unlock(world: Any, lines: dict[str, Any], request: Any, item: Any, *names: str) -> None:
    for name in names:
        await lines[name].done(k.answer(world, world.people[name], request, "unlock", [item]))


async def drafted(world: Any, who: str, request: Any, item: Any, verified: bool = True) -> Any:
    """What the worker would have sealed, by a worker of ours, straight into the log: the draft and its digest."""
    person, sid = world.people[who], request.body.sid
    sig, kem = SoftSigner.fresh(), SoftOpener.fresh()
    keys = WorkerKeys(kem=kem.public, sig=sig.public)
    sitting = make_sitting(person.signer, world.mediation, request.hash, keys, "b-1", world.clock.now())
    content = draft_content({"items/01-message.txt": b"[name]", "report.json": b"{}"})
    holders = next(wrap.holders for wrap in item.body.wraps if wrap.sid == sid)
    kems = {p.seat: p.hold.kem.public for p in world.people.values() if hasattr(p, "hold")}
    sealed = seal_item(
        sig,
        world.mediation,
        new_id(),
        "",
        "draft",
        "",
        "",
        world.charter.hash,
        world.charter.body.policy,
        {sid: holders},
        kems | {GATE: world_gate(world)},
        content,
        world.clock.now(),
    )
    digest = hash_bytes(content)
    verdict = make_verdict(sig, request, digest, verified, world.clock.now())
    previews = {
        seat: seal_preview(kems[seat], request.hash, seat, sealed.identity, sealed.salt)
        for seat in holders
        if seat != GATE
    }
    actor = await world.house.get(world.mediation)
    now = world.clock.now()
    made = (
        e.SittingHeld(rid=request.hash, sitting=sitting.compact, at=now),
        e.Drafted(
            rid=request.hash,
            item=sealed.item.compact,
            blob=new_id(),
            digest=digest,
            previews=previews,
            at=now,
            verdict=verdict.compact,
        ),
    )

    async def commit() -> None:
        await actor.commit(made)

    await actor.ask(commit)
    return sealed.item, digest


async def release(world: Any, lines: dict[str, Any], request: Any, draft: Any, digest: str, *names: str) -> None:
    for name in names:
        await lines[name].done(k.answer(world, world.people[name], request, "release", [draft], draft=digest))


async def collect(lines: dict[str, Any], who: str, request: Any) -> Any:
    return await lines[who].call(m.DisclosureCollect(id=new_id(), rid=request.hash))


async def standing(lines: dict[str, Any], who: str, request: Any) -> dict[str, Any]:
    found: dict[str, Any] = await lines[who].done(m.DisclosureStanding(id=new_id(), rid=request.hash))
    return found
