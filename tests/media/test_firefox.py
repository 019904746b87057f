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
