"""An interpreter goes with a person: through every move, and only with them. Pure; the page's rule in Python."""

from collections.abc import Callable, Iterable

from client.headless.book import SeatEntry


def together(seats: Iterable[str], places: Iterable[SeatEntry], here: Callable[[str], bool]) -> tuple[str, ...]:
    """Those who are moved when these are: everyone bound to one of them comes along."""
    going = dict.fromkeys(seats)
    for place in places:
        if place.goesWith and place.goesWith in going and here(place.seat):
            going[place.seat] = None
    return tuple(going)


def torn(
    seats: Iterable[str], places: Iterable[SeatEntry], where: Callable[[str], str], target: str
) -> tuple[str, ...]:
    """Those who would be taken away from the person they go with. `where` is '' for someone in no room."""
    going = tuple(seats)
    with_ = {place.seat: place.goesWith for place in places}
    return tuple(
        seat
        for seat in going
        if with_.get(seat) and with_[seat] not in going and where(with_[seat]) not in ("", target)
    )


def side_with(seat: str, places: Iterable[SeatEntry]) -> str:
    """The side one is parted with: an interpreter's is the person's."""
    known = {place.seat: place for place in places}
    one = known.get(seat)
    if one is None:
        return ""
    person = known.get(one.goesWith)
    return one.side or (person.side if person else "")
