"""Who is forwarded to whom, from signed sheets and the keys that members hold. Pure; silence is the default.

A seat sends and receives only inside the one room whose sheet names it, and only once it holds the epoch granted
under that sheet. Anything unclear (two rooms claim a seat, a stale sheet, no grant) yields no route.
"""

from collections import Counter
from collections.abc import Collection, Mapping

Held = tuple[str, int]  # (sheet hash, epoch)


def routes(
    sheets: Mapping[str, Collection[str]],
    held: Mapping[str, Held],
    current: Mapping[str, Held],
) -> dict[str, frozenset[str]]:
    """Return subscriber -> publishers for every seat that receives somebody.

    `sheets`: room -> member seats of its current sheet. `current`: room -> (sheet hash, epoch) granted under that sheet;
    a room without an entry has no grant yet and is silent. `held`: seat -> what that seat says it holds.
    """
    claims = Counter(seat for members in sheets.values() for seat in set(members))
    result: dict[str, frozenset[str]] = {}
    for room, members in sheets.items():
        granted = current.get(room)
        if granted is None:
            continue
        ready = frozenset(s for s in members if claims[s] == 1 and held.get(s) == granted)
        for seat in ready:
            others = ready - {seat}
            if others:
                result[seat] = others
    return result
