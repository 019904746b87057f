"""Whether the reader of a workbook can see a cell: colours of print and paper, formats that show nothing, rules that veil."""

import re
from typing import Any

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.utils import range_boundaries

FAINTEST = 0x20  # a smaller step between print and paper can't be read
SMALLEST = 3  # points
MOST_VEILED = 200_000
_OFFICE = ("FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646", "0000FF", "800080")  # fmt: skip


class Colours:
    """Resolves a workbook's colours: plain, by index, by theme with a tint."""

    def __init__(self, theme: bytes | None) -> None:
        self._theme = list(_OFFICE)
        text = (theme or b"").decode("utf-8", "replace")
        names = (
            "lt1",
            "dk1",
            "lt2",
            "dk2",
            "accent1",
            "accent2",
            "accent3",
            "accent4",
            "accent5",
            "accent6",
            "hlink",
            "folHlink",
        )
        for place, name in enumerate(names):
            found = re.search(rf"<a:{name}>.*?(?:lastClr|srgbClr val)=\"([0-9A-Fa-f]{{6}})\"", text, re.S)
            if found is not None:
                self._theme[place] = found[1].upper()

    def rgb(self, colour: Any, default: str) -> str:
        """Six digits; the default where nothing is said."""
        if colour is None:
            return default
        if colour.type == "rgb" and isinstance(colour.rgb, str) and len(colour.rgb) >= 6:
            return _tinted(colour.rgb[-6:].upper(), colour.tint)
        if colour.type == "indexed" and isinstance(colour.indexed, int):
            # 64 and 65 are the system's own print and paper.
            known = {64: "000000", 65: "FFFFFF"}.get(colour.indexed)
            return known or (COLOR_INDEX[colour.indexed][-6:] if colour.indexed < len(COLOR_INDEX) else default)
        if colour.type == "theme" and isinstance(colour.theme, int) and colour.theme < len(self._theme):
            return _tinted(self._theme[colour.theme], colour.tint)
        return default


def _tinted(colour: str, tint: Any) -> str:
    """Lighter (towards 1) or darker (towards -1)."""
    share = float(tint or 0)
    parts = [int(colour[i : i + 2], 16) for i in (0, 2, 4)]
    moved = [part + (255 - part) * share if share > 0 else part * (1 + share) for part in parts]
    return "".join(f"{min(255, max(0, round(part))):02X}" for part in moved)


def _apart(one: str, other: str) -> int:
    return max(abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (0, 2, 4))


def _paper(fill: Any, colours: Colours) -> str | None:
    """The colour of a cell's paper; None when it is a pattern of which we can't say."""
    if fill is None or getattr(fill, "fill_type", None) is None:
        return "FFFFFF"
    return colours.rgb(fill.fgColor, "FFFFFF") if fill.fill_type == "solid" else None


def shows_nothing(pattern: str, text: bool) -> bool:
    """Number formats whose section for this kind of value is empty."""
    sections = re.sub(r"\[[^\]]*\]|_.", "", pattern or "").split(";")
    if len(sections) < 3:
        return False
    section = (sections[3] if len(sections) > 3 else sections[0]) if text else sections[0]
    return not section.strip()


def unseen(cell: Any, colours: Colours) -> bool:
    """Formats that show nothing, print like its paper, print too small to read."""
    if shows_nothing(cell.number_format, isinstance(cell.value, str)):
        return True
    font = cell.font
    if font is not None and font.sz is not None and font.sz < SMALLEST:
        return True
    paper = _paper(cell.fill, colours)
    return paper is not None and _apart(colours.rgb(font.color if font else None, "000000"), paper) < FAINTEST


def veiled_cells(sheet: Any, colours: Colours) -> set[tuple[int, int]]:
    """(column, row) of cells that a conditional format makes unseen. Where we can't tell whether its rule applies, it does."""
    out: set[tuple[int, int]] = set()
    for places in sheet.conditional_formatting:
        for rule in places.rules:
            if rule.dxf is None or not _veils(rule.dxf, colours):
                continue
            for area in str(places.sqref).split():
                left, top, right, bottom = range_boundaries(area)
                for row, column in list(sheet._cells):
                    inside = left <= column <= right and top <= row <= bottom
                    if inside and len(out) < MOST_VEILED and _applies(rule, sheet._cells[(row, column)].value):
                        out.add((column, row))
    return out


def _veils(style: Any, colours: Colours) -> bool:
    """Whether a conditional style hides what it touches."""
    if style.numFmt is not None and (
        shows_nothing(style.numFmt.formatCode, True) or shows_nothing(style.numFmt.formatCode, False)
    ):
        return True
    if style.font is None or style.font.color is None:
        return False
    fill = style.fill
    paper = "FFFFFF"
    if fill is not None and (fill.bgColor is not None or fill.fgColor is not None):
        # In conditional styles the background colour is the one that is seen.
        said = colours.rgb(fill.bgColor, ""), colours.rgb(fill.fgColor, "")
        paper = next((one for one in said if one and one != "000000"), "FFFFFF")
    return _apart(colours.rgb(style.font.color, "000000"), paper) < FAINTEST


def _applies(rule: Any, value: Any) -> bool:
    formula = [str(one).strip() for one in rule.formula or []]
    if rule.type == "cellIs" and len(formula) == 1:
        wanted = _constant(formula[0])
        if wanted is not None and rule.operator in ("equal", "notEqual"):
            same = value == wanted
            return same if rule.operator == "equal" else not same
        if isinstance(wanted, float) and isinstance(value, int | float):
            return {
                "greaterThan": value > wanted, "lessThan": value < wanted, "greaterThanOrEqual": value >= wanted, "lessThanOrEqual": value <= wanted,
            }.get(rule.operator, True)  # fmt: skip
        if isinstance(wanted, float) and isinstance(value, str):
            # Text is greater than every number.
            return rule.operator in ("greaterThan", "greaterThanOrEqual")
    if rule.type == "containsBlanks":
        return False
    if rule.type in ("containsErrors", "expression") and any(one.upper().startswith("ISERR") for one in formula):
        return isinstance(value, str) and value.startswith("#")
    if rule.type == "expression" and formula[:1] in (["FALSE"], ["0"]):
        return False
    if rule.type == "duplicateValues":
        return True
    return value is not None


def _constant(formula: str) -> str | float | None:
    if len(formula) >= 2 and formula[0] == formula[-1] == '"':
        return formula[1:-1].replace('""', '"')
    try:
        return float(formula)
    except ValueError:
        return None
