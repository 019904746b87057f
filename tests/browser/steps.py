"""What people do, in the words of the page: each step is what a person reads and presses, and it waits for what they would wait for."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser import pictures

# A busy machine is slow; what is waited for is the condition, and this is only when to give up.
expect.set_options(timeout=20_000)


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


async def make_mediation(
    page: Page,
    title: str,
    sides: tuple[str, str],
    people: list[tuple[str, str, int]],
    keep: bool = False,
    reasons: tuple[str, ...] = (),
    apart: tuple[str, str] | None = None,
) -> None:
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
    await page.locator("#regime").select_option(index=1)
    if apart:
        await page.get_by_label(f"{apart[0]} and {apart[1]}").check()
    if keep:
        await page.get_by_label("Single messages and documents").check()
        await page.get_by_label("What was kept may be opened later").check()
    for reason in reasons:
        await page.get_by_label(reason).check()
    # By keyboard: the form still grows while it takes in the last choice.
    await page.get_by_role("button", name="Make this mediation").press("Enter")
    await expect(page.get_by_role("heading", name=title)).to_be_visible()


async def open_table(page: Page, title: str = "") -> None:
    """From the desk to the table, the newest mediation's or that of a title."""
    row = page.locator("li.mediation").filter(has_text=title)
    await row.get_by_role("button", name="Open", exact=True).first.click()
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
        found[title.removeprefix("Invitation for ")] = next(
            line for line in text.splitlines() if line.startswith("http")
        )
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


async def make_paper_key(page: Page) -> list[str]:
    """Make, write down and try a paper key; its words."""
    await page.get_by_role("button", name="Make my paper key").click()
    await page.get_by_role("button", name="Make it now").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.locator(".words code").first).to_be_visible()
    words = [await word.inner_text() for word in await dialog.locator(".words code").all()]
    await dialog.get_by_role("button", name="I have it on paper").click()
    await dialog.get_by_label("The words").fill(" ".join(words))
    await dialog.get_by_role("button", name="Check it").click()
    await expect(dialog.get_by_text("It is tested.")).to_be_visible()
    await dialog.get_by_role("button", name="Close").click()
    return words


async def ask_to_keep(page: Page, text: str) -> None:
    """Ask everyone here to keep a message locked."""
    await (
        page.get_by_role("log")
        .locator("li")
        .filter(has_text=text)
        .get_by_role("button", name="Keep this message locked?")
        .click()
    )
    await page.get_by_role("button", name="Ask everyone here").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def agree_to_keep(page: Page) -> None:
    """Say yes to keeping what was asked about."""
    await page.get_by_role("button", name="Read and answer").first.click()
    await page.get_by_role("button", name="Yes, keep it locked").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def close_for_good(page: Page) -> None:
    """The mediator ends it."""
    await page.get_by_role("button", name="Finish…").click()
    await page.get_by_role("button", name="Close for good…").click()
    await page.get_by_label("I have understood").check()
    await page.get_by_role("button", name="Close for good", exact=True).click()
    await expect(page.get_by_role("heading", name="The mediation is closed")).to_be_visible()


async def ask_to_open(page: Page, recipient: str, purpose: str) -> None:
    """After closing, the mediator asks everyone to open what was kept."""
    await page.get_by_role("button", name="Ask to open something").click()
    for box in await page.locator("input[name=item]").all():
        await box.check()
    await page.get_by_label("Who shall receive it?").fill(recipient)
    await page.get_by_label("What for").fill(purpose)
    await page.get_by_role("button", name="Ask everyone").click()
    await expect(page.get_by_role("heading", name=f"Request: pages for {recipient}")).to_be_visible()


async def let_look(page: Page, words: list[str] | None) -> None:
    """A holder lets the reviewer look, with the paper key where it isn't entered yet."""
    await page.get_by_role("button", name="Let the reviewer look").click()
    await _with_key(page, words, "Yes, let the reviewer look")


async def agree_to_pages(page: Page, words: list[str] | None) -> None:
    """A holder reads the exact pages and agrees, without the day to think it over."""
    await page.get_by_role("button", name="Read the pages").click()
    await page.get_by_role("button", name="I have read them: go on").click()
    await page.get_by_label("I don't need the day").check()
    await _with_key(page, words, "Yes, these pages may go to")


async def _with_key(page: Page, words: list[str] | None, yes: str) -> None:
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("The words")
    if words is not None and await field.count():
        await field.fill(" ".join(words))
    await dialog.get_by_role("button", name=yes).click()
    await expect(page.get_by_role("dialog")).to_have_count(0, timeout=20_000)
    await expect(page.get_by_text("Your answer is in.")).to_be_visible()


async def review(page: Page, again: bool = False) -> None:
    """The reviewer blacks out every suggestion, makes the pages, and asks everyone for them; `again`: pages made before are withdrawn."""
    if again:
        await page.get_by_text("Review once more").click()
    begin = "Withdraw the pages and review again" if again else "Begin the review"
    await page.get_by_role("button", name=begin).click()
    await expect(page.locator(".findings")).to_be_visible(timeout=120_000)
    await expect(page.get_by_text("0 of ")).to_be_visible()
    if not again:
        await pictures.take(page, "review-1440")
    rows = await page.locator(".findings ol > li").count()
    for _ in range(rows):
        await page.locator(".sheet").press("a")
    await page.get_by_role("button", name="Make the pages").click()
    finish = page.get_by_role("button", name="Finish: ask everyone")
    await expect(finish).to_be_visible(timeout=60_000)
    await finish.click()
    await expect(page.locator(".findings")).to_have_count(0, timeout=30_000)
