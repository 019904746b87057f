"""What follows from the messages is up to date."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.protocol import codec
from client.protocol import messages as m
from client.protocol.errors import ProtocolError
from client.protocol.generate import outputs


@pytest.mark.parametrize("path", sorted(outputs()), ids=lambda path: path.name)
def test_generated_files_are_current(path: object) -> None:
    text = outputs()[path]  # type: ignore[index]
    assert path.read_text() == text, "run: python -m client.protocol.generate"  # type: ignore[attr-defined]


def test_every_message_says_what_it_is_for() -> None:
    for struct in (*get_args(m.AnyUp), *get_args(m.AnyDown), *get_args(m.AnyHappening)):
        assert (struct.__doc__ or "").strip()[-1:] in (".", ")"), struct


@given(st.one_of(st.binary(max_size=2000), st.text(max_size=2000)))
def test_the_decoder_lets_in_messages_and_nothing_else(frame: bytes | str) -> None:
    try:
        codec.decode_up(frame)
    except ProtocolError:
        return


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
TAGS = [struct.__struct_config__.tag for struct in get_args(m.AnyUp)]


@given(st.sampled_from(TAGS), st.dictionaries(st.text(max_size=10), JSON, max_size=5))
def test_fields_that_no_message_has_are_refused(tag: str, extra: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        codec.decode_up(msgspec.json.encode({"unheard-of": 1, **extra, "type": tag}))


def test_a_frame_of_a_quarter_mebibyte_and_one_is_refused() -> None:
    with pytest.raises(ProtocolError):
        codec.decode_up(b" " * (m.MAX_FRAME + 1))


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    with pytest.raises(ProtocolError):
        codec.decode_up(b"[" * 100_000)


def test_the_vault_of_a_hundred_mediations_fits_into_a_frame() -> None:
    """About nine kilobytes a mediation, sealed; the largest that the page may write is let in."""
    put = m.VaultPut(id="A" * 22, rev=1, blob="A" * 2_000_000)
    assert codec.decode_up(codec.encode(put)) == put
