"""A broken laptop: the recovery kit alone brings a mediator's desk back in another browser."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import people, steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_the_recovery_kit_brings_the_desk_back_in_another_browser(tmp_path: Path) -> None:
    async with people.house(tmp_path / "data") as house, people.people(old="green", new="red") as who:
        old, new = who["old"].page, who["new"].page
        kit = await steps.set_up(old, await house.enrolment(), "Lena Voss")
        await steps.make_mediation(
            old, "Keller and Ortiz", ("Keller", "Ortiz"), [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2)]
        )
        await new.goto(f"{house.origin}/desk")
        await new.get_by_label("The words").fill("wrong words altogether")
        await new.get_by_role("button", name="Open my mediations").or_(new.locator("form button")).first.click()
        await expect(new.locator(".failure").first).to_be_visible()
        await new.get_by_label("The words").fill(" ".join(kit))
        await new.get_by_role("button", name="Open my mediations").or_(new.locator("form button")).first.click()
        await expect(new.get_by_role("heading", name="Your mediations")).to_be_visible()
        await expect(new.get_by_role("heading", name="Keller and Ortiz")).to_be_visible()
        await steps.open_table(new)
        assert set(await steps.invitations(new)) == {"Anna Keller", "Ben Ortiz"}
