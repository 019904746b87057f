"""Who will be where: from the sheets in force and a wish to the next sheets of all rooms concerned. Pure; signs nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from msgspec import Struct

from client.keys.jws import SUITE, Signed
from client.keys.membership import MEDIATORS, Charter, Member, RoomKind, Sheet, sides_present

_RANK = {"mediator": 0, "comediator": 1, "counsel": 2, "party": 3}


class Target(Struct, frozen=True, kw_only=True):
    """A room to be in: one that exists, or a new one of this kind."""

    room: str
    kind: RoomKind


class Warnings(Struct, frozen=True, kw_only=True):
    """What a mediator is asked before a move is made. `forbidden` names the rule that refuses it."""

    leaves_alone: tuple[str, ...] = ()
    without_lawyer: tuple[str, ...] = ()
    forbidden: Literal["no-contact", "opposing", "counsel"] | None = None


def keepers(members: Iterable[Member]) -> tuple[str, ...]:
    """The succession: mediators, then lawyers, then parties, then the others; each in the sheet's order."""
    return tuple(member.seat for member in sorted(members, key=lambda m: _RANK.get(m.role, 9)))


def next_sheets(
    sheets: Mapping[str, Signed[Sheet]], charter: Signed[Charter], wish: Mapping[str, tuple[Member, Target]], now: int
) -> tuple[Sheet, ...]:
    """The next sheet of every room that somebody leaves or enters. `sheets` are the last known, closed rooms included."""
    lists = {room: list(sheet.body.members) for room, sheet in sheets.items()}
    kinds: dict[str, RoomKind] = {room: sheet.body.kind for room, sheet in sheets.items()}
    for seat, (member, target) in wish.items():
        for members in lists.values():
            members[:] = [other for other in members if other.seat != seat]
        kinds.setdefault(target.room, target.kind)
        lists.setdefault(target.room, []).append(member)
    changed = []
    for room, members in lists.items():
        last = sheets.get(room)
        if last is not None and tuple(members) == last.body.members:
            continue
        changed.append(
            Sheet(
                suite=SUITE,
                mediation=charter.body.mediation,
                charter=charter.hash,
                room=room,
                kind=kinds[room],
                rev=1 if last is None else last.body.rev + 1,
                prev="" if last is None else last.hash,
                members=tuple(members),
                keepers=keepers(members),
                parting="",
                ts=now,
            )
        )
    return tuple(changed)


def emptied(sheets: Mapping[str, Signed[Sheet]], charter: Signed[Charter], now: int) -> tuple[Sheet, ...]:
    """The sheets that leave nobody in any of these rooms: the end of a meeting."""
    return tuple(following(sheet, charter, (), now) for sheet in sheets.values() if sheet.body.members)


def renewed(sheets: Mapping[str, Signed[Sheet]], charter: Signed[Charter], now: int) -> tuple[Sheet, ...]:
    """The same people under new sheets: every room's key is handed out anew."""
    return tuple(following(sheet, charter, sheet.body.members, now) for sheet in sheets.values() if sheet.body.members)


def following(last: Signed[Sheet], charter: Signed[Charter], members: tuple[Member, ...], now: int) -> Sheet:
    """The next sheet of a room, with these members."""
    body = last.body
    return Sheet(
        suite=SUITE, mediation=body.mediation, charter=charter.hash, room=body.room, kind=body.kind, rev=body.rev + 1,
        prev=last.hash, members=members, keepers=keepers(members), parting="", ts=now,
    )  # fmt: skip


def parting(
    joint: Signed[Sheet],
    charter: Signed[Charter],
    new_room: Callable[[], str],
    now: int,
    side_of: Callable[[str], str],
) -> tuple[Sheet, ...]:
    """Sheets to sign ahead for the case that the mediator falls silent: each side of the joint room into a waiting room of its own."""
    body = joint.body
    mediators = tuple(member for member in body.members if member.role in MEDIATORS)
    if not mediators or len(mediators) == len(body.members):
        return ()
    groups: dict[str, list[Member]] = {}
    for member in body.members:
        if member not in mediators:
            groups.setdefault(side_of(member.seat) or member.seat, []).append(member)

    def sheet(room: str, kind: RoomKind, rev: int, prev: str, members: tuple[Member, ...]) -> Sheet:
        return Sheet(
            suite=SUITE, mediation=body.mediation, charter=charter.hash, room=room, kind=kind, rev=rev, prev=prev,
            members=members, keepers=keepers(members), parting=joint.hash, ts=now,
        )  # fmt: skip

    rest = sheet(body.room, "joint", body.rev + 1, joint.hash, mediators)
    return (rest, *(sheet(new_room(), "waiting", 1, "", tuple(members)) for members in groups.values()))


def warnings(
    charter: Charter, before: Mapping[str, Signed[Sheet]], after: Iterable[Sheet], moved: Iterable[str]
) -> Warnings:
    """What stands against a move, or should be asked first."""
    leaves_alone: list[str] = []
    without_lawyer: list[str] = []
    forbidden: Literal["no-contact", "opposing", "counsel"] | None = None
    moving = set(moved)
    for sheet in after:
        seats = {member.seat for member in sheet.members}
        mediated = any(member.role in MEDIATORS for member in sheet.members)
        if any(one in seats and other in seats for one, other in charter.no_contact):
            forbidden = "no-contact"
        elif sheet.kind == "counsel" and mediated:
            forbidden = "counsel"
        elif not mediated and len(sides_present(charter, seats)) > 1:
            forbidden = "opposing"
        held = before.get(sheet.room)
        if held is not None and len(seats) == 1 and len(held.body.members) > 1:
            leaves_alone += seats
        for seat in seats & moving:
            place = charter.seat(seat)
            if place is None or place.role != "party":
                continue
            lawyers = {other.id for other in charter.seats if other.role == "counsel" and other.side == place.side}
            was_with = {
                member.seat for room in before.values() if room.body.member(seat) for member in room.body.members
            } & lawyers
            if was_with and not was_with & seats:
                without_lawyer.append(seat)
    return Warnings(leaves_alone=tuple(leaves_alone), without_lawyer=tuple(without_lawyer), forbidden=forbidden)
