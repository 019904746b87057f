"""One meeting after another: adjourning empties every room by signed sheets, and leaves to each what they had seen.

Nobody comes back into yesterday's room by themselves: the next meeting begins with nobody in any room, and a knock.
"""

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from client.keys.jws import Signed
from client.keys.membership import Sheet, check_sheet
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from server.mediation import events as e
from server.mediation.model import Live, State
from server.mediation.views import Viewer


def adjourn(
    state: State, actor: Viewer, command: m.MediationAdjourn, uploads: Collection[str]
) -> tuple[e.AnyEvent, ...]:
    """End the meeting, if the sheets leave nobody anywhere. Raises Refusal."""
    if state.life != "open":
        return ()
    if command.journal is not None and command.journal not in uploads:
        raise Refusal(Code.INCOMPLETE, blobs=[command.journal])
    emptied = set()
    for compact in command.sheets:
        sheet = check_sheet(compact, state.charter, state.certified, None)
        last = state.rooms.get(sheet.body.room)
        if last is None or (sheet.body.rev, sheet.body.prev) != (last.body.rev + 1, last.hash):
            raise Refusal(Code.STALE, rule="revision", room=sheet.body.room, rev=0 if last is None else last.body.rev)
        if sheet.body.members or sheet.body.parting or sheet.body.kind != last.body.kind:
            raise Refusal(Code.BAD_OBJECT, rule="room")
        emptied.add(sheet.body.room)
    if len(emptied) != len(command.sheets) or emptied != set(state.rooms):
        raise Refusal(Code.STALE, rule="rooms")
    readers: Mapping[str, frozenset[str]] = {**state.readers, **state.live.shown}
    if command.journal is not None:
        readers = {**readers, command.journal: frozenset({actor.seat})}
    return (e.Adjourned(sheets=command.sheets, readers={blob: tuple(sorted(who)) for blob, who in readers.items()}),)


def adjourned(state: State, event: e.Adjourned, sheets: Iterable[Signed[Sheet]]) -> State:
    """The state after the meeting: people are known, and nowhere; memory of what was said is gone from the relay."""
    past = {**state.past, **{sheet.body.room: sheet for sheet in sheets}}
    live = state.live
    return replace(
        state,
        life="adjourned",
        meeting=state.meeting + 1,
        rooms={},
        past=past,
        partings={},
        readers={blob: frozenset(who) for blob, who in event.readers.items()},
        live=Live(pages=live.pages, epochs=live.epochs, sittings=live.sittings),
    )
