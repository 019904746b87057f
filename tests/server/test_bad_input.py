"""Whatever is thrown at the socket: a code, the end of that connection, and nothing else changes."""

import asyncio
from typing import Any, get_args

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.keys.encoding import new_id
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from server.mediation.decide import Facts, decide
from server.runtime.stream import MAX_FRAMES, Outbox, SlowClient, Stream
from tests.server.pure import NOW, ROLES, Core

BAD = [
    "",
    "{",
    "[]",
    "null",
    '{"type":"no.such"}',
    '{"type":"vault.get"}',
    '{"type":"vault.get","id":"x"}',
    "[" * 50_000,
    "\ud800"[:0] + "{}",
]


@pytest.mark.parametrize("frame", BAD, ids=range(len(BAD)))
async def test_a_frame_that_is_no_message_ends_the_connection_and_nothing_else(world: Any, frame: str) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await med.socket.send_str(frame)
    assert await med.read() == m.Goodbye(code=Code.BAD_FRAME)
    again, _ = await world.med.enter()
    await again.done(m.SeatPut(id=new_id(), seats=()))


async def test_bytes_frames_and_oversized_frames_end_the_connection(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await med.socket.send_bytes(b"{}")
    assert await med.read() == m.Goodbye(code=Code.BAD_FRAME)
    med, _ = await world.med.enter()
    await med.socket.send_str("x" * (m.MAX_FRAME + 1))
    closing = await med.socket.receive()
    assert closing.type is not aiohttp.WSMsgType.TEXT
    assert med.socket.closed
    again, _ = await world.med.enter()
    assert again


async def test_a_second_opening_is_no_command(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await med.say(m.Authenticate(page=world.med.statement(med)))
    assert await med.read() == m.Goodbye(code=Code.BAD_FRAME)


async def test_an_answer_to_another_challenge_is_refused(world: Any) -> None:
    await world.mediate()
    first = await world.dial()
    second = await world.dial()
    await second.say(m.Authenticate(page=world.med.statement(first)))
    assert await second.read() == m.Goodbye(code=Code.BAD_SIGNATURE)


async def test_a_silent_page_is_let_go(world: Any, monkeypatch: Any) -> None:
    from server.live import socket

    monkeypatch.setattr(socket, "OPENING_SECONDS", 0.05)
    line = await world.dial()
    assert await line.read() == m.Goodbye(code=Code.TOO_SLOW)


async def test_a_flood_of_commands_is_answered_busy(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    for _ in range(400):
        await med.say(m.SeatPut(id=new_id(), seats=()))
    answers = []
    while len(answers) < 400:
        frame = await med.read()
        if isinstance(frame, m.Result | m.Failure):
            answers.append(frame)
    assert {frame.code for frame in answers if isinstance(frame, m.Failure)} == {Code.BUSY}
    assert sum(isinstance(frame, m.Result) for frame in answers) >= 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=44),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.text(alphabet="ABCabc012_-.", min_size=16, max_size=60)


def command(data: Any, core: Core) -> m.AnyCommand | None:
    """A well-formed command with arbitrary content; sometimes with real parts."""
    import msgspec

    struct = data.draw(st.sampled_from([s for s in get_args(m.AnyCommand)]))
    known = [p.seat for p in core.people.values()]
    real = [core.charter.compact, *(s.compact for s in core.state.past.values())]
    values: dict[str, Any] = {"type": struct.__struct_config__.tag, "id": new_id()}
    for name in struct.__struct_fields__:
        if name == "id":
            continue
        values[name] = data.draw(
            st.sampled_from(known)
            | st.sampled_from(real)
            | WORDS
            | st.integers(0, 70_000)
            | st.lists(st.sampled_from(real) | WORDS, max_size=3)
            | st.dictionaries(st.sampled_from(known), WORDS, max_size=2)
            | JSON
        )
    try:
        return msgspec.json.decode(msgspec.json.encode(values), type=m.AnyCommand)
    except msgspec.MsgspecError:
        return None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_decide_answers_every_command_with_events_or_a_refusal(data: Any) -> None:
    core = Core()
    core.open("med")
    core.open("ana")
    core.place({core.rooms[0]: ["med", "ana"]})
    core.grant(core.rooms[0])
    for _ in range(6):
        asked = command(data, core)
        if asked is None:
            continue
        who = core.people[data.draw(st.sampled_from(sorted(ROLES)))].viewer
        refused = None
        try:
            core.happen(*decide(core.state, who, asked, Facts(now=NOW)))
        except Refusal as refusal:
            refused = refusal
        if refused is not None:
            assert refused.code in set(Code)
            assert all(len(str(value)) < 200 for value in refused.facts.values())


def test_a_reader_that_falls_behind_is_closed_with_1013_and_never_skips() -> None:
    async def slow() -> None:
        outbox = Outbox()
        for number in range(MAX_FRAMES):
            outbox.put(m.Result(re=f"{number:022d}"))
        with pytest.raises(SlowClient):
            outbox.put(m.Result(re="z" * 22))
        assert (await outbox.next(), outbox.close_code) == (None, 1013)

    asyncio.run(slow())


def test_a_stream_numbers_without_gaps_and_tells_missed_notes_again() -> None:
    from server.mediation.views import Viewer

    note = m.NoteArrived(sender="s" * 22, box="b" * 20, page="p" * 20)
    stream = Stream(Viewer(seat="a", dev="b", kem="c"))
    for _ in range(3):
        stream.tell(m.MediatorSeen(page=None), 1)
    stream.tell(note, 2)
    assert stream.attach(Outbox(), 3) == (True, [(2, note)])
    assert stream.seq == 3
    assert stream.attach(Outbox(), 9) == (False, [])
    assert stream.seq == 0


async def test_a_foreign_subprotocol_gets_no_socket(world: Any) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await world.http.ws_connect(f"{world.origin}/live", protocols=("incamera.v9",))
