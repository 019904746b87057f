"""The fold of what was checked: what is shown follows from it, and never more."""

from hypothesis import given
from hypothesis import strategies as st

from client.headless import state as seen
from client.headless.state import Line, Person, Room, SeatState, fold

SEATS = ("a", "b", "c", "d")
ids = st.sampled_from(SEATS)


@st.composite
def rooms(draw: st.DrawFn) -> Room:
    present = draw(st.lists(ids, unique=True, min_size=1))
    rev = draw(st.integers(1, 4))
    room = draw(st.sampled_from(("joint", "other")))
    people = tuple(Person(seat=seat, role="party", online=draw(st.booleans())) for seat in present)
    return Room(id=room, kind="joint", rev=rev, sheet=f"{room}{rev}{present}", people=people)


lines = st.builds(
    Line,
    id=st.sampled_from(("1", "2", "3")),
    room=st.just("joint"),
    seat=ids,
    names=st.just(()),
    kind=st.just("text"),
    text=st.text(max_size=4),
)
happenings = st.one_of(
    st.builds(seen.RoomSeen, room=st.none() | rooms()),
    st.builds(seen.PresenceSeen, seat=ids, online=st.booleans()),
    st.builds(seen.NamesSeen, names=st.dictionaries(ids, st.just((("N",), "side")))),
    st.builds(seen.Granted, room=st.sampled_from(("joint", "other")), epoch=st.integers(1, 9), code=st.just("123456")),
    st.builds(seen.LineSeen, line=lines),
    st.builds(seen.KeepAgreed, ref=st.sampled_from(("1", "2", "9")), seat=ids),
    st.builds(seen.Ended, life=st.sampled_from(("open", "adjourned", "closed", "destroyed"))),
    st.builds(seen.Distrust, kind=st.sampled_from(("sheet.signature", "grant.ghost"))),
    st.builds(seen.Disconnected, final=st.booleans(), reason=st.just("line")),
)


def told(events: list[seen.Seen]) -> SeatState:
    state = SeatState()
    for event in events:
        state = fold(state, event)
    return state


@given(st.lists(happenings, max_size=30))
def test_a_message_is_shown_once_whatever_is_repeated(events: list[seen.Seen]) -> None:
    shown = [line.id for line in told(events).lines]
    assert len(shown) == len(set(shown))


@given(st.lists(happenings, max_size=30), rooms())
def test_a_new_sheet_is_silent_until_a_grant(events: list[seen.Seen], room: Room) -> None:
    before = told(events)
    after = fold(before, seen.RoomSeen(room=room)).room
    assert after is not None
    if before.room is None or before.room.sheet != room.sheet:
        assert not after.granted
        assert after.code == ""


@given(st.lists(happenings, max_size=30))
def test_nobody_is_shown_who_is_not_on_the_last_sheet(events: list[seen.Seen]) -> None:
    last = next((e.room for e in reversed(events) if isinstance(e, seen.RoomSeen)), None)
    room = told(events).room
    if room is not None:
        assert last is not None
        assert [p.seat for p in room.people] == [p.seat for p in last.people]


@given(st.lists(happenings, max_size=30))
def test_what_was_noticed_stays_shown(events: list[seen.Seen]) -> None:
    assert list(told(events).distrust) == [e for e in events if isinstance(e, seen.Distrust)]


@given(st.lists(happenings, max_size=20), st.sampled_from(("closed", "destroyed")))
def test_after_closing_there_is_no_room(events: list[seen.Seen], life: seen.Life) -> None:
    assert fold(told(events), seen.Ended(life=life)).room is None
