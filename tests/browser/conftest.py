"""One server, one mediator's desk and one Chromium for the tests of single points; every test gets a mediation and profiles of its own."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.browser import people, steps

PLACES = [("Anna Keller", "party", 1), ("Ben Ortiz", "party", 2)]
SIDES = ("Keller", "Ortiz")


@dataclass
class Hall:
    """What the tests share."""

    house: people.House
    guests: people.Guests
    lena: people.Person


@dataclass
class Scene:
    """Lena at the table of a mediation that is this test's own; Anna and Ben with their links, not come yet."""

    house: people.House
    guests: people.Guests
    who: dict[str, people.Person]
    links: dict[str, str]
    title: str

    @property
    def lena(self) -> Page:
        return self.who["lena"].page

    @property
    def anna(self) -> Page:
        return self.who["anna"].page

    @property
    def ben(self) -> Page:
        return self.who["ben"].page

    async def together(self) -> None:
        """Anna and Ben come into the joint room."""
        for page, name in ((self.anna, "Anna Keller"), (self.ben, "Ben Ortiz")):
            await steps.knock(page, self.links[name], name)
            await steps.let_in(self.lena, name, "The joint room")
        await steps.in_room(self.anna, "Joint room", "Lena Voss", "Ben Ortiz")
        await steps.in_room(self.ben, "Joint room", "Lena Voss", "Anna Keller")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hall(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """The server and the mediator's desk, set up once."""
    async with (
        people.house(Path(tmp_path_factory.mktemp("hall")) / "data") as house,
        people.guests() as guests,
    ):
        lena = await guests.come("lena")
        await steps.set_up(lena.page, await house.enrolment(), "Lena Voss")
        yield Hall(house, guests, lena)


_numbers = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def scene(hall: Hall, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """A fresh mediation; `@pytest.mark.scene(keep=True, viewport=...)` says how."""
    marked = request.node.get_closest_marker("scene")
    wishes: dict[str, Any] = dict(marked.kwargs) if marked else {}
    keep, places = bool(wishes.pop("keep", False)), wishes.pop("places", PLACES)
    title = f"Keller and Ortiz {next(_numbers)}"
    hall.lena.errors.clear()
    async with AsyncExitStack() as stack:
        who = {"lena": hall.lena}
        for name in ("anna", "ben"):
            who[name] = await hall.guests.come(name, **wishes)
            stack.push_async_callback(who[name].context.close)
        lena = hall.lena.page
        await lena.goto(f"{hall.house.origin}/desk")
        await steps.make_mediation(lena, title, SIDES, places, keep=keep)
        await steps.open_table(lena, title)
        yield Scene(hall.house, hall.guests, who, await steps.invitations(lena), title)
        for person in who.values():
            assert person.errors == [], (person.name, person.errors)
