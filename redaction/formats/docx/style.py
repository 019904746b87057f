"""How a run of Word text looks, and whether its reader can see it: white, tiny, squeezed and hidden text can't be seen."""

import re
from typing import Any

from redaction.formats.docx.model import Look

Element = Any


def local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def val(element: Element, path: str, name: str = "val") -> str | None:
    """Attribute of the first child on a path of local names."""
    for step in path.split("/"):
        element = next((child for child in element if local(child) == step), None)
        if element is None:
            return None
    return str(next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), ""))


def switched(properties: Element | None, name: str) -> bool | None:
    """An on-off property: None when not set."""
    if properties is None:
        return None
    value = val(properties, name)
    return None if value is None else value not in ("0", "false", "off", "none")


def number(value: str | None, low: int, high: int, default: int = 0) -> int:
    try:
        return min(high, max(low, int(float(value or ""))))
    except (ValueError, OverflowError):
        return default


WHITE, ANY = "FFFFFF", "?"
_THEME = {"background1": "FFFFFF", "light1": "FFFFFF", "text1": "000000", "dark1": "000000", "background2": "EEECE1", "light2": "EEECE1", "text2": "1F497D", "dark2": "1F497D"}  # fmt: skip
FAINTEST = 0x20  # a smaller step between print and paper can't be read


def coloured(properties: Element | None, path: str, name: str, theme: str) -> str | None:
    """A colour as six digits; "AUTO" when it is left to the program, None when nothing is said."""
    if properties is None:
        return None
    value, themed = val(properties, path, name), val(properties, path, theme)
    if value is None:
        return None
    if re.fullmatch(r"[0-9A-Fa-f]{6}", value):
        return value.upper()
    return _THEME.get(themed or "", "AUTO")


def ground_of(properties: Element | None, below: str) -> str:
    """What a paragraph or cell is printed on, given what lies below it."""
    fill = coloured(properties, "shd", "fill", "themeFill")
    if properties is not None and val(properties, "shd") == "solid":
        fill = coloured(properties, "shd", "color", "themeColor") or fill
    return below if fill in (None, "AUTO") else str(fill)


def apart(one: str, other: str) -> int:
    return max(abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (0, 2, 4))


def _covered(colour: str, shade: str, marked: str, ground: str) -> bool:
    """Whether print of this colour can't be told from what it is printed on."""
    paper = shade if shade not in ("", "AUTO") else {"none": ground, "white": WHITE, "black": "000000"}.get(marked, ANY)
    # A black bar over words of no stated colour was meant to hide them, though some programs then print white.
    if "000000" in (shade, "000000" if marked == "black" else "") and colour in ("", "AUTO", "000000"):
        return True
    if colour in ("", "AUTO") or paper == ANY:
        return False
    pale = min(int(colour[i : i + 2], 16) for i in (0, 2, 4)) >= 0xE0
    return apart(colour, paper) < FAINTEST or (pale and paper == WHITE)


def look_of(
    about: Element | None, style: str | None, styles: dict[str, Element], ground: str = WHITE
) -> tuple[Look, bool]:  # fmt: skip
    """How a run looks, and whether a reader can see it. Styles are followed up to their roots."""
    chain: list[Element] = [about] if about is not None else []
    names = [val(about, "rStyle") if about is not None else None, style]
    for name in names:
        for _ in range(10):
            found = styles.get(name or "")
            if found is None:
                break
            properties = next((e for e in found if local(e) == "rPr"), None)
            if properties is not None:
                chain.append(properties)
            name = val(found, "basedOn")

    def first(get: Any) -> Any:
        return next((value for value in (get(p) for p in chain) if value is not None), None)

    colour = first(lambda p: coloured(p, "color", "val", "themeColor")) or ""
    half = number(first(lambda p: val(p, "sz")), 0, 400)
    shade = first(lambda p: coloured(p, "shd", "fill", "themeFill")) or ""
    marked = first(lambda p: val(p, "highlight")) or "none"
    scale = number(first(lambda p: val(p, "w")), 1, 600, 100)
    hidden = bool(first(lambda p: switched(p, "vanish")) or first(lambda p: switched(p, "specVanish")))
    covered = _covered(colour, shade, marked, ground)
    seen = not hidden and not covered and (half == 0 or half > 5) and scale > 10
    pale = re.fullmatch(r"[0-9A-F]{6}", colour) is not None and apart(colour, WHITE) < 0x60
    caps = (
        "caps"
        if first(lambda p: switched(p, "caps"))
        else "smallCaps"
        if first(lambda p: switched(p, "smallCaps"))
        else ""
    )
    raised = first(lambda p: val(p, "vertAlign")) or ""
    return (
        Look(
            bold=bool(first(lambda p: switched(p, "b"))), italic=bool(first(lambda p: switched(p, "i"))),
            underline=bool(first(lambda p: switched(p, "u"))), strike=bool(first(lambda p: switched(p, "strike"))), caps=caps,
            raised=raised if raised in ("superscript", "subscript") else "", half_points=half if half != 0 else 0,
            colour=colour if re.fullmatch(r"[0-9A-F]{6}", colour) and not pale else "",
        ),
        seen,
    )  # fmt: skip
