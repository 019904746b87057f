"""Fail closed, through the product's own page: the sealing is broken in three ways in one browser, and nothing that it sends can be used.

What left is read from the browser's own statistics and from the sealing worker's count; what arrived, from the other browser's decoder.
"""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser import people, steps
from tests.browser.conftest import Scene

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]

# The page's workers, so that a test can ask the sealing one for its count.
WORKERS = """(() => {
  const Native = Worker;
  globalThis.__workers = [];
  globalThis.Worker = class extends Native { constructor(...given) { super(...given); globalThis.__workers.push(this); } };
})();"""
# Setting a sender's transform: never, a while too late, or with keys that nobody else has.
BROKEN = {
    "missing": "Object.defineProperty(RTCRtpSender.prototype, 'transform', {set() {}, get() { return null; }});",
    "late": """(() => { const native = Object.getOwnPropertyDescriptor(RTCRtpSender.prototype, 'transform');
      Object.defineProperty(RTCRtpSender.prototype, 'transform', {get() { return native.get.call(this); },
        set(value) { setTimeout(() => native.set.call(this, value), 1500); }}); })();""",
    "wrong key": """(() => { const native = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (message, ...more) {
        if (message?.type === 'keys' && message.ring) for (const one of message.ring.senders) if (one.index === message.ring.me) one.baseKey = new Uint8Array(one.baseKey.length);
        return native.call(this, message, ...more);
      }; })();""",
}
# Video frames and audio packets that left, and frames that the worker sealed on their way.
LEFT = """async () => {
  let packets = 0, frames = 0, audio = 0;
  for (const one of globalThis.__connections) for (const report of (await one.getStats()).values()) {
    if (report.type !== 'outbound-rtp') continue;
    packets += report.packetsSent ?? 0;
    if (report.kind === 'video') frames += report.framesSent ?? 0;
    else audio += (report.packetsSent ?? 0) - (report.retransmittedPacketsSent ?? 0);
  }
  let sealed = 0;
  for (const worker of globalThis.__workers) {
    const lines = await new Promise((done) => {
      const id = Math.random();
      worker.addEventListener('message', ({data}) => { if (data?.type === 'counts' && data.id === id) done(data.lines); });
      worker.postMessage({type: 'count', id});
      setTimeout(() => done({}), 1000);
    });
    for (const line of Object.values(lines)) sealed += line.sealed;
  }
  return {packets, frames, audio, sealed};
}"""


async def left(page: Page) -> dict[str, int]:
    """What left this page."""
    return dict(await page.evaluate(LEFT))


async def with_camera(scene: Scene, broken: str, *, stays_on: bool = True) -> tuple[dict[str, int], people.Person]:
    """Anna, whose browser is broken, turns everything on while Ben looks."""
    context = scene.who["anna"].context
    await context.add_init_script(WORKERS + broken)
    await scene.together()
    for what in ("Microphone", "Camera"):
        if stays_on:
            await steps.turn_on(scene.anna, what)
        else:  # what can't be sealed goes off again at once, and says so
            await scene.anna.get_by_role("button", name=f"{what} off").click()
            await expect(scene.anna.get_by_text("could not be locked").first).to_be_visible()
            await expect(scene.anna.get_by_role("button", name=f"{what} off")).to_be_visible()
    await scene.anna.wait_for_timeout(6_000)
    scene.who["anna"].errors.clear()
    return await left(scene.anna), scene.who["ben"]


async def heard(page: Page) -> float:
    """Samples of sound that came out of the decoder and were not made up by it."""
    energy: Any = await page.evaluate(
        """async () => { let samples = 0; for (const one of globalThis.__connections) for (const report of (await one.getStats()).values())
          if (report.type === 'inbound-rtp' && report.kind === 'audio') samples += (report.totalSamplesReceived ?? 0) - (report.concealedSamples ?? 0); return samples; }"""
    )
    return float(energy)


async def test_the_counts_are_those_of_a_sealed_call(scene: Scene) -> None:
    """The control: with nothing broken, all that left was sealed, and it is seen."""
    sent, ben = await with_camera(scene, "")
    assert sent["frames"] > 20
    assert sent["sealed"] >= sent["frames"] + sent["audio"] - 10
    assert await ben.decoded() > 20
    assert await heard(ben.page) > 0
    # What Ben could read to support: figures of this call, and nobody's name.
    await ben.page.get_by_role("button", name="Line details").click()
    report = ben.page.locator("pre.report")
    await expect(report).to_contain_text("Line: up")
    await expect(report).to_contain_text("Way: UDP")
    await expect(report).to_contain_text("picture", timeout=15_000)
    text = await report.inner_text()
    assert not [name for name in ("Anna", "Keller", "Lena", "Voss", "Ben", "127.0.0.1") if name in text], text


@pytest.mark.parametrize("how", ["missing", "late"])
async def test_without_its_seal_nothing_leaves_the_page(scene: Scene, how: str) -> None:
    sent, ben = await with_camera(scene, BROKEN[how], stays_on=False)
    assert (sent["packets"], sent["sealed"]) == (0, 0)
    assert await ben.decoded() == 0
    assert await heard(ben.page) == 0
    await expect(ben.page.locator("figure.tile").filter(has_text="Anna Keller")).to_contain_text("no picture")


async def test_under_a_wrong_key_nothing_is_decoded(scene: Scene) -> None:
    sent, ben = await with_camera(scene, BROKEN["wrong key"])
    assert sent["sealed"] > 20
    assert sent["packets"] > 20
    assert await ben.decoded() == 0
    assert await heard(ben.page) == 0
    tile = ben.page.locator("figure.tile").filter(has_text="Anna Keller")
    await expect(tile.locator("video")).to_have_count(0)
    await expect(tile).to_contain_text("no picture")
