"""The mediator's instruments in real browsers: who is told, who sees a promised time, what outlives a reload and what closing erases."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import people, steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_every_room_is_told_each_by_itself_a_promise_outlives_a_reload_and_notes_die_at_closing(
    tmp_path: Path,
) -> None:
    async with people.house(tmp_path / "data") as house, people.guests() as guests:
        lena, anna, ben = [(await guests.come(name)).page for name in ("lena", "anna", "ben")]
        await steps.set_up(lena, await house.enrolment(), "Lena Voss")
        await steps.make_mediation(
            lena, "Keller and Ortiz", ("Keller", "Ortiz"), [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2)]
        )
        await steps.open_table(lena)
        links = await steps.invitations(lena)
        await steps.knock(anna, links["Anna Keller"], "Anna Keller")
        await steps.let_in(lena, "Anna Keller", "The joint room")
        await steps.knock(ben, links["Ben Ortiz"], "Ben Ortiz")
        await steps.let_in(lena, "Ben Ortiz", "The joint room")
        await steps.in_room(anna, "Joint room", "Ben Ortiz")
        await steps.move(lena, ["Ben Ortiz"], "A waiting room")

        await lena.get_by_role("button", name="Tools", exact=True).click()
        await lena.get_by_label("Your message").fill("Lunch is at one.")
        await lena.get_by_role("button", name="Send to every room").click()
        await expect(lena.get_by_text("Sent to Anna Keller and Ben Ortiz.")).to_be_visible()
        for page in (anna, ben):
            await expect(page.locator(".notices")).to_contain_text("Lena Voss to every room: Lunch is at one.")

        await lena.get_by_role("button", name="Tell them").click()
        promise = ben.locator(".promise")
        await expect(promise).to_contain_text("Lena Voss expects to be with you at")
        await expect(anna.locator(".promise")).to_have_count(0)
        await ben.reload()
        await expect(promise).to_contain_text("Lena Voss expects to be with you at")

        await lena.get_by_label("Your notes").fill("The shed matters most.")
        await expect(lena.get_by_text("Saved", exact=True)).to_be_visible()
        await lena.get_by_label("What for").fill("Offer")
        await lena.get_by_role("button", name="Start", exact=True).click()
        await expect(lena.locator(".timer")).to_contain_text("Offer")
        await lena.reload()
        await steps.open_table(lena)
        await lena.get_by_role("button", name="Tools", exact=True).click()
        await expect(lena.get_by_label("Your notes")).to_have_value("The shed matters most.")
        await expect(lena.locator(".timer")).to_contain_text("Offer")

        await lena.get_by_role("button", name="Finish…").click()
        await lena.locator("summary").filter(has_text="How did it end?").click()
        await lena.get_by_label("Agreed", exact=True).check()
        await lena.get_by_role("button", name="Note it").click()
        await expect(lena.get_by_text("Noted: Agreed")).to_be_visible()
        await lena.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()
        await steps.close_for_good(lena)
        await lena.reload()
        await expect(lena.get_by_role("heading", name="Figures for your programme")).to_be_visible()
        async with lena.expect_download() as saving:
            await lena.get_by_role("button", name="Save as a table (CSV)").click()
        table = (await asyncio.to_thread(Path(await (await saving.value).path()).read_bytes)).decode()
        assert table.splitlines()[1:] == ["*,*,*,*,*,*,fewer than 5"]
        assert "Keller" not in table
