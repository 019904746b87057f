"""The story as it looks: every screen that people really come to is clean for axe, light and dark, and fits; and all of it goes by keyboard."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import papers, people, pictures, steps
from tests.browser.conftest import Scene
from tests.web.test_pages import WIDE, findings, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420), pytest.mark.asyncio(loop_scope="session")]

PHONE = {"width": 360, "height": 740}


async def look(page: Page, picture: str = "", films: int = 0) -> None:
    """Nothing for axe to find and nothing wider than the screen, light and dark."""
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert await findings(page) == [], (picture, scheme)
        assert await page.evaluate(WIDE) == [], (picture, scheme)
    if picture:
        await pictures.take(page, picture, films)


async def closed(page: Page) -> None:
    """Away with the dialog."""
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_every_screen_of_the_story_is_clean_and_fits(tmp_path: Path) -> None:
    async with (
        people.house(tmp_path / "data") as house,
        people.people(lena="lena", anna="anna", ben="ben") as who,
        people.guests() as guests,
    ):
        lena, anna, ben = who["lena"].page, who["anna"].page, who["ben"].page
        await anna.set_viewport_size(PHONE)
        await lena.goto(await house.enrolment())
        await expect(lena.get_by_label("Your name")).to_be_visible()
        await look(lena)
        await lena.get_by_label("Your name").fill("Lena Voss")
        await lena.get_by_role("button", name="Continue").click()
        await expect(lena.get_by_role("heading", name="Your recovery kit")).to_be_visible()
        await look(lena)
        words = [await word.inner_text() for word in await lena.locator(".words code").all()]
        await lena.get_by_role("button", name="I have it on paper").click()
        await look(lena)
        await lena.get_by_label("The words").fill(" ".join(words))
        await lena.get_by_role("button", name="Check it").click()
        await expect(lena.get_by_role("heading", name="Your mediations")).to_be_visible()
        await look(lena)
        await lena.get_by_role("button", name="New mediation").click()
        await look(lena)
        await lena.set_viewport_size(PHONE)
        await look(lena)
        await lena.set_viewport_size({"width": 1440, "height": 900})
        await lena.get_by_role("button", name="Cancel").click()
        places = [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2), ("Mira Ray", "counsel", 1)]
        await steps.make_mediation(lena, "Keller and Ortiz", ("Keller", "Ortiz"), places, keep=True)
        await look(lena, "desk-1440")
        await steps.open_table(lena)
        links = await steps.invitations(lena)
        await lena.get_by_role("button", name="People", exact=True).click()
        await look(lena)
        await lena.get_by_role("button", name="Invitation…").first.click()
        await look(lena)
        await closed(lena)
        await lena.get_by_role("button", name="Chat", exact=True).click()

        await anna.goto(links["Anna Keller"])
        await anna.get_by_role("button", name="Test the camera").click()
        await expect(anna.get_by_text("Camera: works.")).to_be_visible()
        await look(anna, "welcome-360")
        await anna.get_by_role("button", name="I am not Anna Keller").click()
        await look(anna)
        await anna.get_by_role("button", name="Back").click()
        await anna.get_by_role("button", name="Continue").click()
        await expect(anna.get_by_role("heading", name="Agreement and pledge")).to_be_visible()
        await look(anna)
        await anna.get_by_role("button", name="I can't sign this").click()
        await look(anna)
        await closed(anna)
        await anna.goto(links["Anna Keller"])
        await expect(anna.get_by_role("heading", name="Agreement and pledge")).to_be_visible()
        for promise in ("I am alone", "I will not record"):
            await anna.get_by_label(promise).check()
        await anna.get_by_label("Type the full name").fill("Anna Keller")
        await anna.get_by_role("button", name="Sign and go on").click()
        await expect(anna.get_by_role("heading", name="Please wait here")).to_be_visible()
        await look(anna)
        await lena.locator(".doors li").get_by_role("button", name="See who it is").click()
        await look(lena)
        await closed(lena)
        await steps.let_in(lena, "Anna Keller", "The joint room")
        await steps.knock(ben, links["Ben Ortiz"], "Ben Ortiz")
        await steps.let_in(lena, "Ben Ortiz", "The joint room")
        for page in (lena, anna, ben):
            await steps.in_room(page, "Joint room")
            await steps.turn_on(page)
        await steps.turn_on(ben, "Microphone")
        await steps.say(ben, "I could live with the new line if the shed stays.")
        await lena.get_by_role("button", name="Documents").first.click()
        await lena.get_by_label("Share a document").set_input_files(
            {"name": "Survey of the boundary.pdf", "mimeType": "application/pdf", "buffer": papers.pdf()}
        )
        await expect(lena.locator(".document")).to_be_visible()
        await look(lena)
        await lena.get_by_role("button", name="Chat", exact=True).click()
        await steps.say(lena, "Thank you, Ben. Let us each take ten minutes on that.")
        await look(anna)
        await anna.get_by_role("button", name="Read").click()
        await anna.get_by_role("button", name="Later").click()
        await look(anna, "party-360", 3)
        await look(ben, "party-1440", 3)
        await anna.get_by_role("button", name="Chat").click()
        await look(anna)
        await anna.get_by_role("button", name="Close").first.click()
        await anna.get_by_role("button", name="More", exact=False).last.click()
        await look(anna)
        for opener in ("Check privacy", "Message Lena Voss only", "Leave"):
            await anna.get_by_role("button", name=opener).first.click()
            await look(anna)
            await closed(anna)

        mira = (await guests.come("mira")).page
        await steps.knock(mira, links["Mira Ray"], "Mira Ray")
        await expect(lena.locator(".doors li")).to_contain_text("Mira Ray")
        for told in await lena.locator(".notices").get_by_role("button", name="Read").all():
            await told.click()
        await look(lena, "table-1440", 3)
        await lena.set_viewport_size(PHONE)
        await look(lena, "table-360")
        await lena.set_viewport_size({"width": 1440, "height": 900})
        await steps.let_in(lena, "Mira Ray", "The joint room")
        await lena.get_by_role("button", name="Move people…").first.click()
        await look(lena)
        await closed(lena)
        await steps.move(lena, ["Ben Ortiz"], "A new private meeting")
        await steps.in_room(ben, "Private meeting")
        await look(lena)
        await steps.move(lena, ["Mira Ray", "Anna Keller"], "A waiting room of their own")
        await steps.in_room(anna, "Your waiting room")
        await look(anna)
        await lena.get_by_role("button", name="Finish…").click()
        await look(lena)
        await lena.get_by_role("button", name="Close for good…").click()
        await look(lena)
        await closed(lena)
        await steps.close_for_good(lena)
        await look(lena)
        await expect(anna.get_by_role("heading", name="The mediation is closed")).to_be_visible()
        await look(anna)
        for person in who.values():
            assert person.errors == []


async def test_the_story_goes_by_keyboard_alone(scene: Scene) -> None:
    """Anna from her link to leaving, Lena from the knock to a private meeting: Tab, Space, Enter and letters, no pointer."""
    lena, anna = scene.lena, scene.anna
    await anna.goto(scene.links["Anna Keller"])
    await expect(anna.get_by_role("heading", name="This place is for Anna Keller")).to_be_visible()
    await press(anna, "Continue")
    await expect(anna.get_by_role("heading", name="Agreement and pledge")).to_be_focused()
    for promise in ("I am alone", "I will not record"):
        await press(anna, promise, "Space")
    await tab_to(anna, "Type the full name")
    await anna.keyboard.type("Anna Keller")
    await anna.keyboard.press("Enter")
    await expect(anna.get_by_role("heading", name="Please wait here")).to_be_focused()

    await expect(lena.locator(".doors li")).to_contain_text("Anna Keller")
    await press(lena, "See who it is")
    await choose(lena, "The joint room")
    await press(lena, "Let in")
    await expect(lena.get_by_role("dialog")).to_have_count(0)

    await expect(anna.get_by_role("heading", name="Joint room")).to_be_focused()
    await steps.in_room(anna, "Joint room", "Lena Voss")
    await press(anna, "Microphone off")
    await expect(anna.get_by_role("button", name="Microphone on")).to_be_focused()
    await tab_to(anna, "Write to everyone")
    await anna.keyboard.type("Good morning")
    await anna.keyboard.press("Enter")
    await expect(lena.get_by_role("log")).to_contain_text("Good morning")

    await press(lena, "Move Anna Keller")
    await choose(lena, "A new private meeting")
    await press(lena, "Move one person")
    await expect(lena.get_by_role("dialog")).to_have_count(0)
    await steps.in_room(anna, "Private meeting")
    await expect(anna.get_by_role("heading", name="Private meeting")).to_be_focused()
    await press(lena, "Visit")
    await expect(anna.get_by_text("Lena Voss asks to come in.")).to_be_visible()
    await press(anna, "Let in")
    await steps.in_room(anna, "Private meeting", "Lena Voss")

    await press(anna, "Leave")
    await press(anna, "Leave now")
    await expect(anna.get_by_role("heading", name="You have left")).to_be_visible()


async def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to the control of that name by Tab and press it; from the top of the page when it lies before where one is."""
    await tab_to(page, name, 120)
    await page.keyboard.press(key)


FOCUSED = (
    "() => { const e = document.activeElement; return [e?.type ?? '', (e?.labels?.[0]?.innerText ?? '').trim()]; }"
)


async def choose(page: Page, name: str) -> None:
    """One of several by its name: Tab to them, arrows among them."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if (await page.evaluate(FOCUSED))[0] == "radio":
            break
    await page.keyboard.press("Space")
    for _ in range(12):
        if (await page.evaluate(FOCUSED))[1].startswith(name):
            return
        await page.keyboard.press("ArrowDown")
    raise AssertionError(f"no arrow reaches {name!r}")
