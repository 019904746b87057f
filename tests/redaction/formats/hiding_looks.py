"""Office files whose secrets are hidden by how they look: colours of theme, index and rule, shades, frames off the page, rows too low to read."""

import io

from PIL import Image

from tests.redaction.formats.hiding_other import Other, W, cell, docx, p, picture_data, r, xlsx
from tests.redaction.formats.hiding_pdf import NUMBER, SECRET, STAYS

_STRICT = W.replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")  # fmt: skip


def _strict() -> bytes:
    """The strict dialect, with a style that hides."""
    body = f'<w:p><w:r><w:t>{STAYS}</w:t></w:r></w:p><w:p><w:r><w:rPr><w:rStyle w:val="Gone"/></w:rPr><w:t>{SECRET}</w:t></w:r></w:p>'
    styles = f'<w:styles {_STRICT}><w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    main = f"<w:document {_STRICT}><w:body>{body}</w:body></w:document>"
    return docx("", {"word/document.xml": main, "word/styles.xml": styles}, (("s", "styles", "styles.xml"),))


def _anchored(offset: int, fill: str = "", look: str = "", words: str = SECRET) -> str:
    box = f'<wps:wsp xmlns:wps="x"><wps:spPr>{fill}</wps:spPr><wps:txbx><w:txbxContent>{p(r(words, look))}</w:txbxContent></wps:txbx></wps:wsp>'
    place = f"<wp:positionH><wp:posOffset>{offset}</wp:posOffset></wp:positionH>"
    return f'<w:r><w:drawing><wp:anchor>{place}<wp:docPr id="5" name="box"/><a:graphic><a:graphicData>{box}</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>'


def word_looks() -> list[Other]:
    white = '<w:color w:val="FFFFFF"/>'
    banner = p(r("white on dark banner", white), '<w:pPr><w:shd w:val="clear" w:fill="222222"/></w:pPr>')
    dark = '<w:tcPr><w:shd w:val="clear" w:fill="1F3864"/></w:tcPr>'
    table = f"<w:tbl><w:tr><w:tc>{dark}{p(r('Heading of the column', white))}</w:tc></w:tr><w:tr><w:tc>{p(r(SECRET, white))}</w:tc></w:tr></w:tbl>"
    low = f'<w:tbl><w:tr><w:trPr><w:trHeight w:val="10" w:hRule="exact"/></w:trPr><w:tc>{p(r(SECRET))}</w:tc></w:tr></w:tbl>'
    ruby = f"<w:r><w:ruby><w:rt>{r('aid')}</w:rt><w:rubyBase>{r('base of ' + SECRET)}</w:rubyBase></w:ruby></w:r>"
    frame = '<w:pPr><w:framePr w:x="30000" w:y="100"/></w:pPr>'
    shape = "<a:solidFill/>"
    return [
        Other(name="theme_white", data=docx(p(r(SECRET, '<w:color w:val="auto" w:themeColor="background1"/>')))),
        Other(name="nearly_the_shade", data=docx(p(r(SECRET, '<w:color w:val="303030"/>'), '<w:pPr><w:shd w:val="clear" w:fill="2A2A2A"/></w:pPr>'))),
        Other(name="black_shade_on_the_run", data=docx(p(r(SECRET, '<w:shd w:val="clear" w:fill="000000"/>')))),
        Other(name="dark_banner", data=docx(banner + p(r(SECRET, white))), stays=(STAYS, "white on dark banner")),
        Other(name="dark_cell", data=docx(table), stays=(STAYS, "Heading of the column")),
        Other(name="row_too_low", data=docx(low)),
        Other(name="frame_off_the_page", data=docx(p(r(SECRET), frame))),
        Other(name="box_off_the_page", data=docx(p(_anchored(40_000_000)))),
        Other(name="box_with_dark_fill", data=docx(p(_anchored(0, shape, white, "white in a box") + r(SECRET, white))), stays=(STAYS, "white in a box")),
        Other(name="strict_dialect", data=_strict()),
        Other(name="reading_aid", data=docx(p(ruby)), targets=(SECRET,), hidden=(), stays=(STAYS, "base of")),
    ]  # fmt: skip


def sheet_looks() -> list[Other]:
    fonts = (
        '<fonts count="5"><font><sz val="11"/></font><font><sz val="11"/><color indexed="9"/></font><font><sz val="11"/><color theme="0" tint="-0.02"/></font>'
        '<font><sz val="11"/><color theme="1"/></font><font><sz val="1"/></font></fonts>'
        '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FF0A0A0A"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor theme="3"/></patternFill></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    )
    looks = ((0, 0), (1, 0), (2, 0), (3, 2), (4, 0), (2, 3))
    cells = "".join(
        f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="0" applyFont="1" applyFill="1"/>'
        for font, fill in looks
    )
    dxfs = '<dxfs count="2"><dxf><font><color rgb="FFFFFFFF"/></font></dxf><dxf><numFmt numFmtId="201" formatCode=";;;"/></dxf></dxfs>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f'<styleSheet {main}>{fonts}<cellXfs count="6">{cells}</cellXfs>{dxfs}</styleSheet>'
    own: dict[str, str | bytes] = {"xl/styles.xml": sheet}

    def look(number: int, words: str = SECRET) -> bytes:
        return xlsx(f'<row r="2">{cell("B2", words, f" s={chr(34)}{number}{chr(34)}")}</row>', extra=own)

    def rule(kind: str, style: int, formula: str = "", operator: str = "", words: str = SECRET) -> bytes:
        said = f' operator="{operator}"' if operator else ""
        inner = f"<formula>{formula}</formula>" if formula else ""
        tail = f'<conditionalFormatting sqref="B2"><cfRule type="{kind}" dxfId="{style}" priority="1"{said}>{inner}</cfRule></conditionalFormatting>'
        return xlsx(f'<row r="2">{cell("B2", words)}</row>', extra=own, tail=tail)

    return [
        Other(name="white_by_index", data=look(1)),
        Other(name="white_by_theme_and_tint", data=look(2)),
        Other(name="theme_black_on_almost_black", data=look(3)),
        Other(name="one_point", data=look(4)),
        Other(name="light_on_dark_is_seen", data=look(5, f"Header {SECRET}"), targets=(SECRET,), hidden=(), stays=(STAYS, "Header")),
        Other(name="veiled_by_a_rule", data=rule("expression", 0, "TRUE")),
        Other(name="veiled_by_a_format_rule", data=rule("notContainsBlanks", 1)),
        Other(name="rule_that_does_not_apply", data=rule("cellIs", 0, "0", "equal", f"Seen {SECRET}"), targets=(SECRET,), hidden=(), stays=(STAYS, "Seen")),
        Other(name="row_of_half_a_point", data=xlsx(f'<row r="2" ht="0.5" customHeight="1">{cell("A2", SECRET)}</row>')),
        Other(name="column_too_narrow", data=xlsx(f'<row r="2">{cell("C2", SECRET)}</row>', cols='<cols><col min="3" max="3" width="0.05" customWidth="1"/></cols>')),
    ]  # fmt: skip


def picture_looks() -> list[Other]:
    """Layout tags of a TIFF are numbers that a new TIFF may have too: no reason to hold a clean file back."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture_data([STAYS, f"Paid by {SECRET}", "in the yard"]))) as shown:
        shown.convert("L").save(out, "TIFF", compression="tiff_lzw", tiffinfo={315: NUMBER})
    return [Other(name="tiff_in_strips", data=out.getvalue(), targets=(SECRET,), hidden=(NUMBER,), pixels=True)]


def all_looks() -> list[Other]:
    return [*word_looks(), *sheet_looks(), *picture_looks()]
