"""Decides where a line that lost words begins, from the lines that lost none."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from redaction.formats.model import Box, Word
from redaction.formats.pdf.reset import ALIGNED, GRID


class Span(Struct, frozen=True):
    """A run of words as a stretch along its baseline, in the frame in which the text stands upright."""

    line: int
    words: tuple[Word, ...]
    left: float
    right: float
    top: float
    bottom: float
    touched: bool
    fixed: bool = False  # holds words that only their own pixels can show

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class Group(Struct, frozen=True):
    """Runs that are set anew together, in order, with their common anchor."""

    spans: tuple[Span, ...]
    anchor: float
    align: str
    room: float
    rows: tuple[float, ...] = ()  # baselines of a paragraph that is wrapped anew; empty for a single line
    indent: float = 0.0  # of its first row


def upright(box: Box, angle: int, width: float, height: float) -> Box:
    """The box in the frame in which text of this angle runs from left to right."""
    match angle:
        case 90:
            return Box(height - box.bottom, box.left, height - box.top, box.right)
        case 270:
            return Box(box.top, width - box.right, box.bottom, width - box.left)
        case 180:
            return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
        case _:
            return box


def spans_of(
    words: Iterable[Word], touched: set[int], angle: int, width: float, height: float, fixed: set[int]
) -> list[Span]:
    """The runs of one page and direction."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        if word.angle == angle:
            lines.setdefault(word.line, []).append(word)
    out: list[Span] = []
    for number, members in lines.items():
        boxes = [upright(word.box, angle, width, height) for word in members]
        out.append(
            Span(
                number, tuple(members), min(b.left for b in boxes), max(b.right for b in boxes),
                min(b.top for b in boxes), max(b.bottom for b in boxes), number in touched, number in fixed,
            )
        )  # fmt: skip
    return out


def groups_of(spans: list[Span], width: float) -> list[Group]:
    """Touched runs with those neighbours on the same line whose place might tell the width of what was removed."""
    still = [span for span in spans if not span.touched]
    lefts, rights, middles = (
        _common(s.left for s in still),
        _common(s.right for s in still),
        _common(s.middle for s in still),
    )
    done: set[int] = set()
    groups: list[Group] = []
    for span in sorted(spans, key=lambda s: (s.top, s.left)):
        if not span.touched or span.line in done:
            continue
        row = sorted((s for s in spans if _same_row(s, span)), key=lambda s: s.left)
        at = next(k for k, s in enumerate(row) if s.line == span.line)
        members = [span]
        for other in row[at + 1 :]:
            if _near(other.left, lefts) is not None or _near(other.right, rights) is not None:
                break
            members.append(other)
        after = row[at + len(members)] if at + len(members) < len(row) else None
        before = row[at - 1] if at else None
        paragraph = paragraph_of(span, spans, still, width) if len(row) == 1 else None
        if paragraph is not None and not done & {s.line for s in paragraph.spans}:
            done |= {s.line for s in paragraph.spans}
            groups.append(paragraph)
            continue
        done |= {s.line for s in members}
        groups.append(_anchored(tuple(members), before, after, lefts, rights, middles, width))
    return groups


def paragraph_of(span: Span, spans: list[Span], still: list[Span], width: float) -> Group | None:
    """The paragraph around a touched line, to be wrapped anew: where its lines broke would tell how much was removed.

    Two lines belong together when the second stands right under the first, begins at the same edge, and its first word
    had no room above. Lists, addresses and headings do not pass: their lines end before they must.
    """
    if span.fixed or any(word.from_pixels for word in span.words):
        return None
    column = [s.right for s in still if abs(s.left - span.left) <= ALIGNED]
    edge = max(column, default=width - max(span.left, 18.0))
    alone = sorted((s for s in spans if sum(_same_row(s, o) for o in spans) == 1), key=lambda s: s.top)
    if span not in alone:
        return None
    at = alone.index(span)
    rows = [span]
    lefts = _common(s.left for s in still)
    while at + len(rows) < len(alone) and _flows(rows[-1], alone[at + len(rows)], edge):
        rows.append(alone[at + len(rows)])
    while at > 0 and _flows(alone[at - 1], rows[0], edge):
        at -= 1
        rows.insert(0, alone[at])
    # Only the first row may be indented, and then the others must stand at an edge that lines which lost nothing share.
    indented = [k for k in range(len(rows) - 1) if abs(rows[k].left - rows[k + 1].left) > ALIGNED]
    if indented and (indented != [0] or _near(rows[1].left, lefts) is None):
        rows = [row for row in rows if abs(row.left - span.left) <= ALIGNED]
        if (
            any(abs(a.left - b.left) > ALIGNED for a, b in pairwise(rows))
            or span not in rows
            or not _unbroken(rows, alone)
        ):
            return None
    if len(rows) < 2 or (not indented and _near(rows[0].left, lefts) is None and len(rows) < 3):
        return None
    left = _near(rows[1].left, lefts)
    left = rows[1].left if left is None else left
    indent = max(0.0, round((rows[0].left - left) * 2) / 2)
    return Group(
        tuple(rows), left, "left", max(edge - left, 24), tuple(max(w.base for w in row.words) for row in rows), indent if indent > ALIGNED else 0.0
    )  # fmt: skip


def _unbroken(rows: list[Span], alone: list[Span]) -> bool:
    """Whether the rows still follow on each other."""
    at = [alone.index(row) for row in rows]
    return at == list(range(at[0], at[0] + len(at)))


def _flows(above: Span, below: Span, edge: float) -> bool:
    size, other = above.words[0].size, below.words[0].size
    step = max(w.base for w in below.words) - max(w.base for w in above.words)
    if (
        above.fixed
        or below.fixed
        or any(w.from_pixels for w in (*above.words, *below.words))
        or abs(size - other) > 0.6
        or not 0.9 * size <= step <= 2.0 * size
    ):
        return False
    if not (abs(above.left - below.left) <= ALIGNED or 0 < above.left - below.left <= 4 * size):
        return False
    first = min(below.words, key=lambda w: w.start)
    return (
        above.right + 0.2 * size + (first.box.right - first.box.left if first.angle in (0, 180) else first.box.height)
        > edge - 0.3 * size
    )


def _same_row(a: Span, b: Span) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top)


def _common(values: Iterable[float]) -> list[tuple[float, int]]:
    """Edges that lines share, to half a point, with how many share them."""
    return sorted(Counter(round(value * 2) / 2 for value in values).items())


def _near(value: float, edges: list[tuple[float, int]]) -> float | None:
    """The most shared edge close to the value."""
    close = [(count, edge) for edge, count in edges if abs(edge - value) <= ALIGNED]
    return max(close)[1] if close else None


def _anchored(
    members: tuple[Span, ...], before: Span | None, after: Span | None, lefts: list[tuple[float, int]],
    rights: list[tuple[float, int]], middles: list[tuple[float, int]], width: float,
) -> Group:  # fmt: skip
    first, last = members[0], members[-1]
    margin = min((edge for edge, _ in lefts), default=GRID)
    end = max([edge for edge, _ in rights] + [width - max(margin, 18.0)])
    end = min(end, width - 6)
    if after is not None:
        end = min(end, after.left - 3)
    left = _near(first.left, lefts)
    if left is not None:
        return Group(members, left, "left", max(end - left, 24))
    right = _near(last.right, rights)
    start = before.right + 3 if before is not None else min(margin, GRID)
    if right is not None and after is None:
        return Group(members, right, "right", max(right - start, 24))
    middle = (first.left + last.right) / 2
    centre = _near(middle, [*middles, (width / 2, 1)])
    if centre is not None and before is None and after is None:
        return Group(members, centre, "centre", max(2 * min(centre - 12, width - 12 - centre), 24))
    if before is None and after is None:
        # Alone on its line and aligned with nothing: where it began would tell its length, so it starts at the margin.
        start = margin if lefts else GRID
        return Group(members, start, "left", max(end - start, 24))
    grid = max(int(first.left // GRID) * GRID, 6.0)
    if before is not None and grid < before.right + 3:
        grid = before.right + 3
    return Group(members, grid, "left", max(end - grid, 24))
