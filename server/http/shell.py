"""The page: one document and the files it names, from a table made at the start. A path that is not in the table does not exist."""

import hashlib
from pathlib import Path

from msgspec import Struct

from client.web.importmap import csp_hash, import_map_json

MARK = "<!-- importmap -->"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".pfb": "application/octet-stream",
    ".bcmap": "application/octet-stream",
    ".icc": "application/octet-stream",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
}
# Programs (the headless client) need no page: a server without one still serves them.
NO_PAGE = f"<!doctype html><title>In Camera</title>{MARK}<p>This server was installed without its page."
NOT_SERVED = frozenset({"fixtures", "types", "tests", "__pycache__", "node_modules"})
WEB = Path(__file__).resolve().parents[2] / "client" / "web"


class StaticFile(Struct, frozen=True, kw_only=True):
    """A file of the page."""

    path: Path
    content_type: str
    etag: str


class Shell(Struct, frozen=True, kw_only=True):
    """The document, its policy's hash, and every file by its path."""

    document: bytes
    map_hash: str
    files: dict[str, StaticFile]


def read_shell(web: Path = WEB) -> Shell:
    """Read the page once."""
    text = import_map_json()
    index = web / "index.html"
    document = index.read_text() if index.is_file() else NO_PAGE
    if document.count(MARK) != 1:
        raise ValueError("client/web/index.html needs the import map's mark once")
    document = document.replace(MARK, f'<script type="importmap">{text}</script>')
    files: dict[str, StaticFile] = {}
    for path in sorted(web.rglob("*")):
        inside = path.relative_to(web)
        content_type = TYPES.get(path.suffix)
        if content_type is None or not path.is_file() or path.is_symlink() or NOT_SERVED & set(inside.parts):
            continue
        etag = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
        files["/" + inside.as_posix()] = StaticFile(path=path, content_type=content_type, etag=etag)
    return Shell(document=document.encode(), map_hash=csp_hash(text), files=files)
