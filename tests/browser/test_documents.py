"""Documents in a room: sealed in one browser, read in the page of another; what can't be read is saved; a cut upload goes on."""

import hashlib
import os
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser import papers, steps
from tests.browser.conftest import Scene

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]

PIXEL = """(canvas) => { const area = canvas.getContext('2d'); const [r, g, b] = area.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
  return r < 60 && g < 60 && b < 60 ? 'black' : r > 150 && g < 90 && b < 90 ? 'red' : [r, g, b].join(' '); }"""


async def documents(page: Page) -> None:
    """Go to the documents, unless one is there."""
    if not await page.locator("#share-file").count():
        await page.get_by_role("button", name="Documents").first.click()


async def share(page: Page, name: str, content: bytes, mime: str) -> None:
    """Choose a file, as a person would."""
    await documents(page)
    field = page.get_by_label("Share a document with this room")
    await expect(field).to_be_enabled()
    await field.set_input_files({"name": name, "mimeType": mime, "buffer": content})


async def read(page: Page, name: str) -> None:
    """Open a document that is in the room."""
    await documents(page)
    await page.locator(".document").filter(has_text=name).get_by_role("button", name="Read").click()
    await expect(page.get_by_role("dialog").get_by_role("heading", name=name)).to_be_visible()


async def test_a_text_a_picture_and_a_pdf_are_read_in_the_page(scene: Scene) -> None:
    """The PDF needs tables for Japanese, a font that it does not carry, JPEG 2000 and fax decoders, under the strict policy."""
    await scene.together()
    for name, content, mime in (
        ("offer.txt", "Twelve at most, said Zoë.".encode(), "text/plain"),
        ("plan.png", papers.png(), "image/png"),
        ("survey.pdf", papers.pdf(), "application/pdf"),
    ):
        await share(scene.anna, name, content, mime)
        await expect(scene.ben.get_by_role("log")).to_contain_text(name)
    ben, dialog = scene.ben, scene.ben.get_by_role("dialog")
    await read(ben, "offer.txt")
    await expect(dialog.locator("pre")).to_have_text("Twelve at most, said Zoë.")
    await ben.keyboard.press("Escape")
    await read(ben, "plan.png")
    await expect(dialog.get_by_role("img", name="Picture: plan.png")).to_be_visible()
    await ben.wait_for_function("() => document.querySelector('canvas.page-picture')?.width === 120")
    assert await ben.locator("canvas.page-picture").evaluate(PIXEL) == "red"
    await ben.keyboard.press("Escape")
    await read(ben, "survey.pdf")
    pages = dialog.locator(".pdf-page")
    await expect(pages).to_have_count(4)
    await expect(pages.nth(0).locator(".textLayer")).to_contain_text("The shed stays")
    await expect(pages.nth(1).locator(".textLayer")).to_contain_text("秘密")
    for number, colour in ((2, "red"), (3, "black")):
        await pages.nth(number).scroll_into_view_if_needed()
        await expect(pages.nth(number).locator("canvas")).to_be_visible()
        for _ in range(40):
            shown = await pages.nth(number).locator("canvas").evaluate(PIXEL)
            if shown == colour:
                break
            await ben.wait_for_timeout(250)
        assert shown == colour, number
    assert await ben.evaluate("() => globalThis.ran") is None


async def test_a_word_file_is_saved_and_is_the_file_that_was_shared(scene: Scene, tmp_path: Path) -> None:
    await scene.together()
    content = b"PK\x03\x04" + os.urandom(40_000)
    await share(
        scene.anna, "terms.docx", content, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )
    await expect(scene.lena.get_by_role("log")).to_contain_text("terms.docx")
    await read(scene.lena, "terms.docx")
    dialog = scene.lena.get_by_role("dialog")
    await expect(dialog.get_by_text("This kind of file can't be read here.")).to_be_visible()
    async with scene.lena.expect_download() as download:
        await dialog.get_by_role("button", name="Save on this device").click()
    saved = tmp_path / "terms.docx"
    await (await download.value).save_as(saved)
    assert (await download.value).suggested_filename == "terms.docx"
    assert saved.read_bytes() == content


async def test_what_is_too_large_or_empty_is_said_and_not_sent(scene: Scene, tmp_path: Path) -> None:
    await scene.together()
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(50_000_001)
    await scene.anna.get_by_role("button", name="Documents").first.click()
    field = scene.anna.get_by_label("Share a document with this room")
    await field.set_input_files(large)
    await expect(scene.anna.get_by_text("This file is too large. The limit is 50")).to_be_visible()
    await field.set_input_files({"name": "empty.txt", "mimeType": "text/plain", "buffer": b""})
    await expect(scene.anna.get_by_text("This file is empty.")).to_be_visible()
    await expect(scene.anna.locator(".document")).to_have_count(0)
    assert not [
        one for one in (scene.house.data / "blobs").rglob("*") if one.is_file() and one.stat().st_size > 49_000_000
    ]


async def test_an_upload_that_is_cut_goes_on_where_the_server_stopped(scene: Scene, tmp_path: Path) -> None:
    """One part arrives and its answer is lost; one is cut on the way; one meets a busy server. The document comes out whole."""
    await scene.together()
    content = os.urandom(4_500_000)
    seen: list[int] = []

    async def trouble(route: Route) -> None:
        at = int(route.request.url.rpartition("=")[2])
        seen.append(at)
        match len(seen):
            case 2:
                await route.fetch()
                await route.abort("connectionreset")
            case 4:
                body = (route.request.post_data_buffer or b"")[:300_000]
                await route.fetch(post_data=body)
                await route.abort("connectionreset")
            case 6:
                await route.fulfill(status=429, headers={"Retry-After": "1"})
            case _:
                await route.continue_()

    await scene.anna.route("**/blob/*?at=*", trouble)
    await share(scene.anna, "long.bin", content, "application/octet-stream")
    await expect(scene.ben.get_by_role("log")).to_contain_text("long.bin", timeout=60_000)
    scene.who["anna"].errors.clear()  # the network's own complaints, as arranged
    assert len(seen) > len(set(seen)), "no part was sent again"
    await read(scene.ben, "long.bin")
    async with scene.ben.expect_download() as download:
        await scene.ben.get_by_role("dialog").get_by_role("button", name="Save on this device").click()
    saved = tmp_path / "long.bin"
    await (await download.value).save_as(saved)
    assert hashlib.sha256(saved.read_bytes()).digest() == hashlib.sha256(content).digest()


async def test_a_document_stays_in_its_room(scene: Scene) -> None:
    """Who comes later does not see what was shared before, and who leaves the room takes no new one along."""
    await steps.knock(scene.anna, scene.links["Anna Keller"], "Anna Keller")
    await steps.let_in(scene.lena, "Anna Keller", "The joint room")
    await steps.in_room(scene.anna, "Joint room", "Lena Voss")
    await share(scene.anna, "before.txt", b"before Ben came", "text/plain")
    await expect(scene.lena.get_by_role("log")).to_contain_text("before.txt")
    await steps.knock(scene.ben, scene.links["Ben Ortiz"], "Ben Ortiz")
    await steps.let_in(scene.lena, "Ben Ortiz", "The joint room")
    await steps.in_room(scene.ben, "Joint room", "Anna Keller")
    await scene.anna.get_by_role("button", name="Chat").click()
    await steps.say(scene.anna, "Welcome")
    await expect(scene.ben.get_by_role("log")).to_contain_text("Welcome")
    await expect(scene.ben.locator("body")).not_to_contain_text("before.txt")
