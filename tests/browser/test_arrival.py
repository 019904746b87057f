"""Coming in: who the place is for, who else sits there, who can't sign, a second tab, and every kind of link or browser that won't do.

Each is met as a person meets it: by the words on the page, with the real server behind it.
"""

from pathlib import Path

import pytest
from playwright.async_api import expect

from server.http.keys import HOUSE
from tests.browser import steps
from tests.browser.conftest import Scene

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]


async def test_not_you_stop_uses_nothing_up(scene: Scene) -> None:
    """Whoever opens another's link reads whose it is, stops, and leaves no trace: no key, no knock, no presence."""
    house, who, links = scene.house, scene.who, scene.links
    wrong, right = who["ben"].page, who["anna"].page
    await wrong.goto(links["Anna Keller"])
    await expect(wrong.get_by_role("heading", name="This place is for Anna Keller")).to_be_visible()
    await wrong.get_by_role("button", name="I am not Anna Keller").click()
    await expect(wrong.get_by_role("heading", name="Stop here, please")).to_be_visible()
    await expect(wrong.get_by_text("Nothing was used up and nobody was told.")).to_be_visible()
    kept = await wrong.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)")
    for name in kept:
        assert await wrong.evaluate(ROWS, name) == [], "a key or a place was stored before Continue"
    for actor in await house.app[HOUSE].actors():
        assert actor.state.live.doors == {}
    await expect(who["lena"].page.locator(".doors li")).to_have_count(0)
    await wrong.goto("about:blank")
    await steps.knock(right, links["Anna Keller"], "Anna Keller")
    await expect(who["lena"].page.locator(".doors li")).to_contain_text("Anna Keller")


# Everything in every store of a database.
ROWS = """async (name) => {
  const base = await new Promise((done, lost) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = lost; });
  const rows = [];
  for (const store of base.objectStoreNames) {
    rows.push(...await new Promise((done) => { const r = base.transaction(store).objectStore(store).getAllKeys(); r.onsuccess = () => done(r.result.map(String)); }));
  }
  base.close();
  return rows;
}"""


async def test_everyone_at_one_screen_is_named_signs_and_stands_in_the_banner(scene: Scene) -> None:
    who, links = scene.who, scene.links
    lena, anna, ben = who["lena"].page, who["anna"].page, who["ben"].page
    await anna.goto(links["Anna Keller"])
    await anna.get_by_role("button", name="Someone else is with me").click()
    await anna.get_by_label("Name of person 2").fill("Tom Keller")
    await anna.get_by_role("button", name="Continue").click()
    await anna.get_by_label("Only Anna Keller and Tom Keller are here").check()
    await anna.get_by_label("I will not record").check()
    await anna.get_by_label("Type the full name: Anna Keller").fill("Anna Keller")
    await anna.get_by_role("button", name="Sign and go on").click()
    await expect(anna.get_by_label("Type the full name: Tom Keller")).to_be_focused()
    await anna.get_by_label("Type the full name: Tom Keller").fill("tom  keller")
    await anna.get_by_role("button", name="Sign and go on").click()
    await expect(anna.get_by_role("heading", name="Please wait here")).to_be_visible()
    door = lena.locator(".doors li").filter(has_text="Anna Keller and Tom Keller")
    await door.get_by_role("button", name="See who it is").click()
    await expect(lena.get_by_role("dialog")).to_contain_text("2 people together")
    await lena.get_by_label("The joint room").check()
    await lena.get_by_role("button", name="Let in", exact=True).click()
    await steps.knock(ben, links["Ben Ortiz"], "Ben Ortiz")
    await steps.let_in(lena, "Ben Ortiz", "The joint room")
    for page in (lena, ben):
        await steps.in_room(page, "Joint room", "Anna Keller and Tom Keller")


async def test_who_cannot_sign_reaches_the_mediator_who_records_it_on_paper(scene: Scene) -> None:
    who, links = scene.who, scene.links
    lena, anna = who["lena"].page, who["anna"].page
    await anna.goto(links["Anna Keller"])
    await anna.get_by_role("button", name="Continue").click()
    await anna.get_by_role("button", name="I can't sign this").click()
    await anna.get_by_label("If you like, say why").fill("I left my glasses at home.")
    await anna.get_by_role("button", name="Tell Lena Voss").click()
    await expect(anna.get_by_text("Lena Voss was told that you can't sign, and will speak with you.")).to_be_visible()
    door = lena.locator(".doors li").filter(has_text="Anna Keller")
    await door.get_by_role("button", name="See who it is").click()
    dialog = lena.get_by_role("dialog")
    await expect(dialog).to_contain_text("I left my glasses at home.")
    await expect(dialog).to_contain_text("Can't sign")
    await lena.get_by_label("The joint room").check()
    await lena.get_by_role("button", name="Let in", exact=True).click()
    await expect(dialog).to_contain_text("The agreement is not signed yet.")
    await dialog.get_by_role("button", name="Record: signed on paper").click()
    await lena.get_by_role("button", name="Let in", exact=True).click()
    await steps.in_room(anna, "Joint room", "Lena Voss")
    await lena.get_by_role("button", name="People", exact=True).click()
    await expect(lena.locator(".person-card").filter(has_text="Anna Keller")).to_contain_text(
        "agreement signed on paper"
    )


async def test_a_second_tab_says_so_and_takes_over_only_when_asked(scene: Scene) -> None:
    who, links = scene.who, scene.links
    lena, anna = who["lena"].page, who["anna"].page
    await steps.knock(anna, links["Anna Keller"], "Anna Keller")
    await steps.let_in(lena, "Anna Keller", "The joint room")
    await steps.in_room(anna, "Joint room", "Lena Voss")
    second = await who["anna"].context.new_page()
    await second.goto(links["Anna Keller"])
    await expect(second.get_by_role("heading", name="Your place is open in another window")).to_be_visible()
    await steps.in_room(anna, "Joint room", "Lena Voss")
    await steps.say(anna, "Still here in the first")
    await second.get_by_role("button", name="Use this window instead").click()
    await steps.in_room(second, "Joint room", "Lena Voss")
    await expect(anna.get_by_role("heading", name="Your place is open in another window")).to_be_visible()
    await expect(anna.locator(".banner")).to_have_count(0)
    await steps.say(second, "Now here")
    await expect(lena.get_by_role("log")).to_contain_text("Now here")
    desk = await who["lena"].context.new_page()
    await desk.goto(f"{scene.house.origin}/desk")
    await expect(desk.get_by_role("heading", name="Your place is open in another window")).to_be_visible()
    await steps.in_room(lena, "Joint room", "Anna Keller")


async def test_links_that_will_not_do_each_have_a_sentence_and_use_nothing_up(scene: Scene) -> None:
    who, links = scene.who, scene.links
    page, link = who["ben"].page, links["Ben Ortiz"]
    at = link.index("#") + 30
    bad = {
        link[:-12]: "A part of the link is missing. Mail programs sometimes cut long links.",
        link[:at] + ("A" if link[at] != "A" else "B") + link[at + 1 :]: "There is a mistake in the link",
        link.partition("#")[0]: "There is no link here",
        link.replace("#1.", "#7."): "This link belongs to another version of the service.",
    }
    for broken, sentence in bad.items():
        await page.goto("about:blank")
        await page.goto(broken)
        await expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
        await expect(page.get_by_text(sentence)).to_be_visible()
        await expect(page.get_by_text("Nothing was used up.")).to_be_visible()
    await page.goto("about:blank")
    await page.goto(link)
    await expect(page.get_by_role("heading", name="This place is for Ben Ortiz")).to_be_visible()


async def test_a_used_or_unknown_link_is_refused_in_words(scene: Scene) -> None:
    """A place that was taken by one device; a set-up link that was used; a mediation that is closed."""
    house, who, links = scene.house, scene.who, scene.links
    lena, anna, ben = who["lena"].page, who["anna"].page, who["ben"].page
    await steps.knock(anna, links["Anna Keller"], "Anna Keller")
    await steps.let_in(lena, "Anna Keller", "The joint room")
    once = await house.enrolment()
    await steps.set_up(ben, once, "Noor Said")
    other = await who["ben"].browser.new_context(locale="en-GB")
    stranger = await other.new_page()
    await stranger.goto(once)
    await stranger.get_by_label("Your name").fill("Somebody")
    await stranger.get_by_role("button", name="Continue").click()
    await expect(stranger.get_by_text("This set-up link was used already, or its time ran out.").first).to_be_visible()
    await steps.close_for_good(lena)
    await stranger.goto("about:blank")
    await stranger.goto(links["Ben Ortiz"])
    await expect(
        stranger.get_by_text("This mediation is closed.").or_(stranger.get_by_text("The mediation is closed")).first
    ).to_be_visible()


async def test_an_in_app_browser_is_told_how_to_open_a_real_one_before_anything_is_made(scene: Scene) -> None:
    who, links = scene.who, scene.links
    context = await who["ben"].browser.new_context(
        locale="en-GB",
        user_agent="Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 Instagram 300.0",
    )
    page = await context.new_page()
    await page.goto(links["Ben Ortiz"])
    await expect(page.get_by_role("heading", name="Please open this in a real browser")).to_be_visible()
    await expect(page.get_by_text("Nothing has been used up yet.")).to_be_visible()
    await expect(page.get_by_text("press the three dots at the top")).to_be_visible()
    assert await page.evaluate("async () => (await indexedDB.databases()).length") == 0
    await page.get_by_role("button", name="This is my normal browser, go on").click()
    await expect(page.get_by_role("heading", name="This place is for Ben Ortiz")).to_be_visible()


async def test_an_old_browser_is_told_so_and_makes_nothing(scene: Scene) -> None:
    who, links = scene.who, scene.links
    context = await who["ben"].browser.new_context(locale="en-GB")
    await context.add_init_script(
        "delete globalThis.RTCRtpScriptTransform; delete RTCRtpSender.prototype.createEncodedStreams;"
    )
    page = await context.new_page()
    await page.goto(links["Ben Ortiz"])
    await expect(page.get_by_role("heading", name="This browser can't hold a private call")).to_be_visible()
    await expect(page.get_by_text("On a phone: update the system")).to_be_visible()
    assert await page.evaluate("async () => (await indexedDB.databases()).length") == 0


async def test_each_reads_the_time_where_they_are_and_the_appointment_names_nobody(
    scene: Scene, tmp_path: Path
) -> None:
    who, links = scene.who, scene.links
    lena = who["lena"].page
    told = {}
    for zone in ("America/New_York", "Asia/Tokyo"):
        context = await who["ben"].browser.new_context(locale="en-GB", timezone_id=zone)
        page = await context.new_page()
        await page.goto(links["Ben Ortiz"])
        told[zone] = await page.get_by_text("The meeting starts").inner_text()
        await context.close()
    assert told["America/New_York"] != told["Asia/Tokyo"], told
    await lena.get_by_role("button", name="People", exact=True).click()
    await lena.get_by_role("button", name="Invitation…").first.click()
    async with lena.expect_download() as download:
        await lena.get_by_role("button", name="Save as appointment (.ics)").click()
    entry = tmp_path / "appointment.ics"
    await (await download.value).save_as(entry)
    text = entry.read_text()
    assert "SUMMARY:Appointment\n" in text.replace("\r\n", "\n")
    for word in ("Keller", "Ortiz", "Anna", "Ben", "Lena", "http", "#1."):
        assert word not in text


async def test_the_mediators_own_text_is_what_people_read_and_sign(scene: Scene) -> None:
    lena, anna = scene.lena, scene.anna
    own = "We speak openly here, and nothing of it leaves this room."
    await lena.goto(f"{scene.house.origin}/desk")
    await lena.get_by_role("button", name="New mediation").click()
    await lena.get_by_label("Title").fill("With a text of one's own")
    await lena.locator("#person-0").fill("Anna Keller")
    await lena.locator("#person-1").fill("Ben Ortiz")
    await lena.locator("#regime").select_option(index=1)
    await lena.get_by_label("My own text").check()
    await lena.locator("#own").fill(own)
    await lena.get_by_role("button", name="Make this mediation").press("Enter")
    await expect(lena.get_by_role("heading", name="With a text of one's own")).to_be_visible()
    await steps.open_table(lena, "With a text of one's own")
    links = await steps.invitations(lena)
    await anna.goto(links["Anna Keller"])
    await anna.get_by_role("button", name="Continue").click()
    await expect(anna.get_by_role("region", name="Agreement to mediate")).to_contain_text(own)
