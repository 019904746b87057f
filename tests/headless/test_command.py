"""`incamera seat`: a person without a screen, from the shell."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from client.headless.command import read_device, save
from tests.story import story
from tests.story.stage import Stage, house, inside, stage


async def seat(*arguments: str, link: str = "") -> tuple[int, list[dict[str, Any]], str]:
    """Run the command; exit code, what it printed, and what it complained about."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("incamera")),
        "seat",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(link.encode() + b"\n"), 60)
    return process.returncode or 0, [json.loads(line) for line in out.splitlines()], errors.decode()


async def admit(on: Stage, name: str) -> None:
    await on.knocked(name)
    await on.table.admit(on.place(name), "joint")


async def test_it_joins_speaks_shares_and_prints_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "survey.txt"
    file.write_text("eleven metres")
    async with house(tmp_path / "data") as server, stage(await server.enrolment(), server.time) as on:
        ben = await on.admitted("Ben Stone")
        link = on.link("Ada Brook")
        command = asyncio.create_task(
            seat("-", "--say", "good morning", "--share", str(file), "--seconds", "60", "--until-closed", link=link)
        )
        await admit(on, "Ada Brook")
        await inside(ben)
        await ben.until(lambda s: len(s.lines) == 2)
        assert [x.text for x in ben.state.lines] == ["good morning", "survey.txt"]
        await on.table.close()
        code, lines, errors = await command
        assert (code, errors) == (0, "")
        sees = [line["see"] for line in lines]
        assert sees.index("invitation") < sees.index("knocked") < sees.index("line")
        assert [line["text"] for line in lines if line["see"] == "line"] == ["good morning", "survey.txt"]
        printed = json.dumps(lines)
        assert link.rpartition("#")[2].split(".")[4] not in printed
        assert "AGE-SECRET-KEY" not in printed


async def test_it_agrees_to_keep_and_months_later_lets_the_reviewer_look(tmp_path: Path) -> None:
    device = str(tmp_path / "device.json")
    async with house(tmp_path / "data") as server, stage(await server.enrolment(), server.time) as on:
        ada = await on.admitted("Ada Brook")
        link = on.link("Ben Stone")
        ben = asyncio.create_task(seat("-", "--keep", "--device", device, "--until-closed", link=link))
        await admit(on, "Ben Stone")
        tell = story.Telling(on, story.Words(), {"a": ada})
        for who in (on.table, ada):
            record = story.record_of(who)
            await record.test_paper_key(record.make_paper_key())
        for who in (on.table, ada):
            await who.until(lambda s: len(s.holders) == 3)
        said = await ada.say("I pay eleven hundred")
        await on.table.until(lambda s: s.line(said) is not None)
        await story.record_of(ada).ask(said)
        await on.table.until(lambda s: bool((line := s.line(said)) and line.asked_by))
        await story.record_of(on.table).agree(said)
        await ada.until(lambda s: bool((line := s.line(said)) and len(line.agreed) == 2))
        tell.kept.append(await story.record_of(ada).keep(said))
        await on.table.close()
        assert (await ben)[0] == 0
        await story.request(tell)
        for who in (on.table, ada):
            await who.until(lambda s: any(a.recipient for a in s.asked))
            await story.record_of(who).unlock(tell.rid)
        answer = asyncio.create_task(seat("-", "--consent", "unlock", "--device", device, "--seconds", "4", link=link))
        await on.table.until(lambda s: any(a.stage == "unlocked" for a in s.asked))
        code, lines, errors = await answer
        assert (code, errors) == (0, "")
        assert {"see": "answered", "rid": tell.rid, "answer": "unlock"} in lines


async def test_a_broken_link_is_a_sentence_and_a_code() -> None:
    code, lines, errors = await seat("http://127.0.0.1:1/j#1.abc")
    assert code == 1
    assert lines == []
    assert "cut" in errors


def test_a_device_file_is_for_its_owner_and_keeps_the_device(tmp_path: Path) -> None:
    file = tmp_path / "device.json"
    first = read_device(file)
    assert file.stat().st_mode & 0o077 == 0
    assert read_device(file).signer.public == first.signer.public


def test_a_document_cant_be_saved_outside_its_folder(tmp_path: Path) -> None:
    save(tmp_path / "in", "../../escaped.txt", b"x")
    assert (tmp_path / "in" / "escaped.txt").read_bytes() == b"x"
