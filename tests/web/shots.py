"""Takes pictures of the gallery: `python -m tests.web.shots OUT [SCREEN ...] [--wide|--narrow] [--dark|--light] [--es]`."""

import asyncio
import sys
from pathlib import Path

from aiohttp import web
from playwright.async_api import async_playwright

from tests.web.server import gallery

SIZES = {"narrow": (360, 740), "wide": (1440, 900)}


async def main(out: Path, wanted: list[str], flags: set[str]) -> None:
    """Serve the gallery on a free port of loopback and photograph each screen."""
    runner = web.AppRunner(gallery())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            if {"wide", "narrow"} & flags and size not in flags:
                continue
            for scheme in ("light", "dark"):
                if {"light", "dark"} & flags and scheme not in flags:
                    continue
                context = await browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    locale="es-ES" if "es" in flags else "en-GB",
                    timezone_id="Europe/Dublin",
                    has_touch=size == "narrow",
                )
                page = await context.new_page()
                page.on(
                    "console", lambda message: print(message.type, message.text) if message.type == "error" else None
                )
                page.on("pageerror", lambda error: print("error", error))
                for screen in wanted:
                    await page.goto(f"http://127.0.0.1:{port}/?screen={screen}")
                    await page.locator("body[data-ready=yes]").wait_for()
                    await page.wait_for_timeout(350)
                    await page.screenshot(path=str(out / f"{screen}-{size}-{scheme}.png"), full_page="full" in flags)
                await context.close()
        await browser.close()
    await runner.cleanup()


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[2:] if not argument.startswith("--")]
    asyncio.run(
        main(Path(sys.argv[1]), arguments, {argument[2:] for argument in sys.argv[2:] if argument.startswith("--")})
    )
