"""The pages as people meet them: nothing for axe to find, nothing wider than the phone, every walk possible by keyboard alone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCREENS = re.findall(
    r"^  '?([a-z-]+)'?: \(\) => ",
    (Path(__file__).parents[2] / "client" / "web" / "fixtures" / "screens.js").read_text(),
    re.MULTILINE,
)
TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


async def findings(page: Page) -> list[str]:
    """What axe finds, one line each."""
    results = await Axe().run(page, options=TAGS)
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


WIDE = """() => [...document.querySelectorAll('body *')].filter((e) => !e.closest('.views, .lines, pre, .visually-hidden')
  && e.getClientRects().length && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
  .map((e) => `${e.tagName}.${e.className} ${e.getBoundingClientRect().right}`).slice(0, 5)"""
SMALL = """() => [...document.querySelectorAll('button, select, input, textarea, summary')]
  .filter((e) => e.getClientRects().length && !e.closest('.visually-hidden'))
  .map((e) => [e, (e.type === 'checkbox' || e.type === 'radio' ? e.closest('.tick') : e).getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([e, box]) => `${e.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_screen_is_clean_for_axe_fits_a_small_phone_and_has_targets_for_a_thumb(
    screen: str, open_page: Any
) -> None:
    page = await open_page(f"screen={screen}", width=1440)
    assert await findings(page) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await findings(page) == []
    assert await page.evaluate(SMALL) == []
    assert await page.evaluate(WIDE) == []
    page = await open_page(f"screen={screen}", width=360, height=740, locale="es-ES", scheme="dark")
    assert await findings(page) == []
    assert await page.evaluate(WIDE) == []
    assert "\u27e6" not in await page.locator("body").inner_text()


async def calls(page: Page) -> list[list[Any]]:
    """What the page asked of its session."""
    return json.loads(await page.evaluate("() => JSON.stringify(globalThis.galleryCalls)"))


async def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Go on with Tab until the element of that name has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        found = await page.evaluate(
            "() => { const e = document.activeElement; return (e?.getAttribute('aria-label') || e?.labels?.[0]?.innerText || e?.innerText || '').replace(/\\s+/g, ' ').trim(); }"
        )
        if found.startswith(name):
            return
    raise AssertionError(f"no Tab reaches {name!r}")


async def test_a_party_gets_from_the_link_into_the_room_and_out_by_keyboard_alone(open_page: Any) -> None:
    page = await open_page("walk=seat")
    await tab_to(page, "Test the camera")
    await page.keyboard.press("Enter")
    await tab_to(page, "Someone else is with me")
    await page.keyboard.press("Enter")
    await tab_to(page, "Remove")
    await page.keyboard.press("Enter")
    await tab_to(page, "Continue")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Agreement and pledge")).to_be_focused()
    await tab_to(page, "I am alone")
    await page.keyboard.press("Space")
    await tab_to(page, "I will not record")
    await page.keyboard.press("Space")
    await tab_to(page, "Type the full name")
    await page.keyboard.type("anna  keller")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Please wait here")).to_be_focused()
    await expect(page.get_by_role("heading", name="Joint room")).to_be_focused()
    await expect(page.locator("#announcer [role=status]")).to_contain_text(
        "On this call, only Lena Voss (the mediator) and Ben Ortiz"
    )
    await tab_to(page, "Microphone off")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Microphone on")).to_be_focused()
    await tab_to(page, "Write to everyone")
    await page.keyboard.type("Good morning")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Good morning")
    await page.get_by_role("button", name="Message Lena Voss only").focus()
    await page.keyboard.press("Enter")
    await tab_to(page, "Your message")
    await page.keyboard.type("I need a break.")
    await tab_to(page, "Send")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Message Lena Voss only")).to_be_focused()
    await tab_to(page, "Leave")
    await page.keyboard.press("Enter")
    await tab_to(page, "Leave now")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="You have left")).to_be_visible()
    assert [call[0] for call in await calls(page)] == [
        "camera",
        "proceed",
        "sign",
        "microphone",
        "say",
        "messageMediator",
        "leave",
    ]


async def test_an_incomplete_pledge_is_not_sent_and_says_what_is_missing(open_page: Any) -> None:
    page = await open_page("screen=sign")
    await page.get_by_role("button", name="Sign and go on").click()
    await expect(page.get_by_label("I am alone")).to_be_focused()
    await expect(page.get_by_text("Please tick both promises.")).to_be_visible()
    assert await calls(page) == []


async def test_the_mediator_sets_up_and_makes_a_mediation_by_keyboard_alone(open_page: Any) -> None:
    page = await open_page("walk=desk")
    await tab_to(page, "Your name")
    await page.keyboard.type("Lena Voss")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your recovery kit")).to_be_focused()
    words = [await word.inner_text() for word in await page.locator(".words code").all()]
    await tab_to(page, "I have it on paper")
    await page.keyboard.press("Enter")
    await tab_to(page, "The words")
    await page.keyboard.type("wrong words")
    await tab_to(page, "Check it")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("These are not the right words.")).to_be_visible()
    await page.get_by_label("The words").fill(" ".join(words))
    await tab_to(page, "Check it")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your mediations")).to_be_focused()
    await tab_to(page, "New mediation")
    await page.keyboard.press("Enter")
    await tab_to(page, "Title")
    await page.keyboard.type("Keller and Ortiz")
    await tab_to(page, "Name")
    await page.keyboard.type("Anna Keller")
    await tab_to(page, "Name")
    await page.keyboard.type("Ben Ortiz")
    await page.get_by_label("Confidentiality rules").select_option("uma")
    await tab_to(page, "Anna Keller and Ben Ortiz")
    await page.keyboard.press("Space")
    await tab_to(page, "Make this mediation")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Keller and Ortiz")).to_be_visible()
    plan = next(call[1] for call in await calls(page) if call[0] == "createMediation")
    assert [seat["name"] for seat in plan["seats"]] == ["Anna Keller", "Ben Ortiz"]
    assert plan["noContact"] == [[0, 1]]
    assert plan["ends"] - plan["starts"] == 3 * 3600


async def test_moving_a_party_without_their_lawyer_asks_first(open_page: Any) -> None:
    page = await open_page("screen=table")
    await page.get_by_role("button", name="Move Anna Keller").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("A new private meeting").check()
    await page.get_by_role("button", name="Move one person").click()
    await expect(page.get_by_role("heading", name="Without their lawyer?")).to_be_visible()
    assert not [call for call in await calls(page) if call[0] in {"makeRoom", "move"}]
    await page.get_by_role("button", name="Bring Mira Ray too").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert ["makeRoom", "caucus", "", ["anna", "mira"]] in await calls(page)


async def test_letting_in_needs_a_chosen_room(open_page: Any) -> None:
    page = await open_page("screen=table")
    await page.get_by_role("button", name="See who it is").click()
    await page.get_by_role("button", name="Let in", exact=True).focus()
    await page.keyboard.press("Enter")
    assert not [call for call in await calls(page) if call[0] == "admit"]
    await page.get_by_label("The joint room").check()
    await page.get_by_role("button", name="Let in", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert ["admit", "sana", "joint"] in await calls(page)


async def test_while_the_screen_is_shared_rooms_knocks_and_notes_are_off_the_page(open_page: Any) -> None:
    page = await open_page("screen=table-sharing")
    text = await page.locator("body").inner_text()
    for hidden in ("Sana Iqbal", "Joy Oduya", "Kim Adair", "I need a break", "Keller and Ortiz", "555 0101"):
        assert hidden not in text
        assert hidden not in await page.content() or hidden in {"Keller and Ortiz"}
    await expect(page.get_by_text("Hidden while you show your screen")).to_be_visible()


async def test_nothing_of_a_room_is_claimed_before_it_is_granted(open_page: Any) -> None:
    page = await open_page("screen=room-joining")
    await expect(page.get_by_text("Nobody can see or hear you yet.").first).to_be_visible()
    text = await page.locator("body").inner_text()
    assert "can see and hear you" not in text
    await page.get_by_role("button", name="Check privacy").click()
    await expect(page.get_by_text("There is no number yet")).to_be_visible()


async def test_a_refusal_is_never_attributed(open_page: Any) -> None:
    for screen in ("kept-desk", "holder-unlock", "room-keep"):
        page = await open_page(f"screen={screen}")
        text = await page.locator("body").inner_text()
        assert not re.search(r"(refused|said no|declined) by|\w+ (refused|declined)", text), screen


async def test_review_is_one_key_a_finding(open_page: Any) -> None:
    page = await open_page("screen=review")
    await page.locator(".finding.cur .finding-head").focus()
    await page.keyboard.press("a")
    await page.keyboard.press("k")
    await page.keyboard.press("a")
    await expect(page.get_by_text("5 of 5 decided")).to_be_visible()
    assert not [call for call in await calls(page) if call[0] == "decide"]
    await page.get_by_role("button", name="Make the pages").click()
    decided = {one["id"]: one["state"] for call in await calls(page) if call[0] == "decide" for one in call[1]}
    assert decided["14 Larch Close, Ennis"] == "accepted"
    assert decided["Fernhill National School"] == "rejected"
    assert decided["12 March 1984"] == "rejected"


async def test_what_was_missed_is_added_by_selecting_it(open_page: Any) -> None:
    page = await open_page("screen=review")
    await page.evaluate(
        "() => { const sheet = document.querySelector('.sheet'); const walk = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT); let node;"
        " while ((node = walk.nextNode())) { const at = node.data.indexOf('Ben Ortiz'); if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + 9); break; } }"
        " sheet.dispatchEvent(new MouseEvent('mouseup', { bubbles: true })); }"
    )
    await (
        page.get_by_role("group", name="Black out what you selected")
        .get_by_role("button", name="name of a person")
        .click()
    )
    for _ in range(3):
        await page.locator(".finding.cur .finding-head").focus()
        await page.keyboard.press("a")
    await page.get_by_role("button", name="Make the pages").click()
    (added,) = [call[2][0] for call in await calls(page) if call[0] == "decide"]
    await page.get_by_role("button", name="As it was written").click()
    text = await page.evaluate("() => document.querySelector('.sheet').textContent")
    assert text[added["start"] : added["end"]] == "Ben Ortiz"
    assert added["kind"] == "PERSON"


async def test_the_language_changes_at_a_press_and_is_remembered(open_page: Any) -> None:
    page = await open_page("screen=intro")
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_role("heading", name="Este lugar es para Anna Keller")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "es"
    await page.reload()
    await expect(page.get_by_role("heading", name="Este lugar es para Anna Keller")).to_be_visible()


async def test_right_to_left_keeps_everything_on_the_screen(open_page: Any) -> None:
    for screen in ("table", "room", "intro", "review"):
        page = await open_page(f"screen={screen}&dir=rtl", width=360, height=740)
        assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1"), screen


async def test_a_sentence_begun_in_one_room_does_not_lie_ready_in_the_next(open_page: Any) -> None:
    page = await open_page("walk=seat")
    move = (
        "(id) => globalThis.galleryChange({ phase: 'room', room: { id, kind: 'caucus', granted: true, epoch: 1, code: '', label: null,"
        " people: [{ seat: 'anna', names: ['Anna Keller'], role: 'party', side: 's1', sideLabel: '', me: true, online: true, heard: true,"
        " video: null, audio: null, screen: null, speaking: false, quality: null }] } })"
    )
    await page.evaluate(move, "one")
    await page.get_by_label("Write to everyone").fill("Between us: I would take less.")
    await page.evaluate(move, "two")
    await expect(page.get_by_label("Write to everyone")).to_have_value("")
    await page.evaluate(move, "one")
    await expect(page.get_by_label("Write to everyone")).to_have_value("Between us: I would take less.")
