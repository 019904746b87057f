"""The release ledger of the clients and the rules' own action "pass-on" give one answer."""

import pytest

from client.keys import releases
from client.keys.encoding import hash_text
from client.keys.jws import SUITE
from client.keys.refusals import ObjectRefused
from client.protocol.make_vectors.cast import NOW, Cast, name_id
from policies.decide import Allow
from policies.scenarios import Scenario, run_scenarios
from tests.policies.asking import POLICY


def client_allows(to: tuple[str, ...], given: bool) -> bool:
    """Whether every client in a joint room with both sides would take it."""
    cast = Cast()
    release = releases.make_release(
        cast.dev["ann"],
        releases.Release(
            suite=SUITE,
            mediation=cast.mediation,
            ref=name_id("told"),
            digest=hash_text("said"),
            seat=cast.seat["ann"],
            to=tuple(cast.side[side] for side in to),
            rev=1,
            given=given,
            ts=NOW,
        ),
    )
    try:
        releases.may_tell(release, cast.charter.body, cast.sheet("mia", "ann", "ben").body)
    except ObjectRefused:
        return False
    return True


def rules_allow(released: bool, withdrawn: bool) -> bool:
    scenario = Scenario(
        say="told elsewhere",
        action="pass-on",
        by="med",
        room="caucus",
        members=("med", "ana"),
        into="joint",
        into_members=("med", "ana", "ben"),
        released=released,
        withdrawn=withdrawn,
        allow=True,
    )
    return isinstance(run_scenarios(POLICY, (scenario,))[0].decision, Allow)


@pytest.mark.parametrize(
    ("to", "given"), [(("right",), True), (("right",), False), (("left",), True), ((), True), (("left", "right"), True)]
)
def test_clients_and_rules_agree(to: tuple[str, ...], given: bool) -> None:
    assert client_allows(to, given) == rules_allow(released="right" in to, withdrawn=not given)
