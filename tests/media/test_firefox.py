"""Firefox ESR and Chromium in one sealed call, both ways, and Firefox failing closed."""

import asyncio
from pathlib import Path

import namespace
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CROSSING = Path(__file__).parent / "crossing.py"


async def run(name):
    figures = await asyncio.to_thread(namespace.inside, CROSSING, name)
    print(figures)
    return figures


async def test_chromium_and_firefox_decode_each_other_and_a_false_key_opens_nothing():
    f = await run("call")
    for seat in "abc":
        assert f[f"{seat}_frames"] > 30
        assert f[f"{seat}_cut"] == 0
    assert f["opened_with_false_key"] == 0
    assert f["opened_by_the_others"] > 0


async def test_in_firefox_nothing_arrives_that_was_not_sealed():
    f = await run("closed")
    assert f["keys_arrived_sealed"] > 50
    assert f["keys_arrived_clear"] == 0
    assert f["no_keys_packets"] == f["no_keys_arrived_clear"] == f["no_keys_arrived_sealed"] == 0


async def test_in_both_browsers_what_is_not_sealed_shows_nothing_to_anybody():
    """Through the product's media code, sender broken in four ways; `real` counts tracks with anything in them that were ever put on a sender."""
    f = await run("broken")
    for name in ("firefox", "chromium"):
        fine, wrong = f"{name}_fine", f"{name}_wrong"
        assert f[f"{fine}_opened"] > 50
        assert f[f"{fine}_decoded"] > 10
        assert f[f"{wrong}_sealed"] > 50
        assert f[f"{wrong}_failed"] > 50
        for how in ("missing", "late"):
            assert f[f"{name}_{how}_packets"] == f[f"{name}_{how}_real"] == 0
        for how in ("missing", "late", "pretended", "wrong"):
            assert f[f"{name}_{how}_opened"] == f[f"{name}_{how}_decoded"] == 0
    # A browser that says it seals and does not: Chromium lets nothing out, Firefox lets out darkness and silence until that is noticed.
    assert f["chromium_pretended_packets"] == 0
    assert f["firefox_pretended_real"] == f["firefox_pretended_sealed"] == 0
