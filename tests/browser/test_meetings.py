"""One meeting after another in real browsers: a break with a promised time, someone who comes in, the end of a day, and the next day."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import people, steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_break_a_visitor_the_end_of_the_day_and_the_next_day(tmp_path: Path) -> None:
    async with people.house(tmp_path / "data") as house, people.guests() as guests:
        lena, anna, ben = [await guests.come(name) for name in ("lena", "anna", "ben")]
        await steps.set_up(lena.page, await house.enrolment(), "Lena Voss")
        await steps.make_mediation(
            lena.page, "Keller and Ortiz", ("Keller", "Ortiz"), [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2)]
        )
        await steps.open_table(lena.page)
        links = await steps.invitations(lena.page)
        for person, name in ((anna, "Anna Keller"), (ben, "Ben Ortiz")):
            await steps.knock(person.page, links[name], name)
            await steps.let_in(lena.page, name, "The joint room")
        await steps.in_room(anna.page, "Joint room", "Lena Voss", "Ben Ortiz")
        await steps.say(anna.page, "the fence can move")
        await expect(ben.page.get_by_role("log")).to_contain_text("the fence can move")

        # Somebody comes in at Anna's screen: nothing is sent until both have signed, and the room is told.
        await steps.turn_on(anna.page, "Microphone")
        await anna.page.get_by_role("button", name="Someone came in").click()
        await anna.page.get_by_label("Name of person 2").fill("Tom Keller")
        await anna.page.get_by_role("button", name="Not now").click()
        await expect(anna.page.get_by_text("Your camera and microphone are stopped.")).to_be_visible()
        await anna.page.get_by_role("button", name="Microphone off").click()
        await expect(anna.page.get_by_text("First everyone at this screen signs.")).to_be_visible()
        await anna.page.get_by_role("button", name="Say who is here").click()
        await anna.page.get_by_label("Name of person 2").fill("Tom Keller")
        await anna.page.locator("input[name=company-alone]").check()
        await anna.page.locator("input[name=company-record]").check()
        await anna.page.get_by_role("button", name="Sign for everyone here").click()
        for page in (ben.page, lena.page):
            await expect(
                page.locator(".notices").get_by_text("At one screen there are now: Anna Keller")
            ).to_be_visible()
            await expect(page.locator(".banner")).to_contain_text("Tom Keller")

        # A break: apart, and each is told until when.
        await lena.page.get_by_role("button", name="Finish…").click()
        await lena.page.get_by_role("button", name="Start the break").click()
        for page in (anna.page, ben.page):
            await expect(page.locator(".promise")).to_be_visible()
        await expect(ben.page.locator(".banner")).not_to_contain_text("Anna Keller")

        # The end of the day; the next day begins at the door, signed anew, with what one saw.
        await lena.page.get_by_role("button", name="Finish…").click()
        await lena.page.get_by_role("button", name="Adjourn").click()
        for page in (anna.page, ben.page):
            await expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()
        await expect(lena.page.get_by_text("Adjourned until another day.")).to_be_visible()
        await anna.page.reload()
        await anna.page.get_by_role("button", name="I am here for the next meeting").click()
        await sign_again(anna.page, "Anna Keller", "Tom Keller")
        await steps.let_in(lena.page, "Anna Keller", "The joint room")
        await steps.in_room(anna.page, "Joint room", "Lena Voss")
        await steps.in_room(lena.page, "Joint room", "Anna Keller", "Tom Keller")
        await anna.page.get_by_text("1 message of earlier meetings").click()
        await expect(anna.page.locator(".earlier")).to_contain_text("the fence can move")

        # Ben's browser was emptied: the same link, the mediator looks, one tap.
        fresh = await guests.come("ben")
        await steps.knock(fresh.page, links["Ben Ortiz"], "Ben Ortiz")
        await steps.let_in(lena.page, "Ben Ortiz", "The joint room")
        await steps.in_room(fresh.page, "Joint room", "Lena Voss", "Anna Keller")
        await expect(fresh.page.locator(".earlier")).to_have_count(0)
        await expect(ben.page.locator(".banner")).to_have_count(0)
        for person in (lena, anna, ben, fresh):
            assert person.errors == []


async def sign_again(page, *names: str) -> None:
    """The gate of the next meeting: everybody at this screen signs anew."""
    await expect(page.get_by_role("heading", name="Agreement and pledge")).to_be_visible()
    await page.locator("input[name=alone]").check()
    await page.locator("input[name=noRecording]").check()
    for index, name in enumerate(names):
        await page.locator(f"#name-{index}").fill(name)
    await page.get_by_role("button", name="Sign and go on").click()
    await expect(page.get_by_role("heading", name="Please wait here")).to_be_visible()
