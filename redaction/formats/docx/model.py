"""The little that we keep of a Word document. Whatever has no place here can't get into an output."""

from msgspec import Struct


class Look(Struct, frozen=True):
    """How a run of text looks."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    caps: str = ""  # caps or smallCaps
    raised: str = ""  # superscript or subscript
    half_points: int = 0
    colour: str = ""


class Text(Struct, frozen=True):
    """A piece of text with its offsets in the reading. A line break is the text "\\n", a tab is "\\t"."""

    text: str
    start: int
    look: Look


class Picture(Struct, frozen=True):
    """A picture as shown, cropped; its words stand in the reading under this number."""

    number: int
    data: bytes  # PNG of the shown pixels
    wide: int  # EMU
    high: int


class Paragraph(Struct):
    """One paragraph."""

    items: list[Text | Picture]
    heading: int = 0
    align: str = ""
    indent: int = 0
    numbering: tuple[int, int] | None = None  # list number, level


class Cell(Struct):
    blocks: "list[Paragraph | Table]"
    span: int = 1
    merge: str = ""  # restart or continue


class Table(Struct):
    rows: list[list[Cell]]


class Level(Struct, frozen=True):
    """One level of a list."""

    format: str
    text: str
    start: int


class Document(Struct):
    """All that is seen."""

    body: list[Paragraph | Table]
    headers: dict[str, list[Paragraph | Table]]  # header-default, footer-first, ...
    notes: list[list[Paragraph | Table]]
    lists: dict[int, tuple[Level, ...]]
    size: tuple[int, int] = (11906, 16838)
    title_page: bool = False
    even_odd: bool = False
