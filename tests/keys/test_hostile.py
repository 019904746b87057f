"""Whatever arrives: a believed value or a refusal, never a crash; and nothing changed is believed."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.keys import (
    chat,
    disclosure,
    envelope,
    grants,
    hold,
    items,
    knock,
    log,
    membership,
    notes,
    roots,
    vault,
    words,
)
from client.keys.encoding import unb64u, unpad
from client.keys.refusals import ObjectRefused
from tests.vectors.test_python import BOXES, KEYS

SEATS, DEVS, MEDIATION = BOXES["seats"], BOXES["devs"], BOXES["mediation"]
DEVICES = roots.check_devices([BOXES["devcert"]], BOXES["fingerprint"], 1, BOXES["now"])
CHARTER = membership.check_charter(BOXES["charter"], DEVICES, MEDIATION)
SHEET = membership.check_sheet(BOXES["grant"]["sheet"], CHARTER, DEVICES)
ITEM = items.check_item(BOXES["record"]["item"], CHARTER, DEVS["ann"])
REQUEST = disclosure.check_request(BOXES["record"]["request"], MEDIATION, DEVICES, {items.header_of(ITEM).item: ITEM})
CERT = next(iter(DEVICES.values()))


def soft(secret: str) -> Any:
    from client.keys.devices import SoftOpener

    return SoftOpener(unb64u(secret))


PAGE = {who: soft(secret) for who, secret in BOXES["page_secrets"].items()}
PAPER = {who: hold.hold_keys(unb64u(seed), MEDIATION, SEATS[who]) for who, seed in BOXES["hold_seeds"].items()}
ROOM = grants.RoomKey(
    mediation=KEYS["room"]["mediation"],
    room=KEYS["room"]["room"],
    epoch=KEYS["room"]["epoch"],
    key=unb64u(KEYS["room"]["key"]),
)
RECORD = BOXES["record"]

# name -> (what arrives, how it is read)
ARRIVALS: dict[str, tuple[str, Callable[[str], object]]] = {
    "devcert": (BOXES["devcert"], lambda t: roots.check_devcert(t, BOXES["fingerprint"], 1, BOXES["now"])),
    "page": (BOXES["knock"]["page"], lambda t: roots.check_page(t, MEDIATION, SEATS["ann"], DEVS["ann"])),
    "charter": (BOXES["charter"], lambda t: membership.check_charter(t, DEVICES, MEDIATION)),
    "sheet": (BOXES["grant"]["sheet"], lambda t: membership.check_sheet(t, CHARTER, DEVICES)),
    "card": (BOXES["cards"]["card"], lambda t: membership.check_card(t, DEVICES, MEDIATION)),
    "grant": (BOXES["grant"]["grant"], lambda t: grants.check_grant(t, SHEET, BOXES["grant"]["present"], 0)),
    "envelope": (
        BOXES["envelope"]["sealed"],
        lambda t: envelope.open_envelope(unb64u(BOXES["envelope"]["key"]), MEDIATION, SEATS["ann"], DEVICES, t),
    ),
    "knock": (
        BOXES["knock"]["box"],
        lambda t: knock.open_knock(
            soft(BOXES["desk"]), CERT.hash, MEDIATION, SEATS["ann"], unb64u(BOXES["knock"]["join"]), t
        ),
    ),
    "note": (
        BOXES["note"]["box"],
        lambda t: notes.open_note(PAGE["mia"], MEDIATION, SEATS["ann"], SEATS["mia"], DEVS["ann"], t),
    ),
    "chat": (
        KEYS["chat"]["box"],
        lambda t: chat.open_chat(ROOM, KEYS["chat"]["seat"], DEVS["ann"], KEYS["chat"]["message"], t),
    ),
    "said": (KEYS["chat"]["compact"], lambda t: chat.check_chat(t, MEDIATION, DEVS["ann"])),
    "vault": (BOXES["vault"]["sealed"], lambda t: vault.open_vault(t, BOXES["vault"]["device"])),
    "item": (RECORD["item"], lambda t: items.check_item(t, CHARTER, DEVS["ann"])),
    "request": (
        RECORD["request"],
        lambda t: disclosure.check_request(t, MEDIATION, DEVICES, {items.header_of(ITEM).item: ITEM}),
    ),
    "consent": (
        RECORD["unlock"]["ben"],
        lambda t: disclosure.check_consent(t, REQUEST, SEATS["ben"], PAPER["ben"].sig.public),
    ),
    "private": (
        RECORD["privates"]["ben"],
        lambda t: disclosure.open_private(PAPER["ben"].kem, REQUEST, SEATS["ben"], t),
    ),
    "preview": (
        RECORD["previews"]["ben"],
        lambda t: disclosure.open_preview(PAPER["ben"].kem, REQUEST.hash, SEATS["ben"], t),
    ),
    "sitting": (RECORD["sitting"], lambda t: disclosure.check_sitting(t, DEVICES, REQUEST)),
    "proof": (
        KEYS["log"]["proofs"][4],
        lambda t: log.check_proof(t, KEYS["log"]["events"][4]["event"].encode(), MEDIATION, KEYS["log"]["key"]),
    ),
}


@pytest.mark.parametrize("name", sorted(ARRIVALS))
def test_what_is_right_is_believed(name: str) -> None:
    text, read = ARRIVALS[name]
    read(text)


@pytest.mark.parametrize("name", sorted(set(ARRIVALS) - {"proof"}))
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_character_is_never_believed(name: str, data: st.DataObject) -> None:
    text, read = ARRIVALS[name]
    at = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.sampled_from("ABCDwxyz0189-_.= é\n"))
    changed = text[:at] + character + text[at + 1 :]
    if changed != text:
        with pytest.raises(ObjectRefused):
            read(changed)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_changed_proof_shows_the_same_event_or_nothing(data: st.DataObject) -> None:
    text, read = ARRIVALS["proof"]
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("ABCDwxyz0189+/ =\n")) + text[at + 1 :]
    try:
        found = read(changed)
    except ObjectRefused:
        return
    # Only other people's signature lines may change, which this check does not look at.
    assert isinstance(found, log.LogProof)
    assert (found.index, found.checkpoint.root) == (4, unb64u(KEYS["log"]["roots"][11]))


@pytest.mark.parametrize("name", sorted(ARRIVALS))
@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,300}(\.[A-Za-z0-9_-]{0,300}){0,3}", fullmatch=True))
def test_anything_may_arrive(name: str, text: str) -> None:
    with pytest.raises(ObjectRefused):
        ARRIVALS[name][1](text)


@pytest.mark.parametrize("name", sorted(ARRIVALS))
@pytest.mark.parametrize("other", sorted(ARRIVALS))
def test_nothing_passes_for_something_else(name: str, other: str) -> None:
    if name != other:
        with pytest.raises(ObjectRefused):
            ARRIVALS[name][1](ARRIVALS[other][0])


@given(st.binary(max_size=600), st.sampled_from([4, 64, 256]))
def test_padding_is_read_or_refused(data: bytes, step: int) -> None:
    try:
        content = unpad(data, step)
    except ObjectRefused:
        return
    from client.keys.encoding import pad

    assert pad(content, step) == data


@given(st.binary(min_size=32, max_size=32), st.integers(0, 16), st.integers(0, 4), st.sampled_from("abdfioz"))
def test_a_slip_in_a_paper_key_is_found(seed: bytes, word: int, letter: int, character: str) -> None:
    listed = hold.seed_words(seed)
    assert hold.parse_seed(" ".join(listed)) == hold.parse_seed(hold.seed_qr(seed)) == seed
    changed = listed[word][:letter] + character + listed[word][letter + 1 :]
    if changed != listed[word]:
        listed[word] = changed
        # A check of 16 bits lets one slip in 65,536 through; never does the right key come back as if nothing had happened.
        wrong, again = read_words("\n".join(listed))
        assert wrong <= {word}
        assert again != seed


def read_words(text: str) -> tuple[set[int], bytes | None]:
    try:
        return set(), hold.parse_seed(text)
    except words.WordsRefused as refused:
        return set(refused.wrong), None


@given(st.text(max_size=200))
def test_any_words_may_be_typed(text: str) -> None:
    with pytest.raises(words.WordsRefused):
        hold.parse_seed(text)
