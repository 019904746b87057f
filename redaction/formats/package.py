"""Opens and writes Office packages (zip files of XML) without believing what they say about themselves."""

import io
import re
import zipfile
import zlib

from lxml import etree

from redaction.formats.model import Hidden, Limits, Reason, Unreadable

MEMBER_DATE = (1980, 1, 1, 0, 0, 0)
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """A zip of parts. Sizes are counted while unpacking: a bomb ends at the limit, not at the end of memory."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        if len(data) > limits.bytes:
            raise Unreadable(Reason.TOO_LARGE)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
            raise Unreadable(Reason.DAMAGED) from None
        if len(infos) > limits.members:
            raise Unreadable(Reason.TOO_MANY_PARTS)
        self._left = limits.unpacked
        self._ratio = limits.ratio
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.filename.replace("\\", "/").lstrip("/")
            if name in self._infos:
                raise Unreadable(Reason.ACTIVE_CONTENT, "two parts of one name")
            self._infos[name] = info
        if sum(info.file_size for info in infos) > limits.unpacked:
            raise Unreadable(Reason.EXPANDS_TOO_MUCH)
        self.comment = self._zip.comment
        self._read: dict[str, bytes] = {}

    @property
    def names(self) -> list[str]:
        return list(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """One part, unpacked within the limits."""
        if name in self._read:
            return self._read[name]
        info = self._infos.get(name)
        if info is None:
            raise Unreadable(Reason.DAMAGED)
        if info.flag_bits & 1:
            raise Unreadable(Reason.ENCRYPTED)
        out = bytearray()
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(65_536):
                    out += chunk
                    self._left -= len(chunk)
                    if self._left < 0 or (
                        len(out) > 10_000_000 and len(out) > self._ratio * max(1, info.compress_size)
                    ):
                        raise Unreadable(Reason.EXPANDS_TOO_MUCH)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
            raise Unreadable(Reason.DAMAGED) from None
        self._read[name] = bytes(out)
        return self._read[name]

    def xml(self, name: str) -> "etree._Element":
        """One part as a tree. The strict dialect of the standard is read as the usual one: only its names differ."""
        return parse_xml(self.read(name).replace(_STRICT, _USUAL))

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """id -> (kind, target part, is external) of a part's relations."""
        folder, _, name = part.rpartition("/")
        where = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if where not in self:
            return {}
        out = {}
        for item in self.xml(where).iter(_REL):
            target, external = item.get("Target", ""), item.get("TargetMode") == "External"
            out[item.get("Id", "")] = (
                item.get("Type", "").rpartition("/")[2],
                target if external else resolved(folder, target),
                external,
            )
        return out


def resolved(folder: str, target: str) -> str:
    """The part that a relative target means."""
    parts: list[str] = [] if target.startswith("/") else [p for p in folder.split("/") if p]
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def parse_xml(data: bytes) -> "etree._Element":
    """A tree without entities, network or document types."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise Unreadable(Reason.DAMAGED) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Unreadable(Reason.ACTIVE_CONTENT, "document type")
    return root


def write_package(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts in this order: same parts, same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, MEMBER_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, data)
    return out.getvalue()


def hidden_parts(package: Package, used: set[str]) -> list[Hidden]:
    """What the package holds besides the parts that its reader sees: named for the reviewer, never carried over."""
    out: list[Hidden] = []
    for name in package.names:
        if name in used or name.endswith(("/", ".rels")) or name == "[Content_Types].xml":
            continue
        what = _kind_of_part(name)
        text = ""
        if name.endswith((".xml", ".vml", ".txt")):
            try:
                data = package.read(name)
            except Unreadable:
                data = b""
            raw = data.decode("utf-8", "replace")
            text = re.sub(
                r"\s+",
                " ",
                " ".join(
                    [
                        re.sub(r"<[^>]*>", " ", raw),
                        *re.findall(r'\s(?:author|name|val|value|userName|target)="([^"]{3,})"', raw),
                    ]
                ),
            )
        if what not in ("style sheet",):
            out.append(Hidden(what, "file", (text.strip() or "content that is not shown")[:4000]))
    if package.comment:
        out.append(Hidden("comment of the zip file", "file", package.comment[:2000].decode("utf-8", "replace")))
    for part in (name for name in package.names if name.endswith(".rels")):
        try:
            for item in package.xml(part).iter(_REL):
                if item.get("TargetMode") == "External":
                    out.append(Hidden("link target", "file", item.get("Target", "")[:2000]))
        except Unreadable:
            continue
    return out


def _kind_of_part(name: str) -> str:
    low = name.lower()
    for key, what in (
        ("vbaproject", "macro program"), ("activex", "control"), ("embeddings", "embedded file"), ("oleobject", "embedded file"),
        ("comment", "comments"), ("people", "names of authors"), ("person", "names of authors"), ("docprops", "document properties"),
        ("thumbnail", "preview picture"), ("customxml", "data of other programs"), ("glossary", "building blocks"), ("chart", "chart"),
        ("diagram", "diagram"), ("pivot", "pivot table data"), ("externallink", "copy of linked data"), ("connections", "data connection"),
        ("revision", "revision history"), ("printersettings", "printer settings"), ("media/", "picture"), ("header", "header or footer"),
        ("footer", "header or footer"), ("footnote", "notes"), ("endnote", "notes"), ("styles", "style sheet"), ("theme", "style sheet"),
        ("fonttable", "style sheet"), ("numbering", "style sheet"), ("settings", "settings"), ("afchunk", "embedded file"),
    ):  # fmt: skip
        if key in low:
            return what
    return "further part"
