"""People with real browsers: each has a camera of one colour, so that a test sees whose picture arrives, whatever the page claims.

What is counted is taken from the browser's own statistics of every RTCPeerConnection and from the pixels of the video elements,
never from the page's state.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright

from server import log
from server.app import make_app
from server.auth.enrolment import invite, link
from server.config import Config
from server.http.keys import HOUSE
from server.runtime.clock import random_bytes

CHROMIUM = os.environ.get("INCAMERA_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--use-fake-device-for-media-stream --use-fake-ui-for-media-stream --allow-loopback-in-peer-connection "
    "--autoplay-policy=no-user-gesture-required --auto-select-desktop-capture-source=Entire"
).split()
# Y, U, V of a picture of one colour; the hue survives coding and scaling.
COLOURS = {"red": (81, 90, 240), "green": (145, 54, 34), "blue": (41, 240, 110), "yellow": (210, 16, 146)}
WATCH = """(() => {
  const Native = RTCPeerConnection;
  globalThis.__connections = [];
  globalThis.RTCPeerConnection = class extends Native {
    constructor(...given) { super(...given); globalThis.__connections.push(this); }
  };
})();"""
DECODED = """async () => {
  let frames = 0, sent = 0;
  for (const one of globalThis.__connections ?? []) {
    if (one.connectionState === 'closed') continue;
    for (const report of (await one.getStats()).values()) {
      if (report.type === 'inbound-rtp' && report.kind === 'video') frames += report.framesDecoded ?? 0;
      if (report.type === 'outbound-rtp') sent += report.packetsSent ?? 0;
    }
  }
  return {frames, sent};
}"""
SEEN = """async () => {
  const colours = [];
  const canvas = new OffscreenCanvas(8, 8);
  const area = canvas.getContext('2d', {willReadFrequently: true});
  for (const video of document.querySelectorAll('video')) {
    if (!video.videoWidth || video.closest('.self, [data-self]')) continue;
    const before = video.getVideoPlaybackQuality().totalVideoFrames;
    await new Promise((done) => setTimeout(done, 400));
    if (video.getVideoPlaybackQuality().totalVideoFrames === before) continue;
    area.drawImage(video, 0, 0, 8, 8);
    const [r, g, b] = area.getImageData(4, 4, 1, 1).data;
    colours.push(r > 150 && g > 130 && b < 110 ? 'yellow' : r > g && r > b ? 'red' : g > b ? 'green' : 'blue');
  }
  return colours.sort();
}"""


class TestClock:
    """Wall time that a test may move on; spans run as they do."""

    __test__ = False

    def __init__(self) -> None:
        import time

        self._time = time
        self.ahead = 0

    def now(self) -> int:
        return int(self._time.time()) + self.ahead

    def monotonic(self) -> float:
        return self._time.monotonic()


class House:
    """The real server, in this process, on free ports."""

    def __init__(self, app: web.Application, origin: str, clock: TestClock, data: Path) -> None:
        self.app, self.origin, self.clock, self.data = app, origin, clock, data

    async def enrolment(self) -> str:
        """A link for a mediator."""
        return link(self.origin, await invite(self.app[HOUSE].services.accounts, self.clock, random_bytes))


@asynccontextmanager
async def house(data: Path) -> AsyncIterator[House]:
    """Serve while the block runs."""
    import socket

    log.configure()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    clock = TestClock()
    app = make_app(Config(data=data, port=port, media_port=0), clock=clock)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield House(app, f"http://127.0.0.1:{port}", clock, data)
    finally:
        await runner.cleanup()


def camera(colour: str, folder: Path) -> Path:
    """A YUV4MPEG film of one colour; a corner moves so that the encoder has something to say."""
    width, height = 320, 180
    y, u, v = COLOURS[colour]
    path = folder / f"{colour}.y4m"
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(15):
            luma = bytearray([y]) * (width * height)
            luma[frame * 4 : frame * 4 + 3] = b"\xeb\x10\xeb"
            chroma = (width // 2) * (height // 2)
            film.write(b"FRAME\n" + luma + bytes([u]) * chroma + bytes([v]) * chroma)
    return path


# Skin, hair, clothes and the wall behind, of drawn people: for pictures that others look at.
PORTRAITS = {
    "lena": ("#d9ae8a", "#4a3326", "#17594e", "#8d8a80"),
    "anna": ("#c98f6b", "#2b1d16", "#5b3e70", "#a58a6c"),
    "ben": ("#e3bd9c", "#6b4a2f", "#7d4423", "#5f6f7d"),
}


def portrait(who: str, folder: Path) -> Path:
    """A film of a drawn person who moves a little."""
    from PIL import Image, ImageDraw

    skin, hair, clothes, wall = PORTRAITS[who]
    width, height = 640, 360
    path = folder / f"{who}.y4m"
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(15):
            picture = Image.new("RGB", (width, height), wall)
            draw = ImageDraw.Draw(picture)
            middle = width // 2 + (frame if frame < 8 else 15 - frame)
            draw.ellipse((middle - 130, 240, middle + 130, 520), fill=clothes)
            draw.rectangle((middle - 24, 190, middle + 24, 270), fill=skin)
            draw.pieslice((middle - 70, 55, middle + 70, 195), 180, 360, fill=hair)
            draw.ellipse((middle - 58, 70, middle + 58, 222), fill=skin)
            draw.pieslice((middle - 62, 58, middle + 62, 170), 185, 355, fill=hair)
            for side in (-22, 22):
                draw.ellipse((middle + side - 4, 136, middle + side + 4, 144), fill="#2a2320")
            draw.arc((middle - 20, 160, middle + 20, 190), 20, 160, fill="#7a4a3a", width=3)
            luma, *chroma = picture.convert("YCbCr").split()
            halves = [plane.resize((width // 2, height // 2)).tobytes() for plane in chroma]
            film.write(b"FRAME\n" + luma.tobytes() + b"".join(halves))
    return path


class Person:
    """A browser of one's own."""

    def __init__(self, name: str, browser: Browser, context: BrowserContext, page: Page) -> None:
        self.name, self.browser, self.context, self.page = name, browser, context, page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "Permissions-Policy" not in message.text:
            self.errors.append(message.text)

    async def decoded(self) -> int:
        """Video frames decoded so far, by the browser's own count."""
        return int((await self.page.evaluate(DECODED))["frames"])

    async def sees(self) -> list[str]:
        """The colours of the moving pictures of others on this page."""
        return list(await self.page.evaluate(SEEN))


@asynccontextmanager
async def people(**colours: str) -> AsyncIterator[dict[str, Person]]:
    """Browsers by name, each with a camera of a colour. A process of its own per person: profiles share nothing."""
    async with AsyncExitStack() as stack:
        playwright: Playwright = await stack.enter_async_context(async_playwright())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found: dict[str, Person] = {}
        for name, colour in colours.items():
            found[name] = await _person(playwright, stack, name, colour, folder)
        yield found


class Guests:
    """Profiles of one browser process, sharing nothing: for what is read and pressed rather than seen on camera."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def come(self, name: str, **options: Any) -> Person:
        """A person with a fresh profile; `options` as Playwright's new_context takes them."""
        return await _profile(name, self.browser, options)


@asynccontextmanager
async def guests(*more: str) -> AsyncIterator[Guests]:
    """Start the browser; `more` are command line flags."""
    async with AsyncExitStack() as stack:
        playwright: Playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=[*FLAGS, *more])
        stack.push_async_callback(browser.close)
        yield Guests(browser)


async def _person(
    playwright: Playwright, stack: AsyncExitStack, name: str, colour: str, folder: Path, more: Sequence[str] = ()
) -> Person:
    film = camera(colour, folder) if colour in COLOURS else portrait(colour, folder)
    browser = await playwright.chromium.launch(
        executable_path=CHROMIUM,
        headless=True,
        args=[*FLAGS, f"--use-file-for-fake-video-capture={film}", *more],
    )
    stack.push_async_callback(browser.close)
    return await _profile(name, browser, {})


async def _profile(name: str, browser: Browser, options: dict[str, Any]) -> Person:
    given = {"permissions": ["camera", "microphone"], "locale": "en-GB", "viewport": {"width": 1440, "height": 900}}
    context = await browser.new_context(**(given | options))
    context.set_default_timeout(15_000)
    await context.add_init_script(WATCH)
    return Person(name, browser, context, await context.new_page())
