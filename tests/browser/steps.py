"""What people do, in the words of the page: each step is what a person reads and presses, and it waits for what they would wait for."""

from typing import Any

from playwright.async_api import Page, expect


async def set_up(page: Page, link: str, name: str) -> list[str]:
    """The mediator's first visit; the words of the recovery kit."""
    await page.goto(link)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Your recovery kit")).to_be_visible()
    words = [await word.inner_text() for word in await page.locator(".words code").all()]
    await page.get_by_role("button", name="I have it on paper").click()
    await page.get_by_label("The words").fill(" ".join(words))
    await page.get_by_role("button", name="Check it").click()
    await expect(page.get_by_role("heading", name="Your mediations")).to_be_visible()
    return words


async def make_mediation(page: Page, title: str, sides: tuple[str, str], people: list[tuple[str, str, int]], keep: bool = False) -> None:
    """A new mediation: people are (name, role as the page calls it, number of their side)."""
    await page.get_by_role("button", name="New mediation").click()
    await page.get_by_label("Title").fill(title)
    for number, side in enumerate(sides, 1):
        await page.get_by_label(f"Side {number}").fill(side)
    for index, (name, role, side_number) in enumerate(people):
        if index >= 2:
            await page.get_by_role("button", name="Add a person").click()
        await page.locator(f"#person-{index}").fill(name)
        await page.locator(f"#role-{index}").select_option(role)
        await page.locator(f"#of-{index}").select_option(index=side_number - 1)
    if keep:
        await page.get_by_label("Single messages and documents").check()
        await page.get_by_label("What was kept may be opened later").check()
    await page.get_by_role("button", name="Make this mediation").click()
    await expect(page.get_by_role("heading", name=title)).to_be_visible()


async def open_table(page: Page) -> None:
    """From the desk to the table."""
    await page.get_by_role("button", name="Open", exact=True).first.click()
    await expect(page.get_by_role("heading", name="You are in no room").or_(page.locator(".banner"))).to_be_visible()


async def invitations(page: Page) -> dict[str, str]:
    """Every person's link, as the mediator copies it."""
    found: dict[str, str] = {}
    await page.get_by_role("button", name="People", exact=True).click()
    await expect(page.get_by_role("button", name="Invitation…").first).to_be_visible()
    count = await page.get_by_role("button", name="Invitation…").count()
    for index in range(count):
        await page.get_by_role("button", name="Invitation…").nth(index).click()
        text = await page.get_by_label("Text of the invitation").input_value()
        title = await page.get_by_role("dialog").get_by_role("heading").first.inner_text()
        found[title.removeprefix("Invitation for ")] = next(line for line in text.splitlines() if line.startswith("http"))
        await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Chat", exact=True).click()
    return found


async def knock(page: Page, link: str, name: str) -> None:
    """From the link to waiting: look, continue, read, sign."""
    await page.goto(link)
    await expect(page.get_by_role("heading", name=f"This place is for {name}")).to_be_visible()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Agreement and pledge")).to_be_visible()
    await page.get_by_label("I am alone").check()
    await page.get_by_label("I will not record").check()
    await page.get_by_label("Type the full name").fill(name)
    await page.get_by_role("button", name="Sign and go on").click()
    await expect(page.get_by_role("heading", name="Please wait here")).to_be_visible()


async def let_in(page: Page, name: str, where: str) -> None:
    """The mediator looks who it is and lets them in."""
    door = page.locator(".doors li").filter(has_text=name)
    await door.get_by_role("button", name="See who it is").click()
    await page.get_by_label(where).check()
    await page.get_by_role("button", name="Let in", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def in_room(page: Page, heading: str, *names: str) -> None:
    """The banner names the room and everybody in it, and the key is held."""
    banner = page.locator(".banner")
    await expect(banner.get_by_role("heading")).to_contain_text(heading)
    for name in names:
        await expect(banner).to_contain_text(name)
    await expect(banner).not_to_contain_text("Nobody can see or hear you yet")


async def turn_on(page: Page, what: str = "Camera") -> None:
    """Microphone or camera on."""
    await page.get_by_role("button", name=f"{what} off").click()
    await expect(page.get_by_role("button", name=f"{what} on")).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Write to the room."""
    await page.get_by_label("Write to everyone in").fill(text)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("log")).to_contain_text(text)


async def move(page: Page, names: list[str], where: str, label: str = "", anyway: Any = None) -> None:
    """The mediator moves people."""
    await page.get_by_role("button", name="Move people…").first.click()
    dialog = page.get_by_role("dialog")
    for name in names:
        await dialog.get_by_label(name).check()
    await dialog.get_by_label(where).check()
    if label:
        await dialog.get_by_label("Your name for the room").fill(label)
    await dialog.get_by_role("button", name="Move", exact=False).last.click()
    if anyway:
        await page.get_by_role("button", name=anyway).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
