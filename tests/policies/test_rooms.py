"""Room lists: the plain check and the Cedar rules give the same answer, and the walls between people hold."""

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.decide import Handles
from policies.load import load
from policies.rooms import SeatFact, SheetFact, may_publish
from policies.situation import Mediation, Person, Placing, Room
from policies.words import ROLES, ROOM_KINDS

POLICY = load()
SEATS = (
    SeatFact("med", "mediator"),
    SeatFact("two", "co-mediator"),
    SeatFact("ana", "party", "a"),
    SeatFact("law", "counsel", "a"),
    SeatFact("ben", "party", "b"),
    SeatFact("sue", "support", "b"),
    SeatFact("int", "interpreter"),
    SeatFact("obs", "observer"),
    SeatFact("cas", "case-manager"),
    SeatFact("cus", "custodian"),
)
IDS = [seat.id for seat in SEATS]

sheets = st.builds(
    SheetFact,
    st.just("r"),
    st.sampled_from(ROOM_KINDS),
    st.lists(st.sampled_from(IDS), unique=True, min_size=1, max_size=6).map(tuple),
)
pairs = st.sets(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda p: p[0] < p[1]), max_size=2)


def allowed(kind: str, *members: str, apart: tuple[tuple[str, str], ...] = ()) -> str:
    answer = may_publish(SEATS, [SheetFact("r", kind, members)], apart)  # type: ignore[arg-type]
    return "yes" if answer.allowed else answer.rule  # type: ignore[union-attr]


def test_the_sides_are_never_together_without_a_mediator() -> None:
    assert allowed("joint", "ana", "ben") == "room.sides"
    assert allowed("joint", "law", "sue", "int", "obs") == "room.sides"
    assert allowed("joint", "ana", "ben", "med") == "yes"
    assert allowed("joint", "ana", "ben", "two") == "yes"


def test_each_side_waits_alone_even_with_a_mediator_there() -> None:
    assert allowed("waiting", "ana", "law") == "yes"
    assert allowed("waiting", "ana", "ben", "med") == "room.waiting"
    assert allowed("waiting", "ana", "cas") == "yes"


def test_a_lawyers_room_has_no_mediator_and_no_other_side() -> None:
    assert allowed("counsel", "ana", "law", "int") == "yes"
    assert allowed("counsel", "ana", "law", "med") == "room.lawyers"
    assert allowed("counsel", "ana", "law", "two") == "room.lawyers"
    assert allowed("counsel", "ana", "obs") == "room.lawyers"
    assert allowed("counsel", "law", "sue", "med") == "room.lawyers"


def test_offices_hear_nothing() -> None:
    assert allowed("joint", "ana", "med", "cas") == "room.offices"
    assert allowed("caucus", "ana", "med", "cus") == "room.offices"
    assert allowed("waiting", "cus") == "room.offices"


def test_people_kept_apart_share_no_room_of_any_kind() -> None:
    for kind in ROOM_KINDS:
        assert allowed(kind, "med", "ana", "ben", apart=(("ben", "ana"),)) == "place.apart"


def test_nobody_is_in_two_rooms_and_nobody_is_a_stranger() -> None:
    one, two = SheetFact("r1", "joint", ("med", "ana")), SheetFact("r2", "caucus", ("ana",))
    assert not may_publish(SEATS, [one, two]).allowed
    assert allowed("joint", "med", "zoe") == "room.unknown"
    assert allowed("joint", "med", "med") == "room.twice"


@settings(max_examples=400, deadline=None)
@given(sheets, pairs)
def test_the_plain_check_and_the_rules_agree_about_every_room(sheet: SheetFact, apart: set[tuple[str, str]]) -> None:
    people = tuple(
        Person(
            id=seat.id,
            role=seat.role,
            side=seat.side,
            kept_apart=frozenset((pair[0] if pair[1] == seat.id else pair[1]) for pair in apart if seat.id in pair),
        )
        for seat in SEATS
    )
    table = Mediation(id="m", regime="uma", seats=people)
    room = Room(id="r", kind=sheet.kind, members=frozenset(sheet.members))
    mediator = people[0]
    handles = Handles(POLICY)
    answers = [
        handles.decide(mediator, "move", room, Placing(mediation=table, who=member)).allowed for member in sheet.members
    ]
    assert all(answers) == may_publish(SEATS, [sheet], apart).allowed


def test_every_role_is_placed_in_these_tests() -> None:
    assert {seat.role for seat in SEATS} | {"expert"} == set(ROLES)
