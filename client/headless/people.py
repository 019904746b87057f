"""Who belongs to a mediation, as its mediator knows them, for the redaction worker. The page's twin is `client/web/session/people.js`."""

from collections.abc import Collection, Sequence
from typing import Any

from client.headless import book as books

MAX_PEOPLE = 200


def people_of(entry: books.MediationEntry, own: str, holders: Collection[str]) -> list[dict[str, Any]]:
    """Everybody at every place. `consents`: the place is one of the request's holders."""
    people = []
    for seat in entry.seats:
        screens = [known.names for known in reversed(seat.devices)]
        said = own if seat.seat == entry.own else seat.name
        for name, *others in at_place(said, screens):
            people.append(
                {
                    "name": name,
                    "nicknames": others,
                    "emails": [],
                    "phones": [seat.phone] if seat.phone.strip() else [],
                    "role": seat.role,
                    "consents": seat.seat in holders,
                }
            )
    return people[:MAX_PEOPLE]


def at_place(said: str, screens: Sequence[Sequence[str]]) -> list[list[str]]:
    """The people of one place, each with every name given for them: what the mediator wrote, and who was at each screen, newest first.

    Names given together at one screen are different people; other names join the one whose words they share wholly. Where nobody
    ever shared a screen, all names are one person's.
    """
    people: list[list[str]] = []
    alone = all(len(names) <= 1 for names in screens)
    for names in [*screens, [said]]:
        for name in filter(None, (one.strip() for one in names)):
            same = next((one for one in people if alone or any(_same(name, other) for other in one)), None)
            if same is None:
                people.append([name])
            elif name not in same:
                same.append(name)
    return people


def _same(one: str, other: str) -> bool:
    mine, theirs = set(one.lower().split()), set(other.lower().split())
    return mine <= theirs or theirs <= mine
