"""`incamera seat LINK`: joins as a person would, with the same keys and checks, and prints what it sees as JSON lines.

Prints no key, no link and no identity of a document. A link on the command line can be read by other users of the machine: `-`
reads it from standard input instead.
"""

import asyncio
import json
import mimetypes
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import aiohttp
import click
import msgspec

from client.headless import documents
from client.headless.call import Call
from client.headless.record import Record
from client.headless.seat import Device, Seat, joined, new_device
from client.headless.state import SeatState
from client.keys.devices import SoftSigner
from client.keys.encoding import b64u, unb64u
from client.keys.link import LinkRefused
from client.protocol.errors import Refusal, Unavailable

ANSWERS = ("unlock", "release", "refuse", "revoke")


@click.command()
@click.argument("link")
@click.option(
    "--name", "names", multiple=True, help="Who is at this screen; once per person (default: the invitation's name)."
)
@click.option("--cannot-sign", is_flag=True, help="Knock without signing the agreement.")
@click.option("--words", default="", help="A word to the mediator with the knock.")
@click.option("--say", "says", multiple=True, help="Post this once let in; may be repeated.")
@click.option(
    "--share",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Share this file.",
)
@click.option(
    "--save", type=click.Path(file_okay=False, path_type=Path), help="Save documents that others share in this folder."
)
@click.option("--media", is_flag=True, help="Send a synthetic picture and sound, and count what can be opened.")
@click.option(
    "--keep", is_flag=True, help="Make and test a paper key (kept in the device file), and agree to keep what is asked."
)
@click.option(
    "--consent", "answers", multiple=True, type=click.Choice(ANSWERS), help="Answer requests to open the record so."
)
@click.option(
    "--device",
    "device_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where this device's keys are kept between visits.",
)
@click.option("--seconds", default=60.0, show_default=True, help="Leave after this time.")
@click.option("--until-closed", is_flag=True, help="Leave when the meeting is closed for good, or after --seconds.")
def seat(link: str, **options: Any) -> None:
    """Join a mediation without a screen, by the LINK of a place ('-' reads it from standard input)."""
    text = sys.stdin.readline() if link == "-" else link
    try:
        asyncio.run(_visit(text, options))
    except LinkRefused as refused:
        raise click.ClickException(f"The link can't be used: {refused.fault}.") from None
    except Unavailable as lost:
        raise click.ClickException(f"No connection: {lost.part}.") from None


async def _visit(link: str, options: dict[str, Any]) -> None:
    file: Path | None = options["device_file"]
    device = read_device(file)
    async with aiohttp.ClientSession() as http, joined(http, link, device, lambda: int(time.time())) as here:
        record = Record(here, device.hold_seed)
        shown = Shown(sys.stdout)
        call = Call(here) if options["media"] else None
        deadline = time.monotonic() + options["seconds"]
        try:
            await _act(here, record, call, shown, options, file, deadline)
        except Refusal as refused:
            shown.line("refused", code=refused.code, facts=dict(refused.facts))
        finally:
            shown.state(here.state)
            if call is not None:
                await call.close()


async def _act(
    here: Seat,
    record: Record,
    call: Call | None,
    shown: "Shown",
    options: dict[str, Any],
    file: Path | None,
    deadline: float,
) -> None:
    shown.state(await here.until(lambda s: s.title != "" or s.distrust != (), options["seconds"]))
    over = here.state.life in ("closed", "destroyed")  # then there is only the record to answer for
    if here.state.standing == "visitor" and not over:
        await here.knock(*options["names"], sign=not options["cannot_sign"], words=options["words"])
        shown.line("knocked")
    if not over and not await _wait(here, shown, deadline, lambda s: s.room is not None and s.room.granted):
        return
    if not over:
        await _speak(here, record, call, options, file)
    done: set[str] = set()
    while time.monotonic() < deadline and here.state.connection != "ended":
        shown.state(here.state)
        if call is not None:
            shown.media(call)
        await _duties(here, record, options, done, shown)
        if options["until_closed"] and here.state.life in ("closed", "destroyed"):
            return
        await asyncio.sleep(0.2)


async def _speak(here: Seat, record: Record, call: Call | None, options: dict[str, Any], file: Path | None) -> None:
    """What was asked for on the command line, once let in."""
    if call is not None:
        call.start("audio", "video")
    if options["keep"]:
        words = record.make_paper_key() if record.seed is None else ""
        if words:
            await record.test_paper_key(words)
            write_device(file, Device(signer=here.device.signer, hold_seed=record.seed))
    for text in options["says"]:
        await here.say(text)
    for path in options["files"]:
        mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        await documents.share(here, path.name, await asyncio.to_thread(path.read_bytes), mime)


async def _wait(here: Seat, shown: "Shown", deadline: float, true: Any) -> bool:
    while time.monotonic() < deadline:
        shown.state(here.state)
        if true(here.state):
            return True
        if here.state.connection == "ended" or here.state.distrust:
            return False
        await asyncio.sleep(0.1)
    return False


async def _duties(here: Seat, record: Record, options: dict[str, Any], done: set[str], shown: "Shown") -> None:
    for line in here.state.lines:
        if options["keep"] and line.asked_by and line.id not in done and line.seat != here.belief.seat:
            done.add(line.id)
            await record.agree(line.id)
        folder: Path | None = options["save"]
        if folder is not None and line.document and line.seat != here.belief.seat and line.document.blob not in done:
            done.add(line.document.blob)
            content = await documents.read(here, line)
            await asyncio.to_thread(save, folder, line.document.name, content)
            shown.line("saved", size=len(content))
    for asked in here.state.asked:
        for answer in options["answers"]:
            step = f"{asked.rid}/{answer}"
            if step in done or (answer == "release" and asked.stage not in ("drafted", "cooling", "releasable")):
                continue
            done.add(step)
            if answer == "unlock":
                await record.unlock(asked.rid)
            elif answer == "release":
                await record.preview(asked.rid)
                await record.release(asked.rid)
            elif answer == "refuse":
                await record.refuse(asked.rid)
            else:
                await record.revoke(asked.rid)
            shown.line("answered", rid=asked.rid, answer=answer)


class Shown:
    """Prints what changed, once."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._last: dict[str, str] = {}

    def line(self, see: str, **facts: Any) -> None:
        """One JSON line."""
        self._out.write(json.dumps({"see": see, **facts}, ensure_ascii=False) + "\n")
        self._out.flush()

    def state(self, state: SeatState) -> None:
        """What changed since the last time."""
        self._change("connection", state=state.connection, standing=state.standing, problem=state.problem)
        if state.title:
            self._change("invitation", title=state.title, name=state.name)
        self._change("room", **_room(state))
        for line in state.lines:
            self._change(
                f"line {line.id}",
                names=list(line.names),
                kind=line.kind,
                text=line.text,
                kept=line.kept,
                agreed=len(line.agreed),
            )
        for note in state.notes:
            self._change(f"note {note.id}", kind=note.kind, body=note.body)
        for asked in state.asked:
            self._change(
                f"request {asked.rid}",
                stage=asked.stage,
                recipient=asked.recipient,
                purpose=asked.purpose,
                answered=asked.answered,
            )
        self._change("record", holders=len(state.holders), kept=len(state.kept), life=state.life)
        if state.door_reply:
            self._change("door", reply=state.door_reply)
        for index, distrust in enumerate(state.distrust):
            self._change(f"distrust {index}", kind=distrust.kind, facts=distrust.facts)

    def media(self, call: Call) -> None:
        """Frames opened and refused, by place."""
        counts = {
            place: {kind: [count.opened, count.failed] for kind, count in kinds.items()}
            for place, kinds in call.media.counts().items()
        }
        self._change("media", connected=call.media.connected, counts=counts)

    def _change(self, see: str, **facts: Any) -> None:
        text = json.dumps(facts, sort_keys=True)
        if self._last.get(see) != text:
            self._last[see] = text
            self.line(see.partition(" ")[0], **facts)


def _room(state: SeatState) -> dict[str, Any]:
    room = state.room
    if room is None:
        return {"room": None}
    people = [{"names": list(p.names), "role": p.role, "online": p.online, "me": p.me} for p in room.people]
    return {"room": room.id, "kind": room.kind, "people": people, "epoch": room.epoch, "granted": room.granted}


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    signer: str
    hold_seed: str = ""


def read_device(file: Path | None) -> Device:
    """The device kept in this file; a new one (and the file) if there is none."""
    if file is None or not file.exists():
        device = new_device()
        write_device(file, device)
        return device
    stored = msgspec.json.decode(file.read_bytes(), type=_Stored)
    seed = unb64u(stored.hold_seed, 32) if stored.hold_seed else None
    return Device(signer=SoftSigner(unb64u(stored.signer, 32)), hold_seed=seed)


def write_device(file: Path | None, device: Device) -> None:
    """Keep a device, for its owner's eyes only."""
    if file is None:
        return
    stored = _Stored(signer=b64u(device.signer.seed), hold_seed=b64u(device.hold_seed) if device.hold_seed else "")
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(msgspec.json.encode(stored))


def save(folder: Path, name: str, content: bytes) -> None:
    """Write a document that somebody shared; its name can't lead out of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / Path(name).name).write_bytes(content)
