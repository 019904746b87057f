"""What every document reader returns and every document writer takes, whatever the file format.

Offsets are code points into `Reading.text`. Boxes are in points (1/72 inch), origin top left of the page as shown.
"""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """A kind of file that we can rebuild."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    TEXT = "text"
    EML = "eml"
    MSG = "msg"


# What the output is written as: mail of both kinds becomes a plain RFC 5322 message.
WRITTEN_AS: dict[Kind, Kind] = {kind: kind for kind in Kind} | {Kind.MSG: Kind.EML}
SUFFIX: dict[Kind, str] = {kind: "." + kind for kind in Kind} | {Kind.TEXT: ".txt", Kind.JPEG: ".jpg", Kind.MSG: ".eml"}


class Reason(StrEnum):
    """Why a file, or a part of it, was not processed. Facts for the report; never content."""

    UNKNOWN_KIND = "unknown-kind"
    DAMAGED = "damaged"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_PARTS = "too-many-parts"
    TOO_DEEP = "too-deep"
    EXPANDS_TOO_MUCH = "expands-too-much"
    TOO_SLOW = "too-slow"
    TOO_MUCH_MEMORY = "too-much-memory"
    CRASHED = "crashed"
    ACTIVE_CONTENT = "active-content"
    NOT_READ = "not-read"
    NO_OCR = "no-ocr"
    PLAN_DOES_NOT_FIT = "plan-does-not-fit"
    NO_SANDBOX = "no-sandbox"
    SEPARATE = "separate"


SENTENCES: dict[Reason, str] = {
    Reason.UNKNOWN_KIND: "This kind of file can't be redacted safely here.",
    Reason.DAMAGED: "The file is damaged or not what it claims to be.",
    Reason.EMPTY: "The file is empty.",
    Reason.ENCRYPTED: "The file is locked with a password. Give the password to redact it.",
    Reason.TOO_LARGE: "The file is larger than the limit.",
    Reason.TOO_MANY_PAGES: "The document has more pages than the limit.",
    Reason.TOO_MANY_PIXELS: "A page or picture is larger than the limit.",
    Reason.TOO_MANY_PARTS: "The file has more parts, cells or words than the limit.",
    Reason.TOO_DEEP: "Files are nested in files more deeply than the limit.",
    Reason.EXPANDS_TOO_MUCH: "The file unpacks to far more than its size. That is how attacks are built.",
    Reason.TOO_SLOW: "Reading the file took longer than the limit.",
    Reason.TOO_MUCH_MEMORY: "Reading the file needed more memory than the limit.",
    Reason.CRASHED: "The reader stopped on this file. Nothing else was affected.",
    Reason.ACTIVE_CONTENT: "The file holds programs (macros or similar) or tricks its reader. Save it without them first.",
    Reason.NOT_READ: "A part of the file could not be read.",
    Reason.NO_OCR: "Text in pictures could not be read: tesseract is not installed.",
    Reason.PLAN_DOES_NOT_FIT: "The list of removals was made for another version of this file.",
    Reason.SEPARATE: "A message attached whole is another correspondence. Redact it as a file of its own.",
    Reason.NO_SANDBOX: "There is no way on this machine to read untrusted files safely.",
}


class Unreadable(Exception):
    """The file is understood to be beyond us. Carries a reason and a place, never content."""

    def __init__(self, reason: Reason, place: str = "") -> None:
        super().__init__(reason.value + (f" at {place}" if place else ""))
        self.reason = reason
        self.place = place

    @property
    def sentence(self) -> str:
        return SENTENCES[self.reason]


class Box(Struct, frozen=True, array_like=True):
    """A rectangle on a page, in points, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def union(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def overlap(self, other: "Box") -> float:
        """Shared area in square points."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


class Word(Struct, frozen=True, array_like=True):
    """One word that a reader of the page can see."""

    start: int
    end: int
    page: int  # from 1
    line: int  # words of one run of text share a number, unique in the document
    box: Box
    size: float  # points
    angle: int  # degrees anticlockwise
    face: str  # sans, sans-bold, serif, serif-bold, mono
    colour: tuple[int, int, int]
    from_pixels: bool  # read by OCR, not taken from the file's text
    base: float = 0.0  # baseline in points from the top, page turned so that the text is upright
    proven: bool = True  # False: the file claims it, OCR could neither confirm nor deny


class Block(Struct, frozen=True, array_like=True):
    """A stretch of text with the place where a reader finds it ("page 2", "sheet 1, B4", "subject")."""

    start: int
    end: int
    place: str


class Hidden(Struct, frozen=True, array_like=True):
    """Something in the file that its reader does not see. Shown to the reviewer, dropped from the output."""

    what: str  # "text under a shape", "earlier revision", "document property", ...
    place: str
    text: str  # for the reviewer and the verifier only; never written to a report
    box: Box | None = None


class Unread(Struct, frozen=True, array_like=True):
    """A part that nobody could look at. Blocks a release until the reviewer has dealt with it."""

    reason: Reason
    place: str


class PageSize(Struct, frozen=True, array_like=True):
    """Size of a page as shown (a crooked scan: as set straight), in points."""

    width: float
    height: float
    flatten: tuple[Box, ...] = ()  # places whose ink is removed because it is not readable text
    label: tuple[str, int] = ("D", 0)  # numbering style and number
    skew: float = 0.0  # degrees by which a crooked scan was turned straight


class Inner(Struct, frozen=True, kw_only=True):
    """A file inside a file (an attachment), read by itself. Its text is a stretch of the outer text."""

    start: int
    reading: "Reading | None"  # None: left out, for this reason
    reason: Reason | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """All that a document says: what its reader sees, and what it holds besides."""

    kind: Kind
    text: str
    blocks: tuple[Block, ...]
    words: tuple[Word, ...] = ()
    pages: tuple[PageSize, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    unread: tuple[Unread, ...] = ()
    language: str = ""
    notes: tuple[str, ...] = ()  # facts about what the rebuild changes, in words for the reviewer
    engines: tuple[str, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    inner: tuple[Inner, ...] = ()

    def place_of(self, start: int) -> str:
        """Where a reader finds the text at this offset."""
        low, high = 0, len(self.blocks)
        while low < high:
            middle = (low + high) // 2
            if self.blocks[middle].end <= start:
                low = middle + 1
            else:
                high = middle
        return self.blocks[low].place if low < len(self.blocks) else ""


class Mark(Struct, frozen=True, array_like=True):
    """One stretch of text to remove, and the label that stands in its place."""

    start: int
    end: int
    label: str


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds that no document may pass. `full` means: the file is refused with the reason, nothing is cut off."""

    bytes: int = 100_000_000
    pages: int = 500
    pixels: int = 40_000_000  # a page or a picture
    unpacked: int = 400_000_000
    ratio: int = 200  # unpacked bytes a packed byte, once above 10 MB
    members: int = 5_000
    cells: int = 500_000
    words: int = 400_000
    depth: int = 4  # files in files
    attachments: int = 50
    objects: int = 400_000
    dpi: int = 200


class Manner(Struct, frozen=True, kw_only=True):
    """How to read and write: the choices that a person can make."""

    password: str = ""
    languages: str = "eng"
    facsimile: bool = False  # black boxes where the words stood: keeps the look, tells the width
    all_frames: bool = False  # further pictures of a TIFF count as pages even if the file does not say so
    nested_messages: bool = False  # messages attached whole go along, redacted; otherwise they are left out by number
    limits: Limits = Limits()
    threads: int = 2


def merged(marks: tuple[Mark, ...], length: int) -> tuple[Mark, ...]:
    """Marks in order, overlaps joined under the label of the one that starts first; refuses what lies outside."""
    out: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if not 0 <= mark.start < mark.end <= length:
            raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
        if out and mark.start < out[-1].end:
            last = out[-1]
            out[-1] = Mark(last.start, max(last.end, mark.end), last.label)
        else:
            out.append(mark)
    return tuple(out)
