"""The whole story in ten steps, told by headless clients only. Tests, the bench and the search for secrets tell the same one.

Whatever people write carries a mark of its own (`Words`), so that it can be looked for wherever it must not be.
"""

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from client.headless import documents
from client.headless.desk import Plan, SeatWish
from client.headless.disclosure import Disclosure, Wish
from client.headless.record import Record
from client.headless.seat import Seat
from client.headless.session import Session
from client.keys.devices import SoftSigner
from client.keys.encoding import unb64u
from client.keys.link import parse_link
from client.keys.roots import fingerprint
from tests.story.stage import Stage, inside, together


class Words:
    """What is said in one telling. Every text is unlike any other in the world."""

    def __init__(self) -> None:
        self.planted: dict[str, bytes] = {}

    def text(self, name: str, about: str) -> str:
        """A text with a mark, noted as planted under this name."""
        made = f"{about} {secrets.token_hex(9)}"
        self.planted[name] = made.encode()
        return made

    def key(self, name: str, raw: bytes) -> None:
        """A key that only people's devices may ever hold."""
        self.planted[name] = raw


@dataclass
class Telling:
    """A story under way."""

    on: Stage
    words: Words
    people: dict[str, Session] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    rid: str = ""
    draft: bytes = b""
    package: bytes = b""
    root: str = ""

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[None]:
        """Take the time of a step."""
        started = time.perf_counter()
        yield
        self.took[name] = time.perf_counter() - started

    def __getitem__(self, who: str) -> Session:
        return self.people[who]

    def everybody(self) -> list[Session]:
        """Mediator and people."""
        return [self.on.table, *self.people.values()]


def plan(words: Words) -> Plan:
    """The mediation of the story."""
    people = [
        SeatWish(
            name=words.text("name of a", "Ada Brook"), role="party", side="0", phone=words.text("phone", "+34 600")
        ),
        SeatWish(name=words.text("name of b", "Ben Stone"), role="party", side="1"),
        SeatWish(name=words.text("name of l", "Lea Quill"), role="counsel", side="0"),
    ]
    return Plan(
        title=words.text("title", "Orchard wall"),
        sides=(words.text("side of a", "Upper farm"), words.text("side of b", "Lower farm")),
        seats=tuple(people),
        starts=1_800_000_000,
        ends=1_800_010_800,
        own_agreement={"en": words.text("agreement", "We talk in confidence and record nothing.")},
    )


def record_of(who: Session) -> Record:
    """A person's part in the record."""
    assert who.record is not None
    return who.record


async def meet(tell: Telling) -> None:
    """Steps 1 to 3: set up, join by link, agreement, knock, the joint room, chat, a document."""
    on, words = tell.on, tell.words
    a, b, l_ = (seat.name for seat in on.entry.seats if seat.secret)
    for seat in on.entry.seats:
        if seat.secret:
            words.key(f"link of {seat.role} {seat.seat}", parse_link(on.link(seat.name)).secret)
    book = on.desk.book
    assert book is not None
    words.key("root", unb64u(book.root, 32))
    words.key("recovery kit", on.desk.kit)
    tell.root = fingerprint(SoftSigner(unb64u(book.root, 32)).public)
    async with tell.step("join"):
        tell.people["a"] = await on.admitted(a)
        ben = await on.enter(b)
        await ben.knock(sign=False, words=words.text("cannot sign", "I left my glasses"))
        await on.knocked(b)
        await on.table.signed_on_paper(on.place(b))
        await on.table.admit(on.place(b), "joint")
        tell.people["b"] = ben
        tell.people["l"] = await on.admitted(l_)
        await together(*tell.everybody())
    async with tell.step("chat"):
        for n in range(3):
            for who in ("a", "b", "l"):
                await tell[who].say(words.text(f"chat {who}{n}", "The wall"))
        for who in tell.everybody():
            await who.until(lambda s: len(s.lines) == 9)
    async with tell.step("document"):
        content = words.text("document", "Survey of the wall").encode()
        message = await documents.share(tell["a"], words.text("file name", "survey") + ".txt", content)
        for who in tell.everybody():
            await who.until(lambda s: s.line(message) is not None)
        line = tell["b"].state.line(message)
        assert line is not None
        assert line.document is not None
        words.planted["document key"] = line.document.identity.encode()
        assert await documents.read(tell["b"], line) == content
    _note_keys(tell, "joint")


async def apart(tell: Telling) -> None:
    """Steps 4 and 5: private meeting, the mediator visits and leaves, the lawyers' room, a reload."""
    on, words = tell.on, tell.words
    ada, ben, lea = tell["a"], tell["b"], tell["l"]
    hers = [ada.belief.seat, lea.belief.seat]
    async with tell.step("private meeting"):
        room = await on.table.make_room("caucus", hers, words.text("room label", "Upper farm alone"))
        await inside(ada, lea, room=room)
        await on.table.visit(room)
        await together(on.table, ada, lea)
        await together(ben)
        said = await ada.say(words.text("private to the mediator", "Eight is our least"))
        await on.table.until(lambda s: s.line(said) is not None)
        assert ben.state.line(said) is None
        _note_keys(tell, "visited")
        await on.table.move([on.table.belief.seat], "joint")
        await together(ada, lea)
        after = await lea.say(words.text("private without", "She does not know about ten"))
        await ada.until(lambda s: s.line(after) is not None)
        assert on.table.state.line(after) is None
        _note_keys(tell, "private")
    async with tell.step("lawyers' room"):
        room = await on.table.make_room("counsel", hers)
        await inside(ada, lea, room=room)
        await together(ada, lea)
        said = await lea.say(words.text("between lawyer and client", "Take nine"))
        await ada.until(lambda s: s.line(said) is not None)
        assert on.table.state.line(said) is None
    async with tell.step("note"):
        words_ = words.text("quiet line", "May we break")
        await ada.note(on.table.belief.seat, "word", {"text": words_}, on.table.belief.page.public)
        await on.table.until(lambda s: any(n.body.get("text") == words_ for n in s.notes))
    async with tell.step("back and reload"):
        await on.table.move(hers, "joint")
        await together(*tell.everybody())
        name = on.entry.seat(ada.belief.seat).name
        tell.people["a"] = await on.enter(name)
        await together(*tell.everybody())


async def keep(tell: Telling, between: Callable[[], Awaitable[None]] | None = None) -> None:
    """Step 6: paper keys, two things kept with everyone's yes (and what happens `between` them); closed for good."""
    on, words = tell.on, tell.words
    async with tell.step("paper keys"):
        for who in tell.everybody():
            await record_of(who).test_paper_key(record_of(who).make_paper_key())
            seed = record_of(who).seed
            assert seed is not None
            words.key(f"paper key of {who.state.role} {who.belief.seat}", seed)
        seats = {who.belief.seat for who in tell.everybody()}
        for who in tell.everybody():
            await who.until(lambda s: seats <= set(s.holders))
    async with tell.step("keep"):
        said = await tell["a"].say(
            words.text("kept message", "I, Ada Brook, pay eleven hundred euro to Ben Stone on 4 May 2026")
        )
        await _kept(tell, said, tell["a"])
        if between is not None:
            await between()
        content = words.text(
            "kept document", "Ben Stone, born 3 March 1961, ben.stone@example.org, 12 Mill Lane"
        ).encode()
        file = await documents.share(tell["b"], words.text("kept file name", "terms") + ".txt", content)
        await _kept(tell, file, tell["b"])
        await on.table.until(lambda s: len(s.kept) == 2)
        for who in holders(tell):
            await who.until(lambda s: len(s.kept) == 2)
    async with tell.step("close"):
        for name, who in tell.people.items():
            if isinstance(who, Seat):
                on.seeds[on.entry.seat(who.belief.seat).name] = record_of(who).seed or b""
                words.key(f"device of {name}", who.device.signer.seed)
        await on.table.close()
        for who in tell.everybody():
            await who.until(lambda s: s.life == "closed" and s.room is None)
            assert who.belief.keys == {}


async def _kept(tell: Telling, message: str, author: Session) -> None:
    others = [who for who in tell.everybody() if who is not author]
    for who in tell.everybody():
        await who.until(lambda s: s.line(message) is not None)
    await record_of(author).ask(message)
    for who in others:
        await who.until(lambda s: bool((line := s.line(message)) and line.asked_by))
        await record_of(who).agree(message)
    seats = {who.belief.seat for who in others}
    await author.until(lambda s: bool((line := s.line(message)) and seats <= line.agreed))
    tell.kept.append(await record_of(author).keep(message))


def _note_keys(tell: Telling, when: str) -> None:
    for key in tell["a"].belief.keys.values():
        tell.words.key(f"room key {when} {key.room} {key.epoch}", key.key)


async def request(tell: Telling) -> None:
    """Step 7 begins: months later, a request."""
    on, words = tell.on, tell.words
    desk = Disclosure(on.table, record_of(on.table))
    rules = await on.desk.rules()
    async with tell.step("request"):
        tell.rid = await desk.request(
            Wish(
                items=tuple(tell.kept),
                recipient=words.text("recipient", "County court"),
                recipient_class="court",
                purpose=words.text("purpose", "Show the terms"),
                profile="everything-found",
                profile_sha256=str(rules["profile_sha256"]),
            )
        )


async def ask(tell: Telling) -> None:
    """Step 7, first half: a request, and every holder lets the reviewer look."""
    await request(tell)
    async with tell.step("unlock"):
        for who in holders(tell):
            await who.until(lambda s: any(a.rid == tell.rid and a.recipient for a in s.asked))
            await record_of(who).unlock(tell.rid)


def holders(tell: Telling) -> list[Session]:
    """Those whose yes is needed."""
    record = record_of(tell.on.table)
    item = record.items[tell.kept[0]][0]
    needed = {holder for wrap in item.body.wraps for holder in wrap.holders}
    return [who for who in tell.everybody() if who.belief.seat in needed]


async def review(tell: Telling, black: str = "eleven hundred") -> None:
    """Step 7, second half: the sitting, the reviewer's decisions (`black` is missed by the search and added), the draft."""
    desk = Disclosure(tell.on.table, record_of(tell.on.table))
    async with tell.step("sitting"):
        rid = tell.rid
        await tell.on.table.until(lambda s: any(a.rid == rid and a.stage in ("unlocked", "drafted") for a in s.asked))
        sat = await desk.sit(rid)
    async with tell.step("draft"):
        found = {finding["text"] for finding in sat.findings}
        assert any("Ben Stone" in text for text in found), found
        first = next(file for file in sat.files if "Ada Brook" in file["text"])
        start = first["text"].index(black)
        added = {"item": first["item"], "start": start, "end": start + len(black), "kind": "AMOUNT"}
        tell.draft = await desk.decide(sat, added=[added])
        for word in (b"Ben Stone", black.encode(), b"ben.stone@example.org"):
            assert word not in tell.draft
        await desk.finish()


async def release(tell: Telling, shorten: bool = False) -> None:
    """Steps 7 and 8: every holder sees exactly these bytes and agrees; cooling-off, or all of them shorten it; the package."""
    desk = Disclosure(tell.on.table, record_of(tell.on.table))
    rid = tell.rid
    async with tell.step("release"):
        for who in holders(tell):
            await who.until(lambda s: any(a.rid == rid and a.stage == "drafted" for a in s.asked))
            assert await record_of(who).preview(rid) == tell.draft
            await record_of(who).release(rid, shorten)
        reached = "releasable" if shorten else "cooling"
        await tell.on.table.until(lambda s: any(a.rid == rid and a.stage == reached for a in s.asked))
    async with tell.step("package"):
        if not shorten:
            tell.on.time.pass_(24 * 3600 + 1)
        tell.package = await desk.collect(rid)


PARTS = (meet, apart, keep, ask, review, release)
