"""The mediator's instruments as they are pressed, and the programme's figures: nobody is told by them."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROWS = "async (ended) => (await import('/session/programme.js')).programmeRows(ended)"
CSV = "async (ended) => (await import('/session/programme.js')).programmeCsv(ended)"
ENDED = st.fixed_dictionaries(
    {
        "month": st.sampled_from(["2026-09", "2026-10"]),
        "people": st.integers(2, 4),
        "minutes": st.sampled_from([30, 90, 200, 500]),
        "language": st.sampled_from(["en", "es"]),
        "interpreter": st.booleans(),
        "outcome": st.sampled_from(["agreed", "partly", "not", "adjourned", "no-show"]),
    }
)


def ended(**more: Any) -> dict[str, Any]:
    return {
        "month": "2026-10",
        "people": 3,
        "minutes": 150,
        "language": "en",
        "interpreter": False,
        "outcome": "agreed",
    } | more


async def calls(page: Page) -> list[list[Any]]:
    return json.loads(await page.evaluate("() => JSON.stringify(globalThis.galleryCalls)"))


async def test_the_tools_ask_for_what_is_pressed(open_page: Any) -> None:
    page = await open_page("screen=table-tools")
    await page.get_by_label("Your message").fill("Lunch is at one.")
    await page.get_by_role("button", name="Send to every room").click()
    await page.get_by_role("button", name="Tell a new time").click()
    await page.get_by_label("What for").fill("Offer")
    await page.get_by_label("Ends").select_option("20")
    await page.get_by_role("button", name="Start", exact=True).click()
    await page.get_by_role("button", name="Stop", exact=True).click()
    await page.get_by_text("Prepare one").click()
    await page.get_by_label("Your name for the room").fill("Lawyers first")
    await page.locator("#plan-seat-mira").check()
    await page.get_by_label("Kind").select_option("counsel")
    await page.get_by_role("button", name="Add to the list").click()
    await page.get_by_label("Keep my notes when I close for good").check()
    asked = await calls(page)
    assert asked[0] == ["tellAll", "Lunch is at one."]
    assert asked[1][0] == "promise"
    assert asked[1][1]
    assert asked[2:5] == [
        ["startTimer", "Offer", 20],
        ["stopTimer", "t1"],
        ["planRoom", "Lawyers first", "counsel", ["mira"]],
    ]
    assert asked[5] == ["saveNotes", "Shed matters more than the line.", True]


async def test_a_prepared_meeting_is_shown_once_more_before_anybody_moves(open_page: Any) -> None:
    page = await open_page("screen=table-tools")
    await page.get_by_role("button", name="Open with").click()
    await expect(page.get_by_role("dialog").get_by_label("Your name for the room")).to_have_value("Lawyers")
    assert [call[0] for call in await calls(page) if call[0] != "moveWarnings"] == []


async def test_nothing_of_the_tools_is_on_a_shared_screen(open_page: Any) -> None:
    page = await open_page("screen=table-sharing")
    await expect(page.get_by_role("button", name="Tools", exact=True)).to_have_count(0)


async def test_the_end_is_noted_in_one_word(open_page: Any) -> None:
    page = await open_page("screen=dialog-finish")
    await page.get_by_label("Somebody did not come").check()
    await page.get_by_role("button", name="Note it").click()
    assert (await calls(page))[-1] == ["recordOutcome", "no-show", "en", True]


async def test_five_alike_are_a_row_and_four_are_merged(open_page: Any) -> None:
    page = await open_page("screen=desk")
    rows = await page.evaluate(ROWS, [ended() for _ in range(5)] + [ended(people=7)])
    assert [(row["people"], row["mediations"]) for row in rows] == [("3", "5"), ("*", "fewer than 5")]
    rows = await page.evaluate(ROWS, [ended(people=number) for number in (2, 3, 4, 5, 6)])
    assert [(row["people"], row["outcome"], row["mediations"]) for row in rows] == [("*", "agreed", "5")]
    text = await page.evaluate(CSV, [ended() for _ in range(5)])
    assert text == (
        "month,people,length,language,interpreter,outcome,mediations\r\n2026-10,3,1 to 3 h,en,no,agreed,5\r\n"
    )


async def test_no_row_ever_counts_fewer_than_five_and_nobody_is_lost(open_page: Any) -> None:
    page = await open_page("screen=desk")
    drawn: list[list[dict[str, Any]]] = []

    @settings(max_examples=60, deadline=None, database=None)
    @given(st.lists(ENDED, max_size=40))
    def draw(one: list[dict[str, Any]]) -> None:
        drawn.append(one)

    draw()
    for one in drawn:
        rows = await page.evaluate(ROWS, one)
        counts = [row["mediations"] for row in rows]
        assert all(count == "fewer than 5" or int(count) >= 5 for count in counts)
        assert counts.count("fewer than 5") <= 1
        told = sum(int(count) for count in counts if count != "fewer than 5")
        assert len(one) - 4 <= told <= len(one)
        exact = Counter(json.dumps({k: v for k, v in row.items() if k != "mediations"}) for row in rows)
        assert all(number == 1 for number in exact.values())


CLOSING = """async (keepNotes) => {
  const { createInstruments } = await import('/session/instruments.js');
  let book = { mediations: [{ id: 'm', seats: [], notes: 'The shed matters.', keepNotes, timers: [{ id: 't', label: 'Offer', ends: 9e9 }], plans: [{ id: 'p' }] }] };
  const made = createInstruments({
    mediation: 'm', own: 'o', core: { store: { set() {} }, now: () => null, notice() {} }, entry: () => book.mediations[0],
    save: async (change) => { book = change(book); }, page: () => null, names: () => [],
  });
  await made.closed();
  made.close();
  return book.mediations[0];
}"""


@pytest.mark.parametrize(("keep", "left"), [(False, ""), (True, "The shed matters.")])
async def test_closing_erases_what_the_mediator_did_not_choose_to_keep(open_page: Any, keep: bool, left: str) -> None:
    page = await open_page("screen=desk")
    entry = await page.evaluate(CLOSING, keep)
    assert (entry["notes"], entry["timers"], entry["plans"]) == (left, [], [])


MAY_TELL = "async ([kind, role]) => (await import('/session/letters.js')).mayTell(kind, role)"


async def test_a_message_to_every_room_is_believed_from_a_mediator_only(open_page: Any) -> None:
    page = await open_page("screen=desk")
    for kind in ("announce", "promise"):
        for role, believed in (("mediator", True), ("comediator", True), ("party", False), ("", False)):
            assert await page.evaluate(MAY_TELL, [kind, role]) is believed
    assert await page.evaluate(MAY_TELL, ["message", "party"]) is True
