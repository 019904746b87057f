"""Showing one's screen, and giving up pictures for a weak line."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Scene

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]

# Width of the shared picture and how many of its frames were shown.
SHARED = """() => { const v = document.querySelector('.tile.screen video'); return v ? [v.videoWidth, v.getVideoPlaybackQuality().totalVideoFrames] : [0, 0]; }"""
CAPTURED = """(() => {
  const native = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getDisplayMedia = async (wish) => {
    const stream = await native(wish);
    globalThis.__captured = stream.getVideoTracks()[0].getSettings().width;
    return stream;
  };
})();"""


async def sharing(page: Page) -> None:
    """Press until the screen is shown."""
    await page.get_by_role("button", name="Show my screen").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.or_(page.get_by_role("button", name="Stop showing")).first).to_be_visible()
    if await dialog.count():
        await dialog.get_by_role("button", name="Show my screen").click()
    await expect(page.get_by_role("button", name="Stop showing").first).to_be_visible()


async def test_while_the_mediator_shows_a_screen_rooms_knocks_and_notes_are_off_the_page(scene: Scene) -> None:
    lena, anna = scene.lena, scene.anna
    await steps.knock(anna, scene.links["Anna Keller"], "Anna Keller")
    await steps.let_in(lena, "Anna Keller", "The joint room")
    await steps.in_room(anna, "Joint room", "Lena Voss")
    await lena.evaluate(CAPTURED)
    await sharing(lena)
    await expect(lena.get_by_text("Hidden while you show your screen")).to_be_visible()
    await steps.knock(scene.ben, scene.links["Ben Ortiz"], "Ben Ortiz")
    await anna.get_by_role("button", name="Message Lena Voss only").click()
    await anna.get_by_role("dialog").get_by_role("textbox").fill("I can't go on much longer")
    await anna.get_by_role("dialog").get_by_role("button", name="Send").click()
    await steps.say(anna, "I see your screen")
    await expect(lena.get_by_role("log")).to_contain_text("I see your screen")
    whole = await lena.content()
    for hidden in ("Ben Ortiz", "much longer", scene.title):
        assert hidden not in whole, hidden

    # The others see it as a tile of its own, as sharp as it was taken.
    await expect(anna.locator(".tile.screen")).to_contain_text("Lena Voss is showing a screen")
    await anna.wait_for_function(f"() => ({SHARED})()[1] > 5", timeout=30_000)
    taken = await lena.evaluate("() => globalThis.__captured")
    await anna.wait_for_function(f"(taken) => ({SHARED})()[0] === taken", arg=taken, timeout=30_000)

    await lena.get_by_role("button", name="Stop showing").first.click()
    await expect(lena.locator(".doors li")).to_contain_text("Ben Ortiz")
    await expect(lena.locator(".notices")).to_contain_text("much longer")
    await expect(lena.get_by_role("heading", name=scene.title)).to_be_visible()
    await expect(anna.locator(".tile.screen")).to_have_count(0)


async def test_a_party_shows_a_screen_and_a_move_takes_it_off(scene: Scene) -> None:
    await scene.together()
    lena, anna, ben = scene.lena, scene.anna, scene.ben
    await sharing(anna)
    await expect(anna.get_by_text("Others see your screen")).to_be_visible()
    for page in (lena, ben):
        await expect(page.locator(".tile.screen")).to_contain_text("Anna Keller is showing a screen")
        await page.wait_for_function(f"() => ({SHARED})()[1] > 5", timeout=30_000)
    await steps.move(lena, ["Anna Keller"], "A new private meeting")
    await steps.in_room(anna, "Private meeting")
    await expect(anna.get_by_role("button", name="Show my screen")).to_be_visible()
    for page in (lena, ben):
        await expect(page.locator(".tile.screen")).to_have_count(0)


async def test_sound_only_by_one_tap_stops_pictures_both_ways_and_says_so(scene: Scene) -> None:
    await scene.together()
    anna, ben = scene.anna, scene.ben
    for page in (anna, ben):
        await steps.turn_on(page, "Microphone")
        await steps.turn_on(page)
    tile = ben.locator("figure.tile").filter(has_text="Anna Keller")
    await expect(tile.locator("video")).to_be_visible()
    await expect(anna.locator("figure.tile").filter(has_text="Ben Ortiz").locator("video")).to_be_visible()
    await anna.get_by_role("button", name="Sound only").click()
    await expect(anna.get_by_role("button", name="Picture again")).to_be_visible()
    await expect(tile.locator("video")).to_have_count(0)
    await expect(tile).to_contain_text("no picture")
    await expect(anna.locator("figure.tile").filter(has_text="Ben Ortiz").locator("video")).to_have_count(0)
    await expect(tile.locator("audio")).to_have_count(1)
    await expect(anna.get_by_role("button", name="Microphone on")).to_be_visible()
    await anna.get_by_role("button", name="Picture again").click()
    await expect(anna.locator("figure.tile").filter(has_text="Ben Ortiz").locator("video")).to_be_visible()
