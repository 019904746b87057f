"""Opening without everyone's yes, as people live it: a custodian in no room, a court's order entered by one and checked by another."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser import people, steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture
async def mediation(tmp_path: Path) -> Any:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(people.house(tmp_path / "data"))
        who = await stack.enter_async_context(people.people(lena="green", anna="red", ben="blue", kai="yellow"))
        lena = who["lena"].page
        await steps.set_up(lena, await house.enrolment(), "Lena Voss")
        places = [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2), ("Kai Moss", "custodian", 1)]
        await steps.make_mediation(
            lena, "Keller and Ortiz", ("Keller", "Ortiz"), places, keep=True, reasons=("An order of a court",)
        )
        await steps.open_table(lena)
        yield who, await steps.invitations(lena)
        for person in who.values():
            assert person.errors == []


async def put_order_on_record(page: Page, words: list[str]) -> None:
    await page.get_by_role("button", name="Put a paper on record").click()
    if await page.get_by_label("The words").count():
        await page.get_by_label("The words").fill(" ".join(words))
        await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("For what?").select_option(label="An order of a court")
    await page.locator("input[name=paper-item]").first.check()
    await page.get_by_label("Who made it").fill("Harlow County Court")
    await page.get_by_label("Number").fill("12 C 34")
    await page.get_by_label("Counts until").fill("2030-01-31")
    await page.get_by_role("button", name="Sign and put on record").click()
    await expect(page.get_by_text("Not checked yet")).to_be_visible()


async def test_an_order_is_entered_by_one_checked_by_another_and_everyone_is_told(mediation: Any) -> None:
    who, links = mediation
    lena, anna, ben, kai = (who[name].page for name in ("lena", "anna", "ben", "kai"))
    await steps.knock(kai, links["Kai Moss"], "Kai Moss")
    await steps.let_in(lena, "Kai Moss", "A waiting room of their own")
    await expect(kai.get_by_text("You keep one of the keys")).to_be_visible()
    kai_key = await steps.make_paper_key(kai)
    for page, name in ((anna, "Anna Keller"), (ben, "Ben Ortiz")):
        await steps.knock(page, links[name], name)
        await steps.let_in(lena, name, "The joint room")
    await steps.in_room(anna, "Joint room", "Lena Voss", "Ben Ortiz")
    anna_key = await steps.make_paper_key(anna)
    await steps.make_paper_key(ben)
    await steps.say(anna, "The shed stays.")
    await expect(ben.get_by_role("log")).to_contain_text("The shed stays.")
    await steps.ask_to_keep(anna, "The shed stays.")
    await steps.agree_to_keep(ben)
    await steps.agree_to_keep(lena)
    await expect(ben.get_by_text("Kept locked; opens only if everyone agrees")).to_be_visible()
    await expect(kai.get_by_text("The shed stays.")).to_have_count(0)
    await steps.close_for_good(lena)

    await put_order_on_record(anna, anna_key)
    await kai.get_by_role("button", name="I have seen the paper").click()
    await expect(kai.get_by_text("Checked by a second person")).to_be_visible()
    await expect(lena.get_by_text("Checked by a second person")).to_be_visible()

    await lena.get_by_role("button", name="Ask to open something").click()
    await lena.locator("input[name=basis]").last.check()
    await lena.locator("input[name=item]").first.check()
    await lena.get_by_label("Who shall receive it?").fill("Clerk, Harlow County Court")
    await lena.get_by_label("What for").fill("As ordered")
    await lena.get_by_role("button", name="Ask everyone").click()
    await expect(lena.get_by_role("heading", name="Request: pages for Clerk")).to_be_visible()
    await expect(ben.get_by_role("heading", name="Somebody asks to open what was kept")).to_be_visible()
    await expect(ben.get_by_role("button", name="Let the reviewer look")).to_have_count(0)
    await steps.let_look(kai, kai_key)
    await steps.let_look(lena, None)
    await steps.review(lena)
    await lena.get_by_role("button", name="What is still missing?").click()
    await expect(lena.get_by_text("The custodian and the second person must both have agreed.")).to_be_visible()
    await expect(lena.get_by_text("People still have time to object or to ask a court.")).to_be_visible()
