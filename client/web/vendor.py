"""Vendored browser packages: exactly the files that the page imports, each with its hash in `vendor.lock.json`.

    python -m client.web.vendor            fetch with the npm client, compare with the lock, write vendor/
    python -m client.web.vendor --check    no network: every file is the one in the lock, and nothing else lies there
    python -m client.web.vendor --update   accept what npm hands out now as the new lock

The files are npm's bytes, unchanged. What is taken is the closure of the static imports below, so a package's other
entry points (lit's unsafe-html among them) are not in the product at all.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import msgspec

WEB = Path(__file__).parent
VENDOR = WEB / "vendor"
LOCK = WEB / "vendor.lock.json"

# Package -> version. Everything imported by these must be named here too: nothing arrives unasked.
WANTED: dict[str, str] = {
    "lit": "3.3.3",
    "lit-html": "3.3.3",
    "lit-element": "4.2.2",
    "@lit/reactive-element": "2.1.2",
    "@hpke/core": "1.9.0",
    "@hpke/common": "1.10.1",
    "age-encryption": "0.3.1",
    "@noble/ciphers": "2.4.0",
    "@noble/curves": "2.4.0",
    "@noble/hashes": "2.4.0",
    "@noble/post-quantum": "0.5.4",
    "@scure/base": "2.4.0",
    "pdfjs-dist": "6.5.438",
    "uqr": "0.1.3",
}

# What the page may import by name. Lit's directives that take markup or styles as text are left out on purpose.
ENTRIES: tuple[str, ...] = (
    "lit",
    "lit/directive.js",
    "lit/async-directive.js",
    "lit/directives/class-map.js",
    "lit/directives/guard.js",
    "lit/directives/if-defined.js",
    "lit/directives/keyed.js",
    "lit/directives/live.js",
    "lit/directives/ref.js",
    "lit/directives/repeat.js",
    "lit/directives/when.js",
    "@hpke/core",
    "age-encryption",
    "pdfjs-dist/build/pdf.min.mjs",
    "pdfjs-dist/build/pdf.worker.min.mjs",
    "uqr",
)

# Files that a package fetches while it runs, by the beginning of their paths: what pdf.js needs for Chinese, Japanese and Korean
# text, for fonts that a file does not carry, and for JPEG 2000 and JBIG2 pictures. Without WebAssembly: the policy forbids it.
DATA: dict[str, tuple[str, ...]] = {
    "pdfjs-dist": (
        "cmaps/",
        "standard_fonts/",
        "wasm/jbig2_nowasm_fallback.js",
        "wasm/openjpeg_nowasm_fallback.js",
        "wasm/LICENSE_JBIG2",
        "wasm/LICENSE_OPENJPEG",
        "wasm/LICENSE_PDFJS_JBIG2",
        "wasm/LICENSE_PDFJS_OPENJPEG",
    )
}

LICENCES = {"MIT", "BSD-3-Clause", "Apache-2.0"}
_LICENCE_FILES = ("LICENSE", "LICENSE.md", "LICENSE.txt")
_STATIC_IMPORT = re.compile(
    r"""(?:^|[;}\s])(?:import|export)\s*(?:[\w*${}\s,]+?\s*from\s*)?["']([^"'\n]+)["']""", re.MULTILINE
)
_NAME = re.compile(r"^(@[a-z0-9-]+/[a-z0-9-]+|[a-z0-9-]+)(?:/(.+))?$")
MAX_PACKAGE_BYTES = 64 * 1024 * 1024


class VendorError(Exception):
    """The vendored files, the lock and what npm hands out do not agree; the text names the package or file."""


class LockedPackage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One package: what npm vouches for (`integrity` of its archive) and the hash of each file taken from it."""

    package: str
    version: str
    integrity: str
    licence: str
    files: dict[str, str]


class VendorLock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`imports` maps a bare specifier to a file below vendor/; `packages` says where each file came from."""

    imports: dict[str, str]
    packages: tuple[LockedPackage, ...]


def sri(content: bytes) -> str:
    """The Subresource Integrity string of a file (SHA-384)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def read_lock(path: Path = LOCK) -> VendorLock:
    """The lock as checked in."""
    return msgspec.json.decode(path.read_bytes(), type=VendorLock)


def static_imports(source: str) -> set[str]:
    """Specifiers that a module imports when it loads (dynamic `import()` is not followed)."""
    without_comments = re.sub(r"/\*.*?\*/|^\s*//[^\n]*", " ", source, flags=re.DOTALL | re.MULTILINE)
    return set(_STATIC_IMPORT.findall(without_comments))


def split_specifier(specifier: str) -> tuple[str, str]:
    """`@noble/hashes/hkdf.js` -> (`@noble/hashes`, `./hkdf.js`); a bare package gives `.`."""
    match = _NAME.match(specifier)
    if match is None:
        raise VendorError(f"not a package specifier: {specifier}")
    return match[1], f"./{match[2]}" if match[2] else "."


def _choose(target: object) -> str | None:
    """The production browser file of an `exports` entry: conditions in the order npm gives them."""
    if isinstance(target, str):
        return target
    if isinstance(target, dict):
        for condition, value in target.items():
            if condition in {"browser", "import", "default"}:
                chosen = _choose(value)
                if chosen is not None:
                    return chosen
    return None


def resolve(specifier: str, manifests: Mapping[str, dict[str, object]]) -> tuple[str, str]:
    """The package and the file in it that a bare specifier names."""
    package, subpath = split_specifier(specifier)
    manifest = manifests.get(package)
    if manifest is None:
        raise VendorError(f"{specifier} is imported, and {package} is not in WANTED")
    exports = manifest.get("exports")
    if exports is None or isinstance(exports, str):
        main = exports or manifest.get("module") or manifest.get("main")
        chosen = main if subpath == "." else subpath
    elif isinstance(exports, dict):
        chosen = _choose(exports.get(subpath))
    else:
        chosen = None
    if not isinstance(chosen, str):
        raise VendorError(f"{package} does not export {subpath}")
    return package, str(PurePosixPath(chosen))


class _Package:
    """An npm archive in memory."""

    def __init__(self, name: str, archive: bytes) -> None:
        self.integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
        self.files: dict[str, bytes] = {}
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            for member in tar:
                if member.isfile():
                    handle = tar.extractfile(member)
                    assert handle is not None
                    self.files[str(PurePosixPath(*PurePosixPath(member.name).parts[1:]))] = handle.read()
        self.manifest: dict[str, object] = json.loads(self.files["package.json"])
        if self.manifest["name"] != name or self.manifest["version"] != WANTED[name]:
            raise VendorError(f"{name}: the archive says it is another package or version")

    @property
    def licence(self) -> tuple[str, str]:
        """The SPDX name and the file that holds the text."""
        named = self.manifest.get("license")
        text = next((f for f in _LICENCE_FILES if f in self.files), None)
        if not isinstance(named, str) or named not in LICENCES or text is None:
            raise VendorError(f"{self.manifest['name']}: licence {named} is not one we take, or its text is missing")
        return named, text


def fetch() -> dict[str, _Package]:
    """The wanted packages, through the ordinary npm client with whatever registry it is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = [f"{name}@{version}" for name, version in WANTED.items()]
        done = subprocess.run(
            ["npm", "pack", "--json", "--ignore-scripts", *wanted], cwd=folder, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise VendorError("npm pack failed: is the npm client installed and its registry reachable?")
        packages = {}
        for entry in json.loads(done.stdout):
            path = Path(folder, entry["filename"].replace("@", "").replace("/", "-"))
            if path.stat().st_size > MAX_PACKAGE_BYTES:
                raise VendorError(f"{entry['name']}: the archive is too large")
            packages[entry["name"]] = _Package(entry["name"], path.read_bytes())
        return packages


def gather(packages: Mapping[str, _Package]) -> tuple[VendorLock, dict[str, bytes]]:
    """Follow the imports from ENTRIES: the lock, and the files by their path below vendor/."""
    manifests = {name: package.manifest for name, package in packages.items()}
    imports: dict[str, str] = {}
    taken: dict[str, set[str]] = {name: set() for name in packages}
    todo: list[tuple[str, str]] = []

    def bare(specifier: str) -> None:
        package, path = resolve(specifier, manifests)
        imports[specifier] = f"{package}/{path}"
        todo.append((package, path))

    for entry in ENTRIES:
        bare(entry)
    while todo:
        package, path = todo.pop()
        if path in taken[package]:
            continue
        taken[package].add(path)
        content = packages[package].files.get(path)
        if content is None:
            raise VendorError(f"{package} has no file {path}")
        for specifier in static_imports(content.decode()):
            if specifier.startswith("."):
                parts: list[str] = []
                for part in (PurePosixPath(path).parent / specifier).parts:
                    if part == "..":
                        parts.pop()
                    else:
                        parts.append(part)
                todo.append((package, "/".join(parts)))
            else:
                bare(specifier)
    locked = []
    files: dict[str, bytes] = {}
    for name in sorted(packages):
        if not taken[name]:
            raise VendorError(f"{name} is in WANTED and nothing imports it")
        taken[name] |= {path for path in packages[name].files if path.startswith(DATA.get(name, ("\0",)))}
        licence, text = packages[name].licence
        chosen = {path: packages[name].files[path] for path in sorted({*taken[name], text})}
        files |= {f"{name}/{path}": content for path, content in chosen.items()}
        locked.append(
            LockedPackage(
                package=name,
                version=WANTED[name],
                integrity=packages[name].integrity,
                licence=licence,
                files={path: sri(content) for path, content in chosen.items()},
            )
        )
    return VendorLock(imports=dict(sorted(imports.items())), packages=tuple(locked)), files


def check(lock: VendorLock, vendor: Path = VENDOR) -> list[str]:
    """What is wrong with the vendored files, in words; empty when each is the one in the lock and nothing else lies there."""
    wrong = []
    expected = {f"{p.package}/{path}": integrity for p in lock.packages for path, integrity in p.files.items()}
    present = {str(PurePosixPath(f.relative_to(vendor))) for f in vendor.rglob("*") if f.is_file()}
    wrong += [f"{name}: missing" for name in sorted(expected.keys() - present)]
    wrong += [f"{name}: not in the lock" for name in sorted(present - expected.keys())]
    wrong += [
        f"{name}: not the file in the lock"
        for name in sorted(expected.keys() & present)
        if sri((vendor / name).read_bytes()) != expected[name]
    ]
    if {p.package: p.version for p in lock.packages} != WANTED:
        wrong.append("the lock was made for other packages or versions than WANTED")
    wrong += [f"{p.package}: licence {p.licence}" for p in lock.packages if p.licence not in LICENCES]
    wrong += [f"{name}: imported and not in the lock" for name in lock.imports.values() if name not in expected]
    for name in sorted(expected.keys() & present):
        if name.endswith(("js", "mjs")):
            for specifier in static_imports((vendor / name).read_text()):
                if not specifier.startswith(".") and specifier not in lock.imports:
                    wrong.append(f"{name}: imports {specifier}, which the lock does not map")
    return wrong


def main(argv: list[str] | None = None) -> int:
    """Command line: fetch, `--check` or `--update`."""
    parser = argparse.ArgumentParser(prog="python -m client.web.vendor", description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="compare vendor/ with the lock; no network")
    mode.add_argument("--update", action="store_true", help="make a new lock from what npm hands out")
    options = parser.parse_args(argv)
    if options.check:
        wrong = check(read_lock())
        print("\n".join(wrong) or "vendor/ is what the lock says.")
        return 1 if wrong else 0
    try:
        lock, files = gather(fetch())
        if not options.update and lock != read_lock():
            raise VendorError("what npm hands out is not what the lock says; look, then use --update")
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    for old in sorted(VENDOR.rglob("*"), reverse=True):
        old.rmdir() if old.is_dir() else old.unlink()
    for name, content in files.items():
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / name).write_bytes(content)
    LOCK.write_bytes(msgspec.json.format(msgspec.json.encode(lock), indent=1) + b"\n")
    print(f"{len(files)} files of {len(lock.packages)} packages.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
