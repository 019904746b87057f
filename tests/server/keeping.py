"""Steps of the record, by hand: paper keys, keeping a message, asking for it, answering."""

from typing import Any

import msgspec

from client.keys.access import GATE, access_sets
from client.keys.chat import Chat, DocumentBody
from client.keys.devices import SoftOpener
from client.keys.disclosure import (
    Private,
    Profile,
    Recipient,
    Request,
    RequestItem,
    make_consent,
    make_request,
    private_hash,
    seal_private,
)
from client.keys.encoding import b64u, hash_bytes, new_id, random_bytes
from client.keys.hold import hold_keys, make_holder, make_keep, new_seed
from client.keys.items import header_of, pack_content, seal_item
from client.keys.jws import SUITE, sign
from client.protocol import messages as m
from server.runtime.rules import profiles_sha256

BOX = "B" * 64


async def joint(world: Any, **charter: Any) -> dict[str, Any]:
    """Everyone who must agree is in the joint room, with a granted key and a tested paper key; lines by name."""
    await world.mediate(**charter)
    lines = {name: (await getattr(world, name).enter())[0] for name in ("med", "ana", "ben")}
    people = [getattr(world, name) for name in lines]
    await world.move(lines["med"], joint=("joint", tuple(people)))
    await world.grant(world.med, lines["med"], "joint", 1, *people)
    for name, line in lines.items():
        await register(world, getattr(world, name), line)
    return lines


async def register(world: Any, person: Any, line: Any, tested: bool = True) -> Any:
    person.seed = new_seed()
    person.hold = hold_keys(person.seed, world.mediation, person.seat)
    holder = make_holder(person.signer, world.mediation, person.seat, person.hold, tested, world.clock.now())
    return await line.call(m.HolderRegister(id=new_id(), holder=holder.compact))


async def gate_key(world: Any) -> str:
    actor = await world.house.get(world.mediation)
    return actor.state.gate


async def upload(world: Any, line: Any, data: bytes) -> str:
    begun = await line.done(m.UploadBegin(id=new_id(), size=len(data)))
    url = f"{world.origin}/blob/{begun['blob']}?at=0"
    async with world.http.put(url, data=data, headers={"Authorization": f"Bearer {begun['token']}"}) as answer:
        assert answer.status == 200, answer.status
    return begun["blob"]


async def say(world: Any, person: Any, line: Any, text: str) -> tuple[str, Any]:
    """A signed message (what is inside) and its id; outside goes a box of no matter."""
    message = new_id()
    body = Chat(
        suite=SUITE,
        mediation=world.mediation,
        room=world.rooms["joint"].body.room,
        epoch=1,
        id=message,
        kind="text",
        body={"text": text},
        ts=world.clock.now(),
    )
    chat = sign("chat", body, person.signer)
    await line.done(m.ChatPost(id=new_id(), message=message, epoch=1, box=BOX))
    return message, chat


async def seal(world: Any, person: Any, chat: Any, room: str = "joint", kems: Any = None) -> Any:
    sets = access_sets(world.charter.body, (person.seat,))
    people = {p.seat: p.hold.kem.public for p in world.people.values() if hasattr(p, "hold")}
    return seal_item(
        person.signer,
        world.mediation,
        new_id(),
        world.rooms[room].body.room,
        "chat",
        person.seat,
        chat.hash,
        world.charter.hash,
        world.charter.body.policy,
        sets,
        kems or people | {GATE: await gate_key(world)},
        pack_content(chat.compact),
        world.clock.now(),
    )


async def keep_document(world: Any, lines: Any, data: bytes, mime: str, name: str, who: str = "ana") -> Any:
    """A shared document, kept with everyone's yes."""
    person, line = getattr(world, who), lines[who]
    message, identity = new_id(), "AGE-SECRET-KEY-1" + "Q" * 58
    body = DocumentBody(blob=new_id(), name=name, mime=mime, size=len(data), sha256=hash_bytes(data), identity=identity)
    room, now = world.rooms["joint"].body.room, world.clock.now()
    said = Chat(
        suite=SUITE,
        mediation=world.mediation,
        room=room,
        epoch=1,
        id=message,
        kind="document",
        body=msgspec.Raw(msgspec.json.encode(body)),
        ts=now,
    )
    chat = sign("chat", said, person.signer)
    await line.done(m.ChatPost(id=new_id(), message=message, epoch=1, box=BOX))
    people = {p.seat: p.hold.kem.public for p in world.people.values() if hasattr(p, "hold")}
    sealed = seal_item(
        person.signer,
        world.mediation,
        new_id(),
        room,
        "file",
        person.seat,
        chat.hash,
        world.charter.hash,
        world.charter.body.policy,
        access_sets(world.charter.body, (person.seat,)),
        people | {GATE: await gate_key(world)},
        pack_content(chat.compact, data),
        now,
    )
    blob = await upload(world, line, sealed.file)
    agreed = yes(world, message, chat, world.med, world.ana, world.ben)
    await line.done(m.ItemKeep(id=new_id(), item=sealed.item.compact, blob=blob, agreed=agreed))
    return sealed.item


def yes(world: Any, message: str, chat: Any, *people: Any) -> tuple[str, ...]:
    return tuple(make_keep(p.signer, world.mediation, message, chat.hash, world.clock.now()).compact for p in people)


async def keep(world: Any, lines: Any, text: str = "I told nobody but you.", who: str = "ana") -> Any:
    """One message, kept with everyone's yes."""
    person, line = getattr(world, who), lines[who]
    message, chat = await say(world, person, line, text)
    sealed = await seal(world, person, chat)
    blob = await upload(world, line, sealed.file)
    agreed = yes(world, message, chat, world.med, world.ana, world.ben)
    await line.done(m.ItemKeep(id=new_id(), item=sealed.item.compact, blob=blob, agreed=agreed))
    return sealed.item


async def ask(world: Any, line: Any, items: list[Any], **changes: Any) -> Any:
    """A mediator's request over these items."""
    sid = items[0].body.wraps[0].sid
    world.export = SoftOpener.fresh()
    world.private = Private(
        recipient=Recipient(name="Court of Nowhere", class_=changes.get("recipient", "court")),
        purpose="a hearing",
        profile=Profile(id=changes.pop("profile", "everything-found"), sha256=profiles_sha256()),
        language="en",
        salt=b64u(random_bytes(32)),
    )
    headers = [header_of(item) for item in items]
    values: dict[str, Any] = {
        "suite": SUITE,
        "mediation": world.mediation,
        "request": new_id(),
        "ground": "waiver",
        "sid": sid,
        "items": tuple(RequestItem(item=h.item, ct_sha256=h.ct_sha256, pt_commit=h.pt_commit) for h in headers),
        "export_key": world.export.public,
        "reviewer": world.med.seat,
        "where": "operator",
        "recipient": "court",
        "profile": world.private.profile,
        "authority": "",
        "private": private_hash(world.private),
        "cooling_hours": 24,
        "expires": world.clock.now() + 30 * 86400,
        "ts": world.clock.now(),
    }
    request = make_request(world.med.signer, Request(**(values | changes)))
    boxes = {
        p.seat: seal_private(p.hold.kem.public, world.mediation, request.body.request, p.seat, world.private)
        for p in world.people.values()
        if hasattr(p, "hold")
    }
    answer = await line.call(m.DisclosureRequest(id=new_id(), request=request.compact, private=boxes))
    return request, answer


def answer(world: Any, person: Any, request: Any, decision: str, items: list[Any], **more: Any) -> m.DisclosureConsent:
    consent = make_consent(
        person.hold.sig,
        person.hold.kem,
        request,
        person.seat,
        decision,
        {header_of(item).item: item for item in items},
        ts=world.clock.now(),
        **more,
    )
    return m.DisclosureConsent(id=new_id(), consent=consent.compact)
