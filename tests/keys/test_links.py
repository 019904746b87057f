"""A link is taken whole or not at all, and a slip is named."""

import string

from hypothesis import given
from hypothesis import strategies as st

from client.keys import link
from client.keys.encoding import b64u
from tests.keys.world import World

WORLD = World()
TEXT = link.make_link("https://rooms.example", WORLD.link)
START = TEXT.index("#") + 1


def outcome(text: str) -> str | link.Link:
    try:
        return link.parse_link(text)
    except link.LinkRefused as refused:
        return refused.fault.value


@given(st.integers(START, len(TEXT) - 1), st.sampled_from(string.ascii_letters + string.digits + "-_.~%# é\n"))
def test_a_changed_character_never_passes(at: int, character: str) -> None:
    changed = TEXT[:at] + character + TEXT[at + 1 :]
    if changed != TEXT:
        assert isinstance(outcome(changed), str), changed


@given(st.integers(0, len(TEXT) - 1))
def test_a_cut_link_never_passes_and_is_told_from_a_mistyped_one(end: int) -> None:
    assert outcome(TEXT[:end]) in {"empty", "cut"} or end < START


@given(st.integers(START, len(TEXT) - 2))
def test_two_neighbours_swapped_never_pass(at: int) -> None:
    swapped = TEXT[:at] + TEXT[at + 1] + TEXT[at] + TEXT[at + 2 :]
    if swapped != TEXT:
        assert isinstance(outcome(swapped), str)


@given(st.text(max_size=300))
def test_anything_may_be_pasted(text: str) -> None:
    assert outcome(text) in {"empty", "cut", "mistyped", "version"}


@given(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=32, max_size=32),
    st.integers(1, 999_999_999),
)
def test_every_link_made_is_read_again(mediation: bytes, seat: bytes, secret: bytes, minrev: int) -> None:
    made = link.Link(
        mediation=b64u(mediation), seat=b64u(seat), fingerprint=WORLD.link.fingerprint, secret=secret, minrev=minrev
    )
    assert link.parse_link(f"({link.make_link('http://127.0.0.1:8080', made)}).") == made


def test_the_three_keys_differ_by_place() -> None:
    keys = link.link_keys(WORLD.link)
    assert len({keys.access, keys.envelope, keys.join}) == 3
    from msgspec.structs import replace

    elsewhere = link.link_keys(replace(WORLD.link, seat=WORLD.seats["ben"]))
    assert keys.access != elsewhere.access
    assert keys.access_hash != keys.access_text
