"""The documents of a sitting: read, shown, redacted and checked by the path of `incamera redact`, behind a wall of their own inside the worker.

A document that can't be read is refused by its item's id with the reason; one that does not come out clean never becomes part of a draft.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from redaction import documents, sandbox
from redaction.certificate import Blocked
from redaction.detect.people import Person
from redaction.formats.model import SENTENCES, SUFFIX, WRITTEN_AS, Kind, Manner, Reading
from redaction.formats.ocr import languages_for
from redaction.formats.terms import find_terms
from redaction.plan import Finding, RedactionPlan
from redaction.sandbox_child import Drawn, Found, Preview, Refused, Verify, answer
from redaction.spans import Span
from server.disclosure.kept import CannotDraft, Sheaf

PAGED = (Kind.PDF, Kind.JPEG, Kind.PNG, Kind.TIFF)
MOST_HIDDEN, MOST_SAID = 300, 400
MOST_NAMES = 200
PICTURE_HEIGHT = 1400
NEAR = "Read off a picture, almost like a name found elsewhere in what is opened. Look at the page."

Step = Callable[[str, int, int], None]


class Paper(Struct, frozen=True, kw_only=True):
    """One document that was read."""

    item: str
    name: str
    prepared: documents.Prepared
    reading: Reading

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def paged(self) -> bool:
        return self.reading.kind in PAGED


def manner_for(language: str) -> Manner:
    """How documents are read in a sitting. Messages attached whole go along, redacted: the reviewer sees them."""
    return Manner(languages=languages_for(language), nested_messages=True)


def read_papers(sheaves: Sequence[Sheaf], manner: Manner, step: Step) -> list[Paper]:
    """Every document read behind the wall. Raises CannotDraft for the first that can't be."""
    out: list[Paper] = []
    try:
        sandbox.wall()
    except sandbox.NoSandbox:
        raise CannotDraft("file.no-sandbox", sheaves[0].item if sheaves else "") from None
    for count, sheaf in enumerate(sheaves):
        step("reading", count, len(sheaves))
        source = documents.Source(sheaf.item, sheaf.data, secrets.token_bytes(32))
        prepared = documents.prepare([source], manner, pace=lambda done, of: step("pages", done, of))[0]
        if prepared.reading is None:
            reason = prepared.refusal.reason if prepared.refusal else "crashed"
            raise CannotDraft(f"file.{reason}", sheaf.item)
        name = sheaf.stem + SUFFIX[WRITTEN_AS[prepared.reading.kind]]
        out.append(Paper(item=sheaf.item, name=name, prepared=prepared, reading=prepared.reading))
    return out


def shown_paper(paper: Paper) -> dict[str, Any]:
    """What the reviewer's page needs beside the text: pages to look at, what is hidden where, what could not be read."""
    reading = paper.reading
    hidden = [
        {"what": one.what, "place": one.place, "text": one.text[:MOST_SAID]} for one in reading.hidden[:MOST_HIDDEN]
    ]
    return {
        "kind": reading.kind.value,
        "pages": len(reading.pages) if paper.paged else 0,
        "hidden": hidden,
        "hidden_count": len(reading.hidden),
        "notes": list(reading.notes),
        "unread": [{"place": one.place, "says": SENTENCES[one.reason]} for one in reading.unread],
        "salt": paper.prepared.source.salt.hex(),
    }


def near_names(papers: Sequence[Paper], findings: Sequence[Finding], people: Sequence[Person]) -> list[Finding]:
    """Words read off pictures that could be a misread name: for the reviewer, who sees the picture."""
    texts = {paper.item: paper.text for paper in papers}
    names: dict[str, None] = {name: None for person in people for name in person.names}
    for one in findings:
        if "PERSON" in one.span.kinds and one.item in texts:
            names[" ".join(texts[one.item][one.span.start : one.span.end].split())] = None
    taken: dict[str, list[Span]] = {}
    for one in findings:
        taken.setdefault(one.item, []).append(one.span)
    out: list[Finding] = []
    for paper in papers:
        if not any(word.from_pixels for word in paper.reading.words):
            continue
        for found in find_terms(paper.reading, list(names)[:MOST_NAMES]):
            span = Span(found.start, found.end, "PERSON", 0.4 if found.near else 0.7, "near-miss")
            if not any(span.overlaps(other) for other in taken.get(paper.item, ())):
                taken.setdefault(paper.item, []).append(span)
                out.append(Finding(paper.item, span, NEAR))
    return out


def draw_page(paper: Paper, plan: RedactionPlan, manner: Manner, page: int) -> Drawn:
    """A page as seen, with everything hidden shown, and as it would go out."""
    marks = documents.marks_of(plan, paper.item, paper.text)
    reply = sandbox.run(Preview(paper.prepared.source.data, manner, paper.reading, marks, page, PICTURE_HEIGHT))
    if not isinstance(reply, Drawn):
        raise CannotDraft(f"file.{reply.reason.value}" if isinstance(reply, Refused) else "file.crashed", paper.item)
    return reply


def check_own(data: bytes, gone: Sequence[str], kept: str) -> list[Blocked]:
    """The verifier's word on a part of the draft that we wrote ourselves: what was removed and isn't kept elsewhere in it must not be there."""
    wanted = documents.absent_from(kept, gone)
    # We set these pages from the redacted text: they hold no picture that only OCR could read.
    request = Verify(data, tuple(wanted), ocr=False)
    try:
        reply = sandbox.run(request)
    except sandbox.NoSandbox:
        # This process is itself behind a wall, and the bytes are its own.
        reply = answer(request)
    if not isinstance(reply, Found):
        return [Blocked("not-looked-at", "", "The verifier could not look at this part.")]
    stops = [
        Blocked("still-there", place, f"Something that should be gone was found by {how}.")
        for _, place, how in reply.hits
    ]
    return stops + [
        Blocked("not-looked-at", place, "The verifier could not look at this part.") for place in reply.unlooked
    ]
