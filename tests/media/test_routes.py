"""Routes follow from sheets and held keys, and never cross a room."""

from hypothesis import given
from hypothesis import strategies as st

from server.media.routes import routes

SEATS = [f"s{i}" for i in range(7)]
HELD = st.tuples(st.sampled_from(["h1", "h2"]), st.integers(1, 2))
sheets = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.frozensets(st.sampled_from(SEATS)), max_size=3)
held = st.dictionaries(st.sampled_from(SEATS), HELD)
current = st.dictionaries(st.sampled_from(["a", "b", "c"]), HELD)


@given(sheets, held, current)
def test_no_route_crosses_rooms(s, h, c):
    for subscriber, publishers in routes(s, h, c).items():
        rooms = [r for r, members in s.items() if subscriber in members]
        assert len(rooms) == 1
        assert publishers <= s[rooms[0]]
        assert subscriber not in publishers


@given(sheets, held, current)
def test_both_ends_hold_the_granted_epoch_of_the_current_sheet(s, h, c):
    for subscriber, publishers in routes(s, h, c).items():
        room = next(r for r, members in s.items() if subscriber in members)
        assert {h[x] for x in publishers | {subscriber}} == {c[room]}


@given(sheets, held, current)
def test_routes_are_mutual_inside_a_room(s, h, c):
    plan = routes(s, h, c)
    assert all(subscriber in plan[p] for subscriber, publishers in plan.items() for p in publishers)


@given(sheets, held, current)
def test_a_seat_that_two_rooms_claim_gets_nothing(s, h, c):
    plan = routes(s, h, c)
    for seat in SEATS:
        if sum(seat in members for members in s.values()) > 1:
            assert seat not in plan
            assert all(seat not in publishers for publishers in plan.values())


@given(sheets, held, current, st.sampled_from(SEATS))
def test_losing_a_key_never_adds_a_route(s, h, c, seat):
    before, after = routes(s, h, c), routes(s, {k: v for k, v in h.items() if k != seat}, c)
    assert all(publishers <= before.get(subscriber, frozenset()) for subscriber, publishers in after.items())


def test_a_room_is_silent_until_granted():
    assert routes({"joint": ["m", "p"]}, {"m": ("h", 1), "p": ("h", 1)}, {}) == {}


def test_a_member_of_the_old_sheet_hears_nothing_of_the_new_one():
    plan = routes(
        {"joint": ["m", "p", "q"]}, {"m": ("new", 2), "p": ("new", 2), "q": ("old", 1)}, {"joint": ("new", 2)}
    )
    assert plan == {"m": frozenset({"p"}), "p": frozenset({"m"})}
