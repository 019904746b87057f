"""Numbered and bulleted lists: their form is kept, and no text that could hold a word."""

import re

from redaction.formats.docx.model import Level
from redaction.formats.docx.style import local, number, val
from redaction.formats.model import Hidden
from redaction.formats.package import Package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SAFE_LEVEL = re.compile(r"(?:[%\d().\-–:§ ]|[a-zA-Z](?![a-zA-Z])){1,16}")
FORMATS = {
    "decimal",
    "lowerLetter",
    "upperLetter",
    "lowerRoman",
    "upperRoman",
    "bullet",
    "none",
    "decimalZero",
    "ordinal",
}


def lists_of(
    package: Package, relations: dict[str, tuple[str, str, bool]]
) -> tuple[dict[int, tuple[Level, ...]], list[Hidden]]:
    """List formats, with texts that can't hold a word."""
    part = next((t for k, t, _ in relations.values() if k == "numbering" and t in package), None)
    if part is None:
        return {}, []
    hidden: list[Hidden] = []
    abstract: dict[str, tuple[Level, ...]] = {}
    out: dict[int, tuple[Level, ...]] = {}
    for item in package.xml(part):
        if local(item) == "abstractNum":
            levels: list[Level] = []
            for level in [e for e in item if local(e) == "lvl"][:9]:
                style = val(level, "numFmt") or "decimal"
                text = val(level, "lvlText") or ""
                style = style if style in FORMATS else "decimal"
                safe = "\u2022" if style == "bullet" else text if SAFE_LEVEL.fullmatch(text) else f"%{len(levels) + 1}."
                if text and text != safe and style != "bullet":
                    hidden.append(Hidden("text of a list number", "file", text))
                levels.append(Level(style, safe, number(val(level, "start"), 0, 9999, 1)))
            abstract[item.get(f"{W}abstractNumId", "")] = tuple(levels)
        elif local(item) == "num":
            levels_of = abstract.get(val(item, "abstractNumId") or "", ())
            if levels_of:
                out[number(item.get(f"{W}numId"), 0, 10**6)] = levels_of
    return out, hidden
