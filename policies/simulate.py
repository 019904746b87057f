"""Who could ever open this? Every group of people whose shares together open one kept item, as a table and as a picture.

Lost keys and people who refuse can be left out, to see what remains.
"""

from html import escape

import msgspec

from policies.access import access_sets
from policies.load import Policy
from policies.rooms import SeatFact
from policies.words import GATE, Ground, ItemClass, RoomKind

MAX_GROUPS = 400


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which the item opens: for which reason, who together, what must be on record, how long it takes at least."""

    ground: Ground
    together: frozenset[str]
    record: tuple[str, ...]
    hours: int


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """All ways, and the reasons that are on and for which there is no way."""

    regime: str
    seats: tuple[SeatFact, ...]
    ways: tuple[Way, ...]
    never: tuple[Ground, ...]
    without: frozenset[str]


def simulate(
    policy: Policy,
    regime: str,
    grounds_on: frozenset[str],
    seats: tuple[SeatFact, ...],
    makers: frozenset[str],
    room_kind: RoomKind = "joint",
    item_class: ItemClass = "message",
    without: frozenset[str] = frozenset(),
) -> Simulation:
    """Every way to open one item, leaving out those in `without` (their keys are lost, or they refuse)."""
    sets = access_sets(policy, regime, grounds_on, seats, makers, room_kind, item_class)
    ways: list[Way] = []
    never: list[Ground] = []
    for ground in policy.grounds:
        if ground not in sets:
            continue
        fact = policy.ground(ground)
        left = [group for group in sets[ground] if not group & without]
        order_only = ground in policy.regime(regime).needs_order
        record = tuple(a for a in fact.authorities if a != "none" and (not order_only or a in ("order", "leave")))
        if not left:
            never.append(ground)
        for group in sorted(left, key=sorted):
            hours = max(fact.cooling_off_hours, fact.notice.days * 24)
            ways.append(Way(ground=ground, together=group, record=record, hours=hours))
    if len(ways) > MAX_GROUPS:
        raise ValueError("too many ways to show")
    return Simulation(regime=regime, seats=seats, ways=tuple(ways), never=tuple(never), without=without)


def as_table(policy: Policy, found: Simulation) -> str:
    """The ways as plain text, one a line, the same every time."""
    rows = [("Reason", "These people together", "On record", "Not before")]
    for way in found.ways:
        rows.append(
            (
                policy.ground(way.ground).title,
                " + ".join([*(seat.id for seat in found.seats if seat.id in way.together), "the service's gate"]),
                " or ".join(way.record) or "their yes",
                _wait(way.hours),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.extend(f"{policy.ground(ground).title}: nobody can open it for this reason." for ground in found.never)
    if not found.ways:
        lines.append("Nobody can ever open it.")
    return "\n".join(lines) + "\n"


def as_picture(policy: Policy, found: Simulation) -> str:
    """The ways as an SVG picture: a row for each way, a column for each place, a filled circle where a share is needed."""
    columns = [seat.id for seat in found.seats] + [GATE]
    roles = {seat.id: seat.role for seat in found.seats} | {GATE: "service"}
    left, step, top, row = 330, 84, 96, 40
    rows = found.ways
    width = left + step * len(columns) + 30
    height = top + row * max(1, len(rows) + len(found.never)) + 50
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'role="img" aria-labelledby="t d" font-family="sans-serif" font-size="13">',
        '<title id="t">Who could ever open this</title>',
        f'<desc id="d">{escape(as_table(policy, found))}</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="30" font-size="17" fill="#1a1a1a">Who could ever open this? ({escape(found.regime)})</text>',
    ]
    for index, column in enumerate(columns):
        x = left + step * index + step // 2
        crossed = ' text-decoration="line-through"' if column in found.without else ""
        out.append(
            f'<text x="{x}" y="62" text-anchor="middle" fill="#1a1a1a"{crossed}>{escape(_short(column, 12))}</text>'
        )
        out.append(
            f'<text x="{x}" y="80" text-anchor="middle" font-size="11" fill="#595959">{escape(roles[column])}</text>'
        )
    y = top + row // 2
    for number, way in enumerate(rows):
        if number % 2 == 0:
            out.append(f'<rect x="8" y="{y - row // 2}" width="{width - 16}" height="{row}" fill="#f3f1ec"/>')
        out.append(f'<text x="16" y="{y + 1}" fill="#1a1a1a">{escape(_short(policy.ground(way.ground).title))}</text>')
        detail = f"{' or '.join(way.record) or 'their yes'}; {_wait(way.hours)}"
        out.append(f'<text x="16" y="{y + 15}" font-size="11" fill="#595959">{escape(detail)}</text>')
        out.extend(_dots(columns, way.together, left, step, y))
        y += row
    for ground in found.never:
        out.append(f'<text x="16" y="{y + 4}" fill="#595959">{escape(policy.ground(ground).title)}: nobody</text>')
        y += row
    out.append(
        f'<text x="16" y="{height - 16}" font-size="11" fill="#595959">Filled: this share is needed. A row opens only with '
        "all its filled circles together. Not legal advice.</text>"
    )
    return "\n".join([*out, "</svg>"]) + "\n"


def _dots(columns: list[str], together: frozenset[str], left: int, step: int, y: int) -> list[str]:
    out: list[str] = []
    needed = [left + step * index + step // 2 for index, column in enumerate(columns) if column in together]
    if len(needed) > 1:
        out.append(f'<line x1="{needed[0]}" y1="{y}" x2="{needed[-1]}" y2="{y}" stroke="#3c5a78" stroke-width="2"/>')
    for index, column in enumerate(columns):
        x = left + step * index + step // 2
        fill = "#3c5a78" if column in together else "#ffffff"
        out.append(f'<circle cx="{x}" cy="{y}" r="8" fill="{fill}" stroke="#3c5a78" stroke-width="1.5"/>')
    return out


def _wait(hours: int) -> str:
    if hours == 0:
        return "at once"
    return f"{hours // 24} days" if hours % 24 == 0 and hours > 24 else f"{hours} hours"


def _short(title: str, most: int = 44) -> str:
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"
