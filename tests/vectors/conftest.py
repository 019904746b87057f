"""A real Chromium on a page that may run only our hashed modules: the browser's half of the vectors."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright

from client.web.importmap import csp_hash, import_map_json
from client.web.vendor import WEB

CHROMIUM = os.environ.get("INCAMERA_CHROMIUM", "/usr/bin/chromium")
SPOILED = web.AppKey("spoiled", dict[str, str])
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript"}


def app() -> web.Application:
    """client/web below `/`, and one document with the strict headers of the product."""
    page_map = import_map_json()

    async def document(request: web.Request) -> web.Response:
        policy = f"default-src 'none'; script-src 'self' {csp_hash(page_map)}; connect-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html"
        return web.Response(
            text=f'<!doctype html><meta charset=utf-8><title>keys</title><script type="importmap">{page_map}</script>',
            content_type="text/html",
            headers={"Content-Security-Policy": policy, "Integrity-Policy": "blocked-destinations=(script)"},
        )

    async def module(request: web.Request) -> web.Response:
        path = (WEB / request.match_info["path"]).resolve()
        if not path.is_relative_to(WEB) or not path.is_file():
            raise web.HTTPNotFound
        content = path.read_bytes()
        if request.match_info["path"] == request.app[SPOILED].get("path"):
            content += b"\n// changed on the way"
        return web.Response(body=content, content_type=_TYPES.get(path.suffix, "application/octet-stream"))

    served = web.Application()
    served[SPOILED] = {}
    served.add_routes([web.get("/", document), web.get("/{path:.+}", module)])
    return served


@pytest.fixture
async def spoiled() -> dict[str, str]:
    """Put a `path` in here and the server hands that module out changed."""
    return {}


@pytest.fixture
async def in_page(spoiled: dict[str, str]) -> AsyncIterator[Callable[[str, Any], Awaitable[Any]]]:
    """Run an async function of (argument) in the page: `await in_page("async (a) => …", argument)`."""
    served = app()
    served[SPOILED] = spoiled
    async with TestServer(served) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(str(server.make_url("/")))

        async def run(code: str, argument: Any = None) -> Any:
            return await page.evaluate(code, argument)

        yield run
        await browser.close()
