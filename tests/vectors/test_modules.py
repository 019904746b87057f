"""Every key module loads in the browser and has the functions that the Python twin has."""

import importlib
import inspect
import re

import pytest

from client.web.vendor import WEB

# Python only: structs' own helpers and things that WebCrypto does itself.
ONLY_PYTHON = {"decode_json", "random_bytes", "sha256", "hash_bytes", "encode", "decode"}
MODULES = sorted(path.stem for path in (WEB / "keys").glob("*.js") if path.stem not in {"schema", "store"})


def camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


@pytest.mark.browser
async def test_the_twins_have_the_same_functions(in_page) -> None:  # type: ignore[no-untyped-def]
    exported = await in_page(
        "async (names) => Object.fromEntries(await Promise.all(names.map(async (n) => [n, Object.keys(await import(`/keys/${n}.js`))])))",
        MODULES,
    )
    missing = []
    for name in MODULES:
        module = importlib.import_module(f"client.keys.{name}")
        functions = [
            member
            for member, value in inspect.getmembers(module, inspect.isfunction)
            if value.__module__ == module.__name__ and not member.startswith("_")
        ]
        missing += [f"{name}.{f}" for f in functions if f not in ONLY_PYTHON and camel(f) not in exported[name]]
    assert missing == []
