"""Bad links: cut, mistyped, mangled by mail programs, made up. Always a named fault, never another place, never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.keys.encoding import b64u
from client.keys.link import Link, LinkFault, LinkRefused, link_keys, make_link, parse_link

ORIGIN = "https://rooms.example"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def read(text: str) -> Link | LinkFault:
    """The link, or why not; a fault carries nothing of the text."""
    try:
        return parse_link(text)
    except LinkRefused as refused:
        return LinkFault(str(refused))


@st.composite
def links(draw: st.DrawFn) -> Link:
    def raw(size: int) -> bytes:
        return draw(st.binary(min_size=size, max_size=size))

    return Link(
        mediation=b64u(raw(16)),
        seat=b64u(raw(16)),
        fingerprint=b64u(raw(32)),
        secret=raw(32),
        minrev=draw(st.integers(1, 999_999_999)),
    )


@given(links())
def test_a_link_says_the_same_after_travelling(link: Link) -> None:
    text = make_link(ORIGIN, link)
    assert parse_link(text) == link
    assert parse_link(text.partition("#")[2]) == link
    assert parse_link(f" {text}\r\n") == link
    assert link_keys(parse_link(text)) == link_keys(link)


@given(links(), st.data())
def test_a_link_cut_anywhere_is_refused(link: Link, data: st.DataObject) -> None:
    text = make_link(ORIGIN, link)
    mark = text.index("#")
    cut = data.draw(st.integers(mark, len(text) - 1))
    with pytest.raises(LinkRefused) as refused:
        parse_link(text[:cut])
    assert refused.value.fault in (LinkFault.EMPTY, LinkFault.CUT)


@given(links(), st.data())
def test_one_wrong_character_is_noticed(link: Link, data: st.DataObject) -> None:
    text = make_link(ORIGIN, link)
    at = data.draw(st.integers(text.index("#") + 1, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(text[at], "")))
    with pytest.raises(LinkRefused):
        parse_link(text[:at] + other + text[at + 1 :])


@given(links(), st.data())
def test_two_characters_swapped_are_noticed(link: Link, data: st.DataObject) -> None:
    text = make_link(ORIGIN, link)
    at = data.draw(st.integers(text.index("#") + 1, len(text) - 2))
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if swapped != text:
        with pytest.raises(LinkRefused):
            parse_link(swapped)


@given(links(), st.text(max_size=8), st.text(max_size=8))
def test_what_a_mail_program_adds_never_leads_to_another_place(link: Link, before: str, after: str) -> None:
    assert read(before + make_link(ORIGIN, link) + after) in (link, *LinkFault)


@given(st.text(max_size=3000))
def test_any_text_is_a_link_or_a_named_fault(text: str) -> None:
    assert isinstance(read(text), Link | LinkFault)


@given(links())
def test_lower_case_by_a_careless_program_is_refused(link: Link) -> None:
    text = make_link(ORIGIN, link)
    if text.lower() != text:
        with pytest.raises(LinkRefused):
            parse_link(text.lower())


@given(links(), links())
def test_the_keys_of_two_places_share_nothing(one: Link, two: Link) -> None:
    if one != two:
        a, b = link_keys(one), link_keys(two)
        if (one.mediation, one.seat, one.secret) != (two.mediation, two.seat, two.secret):
            assert not {a.access, a.envelope, a.join} & {b.access, b.envelope, b.join}
