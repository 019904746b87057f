"""A kept item opens with the share of everybody in its set, and with nothing less."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.keys import access, items
from client.keys.derive import hkdf
from client.keys.devices import SoftOpener
from client.keys.encoding import info, sha256, unb64u
from client.keys.refusals import ObjectRefused, Reason
from tests.keys.world import NOW, POLICY, World

WORLD = World("shares")
SETS = access.access_sets(WORLD.charter.body, [WORLD.seats["lea"]])
((SID, HOLDERS),) = SETS.items()
SEALED = items.seal_item(
    WORLD.dev["lea"],
    WORLD.mediation,
    WORLD.id(),
    WORLD.id(),
    "file",
    WORLD.seats["lea"],
    POLICY,
    WORLD.charter.hash,
    POLICY,
    SETS,
    WORLD.kems(),
    b"what was kept",
    NOW,
    WORLD.random,
)
ITEM = items.check_item(SEALED.item.compact, WORLD.charter, WORLD.dev["lea"].public)
OPENERS = {WORLD.seats[who]: keys.kem for who, keys in WORLD.hold.items()} | {access.GATE: WORLD.gate}
SHARES = {holder: items.open_share(OPENERS[holder], ITEM, SID, holder) for holder in HOLDERS}


def test_all_open_it() -> None:
    assert items.open_item(ITEM, SID, SHARES, SEALED.file) == b"what was kept"


@pytest.mark.parametrize("left_out", HOLDERS)
def test_all_but_one_do_not(left_out: str) -> None:
    with pytest.raises(ObjectRefused) as refused:
        items.open_item(ITEM, SID, {h: s for h, s in SHARES.items() if h != left_out}, SEALED.file)
    assert refused.value.reason is Reason.SHARE


def test_no_smaller_group_has_the_key_even_without_our_checks() -> None:
    """What holds against somebody who skips every check of ours: the key itself does not come out."""
    salt = sha256(unb64u(ITEM.body.hdr))
    whole = hkdf(b"".join(SHARES[h] for h in HOLDERS), info("kek", SID), salt)
    for size in range(len(HOLDERS)):
        for group in combinations(HOLDERS, size):
            for filler in (b"", bytes(32)):
                together = b"".join(SHARES[h] if h in group else filler for h in HOLDERS)
                assert hkdf(together, info("kek", SID), salt) != whole


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(HOLDERS), st.binary(min_size=32, max_size=32))
def test_a_guessed_share_opens_nothing(holder: str, guess: bytes) -> None:
    with pytest.raises(ObjectRefused):
        items.open_item(ITEM, SID, SHARES | {holder: guess}, SEALED.file)


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_share_opens_for_its_holder_only(holder: str) -> None:
    for other, opener in OPENERS.items():
        if other != holder:
            with pytest.raises(ObjectRefused):
                items.open_share(opener, ITEM, SID, holder)
    with pytest.raises(ObjectRefused):
        items.open_share(SoftOpener.fresh(), ITEM, SID, holder)


def test_another_file_or_another_content_is_refused() -> None:
    with pytest.raises(ObjectRefused) as refused:
        items.open_item(ITEM, SID, SHARES, SEALED.file[:-1] + bytes([SEALED.file[-1] ^ 1]))
    assert refused.value.reason is Reason.CIPHERTEXT
    with pytest.raises(ObjectRefused) as refused:
        items.open_file(ITEM, SEALED.file, SEALED.identity, bytes(16))
    assert refused.value.reason is Reason.COMMITMENT


def test_an_item_for_fewer_people_than_the_charter_says_is_refused() -> None:
    fewer = tuple(holder for holder in HOLDERS if holder != WORLD.seats["ben"])
    cheat = items.seal_item(
        WORLD.dev["lea"],
        WORLD.mediation,
        WORLD.id(),
        WORLD.id(),
        "chat",
        WORLD.seats["lea"],
        POLICY,
        WORLD.charter.hash,
        POLICY,
        {access.set_name("waiver", fewer): fewer},
        WORLD.kems(),
        b"x",
        NOW,
    )
    with pytest.raises(ObjectRefused) as refused:
        items.check_item(cheat.item.compact, WORLD.charter, WORLD.dev["lea"].public)
    assert refused.value.reason is Reason.ACCESS
