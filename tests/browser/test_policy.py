"""The real page under its real headers: it runs nothing that isn't ours, unchanged and listed, and nothing that markup or text could smuggle in."""

import pytest
from playwright.async_api import Page, Route, expect

from client.web.importmap import own_modules
from tests.browser.conftest import Hall

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]

TRY = """async (path) => { try { await import(path); return 'ran' } catch (error) { return error.name } }"""
SINKS = {
    "markup": "document.body.innerHTML = '<p>x</p>'",
    "script address": "document.createElement('script').src = '/main.js'",
    "script text": "document.createElement('script').text = 'globalThis.ran = 1'",
    "evaluated text": "globalThis.eval('globalThis.ran = 1')",
    "function from text": "new Function('globalThis.ran = 1')()",
    "timer from text": "setTimeout('globalThis.ran = 1', 0)",
    "worker address": "new Worker('/media/sframe-worker.js')",
    "policy of one's own": "trustedTypes.createPolicy('mine', {createHTML: (text) => text})",
}


async def fresh(hall: Hall) -> Page:
    """The page as it comes, its own complaints unheard."""
    person = await hall.guests.come("anybody")
    await person.page.goto(f"{hall.house.origin}/j")
    await expect(person.page.get_by_role("heading", name="This link does not work")).to_be_visible()
    assert person.errors == []
    return person.page


async def test_a_module_of_ours_runs_and_one_that_nobody_listed_does_not(hall: Hall) -> None:
    page = await fresh(hall)
    assert await page.evaluate(TRY, "/views/level.js") == "ran"

    async def extra(route: Route) -> None:
        await route.fulfill(content_type="text/javascript", body="globalThis.ran = true;")

    await page.route("**/extra.js", extra)
    assert await page.evaluate(TRY, "/extra.js") == "TypeError"
    assert await page.evaluate("() => globalThis.ran") is None
    await page.context.close()


async def test_every_module_of_ours_is_listed_and_runs_with_its_hash_only(hall: Hall) -> None:
    person = await hall.guests.come("anybody")

    async def changed(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=await answer.text() + "\nglobalThis.ran = true;")

    await person.page.route("**/main.js", changed)
    await person.page.goto(f"{hall.house.origin}/j")
    await expect(person.page.get_by_text("If this does not go away")).to_be_visible()
    assert await person.page.evaluate("() => globalThis.ran") is None
    listed = await person.page.evaluate(
        "() => Object.keys(JSON.parse(document.querySelector('script[type=importmap]').textContent).integrity)"
    )
    assert {f"/{name}" for name in own_modules()} <= set(listed)
    await person.context.close()


@pytest.mark.parametrize("what", SINKS)
async def test_text_never_becomes_code_or_markup(hall: Hall, what: str) -> None:
    page = await fresh(hall)
    # In a task of its own: what the debugger runs itself is allowed to evaluate text.
    refused = await page.evaluate(
        f"() => new Promise((done) => setTimeout(() => {{ try {{ {SINKS[what]}; done('taken') }} catch (error) {{ done(error.name) }} }}))"
    )
    assert refused in ("TypeError", "EvalError"), what
    assert await page.evaluate("() => globalThis.ran") is None
    await page.context.close()


async def test_the_page_reaches_nobody_else_and_stands_in_no_frame(hall: Hall) -> None:
    page = await fresh(hall)
    elsewhere = "http://localhost:1/x"
    for what in (
        f"fetch('{elsewhere}')",
        f"new Promise((done, lost) => {{ const i = new Image(); i.onload = done; i.onerror = lost; i.src = '{elsewhere}'; }})",
    ):
        assert await page.evaluate(f"() => {what}.then(() => 'reached', () => 'refused')") == "refused"
    answer = await page.request.get(f"{hall.house.origin}/j")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["integrity-policy"] == "blocked-destinations=(script)"
    await page.context.close()
