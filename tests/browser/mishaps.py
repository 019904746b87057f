"""A mediator's day on which everything happens at once: twelve mishaps, walked in real browsers with cameras.

As a program (`python -m tests.browser.mishaps docs/guides/mishaps`) it saves what each person sees. As a test it only walks.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page, WebSocketRoute, expect

from client.headless.seat import Seat, joined, new_device
from tests.browser import people, steps

Shot = Callable[[Page, str], Awaitable[None]]
PLACES = [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2), ("Mira Ray", "counsel", 1)]
APART = [("Kim Adair", "party", 1), ("Joy Oduya", "party", 2)]
WAIT = 40_000


class Line:
    """One page's line to the service, which can be cut and mended."""

    def __init__(self) -> None:
        self.cut = False
        self._open: list[WebSocketRoute] = []

    async def take(self, socket: WebSocketRoute) -> None:
        """Pass everything on, unless the line is cut."""
        if self.cut:
            await socket.close(code=1011)
            return
        socket.connect_to_server()
        self._open.append(socket)

    async def drop(self) -> None:
        """As when a train enters a tunnel."""
        self.cut = True
        for socket in self._open:
            await socket.close(code=1011)
        self._open.clear()


class Day:
    """The people of the day, and what went on."""

    def __init__(self, house: people.House, who: dict[str, people.Person], shot: Shot, stack: AsyncExitStack) -> None:
        self.house, self.who, self.shot, self.stack = house, who, shot, stack
        self.lena, self.anna, self.ben = who["lena"].page, who["anna"].page, who["ben"].page
        self.links: dict[str, str] = {}
        self.line = Line()
        self.mira: Seat | None = None
        self.http: aiohttp.ClientSession | None = None
        self.seconds: dict[str, float] = {}

    async def begin(self) -> None:
        """Everyone in the joint room, with cameras."""
        self.http = await self.stack.enter_async_context(aiohttp.ClientSession())
        await self.who["anna"].context.route_web_socket("**/live", self.line.take)
        self.kit = await steps.set_up(self.lena, await self.house.enrolment(), "Lena Voss")
        await steps.make_mediation(self.lena, "Keller and Ortiz", ("Keller", "Ortiz"), PLACES)
        await steps.open_table(self.lena)
        self.links = await steps.invitations(self.lena)
        self.mira = await self.guest("Mira Ray", self.links["Mira Ray"])
        for page, name in ((self.anna, "Anna Keller"), (self.ben, "Ben Ortiz")):
            await steps.knock(page, self.links[name], name)
        for name in ("Anna Keller", "Ben Ortiz", "Mira Ray"):
            await steps.let_in(self.lena, name, "The joint room")
        await steps.in_room(self.anna, "Joint room", "Lena Voss", "Ben Ortiz", "Mira Ray")
        await steps.in_room(self.ben, "Joint room", "Lena Voss", "Anna Keller", "Mira Ray")
        for page in (self.lena, self.anna, self.ben):
            await steps.turn_on(page)
        await shows(self.who["ben"], "red", "green")

    async def guest(self, name: str, link: str) -> Seat:
        """A person without a screen, at the door."""
        assert self.http is not None
        seat = await self.stack.enter_async_context(joined(self.http, link, new_device(), self.house.clock.now))
        await seat.knock(name)
        return seat


async def shows(person: people.Person, *colours: str) -> None:
    """Exactly these colours move on this page."""
    seen: list[str] = []
    for _ in range(40):
        seen = await person.sees()
        if seen == sorted(colours):
            return
        await asyncio.sleep(0.3)
    raise AssertionError((person.name, seen, colours))


async def someone_comes_in(day: Day) -> None:
    """1. At Anna's side somebody walks into the room."""
    await day.anna.get_by_role("button", name="Someone came in").click()
    await expect(day.anna.get_by_role("button", name="Camera off")).to_be_visible()
    await day.anna.get_by_label("Name of person 2").fill("Tom Keller")
    await day.shot(day.anna, "01-someone-came-in-anna")
    await day.anna.locator("input[name=company-alone]").check()
    await day.anna.locator("input[name=company-record]").check()
    await day.anna.get_by_role("button", name="Sign for everyone here").click()
    await expect(day.ben.locator(".banner")).to_contain_text("Tom Keller")
    await day.shot(day.ben, "01-someone-came-in-ben")
    await steps.turn_on(day.anna)


async def without_the_lawyer(day: Day) -> None:
    """2. The mediator is about to move a party without their lawyer."""
    await day.lena.get_by_role("button", name="Move people…").first.click()
    dialog = day.lena.get_by_role("dialog")
    await dialog.get_by_label("Anna Keller").check()
    await dialog.get_by_label("A new private meeting").check()
    await dialog.get_by_role("button", name="Move", exact=False).last.click()
    await expect(dialog.get_by_role("button", name="Bring Mira Ray too")).to_be_visible()
    await day.shot(day.lena, "02-without-the-lawyer-lena")
    await dialog.get_by_role("button", name="Bring Mira Ray too").click()
    await expect(day.lena.get_by_role("dialog")).to_have_count(0)
    await steps.in_room(day.anna, "Private meeting", "Mira Ray")
    await steps.turn_on(day.anna)


async def line_drops_in_a_private_meeting(day: Day) -> None:
    """3. Anna's line drops in a private meeting: she comes back into it, dark, and nowhere else."""
    await day.line.drop()
    await expect(day.anna.get_by_text("What you see here may be out of date").first).to_be_visible(timeout=WAIT)
    await day.shot(day.anna, "03-line-drops-anna")
    day.line.cut = False
    await steps.in_room(day.anna, "Private meeting", "Mira Ray")
    await expect(day.anna.get_by_text("What you see here may be out of date")).to_have_count(0, timeout=WAIT)
    await expect(day.ben.locator(".banner")).not_to_contain_text("Anna")


async def reload(day: Day) -> None:
    """4. Anna reloads the page: the same room, microphone and camera off."""
    await day.anna.reload()
    await steps.in_room(day.anna, "Private meeting", "Mira Ray")
    await expect(day.anna.get_by_role("button", name="Camera off")).to_be_visible()
    await expect(day.anna.get_by_role("button", name="Microphone off")).to_be_visible()
    await day.shot(day.anna, "04-reload-anna")


async def second_window(day: Day) -> None:
    """5. Anna opens her link a second time."""
    second = await day.who["anna"].context.new_page()
    await second.goto(day.anna.url)
    await expect(second.get_by_role("heading", name="Your place is open in another window")).to_be_visible()
    await day.shot(second, "05-second-window-anna")
    await second.close()
    await steps.in_room(day.anna, "Private meeting", "Mira Ray")


async def mediator_at_a_bad_moment(day: Day) -> None:
    """6. The mediator wants to come in while Anna and her lawyer talk: they are asked."""
    assert day.mira is not None
    day.mira.lets_in = False
    await day.lena.get_by_role("button", name="Visit").first.click()
    await expect(day.anna.get_by_text("Lena Voss asks to come in.").first).to_be_visible()
    await day.shot(day.anna, "06-knock-anna")
    await day.anna.get_by_role("button", name="Let in").click()
    await steps.in_room(day.lena, "Private meeting", "Anna Keller", "Mira Ray")
    await day.shot(day.ben, "06-knock-ben")


async def a_quiet_word(day: Day) -> None:
    """7. Ben needs help and nobody else may notice."""
    await steps.move(day.lena, ["Ben Ortiz"], "A waiting room of their own")
    await steps.in_room(day.ben, "Your waiting room")
    await day.ben.get_by_role("button", name="Message Lena Voss only").click()
    await day.ben.get_by_role("dialog").get_by_role("textbox").fill("Please phone me. I can't speak here.")
    await day.shot(day.ben, "07-quiet-word-ben")
    await day.ben.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(day.lena.locator(".notices")).to_contain_text("Please phone me")
    await expect(day.anna.get_by_text("Please phone me")).to_have_count(0)
    await day.shot(day.lena, "07-quiet-word-lena")


async def emptied_browser(day: Day) -> None:
    """8. Ben's browser forgot everything: the same link, the mediator looks, one tap."""
    await day.ben.close()
    fresh = await people._profile("ben", day.who["ben"].browser, {})
    fresh.errors, day.who["ben"], day.ben = day.who["ben"].errors, fresh, fresh.page
    await steps.knock(day.ben, day.links["Ben Ortiz"], "Ben Ortiz")
    await day.lena.locator(".doors li").filter(has_text="Ben Ortiz").get_by_role("button").first.click()
    back = day.lena.get_by_role("button", name="It is Ben Ortiz: back into")
    await expect(back).to_be_visible()
    await day.shot(day.lena, "08-emptied-browser-lena")
    await back.click()
    await expect(day.lena.get_by_role("dialog")).to_have_count(0)
    await steps.in_room(day.ben, "Your waiting room")


async def mediators_browser_dies(day: Day) -> None:
    """9. The mediator's browser dies in the joint room: nobody hears anybody, then each side is by itself."""
    await steps.move(day.lena, ["Anna Keller", "Ben Ortiz", "Mira Ray"], "The joint room")
    await steps.in_room(day.anna, "Joint room", "Lena Voss", "Ben Ortiz")
    await steps.in_room(day.ben, "Joint room", "Lena Voss", "Anna Keller")
    for page in (day.anna, day.ben):
        await steps.turn_on(page)
    await shows(day.who["ben"], "red")
    died = time.monotonic()
    await day.lena.close()
    await expect(day.ben.locator(".banner")).to_contain_text("Nobody can hear you now", timeout=WAIT)
    day.seconds["unheard"] = time.monotonic() - died
    await shows(day.who["ben"])
    await day.shot(day.ben, "09-mediator-dies-ben")
    await expect(day.ben.locator(".banner").get_by_role("heading")).to_contain_text("Your waiting room", timeout=90_000)
    day.seconds["parted"] = time.monotonic() - died
    await steps.in_room(day.anna, "Your waiting room", "Mira Ray")
    await expect(day.ben.locator(".banner")).not_to_contain_text("Anna")
    await day.shot(day.anna, "09-parted-anna")


async def mediator_on_a_borrowed_computer(day: Day) -> None:
    """10. The mediator goes on from another computer, with the recovery kit."""
    borrowed = await people._profile("lena", day.who["lena"].browser, {})
    borrowed.errors, day.who["lena"], day.lena = day.who["lena"].errors, borrowed, borrowed.page
    await day.lena.goto(f"{day.house.origin}/desk")
    await day.lena.get_by_label("The words").fill(" ".join(day.kit))
    await day.shot(day.lena, "10-borrowed-computer-lena")
    await day.lena.locator("form button").first.click()
    await steps.open_table(day.lena)
    await steps.move(day.lena, ["Anna Keller", "Ben Ortiz", "Mira Ray"], "Joint room")
    await steps.in_room(day.anna, "Joint room", "Lena Voss", "Ben Ortiz")
    await expect(day.anna.get_by_role("button", name="Camera off")).to_be_visible()


async def the_day_is_too_short(day: Day) -> None:
    """11. They are not done by evening: adjourned, and begun anew at the door another day."""
    await day.lena.get_by_role("button", name="Finish…").click()
    await day.shot(day.lena, "11-adjourn-lena")
    await day.lena.get_by_role("button", name="Adjourn").click()
    await expect(day.ben.get_by_role("heading", name="That is all for today")).to_be_visible()
    await day.shot(day.ben, "11-adjourn-ben")
    await day.ben.get_by_role("button", name="I am here for the next meeting").click()
    await expect(day.ben.get_by_role("heading", name="Agreement and pledge")).to_be_visible()


async def two_who_must_never_meet(day: Day) -> None:
    """12. The mediator presses the wrong room for one of two people who must never meet."""
    lena = day.lena
    await lena.goto(f"{day.house.origin}/desk")
    await steps.make_mediation(lena, "Adair and Oduya", ("Adair", "Oduya"), APART, apart=("Kim Adair", "Joy Oduya"))
    await steps.open_table(lena, "Adair and Oduya")
    links = await steps.invitations(lena)
    await day.guest("Kim Adair", links["Kim Adair"])
    joy = await day.guest("Joy Oduya", links["Joy Oduya"])
    await steps.let_in(lena, "Kim Adair", "The joint room")
    await lena.locator(".doors li").filter(has_text="Joy Oduya").get_by_role("button").first.click()
    await lena.get_by_role("radio", name="The joint room").check()
    await expect(lena.get_by_text("These people must never meet")).to_be_visible()
    await day.shot(lena, "12-never-meet-lena")
    await lena.get_by_role("button", name="Let in", exact=True).click(force=True)
    await expect(lena.get_by_role("dialog")).to_have_count(1)
    assert joy.state.room is None


MISHAPS: tuple[Callable[[Day], Awaitable[None]], ...] = (
    someone_comes_in,
    without_the_lawyer,
    line_drops_in_a_private_meeting,
    reload,
    second_window,
    mediator_at_a_bad_moment,
    a_quiet_word,
    emptied_browser,
    mediators_browser_dies,
    mediator_on_a_borrowed_computer,
    the_day_is_too_short,
    two_who_must_never_meet,
)


async def walk(data: Path, shot: Shot) -> Day:
    """The whole day."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(people.house(data))
        who: dict[str, people.Person] = await stack.enter_async_context(
            people.people(lena="green", anna="red", ben="blue")
        )
        day = Day(house, who, shot, stack)
        await day.begin()
        for mishap in MISHAPS:
            try:
                await mishap(day)
            except Exception as error:
                error.add_note(f"in {mishap.__name__}")
                raise
        return day


async def _save(folder: Path) -> None:
    from io import BytesIO

    from PIL import Image

    async def shot(page: Page, name: str) -> None:
        picture = Image.open(BytesIO(await page.screenshot()))
        picture.thumbnail((880, 880))
        picture.save(folder / f"{name}.webp", quality=70, method=6)

    with tempfile.TemporaryDirectory() as data:
        day = await walk(Path(data) / "data", shot)
    print({what: round(seconds, 1) for what, seconds in day.seconds.items()})


async def no_shot(page: Any, name: str) -> None:
    """Nothing is saved."""


if __name__ == "__main__":
    asyncio.run(_save(Path(sys.argv[1])))
