"""Vendored packages: what lies in the folder is what the lock says, and a browser runs nothing else."""

import shutil
from pathlib import Path

import pytest

from client.web import importmap, vendor


def test_every_vendored_file_is_the_one_in_the_lock() -> None:
    assert vendor.check(vendor.read_lock()) == []


def test_a_changed_a_missing_and_an_extra_file_are_named(tmp_path: Path) -> None:
    copy = tmp_path / "vendor"
    shutil.copytree(vendor.VENDOR, copy)
    (copy / "lit/index.js").write_bytes((copy / "lit/index.js").read_bytes() + b" ")
    (copy / "uqr/dist/index.mjs").unlink()
    (copy / "lit/extra.js").write_text("alert(1)")
    assert vendor.check(vendor.read_lock(), copy) == [
        "uqr/dist/index.mjs: missing",
        "lit/extra.js: not in the lock",
        "lit/index.js: not the file in the lock",
    ]


def test_every_package_has_a_licence_that_we_take_and_its_text() -> None:
    for package in vendor.read_lock().packages:
        assert package.licence in vendor.LICENCES
        assert any("LICENSE" in path for path in package.files)


def test_the_import_map_has_a_hash_for_every_module_it_names() -> None:
    page_map = importmap.import_map("/assets/")
    assert set(page_map["imports"].values()) <= set(page_map["integrity"])
    assert all(url.startswith("/assets/") for url in page_map["integrity"])
    assert "<" not in importmap.import_map_json()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('import"a";export*from"b";import{x as t}from"c";', {"a", "b", "c"}),
        ("import * as d from './d.js'\nexport { e } from '../e.js'", {"./d.js", "../e.js"}),
        ("const x = await import('crypto')", set()),
        ("/* import 'no' */ import f, { g } from 'f'", {"f"}),
    ],
)
def test_static_imports_are_found_in_minified_and_plain_code(source: str, found: set[str]) -> None:
    assert vendor.static_imports(source) == found


@pytest.mark.browser
async def test_a_browser_loads_every_named_package_under_the_strict_policy(in_page) -> None:  # type: ignore[no-untyped-def]
    names = [name for name in vendor.ENTRIES if "worker" not in name]
    kinds = await in_page(
        "async (names) => { const out = {}; for (const n of names) out[n] = Object.keys(await import(n)).length; return out }",
        names,
    )
    assert all(kinds[name] > 0 for name in names), kinds


@pytest.mark.browser
async def test_a_module_changed_on_the_way_does_not_run(in_page, spoiled) -> None:  # type: ignore[no-untyped-def]
    spoiled["path"] = "vendor/uqr/dist/index.mjs"
    verdict = await in_page("async () => { try { await import('uqr'); return 'ran' } catch (e) { return e.name } }")
    assert verdict == "TypeError"
