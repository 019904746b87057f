"""One whole mediation as people live it: three real Chromium profiles with cameras of their own colour and a headless lawyer.

Whose picture arrives is read from the pixels and from the browsers' own counts of decoded frames, not from the page's state.
"""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from client.headless.seat import joined, new_device
from tests.browser import people, steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


async def shows(person: people.Person, *colours: str) -> None:
    """Exactly these colours move on this page, within half a minute."""
    seen: list[str] = []
    for _ in range(30):
        seen = await person.sees()
        if seen == sorted(colours):
            return
        await asyncio.sleep(0.5)
    raise AssertionError((person.name, seen, colours))


async def still(person: people.Person) -> None:
    """Nothing more is decoded on this page."""
    await asyncio.sleep(1)
    before = await person.decoded()
    await asyncio.sleep(2)
    assert await person.decoded() == before, person.name


@pytest.fixture
async def mediation(tmp_path: Path):
    """Lena's table with four invitations; Anna and Ben have their browsers, Mira has none."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(people.house(tmp_path / "data"))
        who = await stack.enter_async_context(people.people(lena="green", anna="red", ben="blue"))
        lena = who["lena"].page
        await steps.set_up(lena, await house.enrolment(), "Lena Voss")
        places = [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2), ("Mira Ray", "counsel", 1)]
        await steps.make_mediation(lena, "Keller and Ortiz", ("Keller", "Ortiz"), places, keep=True)
        await steps.open_table(lena)
        yield house, who, await steps.invitations(lena), stack
        for person in who.values():
            assert person.errors == []


async def test_rooms_pictures_and_words_reach_the_right_people_and_nobody_else(mediation) -> None:
    house, who, links, stack = mediation
    lena, anna, ben = who["lena"], who["anna"], who["ben"]
    await steps.knock(anna.page, links["Anna Keller"], "Anna Keller")
    await steps.knock(ben.page, links["Ben Ortiz"], "Ben Ortiz")
    http = await stack.enter_async_context(aiohttp.ClientSession())
    mira = await stack.enter_async_context(joined(http, links["Mira Ray"], new_device(), house.clock.now))
    await mira.knock("Mira Ray")

    for name in ("Anna Keller", "Ben Ortiz", "Mira Ray"):
        await steps.let_in(lena.page, name, "The joint room")
    for person in (anna, ben):
        await steps.in_room(person.page, "Joint room", "Lena Voss", "Mira Ray")
    for person in (lena, anna, ben):
        await steps.turn_on(person.page)
    await shows(lena, "red", "blue")
    await shows(anna, "green", "blue")
    await shows(ben, "green", "red")
    await steps.say(anna.page, "Good morning")
    await expect(ben.page.get_by_role("log")).to_contain_text("Good morning")
    await mira.until(lambda state: any(line.text == "Good morning" for line in state.lines))

    # Anna's side goes into a private meeting: everyone arrives dark, and Ben learns nothing but that they left.
    await steps.move(lena.page, ["Anna Keller", "Mira Ray"], "A new private meeting")
    await steps.in_room(anna.page, "Private meeting", "Mira Ray")
    await expect(anna.page.get_by_role("button", name="Camera off")).to_be_visible()
    await steps.in_room(ben.page, "Joint room", "Lena Voss")
    await expect(ben.page.locator(".banner")).not_to_contain_text("Anna")
    await shows(ben, "green")
    await still(anna)
    await steps.turn_on(anna.page)
    await shows(lena, "blue")

    # The mediator knocks and is let in, then leaves: the key changes without her.
    mira.lets_in = False
    await lena.page.get_by_role("button", name="Visit").first.click()
    await expect(anna.page.get_by_text("Lena Voss asks to come in.").first).to_be_visible()
    await expect(ben.page.get_by_text("asks to come in")).to_have_count(0)
    await anna.page.get_by_role("button", name="Let in").click()
    await steps.in_room(lena.page, "Private meeting", "Anna Keller", "Mira Ray")
    await shows(lena, "red")
    await still(ben)
    await steps.say(anna.page, "Between us")
    await expect(lena.page.get_by_role("log")).to_contain_text("Between us")
    await expect(ben.page.get_by_role("log")).not_to_contain_text("Between us")

    # "May I tell the others?": one tap, one yes; it stands on the mediator's list, and can't be told in this room itself.
    await lena.page.get_by_role("button", name="May I tell the others?").click()
    await anna.page.get_by_role("button", name="Yes, they may be told").click()
    await lena.page.get_by_text("What you may tell (1)").click()
    await expect(lena.page.get_by_text("Not in this room.")).to_be_visible()
    await steps.move(lena.page, ["Ben Ortiz"], "A waiting room of their own")
    await steps.in_room(ben.page, "Your waiting room")

    # The quiet line to the mediator, from a room of one's own: it reaches her and looks like nothing to anybody else.
    await ben.page.get_by_role("button", name="Message Lena Voss only").click()
    await ben.page.get_by_role("dialog").get_by_role("textbox").fill("Please come when you can")
    await ben.page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(lena.page.locator(".notices")).to_contain_text("Please come when you can")

    # In Ben's room it may be told, as hers and with her permission.
    await lena.page.get_by_role("button", name="Visit").last.click()
    await steps.in_room(lena.page, "waiting room", "Ben Ortiz")
    await lena.page.get_by_role("button", name="Tell it in this room").click()
    await expect(ben.page.get_by_role("log")).to_contain_text("Between us")
    await expect(ben.page.get_by_role("log")).to_contain_text("Passed on by Lena Voss, with permission.")
    await lena.page.get_by_role("button", name="Visit").first.click()
    await anna.page.get_by_role("button", name="Let in").click()
    await steps.in_room(lena.page, "Private meeting", "Anna Keller", "Mira Ray")

    # A reload: same room, same place, dark and muted, with a fresh key.
    await anna.page.reload()
    await steps.in_room(anna.page, "Private meeting", "Lena Voss")
    await expect(anna.page.get_by_role("button", name="Microphone off")).to_be_visible()
    await steps.turn_on(anna.page)
    await shows(lena, "red")


async def test_what_was_kept_opens_only_when_everyone_agrees_and_a_court_can_check_it(
    mediation, tmp_path: Path
) -> None:
    _, who, links, _ = mediation
    lena, anna, ben = who["lena"].page, who["anna"].page, who["ben"].page
    await steps.knock(anna, links["Anna Keller"], "Anna Keller")
    await steps.knock(ben, links["Ben Ortiz"], "Ben Ortiz")
    await steps.let_in(lena, "Anna Keller", "The joint room")
    await steps.let_in(lena, "Ben Ortiz", "The joint room")
    await steps.in_room(anna, "Joint room", "Lena Voss", "Ben Ortiz")
    await steps.in_room(ben, "Joint room", "Lena Voss", "Anna Keller")
    anna_key = await steps.make_paper_key(anna)
    ben_key = await steps.make_paper_key(ben)
    await steps.say(ben, "Write to Grace Adams, grace@adams.example: the shed stays.")
    await expect(anna.get_by_role("log")).to_contain_text("the shed stays")
    await steps.ask_to_keep(anna, "the shed stays")
    await steps.agree_to_keep(ben)
    await steps.agree_to_keep(lena)
    for page in (lena, anna, ben):
        await expect(page.get_by_text("Kept locked; opens only if everyone agrees")).to_be_visible()
    await steps.close_for_good(lena)

    await steps.ask_to_open(lena, "Clerk, Harlow County Court", "To show where the shed stands")
    await steps.let_look(anna, anna_key)
    await steps.let_look(lena, None)
    await expect(lena.get_by_role("button", name="Begin the review")).to_have_count(0)
    await steps.let_look(ben, ben_key)
    await steps.review(lena)
    await steps.agree_to_pages(anna, anna_key)
    await steps.review(lena, again=True)  # Anna's yes was for other pages: it counts no longer
    await steps.agree_to_pages(anna, anna_key)
    await steps.agree_to_pages(ben, ben_key)
    await expect(lena.get_by_role("button", name="Make and save the package")).to_have_count(0)
    await steps.agree_to_pages(lena, None)
    async with lena.expect_download() as download:
        await lena.get_by_role("button", name="Make and save the package").click()
    package = tmp_path / "package.zip"
    await (await download.value).save_as(package)

    checked = await asyncio.to_thread(
        subprocess.run,
        [Path(sys.executable).parent / "incamera", "verify", str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = checked.stdout + checked.stderr
    assert "Consistent; signer not established" in said, said
    for words in ("Clerk, Harlow County Court", "Anna Keller", "Ben Ortiz", "Lena Voss"):
        assert words in said
    content = package.read_bytes()
    assert b"the shed stays" in content
    assert b"Grace" not in content
    assert b"grace@" not in content
