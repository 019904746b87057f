"""The redaction worker: a child process without network that opens what it is given shares for, once, in memory, and then ends.

It makes one-time keys, takes the holders' shares and the gate's, opens the items, proposes what to black out, applies what the
reviewer decides, seals the draft for the same holders. It writes no file, leaves no core, and speaks over stdin and stdout only.
Must never be imported by the server: it loads the language models.
"""

import ctypes
import os
import resource
import sys
from typing import BinaryIO, TypeVar, assert_never

import msgspec

from client.keys.access import GATE
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.disclosure import (
    Request,
    Sitting,
    make_verdict,
    open_from_worker,
    open_private,
    open_sitting_share,
    seal_preview,
    seal_to_reviewer,
)
from client.keys.encoding import compact_json, hash_bytes, new_id
from client.keys.items import Item, header_of, open_item, seal_item, wrap_of
from client.keys.jws import Payload, Signed, object_hash, unverified
from client.keys.refusals import ObjectRefused
from redaction.detect.people import Person
from redaction.sandbox_kernel import lock_calls
from server.disclosure import frames
from server.disclosure.drafting import Decisions, Review, Stopped, read_people
from server.disclosure.kept import CannotDraft, Sheaf, Text, read_item
from server.disclosure.papers import Paper, Step, manner_for, read_papers

P = TypeVar("P", bound=Payload)
MEMORY = 6 * 1024**3


class PageWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The page of a document that the reviewer wants to see."""

    item: str
    page: int


class Worker:
    """One sitting."""

    def __init__(self, step: Step = lambda _word, _done, _of: None) -> None:
        self._step = step
        self._signer, self._opener = SoftSigner.fresh(), SoftOpener.fresh()
        self._job: frames.Open | None = None
        self._request: Signed[Request] | None = None
        self._review: Review | None = None
        self._draft = b""

    def hello(self, wall: str) -> frames.Hello:
        """The one-time keys."""
        return frames.Hello(kem=self._opener.public, sig=self._signer.public, wall=wall)

    def answer(self, frame: frames.Up) -> frames.Down:
        """Do one thing, or say what stands against it."""
        try:
            match frame:
                case frames.Open():
                    return self._open(frame)
                case frames.Decide():
                    return self._decide(frame)
                case frames.Look():
                    return self._look(frame)
                case frames.Finish():
                    return self._finish(frame)
        except CannotDraft as cannot:
            return frames.Refused(rule=cannot.rule[:40], item=cannot.item)
        except ObjectRefused as refused:
            return frames.Refused(rule=refused.reason.value)
        except msgspec.MsgspecError:
            return frames.Refused(rule="malformed")
        assert_never(frame)

    def _open(self, job: frames.Open) -> frames.Down:
        from redaction.detect.engine import Detector

        request = _read("request", job.request, Request)
        sitting = _read("sitting", job.sitting, Sitting)
        own = (self._opener.public, self._signer.public)
        if (sitting.body.worker.kem, sitting.body.worker.sig) != own or sitting.body.rid != request.hash:
            return frames.Refused(rule="sitting")
        private = open_private(self._opener, request, job.seat, job.private)
        # Asked under another file of profiles than the one that would be applied.
        if request.body.profile.sha256 != job.profiles:
            return frames.Refused(rule="profile")
        sid = request.body.sid
        kept: list[Text | Sheaf] = []
        asked = [one.item for one in request.body.items]
        items = {
            header_of(item).item: (item, piece.file)
            for piece in job.pieces
            for item in [_read("item", piece.item, Item)]
        }
        for position, name in enumerate(asked, 1):
            if name not in items:
                return frames.Refused(rule="item", item=name)
            item, file = items[name]
            shares = {
                holder: open_sitting_share(
                    self._opener, request.hash, item, sid, holder, job.shares.get(f"{name}/{holder}", "")
                )
                for holder in wrap_of(item, sid).holders
            }
            kept.append(read_item(item, open_item(item, sid, shares, file), position))
        people = self._people(request, job)
        manner = manner_for(private.language)
        papers = read_papers([one for one in kept if isinstance(one, Sheaf)], manner, self._step)
        read: dict[str, Paper] = {paper.item: paper for paper in papers}
        texts = [one if isinstance(one, Text) else read[one.item] for one in kept]
        self._review = Review(
            texts, private.profile.id, private.language, Detector(), people, manner=manner, step=self._step
        )
        self._job, self._request = job, request
        return frames.Findings(box=self._to_reviewer("findings", self._review.shown()))

    def _people(self, request: Signed[Request], job: frames.Open) -> tuple[Person, ...]:
        """Who belongs to the mediation, as the reviewer told; nobody when they told nothing."""
        if not job.people:
            return ()
        return read_people(open_from_worker(self._opener, "people", request.hash, job.seat, job.people))

    def _to_reviewer(self, label: str, content: bytes) -> str:
        job, request = self._job, self._request
        assert job is not None
        assert request is not None
        return seal_to_reviewer(job.reviewer, label, request.hash, job.seat, content)

    def _decide(self, frame: frames.Decide) -> frames.Down:
        if self._review is None or self._job is None or self._request is None:
            return frames.Refused(rule="order")
        plain = open_from_worker(self._opener, "decisions", self._request.hash, self._job.seat, frame.box)
        self._draft = b""
        try:
            self._draft = self._review.draft(msgspec.json.decode(plain, type=Decisions))
        except Stopped as stopped:
            return frames.Preview(box=self._to_reviewer("stopped", compact_json(stopped.stops)), stopped=True)
        return frames.Preview(box=self._to_reviewer("draft", self._draft))

    def _look(self, frame: frames.Look) -> frames.Down:
        if self._review is None or self._job is None or self._request is None:
            return frames.Refused(rule="order")
        plain = open_from_worker(self._opener, "look", self._request.hash, self._job.seat, frame.box)
        wanted = msgspec.json.decode(plain, type=PageWanted)
        return frames.Picture(box=self._to_reviewer("page", self._review.picture(wanted.item, wanted.page)))

    def _finish(self, frame: frames.Finish) -> frames.Down:
        job, request = self._job, self._request
        if not self._draft or job is None or request is None:
            return frames.Refused(rule="order")
        sid = request.body.sid
        holders = wrap_of(_read("item", job.pieces[0].item, Item), sid).holders
        sealed = seal_item(
            self._signer,
            request.body.mediation,
            new_id(),
            "",
            "draft",
            "",
            "",
            job.charter,
            job.policy,
            {sid: holders},
            job.holders,
            self._draft,
            frame.now,
        )
        previews = {
            seat: seal_preview(job.holders[seat], request.hash, seat, sealed.identity, sealed.salt)
            for seat in holders
            if seat != GATE
        }
        digest = hash_bytes(self._draft)
        # There is a draft only when the verifier found nothing left in any of its files.
        verdict = make_verdict(self._signer, request, digest, bool(self._draft), frame.now)
        return frames.Draft(
            item=sealed.item.compact,
            file=sealed.file,
            digest=digest,
            previews=previews,
            verdict=verdict.compact,
        )


def _read(kind: str, compact: str, payload: type[P]) -> Signed[P]:
    """The server has checked who signed; here it only matters what it says."""
    return Signed(body=unverified(kind, compact, payload), by="", compact=compact, hash=object_hash(compact))


def wall_off() -> str:
    """No core, no debugger, bounded memory, and no system call that reaches out. Ends the process if the last can't be had."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
    return "seccomp" if lock_calls() else ""


def main() -> None:
    """Speak until the draft is sealed or the other end hangs up."""
    wall = wall_off()
    outside = os.environ.get("INCAMERA_WALL", "")
    pipe_in: BinaryIO = os.fdopen(os.dup(0), "rb")
    pipe_out: BinaryIO = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # whatever a library prints goes nowhere
        os.dup2(null, descriptor)
    walls = "+".join(one for one in (outside, wall) if one)
    if not walls:
        pipe_out.write(frames.pack(frames.Refused(rule="no-wall")))
        pipe_out.flush()
        return

    def step(word: str, done: int, of: int) -> None:
        pipe_out.write(frames.pack(frames.Progress(step=word, done=done, of=of)))
        pipe_out.flush()

    worker = Worker(step)
    pipe_out.write(frames.pack(worker.hello(walls)))
    pipe_out.flush()
    while (body := frames.read(pipe_in)) is not None:
        reply = worker.answer(frames.UP.decode(body))
        pipe_out.write(frames.pack(reply))
        pipe_out.flush()
        if isinstance(reply, frames.Draft):
            return


if __name__ == "__main__":
    sys.excepthook = lambda *_: None
    main()
