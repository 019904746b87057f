"""Twelve mishaps of a mediator's day in real browsers with cameras; and an interpreter's voice, mixed by each listener."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import mishaps, steps
from tests.browser.conftest import PLACES, Scene

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]


async def test_a_day_of_twelve_mishaps_leaves_nobody_heard_who_should_not_be(tmp_path: Path) -> None:
    day = await mishaps.walk(tmp_path / "data", mishaps.no_shot)
    assert day.seconds["unheard"] < day.seconds["parted"]
    print({what: round(seconds, 1) for what, seconds in day.seconds.items()})


LEVELS = "() => [...document.querySelectorAll('.tile audio')].map((one) => Number(one.volume.toFixed(2))).sort()"


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.scene(places=[*PLACES, ("Sana Iqbal", "interpreter", 3)])
async def test_an_interpreter_goes_with_their_person_and_each_listener_chooses_whom_to_hear(scene: Scene) -> None:
    lena, anna, ben = scene.lena, scene.anna, scene.ben
    sana = await scene.guests.come("sana")
    scene.who["sana"] = sana
    await scene.together()
    await steps.knock(sana.page, scene.links["Sana Iqbal"], "Sana Iqbal")
    await steps.let_in(lena, "Sana Iqbal", "The joint room")
    await steps.in_room(sana.page, "Joint room", "Anna Keller")
    for page in (sana.page, ben):
        await steps.turn_on(page, "Microphone")
    await expect(anna.locator(".tile audio")).to_have_count(2)
    assert await anna.evaluate(LEVELS) == [1, 1]
    await anna.locator("#listen").select_option(label="Sana Iqbal, with the room turned low")
    await expect(anna.locator(".tile audio")).to_have_count(2)
    assert await anna.evaluate(LEVELS) == [0.12, 1]
    await anna.locator("#listen").select_option(label="The room, without interpreters")
    assert await anna.evaluate(LEVELS) == [0, 1]
    await anna.get_by_label("Keep Sana Iqbal large").check()
    await expect(anna.locator(".tile.kept-large")).to_contain_text("Sana Iqbal")

    await lena.get_by_role("button", name="People", exact=True).click()
    await lena.get_by_label("Interprets for").select_option(label="Anna Keller")
    await steps.move(lena, ["Anna Keller"], "A new private meeting")
    await steps.in_room(anna, "Private meeting", "Sana Iqbal")
    await steps.in_room(sana.page, "Private meeting", "Anna Keller")
    await expect(anna.locator(".tile.kept-large")).to_contain_text("Sana Iqbal")
    await expect(ben.locator(".banner")).not_to_contain_text("Sana")
    await sana.context.close()
