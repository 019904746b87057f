"""Pictures for the README, taken while the tests run: INCAMERA_SCREENS=docs/screens pytest tests/browser/test_walk.py tests/browser/test_story.py"""

import os
from pathlib import Path

from playwright.async_api import Page

SCREENS = os.environ.get("INCAMERA_SCREENS", "")
# Every film on the page goes on: a picture is taken of people, not of tiles that wait for their first frame.
RUNNING = """async (films) => {
  if (document.querySelectorAll('video').length < films) return false;
  for (const video of document.querySelectorAll('video')) {
    const before = video.getVideoPlaybackQuality().totalVideoFrames;
    await new Promise((done) => setTimeout(done, 500));
    if (!video.videoWidth || video.getVideoPlaybackQuality().totalVideoFrames === before) return false;
  }
  return true;
}"""


async def take(page: Page, name: str, films: int = 0) -> None:
    """Light and dark, from the top of the page, with at least so many films; does nothing unless pictures are wanted."""
    if not SCREENS:
        return
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await page.evaluate("() => { scrollTo(0, 0); document.activeElement?.blur(); }")
        for _ in range(120):
            if await page.evaluate(RUNNING, films):
                break
            await page.wait_for_timeout(250)
        await page.wait_for_timeout(500)
        await page.screenshot(path=Path(SCREENS) / f"{name}-{scheme}.png")
