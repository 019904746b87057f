"""A disclosure, end to end, with the real worker: nothing opens before everyone has unlocked, nothing leaves before everyone has agreed."""

import json
import sys
from typing import Any

import msgspec
import pytest

from client.bundle.package import read_draft
from client.keys.disclosure import (
    WorkerKeys,
    check_consent,
    check_draft,
    make_sitting,
    open_from_worker,
    open_preview,
    open_release,
    seal_private,
    seal_sitting_share,
    seal_to_reviewer,
)
from client.keys.encoding import compact_json, hash_bytes, new_id
from client.keys.items import header_of, open_file, open_item
from client.keys.jws import unverified
from client.keys.log import check_proof
from client.keys.roots import make_page
from client.protocol import messages as m
from client.protocol.errors import Code
from tests.server import keeping as k

SAID = "My daughter Alice Vandermeer lives at 12 Harbour Street, Portsmouth. Call me on 020 7946 0958."
DAY = 86_400


class Case:
    """One request, carried by hand as the mediator's browser does."""

    def __init__(self, world: Any, lines: Any, item: Any, request: Any) -> None:
        self.world, self.lines, self.item, self.request = world, lines, item, request
        self.rid = request.hash

    async def unlock(self, *names: str) -> None:
        for name in names:
            await self.lines[name].done(
                k.answer(self.world, getattr(self.world, name), self.request, "unlock", [self.item])
            )

    async def consents(self, decision: str) -> dict[str, Any]:
        """The consents as the mediator's page gets them, checked."""
        world = self.world
        _, welcome = await self.again("med")
        view = welcome.requests[0]
        found = {}
        for compact in view.consents:
            seat = unverified("consent", compact, type(self.sample())).seat
            person = next(p for p in world.people.values() if p.seat == seat)
            draft = None
            if view.draft is not None:
                draft = (header_of(self.draft).item, self.digest)
            found[seat] = check_consent(compact, self.request, seat, person.hold.sig.public, draft)
        assert all(c.body.decision == decision for c in found.values())
        return found

    def sample(self) -> Any:
        command = k.answer(self.world, self.world.ana, self.request, "refuse", [])
        from client.keys.disclosure import Consent

        return unverified("consent", command.consent, Consent)

    async def again(self, name: str) -> tuple[Any, m.Welcome]:
        line, welcome = await getattr(self.world, name).enter(access=False)
        self.lines[name] = line
        return line, welcome

    async def feed(self, people: list[dict[str, Any]] | None = None) -> Any:
        """Open a sitting and feed it; the findings."""
        world = self.world
        unlocked = await self.consents("unlock")
        opened = await self.lines["med"].done(m.SittingOpen(id=new_id(), rid=self.rid))
        self.worker = WorkerKeys(kem=opened["kem"], sig=opened["sig"])
        self.wall = opened["wall"]
        sitting = make_sitting(
            world.med.signer, world.mediation, self.rid, self.worker, opened["build"], world.clock.now()
        )
        self.sitting = sitting
        sid, item = self.request.body.sid, header_of(self.item).item
        shares = {}
        for seat, consent in unlocked.items():
            share = open_release(world.export, self.request, self.item, seat, consent.body.shares[0].box)
            shares[f"{item}/{seat}"] = seal_sitting_share(self.worker.kem, self.rid, item, sid, seat, share)
        page = make_page(
            world.med.signer, world.mediation, world.med.seat, world.med.page.public, "A" * 43, world.clock.now()
        )
        private = seal_private(
            self.worker.kem, world.mediation, self.request.body.request, world.med.seat, world.private
        )
        roster = None
        if people is not None:
            roster = seal_to_reviewer(self.worker.kem, "people", self.rid, world.med.seat, compact_json(people))
        command = m.SittingFeed(
            id=new_id(), sitting=sitting.compact, shares=shares, private=private, reviewer=page.compact, people=roster
        )
        answer = await self.lines["med"].call(command)
        if isinstance(answer, m.Failure):
            return answer
        return json.loads(await self.boxed("findings", answer.data))

    async def boxed(self, label: str, data: dict[str, Any]) -> bytes:
        """What the worker boxed to the reviewer, in however many parts."""
        box = data["box"]
        for number in range(1, data["parts"]):
            box += (await self.lines["med"].done(m.SittingPart(id=new_id(), number=number)))["part"]
        return self.from_worker(label, box)

    def from_worker(self, label: str, box: str) -> bytes:
        return open_from_worker(self.world.med.page, label, self.rid, self.world.med.seat, box)

    async def draft_it(self, **decisions: Any) -> bytes:
        """Decide and finish; the draft's content as the reviewer saw it."""
        plain = compact_json({"decisions": [], "added": [], **decisions})
        box = seal_to_reviewer(self.worker.kem, "decisions", self.rid, self.world.med.seat, plain)
        preview = await self.lines["med"].done(m.SittingDecide(id=new_id(), decisions=box))
        assert not preview["stopped"], await self.boxed("stopped", preview)
        content = await self.boxed("draft", preview)
        await self.lines["med"].done(m.SittingFinish(id=new_id()))
        self.digest = hash_bytes(content)
        return content

    async def read(self, name: str) -> bytes:
        """The draft as a holder's page opens it."""
        world, person = self.world, getattr(self.world, name)
        line, welcome = await self.again(name)
        view = welcome.requests[0]
        self.draft = check_draft(view.draft, self.sitting, self.request)
        identity, salt = open_preview(person.hold.kem, self.rid, person.seat, view.preview)
        return open_file(self.draft, await download(world, line, view.draft_blob), identity, salt)

    async def release(self, *names: str, shorten: bool = False) -> None:
        for name in names:
            command = k.answer(
                self.world,
                getattr(self.world, name),
                self.request,
                "release",
                [self.draft],
                draft=self.digest,
                shorten=shorten,
            )
            await self.lines[name].done(command)

    async def collect(self) -> m.Result | m.Failure:
        return await self.lines["med"].call(m.DisclosureCollect(id=new_id(), rid=self.rid))


async def download(world: Any, line: Any, blob: str) -> bytes:
    token = (await line.done(m.BlobOpen(id=new_id(), blob=blob)))["token"]
    async with world.http.get(f"{world.origin}/blob/{blob}", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 200
        return await answer.read()


async def case(
    world: Any, said: str = SAID, close: bool = True, document: tuple[bytes, str, str] | None = None, **request: Any
) -> Case:
    lines = await k.joint(world)
    item = await (k.keep(world, lines, said) if document is None else k.keep_document(world, lines, *document))
    if close:
        await lines["med"].done(m.MediationClose(id=new_id()))
    asked, answer = await k.ask(world, lines["med"], [item], **request)
    assert isinstance(answer, m.Result), answer
    return Case(world, lines, item, asked)


async def test_before_everyone_unlocks_the_gate_gives_nothing(world: Any) -> None:
    it = await case(world)
    await it.unlock("med", "ana")
    refused = await it.lines["med"].refused(m.SittingOpen(id=new_id(), rid=it.rid))
    assert (refused.code, refused.facts) == (Code.INCOMPLETE, {"rule": "unlock", "seats": [world.ben.seat]})
    refused = await it.lines["ana"].refused(m.SittingOpen(id=new_id(), rid=it.rid))
    assert refused.facts["rule"] == "mediators-only"


@pytest.mark.slow
async def test_an_excerpt_is_reviewed_agreed_to_by_all_and_collected_with_proofs(world: Any) -> None:
    it = await case(world)
    await it.unlock("med", "ana", "ben")
    findings = await it.feed()
    assert not isinstance(findings, m.Failure), findings
    assert findings["files"][0]["text"] == SAID
    assert any("Vandermeer" in one["text"] for one in findings["findings"])
    assert "seccomp" in it.wall
    content = await it.draft_it()
    assert await it.read("ana") == content
    files = read_draft(content)
    assert b"Vandermeer" not in b"".join(files.values())
    assert files["excerpt.pdf"].startswith(b"%PDF")

    refused = await it.collect()
    assert (refused.code, refused.facts["rule"]) == (Code.INCOMPLETE, "release")
    for name in ("med", "ben"):
        await it.again(name)
    await it.release("med", "ana", "ben")
    refused = await it.collect()
    assert (refused.code, refused.facts["rule"]) == (Code.TOO_EARLY, "cooling-off")
    world.clock.pass_(DAY)
    answer = await it.collect()
    assert isinstance(answer, m.Result), answer
    data = answer.data

    shares = {"gate": open_release(world.export, it.request, it.draft, "gate", data["share"])}
    for seat, consent in (await it.consents("release")).items():
        shares[seat] = open_release(world.export, it.request, it.draft, seat, consent.body.shares[0].box)
    line = it.lines["med"]
    opened = open_item(it.draft, it.request.body.sid, shares, await download(world, line, data["draft_blob"]))
    assert opened == content
    kinds = []
    for event, proof in zip(data["events"], data["proofs"], strict=True):
        check_proof(proof, event.encode(), world.mediation, data["log_key"])
        kinds.append(msgspec.json.decode(event)["kind"])
    assert kinds == ["requested", *["consented"] * 6, "released"]
    assert len(data["consents"]) == 6
    assert len(data["holders"]) == 3
    assert data["sheets"]
    assert isinstance(await it.collect(), m.Result), "what was released can be collected again"
    logged = world.logged.getvalue()
    assert "Vandermeer" not in logged


@pytest.mark.slow
async def test_who_agreed_is_named_and_a_stranger_is_not(world: Any) -> None:
    it = await case(
        world, "Alice Vandermeer said that Gerard Holloway had lent Vandermer the money.", profile="third-parties"
    )
    await it.unlock("med", "ana", "ben")
    person = {
        "name": "Alice Vandermeer",
        "nicknames": [],
        "emails": [],
        "phones": [],
        "role": "party",
        "consents": True,
    }
    findings = await it.feed([person])
    assert not isinstance(findings, m.Failure), findings
    by_text = {one["text"]: one for one in findings["findings"]}
    assert by_text["Vandermer"]["operator"] == "keep"
    text = b"".join(v for name, v in read_draft(await it.draft_it()).items() if name.startswith("items/")).decode()
    assert "Alice Vandermeer" in text
    assert "Vandermer the" in text
    assert "Holloway" not in text


@pytest.mark.slow
async def test_holders_may_end_the_pause_together_and_one_who_takes_it_back_stops_all(world: Any) -> None:
    it = await case(world, close=False)
    await it.unlock("med", "ana", "ben")
    await it.feed()
    content = await it.draft_it()
    await it.read("ana")
    for name in ("med", "ben"):
        await it.again(name)
    await it.release("med", "ana", shorten=True)
    await it.release("ben")
    refused = await it.collect()
    assert refused.code == Code.TOO_EARLY
    await it.release("ben", shorten=True)
    await it.lines["ana"].done(k.answer(world, world.ana, it.request, "revoke", []))
    refused = await it.collect()
    assert (refused.code, refused.facts["seats"]) == (Code.INCOMPLETE, [world.ana.seat])
    await it.release("ana", shorten=True)
    other = k.answer(world, world.ben, it.request, "release", [it.draft], draft=hash_bytes(content + b" "))
    assert isinstance(await it.lines["ben"].call(other), m.Failure), "a yes to other bytes does not count"
    assert isinstance(await it.collect(), m.Result)
    refused = await it.lines["ana"].refused(k.answer(world, world.ana, it.request, "revoke", []))
    assert refused.facts["rule"] == "released"


async def test_a_destroyed_gate_key_ends_everything_that_was_kept(world: Any) -> None:
    from server.http.keys import GATE, RULES
    from server.runtime.retention import expire_due

    it = await case(world)
    await it.unlock("med", "ana", "ben")
    gate = world.server.app[GATE]
    assert await expire_due(world.house, gate, world.server.app[RULES]) == 0
    world.clock.pass_(366 * DAY)
    assert await expire_due(world.house, gate, world.server.app[RULES]) == 1
    refused = await it.lines["med"].refused(m.SittingOpen(id=new_id(), rid=it.rid))
    assert refused.code == Code.GONE
    assert not gate.has(world.mediation)
    assert list(world.house.services.blobs._folder.iterdir()) == []
    _, welcome = await it.again("ben")
    assert welcome.state == "destroyed"


def test_the_server_never_loads_what_redaction_needs() -> None:
    import subprocess

    program = (
        "import sys, server.app, server.serve, server.disclosure.sittings;"
        "bad = {'presidio_analyzer', 'spacy', 'pypdfium2', 'pikepdf', 'typst', 'lxml', 'openpyxl', 'olefile', 'PIL',"
        " 'redaction.detect.engine'} & set(sys.modules);"
        "print(sorted(bad))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
