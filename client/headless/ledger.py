"""What may be said where: for each message of a private room, whether its author lets it be told, and to whom. Statements, no content of their own."""

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from client.headless.shown import Told
from client.keys.chat import AskReleaseBody, Chat, DocumentBody, PassedBody, ReleaseBody, body_of
from client.keys.jws import SUITE, Signed, unverified
from client.keys.membership import MEDIATORS, Charter, Sheet
from client.keys.refusals import ObjectRefused, Reason
from client.keys.releases import PASSABLE, Release, check_passed, check_release, ledger_head, make_release, may_tell
from client.protocol.errors import Code, Refusal

if TYPE_CHECKING:
    from client.headless.session import Session

MAX_SAID = 5000


class Entry(Struct, frozen=True, kw_only=True):
    """One message: who said it where; to whom the mediator would tell it; the author's newest word; where it was told already."""

    said: Signed[Chat]
    seat: str
    asked: tuple[str, ...] = ()
    release: Signed[Release] | None = None
    passed: frozenset[str] = frozenset()

    @property
    def given(self) -> bool:
        """Whether it may be told now."""
        return self.release is not None and self.release.body.given


class Ledger:
    """What this participant heard, in the rooms they were in."""

    def __init__(self) -> None:
        self._statements: set[str] = set()
        self.entries: dict[str, Entry] = {}

    @property
    def head(self) -> str:
        """One hash for every statement under the present room key: the same for all who hold it."""
        return ledger_head(self._statements)

    def fresh(self) -> None:
        """A new room key: the statements under it are counted anew, by everybody."""
        self._statements = set()

    @property
    def shown(self) -> tuple[Told, ...]:
        """What was asked about, answered or told."""
        return tuple(
            Told(ref=ref, seat=one.seat, asked=one.asked, given=one.given, passed=len(one.passed))
            for ref, one in self.entries.items()
            if one.asked or one.release is not None
        )

    def said(self, seat: str, chat: Signed[Chat]) -> None:
        """A message that could be told elsewhere one day."""
        if chat.body.kind in PASSABLE and len(self.entries) < MAX_SAID:
            self.entries.setdefault(chat.body.id, Entry(said=chat, seat=seat))

    def asked(self, role: str, chat: Signed[Chat], body: AskReleaseBody) -> None:
        """The mediator asks; nobody else may."""
        if role not in MEDIATORS:
            raise ObjectRefused(Reason.RELEASE)
        self._statements.add(chat.hash)
        entry = self.entries.get(body.ref)
        if entry is None:
            return
        if entry.said.hash != body.digest:
            raise ObjectRefused(Reason.COMMITMENT)
        self.entries[body.ref] = replace(entry, asked=body.to)

    def released(self, mediation: str, seat: str, chat: Signed[Chat], body: ReleaseBody) -> None:
        """Its author says yes, or takes it back."""
        self._statements.add(chat.hash)
        ref = _ref(body.release)
        entry = self.entries.get(ref)
        if entry is None:
            return
        if entry.seat != seat:
            raise ObjectRefused(Reason.SEAT)
        release = check_release(body.release, mediation, seat, chat.by, entry.said, entry.release)
        self.entries[ref] = replace(entry, release=release)

    def told(
        self, role: str, known: tuple[str, ...], chat: Signed[Chat], body: PassedBody, charter: Charter, sheet: Sheet
    ) -> tuple[Signed[Chat], Signed[Release]]:
        """A mediator passes on; checked against what this device knows of the one who said it and of their release."""
        if role not in MEDIATORS:
            raise ObjectRefused(Reason.RELEASE)
        if known and body.dev not in known:
            raise ObjectRefused(Reason.DEVICE)
        self._statements.add(chat.hash)
        held = self.entries.get(_ref(body.release))
        said, release = check_passed(body, charter, sheet, held.release if held else None)
        if held is not None:
            self.entries[release.body.ref] = replace(held, passed=held.passed | {sheet.room})
        return said, release


def _ref(untrusted: str) -> str:
    return unverified("release", untrusted, Release).ref


class Telling:
    """What a person does with the ledger: ask, let it be told, take that back, pass on."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    async def ask(self, ref: str, to: tuple[str, ...]) -> None:
        """ "May I tell them?" (mediators)."""
        entry = self._entry(ref)
        await self._session.post("release.ask", AskReleaseBody(ref=ref, digest=entry.said.hash, to=to))

    async def answer(self, ref: str, yes: bool) -> None:
        """Let one's own message be told to those who were asked for; or take that back."""
        belief, entry = self._session.belief, self._entry(ref)
        release = make_release(
            belief.signer,
            Release(
                suite=SUITE,
                mediation=belief.mediation,
                ref=ref,
                digest=entry.said.hash,
                seat=belief.seat,
                to=entry.asked,
                rev=entry.release.body.rev + 1 if entry.release else 1,
                given=yes,
                ts=self._session.clock(),
            ),
        )
        await self._session.post("release.say", ReleaseBody(release=release.compact))

    async def pass_on(self, ref: str) -> None:
        """Tell it in the room one is in now (mediators). Raises Refusal when its author didn't let it be told to everybody here."""
        belief, entry = self._session.belief, self._entry(ref)
        if entry.release is None:
            raise Refusal(Code.NOT_ALLOWED, rule="release")
        try:
            may_tell(entry.release, belief.held_charter().body, belief.sheet().body)
        except ObjectRefused:
            raise Refusal(Code.NOT_ALLOWED, rule="release") from None
        body = PassedBody(seat=entry.seat, dev=entry.said.by, chat=entry.said.compact, release=entry.release.compact)
        said = body_of(entry.said.body)
        await self._session.post("passed", body, (said.blob,) if isinstance(said, DocumentBody) else ())

    def _entry(self, ref: str) -> Entry:
        entry = self._session.belief.ledger.entries.get(ref)
        if entry is None:
            raise Refusal(Code.BAD_OBJECT, rule="message")
        return entry
