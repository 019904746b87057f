"""The parsers hold against mutations of real messages, a few hundred in every check; `./check --long` looks for longer, guided by coverage."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.fuzz.targets import TARGETS, seeds

EXAMPLES = settings(
    max_examples=int(os.environ.get("INCAMERA_FUZZ_EXAMPLES", "120")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def mutated(draw, name):
    """A real message with bytes changed, cut out, put in and repeated; or two of them spliced."""
    data = bytearray(draw(st.sampled_from(seeds(name))))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 4)):
            case 0:
                data[at : at + 1] = draw(st.binary(max_size=2))
            case 1:
                del data[at : at + draw(st.integers(1, 40))]
            case 2:
                data[at:at] = draw(st.sampled_from([b"\0", b"\xff", b"\xff\xff", bytes(4), b"\r\n", b"SSRC"]))
            case 3:
                data[at:at] = data[at : at + draw(st.integers(1, 60))] * draw(st.integers(1, 4))
            case _:
                data[at:] = draw(st.sampled_from(seeds(name)))[at:]
    return bytes(data[:4096])


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_taken(name):
    for seed in seeds(name):
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_keeps_its_promise_whatever_comes(name):
    @EXAMPLES
    @given(st.one_of(mutated(name), st.binary(max_size=300)))
    def holds(data):
        TARGETS[name](data)

    holds()
