"""The walls hold: what runs inside reaches no network and no file, and is ended at its bounds."""

import os

import pytest

from redaction import sandbox
from redaction.formats.model import Limits, Manner, Reason
from redaction.sandbox import Bounds, Wall
from redaction.sandbox_child import Heard, Probe, Read, Refused, Walls, answer
from redaction.sandbox_kernel import landlock_version, seccomp_program
from tests.redaction.formats.hiding_pdf import SECRET, Sheet, text

HERE = [wall for wall in (Wall.BUBBLEWRAP, Wall.KERNEL) if wall is Wall.BUBBLEWRAP or landlock_version() >= 1]


@pytest.mark.parametrize("wall", HERE, ids=lambda wall: wall.name)
def test_nothing_gets_out(wall: Wall) -> None:
    assert sandbox.run(Probe(), Bounds(seconds=60), wall) == Walls(
        sockets=False, files=False, writes=False, namespaces=False
    )


def test_the_probe_can_tell() -> None:
    open_world = answer(Probe())
    assert isinstance(open_world, Walls)
    assert open_world.sockets
    assert open_world.files


@pytest.mark.parametrize("wall", HERE, ids=lambda wall: wall.name)
def test_documents_are_read_behind_every_wall(wall: Wall) -> None:
    reply = sandbox.run(Read(Sheet(text(SECRET)).done(), Manner()), None, wall)
    assert isinstance(reply, Heard), reply
    assert SECRET in reply.reading.text
    assert not reply.reading.unread


def test_a_job_that_takes_too_long_is_ended() -> None:
    reply = sandbox.run(Read(Sheet(text(SECRET)).done(), Manner()), Bounds(seconds=0))
    assert isinstance(reply, Refused)
    assert reply.reason in (Reason.TOO_SLOW, Reason.CRASHED)


def test_a_job_that_wants_too_much_memory_is_refused() -> None:
    sheet = Sheet(text(SECRET))
    sheet.page.obj.MediaBox = [0, 0, 9000, 9000]
    reply = sandbox.run(Read(sheet.done(), Manner(limits=Limits(pixels=10**9))), Bounds(memory=900_000_000))
    assert isinstance(reply, Refused)


def test_without_a_wall_the_job_is_refused_until_an_administrator_lifts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_holds", lambda candidate: False)
    monkeypatch.delenv("INCAMERA_SANDBOX", raising=False)
    sandbox.wall.cache_clear()
    try:
        with pytest.raises(sandbox.NoSandbox):
            sandbox.wall()
        monkeypatch.setenv("INCAMERA_SANDBOX", "none")
        assert sandbox.wall() is Wall.NONE
    finally:
        sandbox.wall.cache_clear()


def test_nothing_of_our_environment_goes_in() -> None:
    os.environ["INCAMERA_TEST_TOKEN"] = "not for children"
    try:
        assert "INCAMERA_TEST_TOKEN" not in sandbox._environment()
    finally:
        del os.environ["INCAMERA_TEST_TOKEN"]


def test_the_filter_is_well_formed() -> None:
    program = seccomp_program()
    assert program is not None
    assert len(program) % 8 == 0
    assert 10 < len(program) // 8 < 300


def test_how_far_a_job_is_comes_out_page_by_page() -> None:
    from redaction.formats.model import Manner
    from redaction.sandbox_child import Heard, Read
    from tests.bench.documents import dense

    told: list[tuple[int, int]] = []
    reply = sandbox.run(Read(dense(3, "Ida Moss"), Manner()), pace=lambda done, of: told.append((done, of)))
    assert isinstance(reply, Heard)
    assert told == [(0, 3), (1, 3), (2, 3)]


def test_a_child_that_says_other_things_than_two_numbers_and_a_reply_is_not_believed() -> None:
    from io import BytesIO

    told: list[tuple[int, int]] = []
    heard = sandbox._heard(BytesIO(b"P\xff\xff\xff\xff\x00\x00\x00\x02" + b"Rreply"), lambda *now: told.append(now))
    assert (heard, told) == (b"reply", [(2, 2)])
    assert sandbox._heard(BytesIO(b"banner of a library"), None) == b""
