"""The import map of the page: names of the vendored packages, and the hash of every module the page may load.

With it a browser refuses a module whose bytes changed on the way or on the disk, and a module that nobody listed has no
hash under an `Integrity-Policy`. The map itself stands in the document, so its own hash goes into the CSP (`csp_hash`).
"""

import base64
import hashlib
import json
from pathlib import Path, PurePosixPath

from client.web.vendor import VENDOR, WEB, VendorLock, read_lock, sri

_MODULES = (".js", ".mjs")


def own_modules(web: Path = WEB) -> list[str]:
    """Our own modules, as paths below client/web; tests, vendored files and generated Python folders are not modules."""
    found = []
    for path in sorted(web.rglob("*")):
        inside = path.relative_to(web)
        if path.suffix in _MODULES and path.is_file() and inside.parts[0] not in {"vendor", "node_modules"}:
            found.append(str(PurePosixPath(inside)))
    return found


def import_map(prefix: str = "/", web: Path = WEB, lock: VendorLock | None = None) -> dict[str, dict[str, str]]:
    """`imports` and `integrity` for documents that serve client/web below `prefix` (which ends in `/`).

    Vendored hashes come from the lock, never from the disk: a changed vendored file does not get a new hash.
    """
    if not prefix.endswith("/"):
        raise ValueError("the prefix ends in a slash")
    held = lock or read_lock()
    vendor = f"{prefix}{VENDOR.name}/"
    integrity = {
        f"{vendor}{package.package}/{path}": digest
        for package in held.packages
        for path, digest in package.files.items()
        if path.endswith(_MODULES)
    }
    integrity |= {prefix + name: sri((web / name).read_bytes()) for name in own_modules(web)}
    return {
        "imports": {specifier: vendor + path for specifier, path in held.imports.items()},
        "integrity": dict(sorted(integrity.items())),
    }


def import_map_json(prefix: str = "/", web: Path = WEB, lock: VendorLock | None = None) -> str:
    """The text to stand between `<script type="importmap">` and `</script>`; it contains no `<`."""
    return json.dumps(import_map(prefix, web, lock), separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def csp_hash(text: str) -> str:
    """The source expression that lets exactly this inline text through `script-src`."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
