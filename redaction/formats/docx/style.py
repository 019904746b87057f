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


def look_of(about: Element | None, style: str | None, styles: dict[str, Element]) -> tuple[Look, bool]:
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

    colour = (first(lambda p: val(p, "color")) or "").upper()
    half = number(first(lambda p: val(p, "sz")), 0, 400)
    shade = (first(lambda p: val(p, "shd", "fill")) or "").upper()
    marked = first(lambda p: val(p, "highlight")) or "none"
    scale = number(first(lambda p: val(p, "w")), 1, 600, 100)
    hidden = bool(first(lambda p: switched(p, "vanish")) or first(lambda p: switched(p, "specVanish")))
    pale = (
        re.fullmatch(r"[0-9A-F]{6}", colour) is not None and min(int(colour[i : i + 2], 16) for i in (0, 2, 4)) >= 0xE0
    )
    covered = (pale and shade in ("", "AUTO", "FFFFFF") and marked in ("none", "white")) or (
        colour not in ("", "AUTO") and colour == shade
    )
    covered = (
        covered
        or (marked == "black" and colour in ("", "AUTO", "000000"))
        or (shade == "000000" and colour == "000000")
    )
    seen = not hidden and not covered and (half == 0 or half > 5) and scale > 10
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
