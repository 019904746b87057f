"""Workbooks: values of visible cells into a new workbook. Formulas, hidden rows, caches, notes and names stay behind."""

import io
import re
import zipfile
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from msgspec import Struct
from openpyxl.utils import get_column_letter

from redaction.formats.cutting import Cutter
from redaction.formats.model import Block, Hidden, Kind, Manner, Mark, Reading, Reason, Unreadable, merged
from redaction.formats.package import Package, hidden_parts, write_package
from redaction.formats.text import tidied
from redaction.formats.xlsx_look import Colours, unseen, veiled_cells
from redaction.formats.xlsx_values import STYLES, shown

FAR_ROWS = 1000  # a cell that stands alone behind so many empty rows is not found by a reader
FAR_COLUMNS = 60
FLAT, NARROW = 2.0, 0.4  # points, characters: lower rows and narrower columns show nothing
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Cell(Struct, frozen=True):
    """One visible cell: its value, and where its text stands in the reading."""

    row: int
    column: int
    value: str | float | bool
    style: int  # index into STYLES
    start: int
    end: int


class Sheet(Struct):
    name: tuple[int, int]
    cells: list[Cell]
    merges: list[str]


class _Book:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.hidden: list[Hidden] = []
        self.sheets: list[Sheet] = []

    def put(self, text: str, place: str) -> tuple[int, int]:
        start, end = self.length, self.length + len(text)
        self.parts += [text, "\n"]
        self.length = end + 1
        self.blocks.append(Block(start, end, place))
        return start, end


def parse_xlsx(data: bytes, manner: Manner) -> tuple[_Book, Package]:
    """The visible cells in reading order. Walks stored cells, never the used range, which may claim 17 billion."""
    package = Package(data, manner.limits)
    if "xl/workbook.xml" not in package:
        raise Unreadable(Reason.DAMAGED)
    for name in package.names:
        part = package.read(name)
        if name.endswith((".xml", ".rels", ".vml")) and (
            b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"<\x00!\x00" in part or b"\x00<\x00!" in part
        ):
            raise Unreadable(Reason.ACTIVE_CONTENT, "document type")
        if name.startswith("xl/worksheets/") and part.count(b"<c ") > manner.limits.cells:
            raise Unreadable(Reason.TOO_MANY_PARTS)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile, SyntaxError):
        raise Unreadable(Reason.DAMAGED) from None
    out = _Book()
    colours = Colours(book.loaded_theme)
    for number, sheet in enumerate(book.worksheets, 1):
        _sheet(out, sheet, formulas[sheet.title], f"sheet {number}", colours)
    for sheet in book.chartsheets:
        out.hidden.append(Hidden("chart", "file", f"{sheet.title}: left out"))
    for name, defined in formulas.defined_names.items():
        out.hidden.append(Hidden("defined name", "file", f"{name} {defined.attr_text or ''}"))
    return out, package


def _sheet(out: _Book, sheet: Any, formulas: Any, place: str, colours: Colours) -> None:
    if sheet.sheet_state != "visible":
        text = " ".join(str(c.value) for c in sheet._cells.values() if c.value is not None)
        out.hidden.append(Hidden("hidden sheet", place, f"{sheet.title} {text}"[:4000]))
        return
    kept = Sheet(out.put(_clean(sheet.title), f"name of {place}"), [], [])
    hidden_columns = _hidden_columns(sheet)
    veiled = veiled_cells(sheet, colours)
    flat = bool(sheet.sheet_format.zeroHeight) or (sheet.sheet_format.defaultRowHeight or 15) < FLAT
    near_rows, near_columns = _near(sheet)
    for row, column in sorted(sheet._cells):
        cell, source = sheet._cells[(row, column)], formulas._cells.get((row, column))
        where = f"{place}, {get_column_letter(column)}{row}"
        _extras(out, source, where)
        if cell.value is None:
            if source is not None and source.data_type == "f":
                out.hidden.append(Hidden("formula without a stored value", where, str(source.value)))
            continue
        dimension = sheet.row_dimensions.get(row) if row in sheet.row_dimensions else None
        why = None
        if (dimension.hidden or (dimension.height or 15) < FLAT) if dimension is not None else flat:
            why = "hidden row"
        elif column in hidden_columns:
            why = "hidden column"
        elif row not in near_rows or column not in near_columns:
            why = "cell far away from all others"
        elif unseen(cell, colours) or (column, row) in veiled:
            why = "value that can't be seen"
        if why:
            out.hidden.append(Hidden(why, where, str(cell.value)))
            continue
        text, value, style = shown(cell.value, cell.number_format or "General")
        start, end = out.put(text, where)
        kept.cells.append(Cell(row, column, value, style, start, end))
    for merge in sheet.merged_cells.ranges:
        if merge.max_row in near_rows and merge.max_col <= 16_384:
            kept.merges.append(str(merge))
    extra = [
        getattr(getattr(sheet, side), part).text
        for side in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
        for part in ("left", "center", "right")
    ]
    out.hidden += [Hidden("header or footer for printing", place, text) for text in extra if text]
    for rule in sheet.data_validations.dataValidation if sheet.data_validations else []:
        out.hidden.append(
            Hidden(
                "input rule",
                place,
                " ".join(
                    str(v)
                    for v in (rule.formula1, rule.formula2, rule.prompt, rule.promptTitle, rule.error, rule.errorTitle)
                    if v
                ),
            )
        )
    if getattr(sheet, "_images", None) or getattr(sheet, "_charts", None):
        out.hidden.append(Hidden("picture or chart", place, "left out"))
    out.sheets.append(kept)


def _extras(out: _Book, source: Any, where: str) -> None:
    if source is None:
        return
    if source.comment is not None:
        out.hidden.append(Hidden("note on a cell", where, f"{source.comment.author or ''} {source.comment.text or ''}"))
    if source.hyperlink is not None:
        out.hidden.append(
            Hidden(
                "link target",
                where,
                f"{source.hyperlink.target or ''} {source.hyperlink.location or ''} {source.hyperlink.tooltip or ''}",
            )
        )
    if source.data_type == "f":
        out.hidden.append(Hidden("formula", where, str(getattr(source.value, "text", source.value))))


def _hidden_columns(sheet: Any) -> set[int]:
    out: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        low, high = dimension.min or 0, min(dimension.max or 0, 16_384)
        if dimension.hidden or (dimension.width or 10) < NARROW:
            out |= set(range(low, high + 1))
    return out


def _near(sheet: Any) -> tuple[set[int], set[int]]:
    """Rows and columns that are not cut off from the first ones by a great emptiness."""
    filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
    return _reach({row for row, _ in filled}, FAR_ROWS), _reach({column for _, column in filled}, FAR_COLUMNS)


def _reach(values: set[int], gap: int) -> set[int]:
    out: set[int] = set()
    last = 0
    for value in sorted(values):
        if value - last > gap:
            break
        out.add(value)
        last = value
    return out


def _clean(text: str) -> str:
    return tidied(text)[0]


def read_xlsx(data: bytes, manner: Manner) -> Reading:
    """Visible cells, and what else the workbook holds."""
    book, package = parse_xlsx(data, manner)
    hidden = [*book.hidden, *hidden_parts(package, _used(package))]
    return Reading(
        kind=Kind.XLSX, text="".join(book.parts), blocks=tuple(book.blocks), hidden=tuple(one for one in hidden if one.text.strip()),
        notes=("Formulas became their values; colours, widths and pictures are left out.",), engines=("openpyxl",),
    )  # fmt: skip


def _used(package: Package) -> set[str]:
    return {
        name
        for name in package.names
        if name.startswith("xl/worksheets/sheet")
        or name in ("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")
        or "theme" in name
    }


def apply_xlsx(data: bytes, reading: Reading, marks: tuple[Mark, ...], manner: Manner) -> bytes:
    """A new workbook with the kept values."""
    book, _ = parse_xlsx(data, manner)
    if "".join(book.parts) != reading.text:
        raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
    cutter = Cutter(reading.text, merged(marks, len(reading.text)))
    parts: dict[str, bytes] = {}
    count = len(book.sheets)
    parts["[Content_Types].xml"] = (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET}.worksheet+xml"/>'
            for n in range(1, count + 1)
        )
        + "</Types>"
    ).encode()
    parts["_rels/.rels"] = (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="d" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ).encode()
    names = _names([cutter.cut(*sheet.name) for sheet in book.sheets])
    parts["xl/workbook.xml"] = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name={_quoted(name)} sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>"
    ).encode()
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, count + 1)
        )
        + f'<Relationship Id="st" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ).encode()
    parts["xl/styles.xml"] = _styles().encode()
    for n, sheet in enumerate(book.sheets, 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet_xml(sheet, cutter).encode()
    return write_package(parts)


def _names(names: list[str]) -> list[str]:
    """Sheet names that Excel accepts, each once."""
    out: list[str] = []
    for n, name in enumerate(names, 1):
        clean = re.sub(r"[\[\]:*?/\\\n']", " ", name).strip()[:31] or f"Sheet {n}"
        out.append(clean if clean.casefold() not in {o.casefold() for o in out} else f"{clean[:24]} ({n})")
    return out


def _quoted(text: str) -> str:
    return '"' + escape(text, {'"': "&quot;"}) + '"'


def _sheet_xml(sheet: Sheet, cutter: Cutter) -> str:
    rows: dict[int, list[str]] = {}
    for cell in sheet.cells:
        place = f"{get_column_letter(cell.column)}{cell.row}"
        if isinstance(cell.value, str) or any(cutter.touching(cell.start, cell.end)):
            text = escape(cutter.cut(cell.start, cell.end))
            xml = f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        elif isinstance(cell.value, bool):
            xml = f'<c r="{place}" t="b"><v>{int(cell.value)}</v></c>'
        else:
            xml = f'<c r="{place}" s="{cell.style}"><v>{cell.value!r}</v></c>'
        rows.setdefault(cell.row, []).append(xml)
    body = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in sorted(sheet.merges))
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="12" width="22" customWidth="1"/></cols><sheetData>{body}</sheetData>'
        + (f"<mergeCells>{merges}</mergeCells>" if merges else "")
        + "</worksheet>"
    )


def _styles() -> str:
    custom = "".join(f'<numFmt numFmtId="{164 + k}" formatCode={_quoted(code)}/>' for k, code in enumerate(STYLES))
    uses = "".join(
        f'<xf numFmtId="{0 if k == 0 else 164 + k}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for k in range(len(STYLES))
    )
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(STYLES)}">{custom}</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="{len(STYLES)}">{uses}</cellXfs></styleSheet>'
    )
