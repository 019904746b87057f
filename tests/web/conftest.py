"""One Chromium and one gallery server for all browser tests of the pages."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.web.server import gallery

CHROMIUM = "/usr/bin/chromium"
Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def base() -> AsyncIterator[str]:
    """Where the gallery is served."""
    runner = web.AppRunner(gallery())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium with a fake camera. Where it is missing the launch fails, and so do the tests: nothing is skipped."""
    async with async_playwright() as driver:
        found = await driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
        )
        yield found
        await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, base: str) -> AsyncIterator[Open]:
    """Opens a gallery address; anything the console calls an error fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    async def open_(
        query: str,
        *,
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
        locale: str = "en-GB",
        path: str = "/",
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=locale,
            timezone_id="Europe/Dublin",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"{base}{path}?{query}")
        if path == "/":
            await page.locator("body[data-ready=yes]").wait_for()
        return page

    yield open_
    for context in contexts:
        await context.close()
    assert wrong == []
