"""How long the rules take: `python -m tests.bench.policies [cases]`. CPU time of the calling thread, so that other jobs don't count.

Goals: a decision with schema-checked entities p99 <= 2 ms; a room decision from prepared handles p99 <= 0.3 ms.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice

from policies import oracle
from policies.access import access_sets
from policies.agreement import agreement
from policies.cases import PEOPLE, Case, random_cases, table
from policies.decide import Handles, decide
from policies.load import Policy, load
from policies.rooms import SeatFact, SheetFact, may_publish
from policies.situation import Item, Plain, Room

SEATS = tuple(SeatFact(person.id, person.role, person.side) for person in PEOPLE.values())


def timed(what: str, goal: str, runs: Iterator[Callable[[], object]]) -> None:
    """One line: median, 99th percentile and worst, in milliseconds."""
    taken: list[float] = []
    for run in runs:
        start = time.thread_time_ns()
        run()
        taken.append((time.thread_time_ns() - start) / 1e6)
    taken.sort()
    p50, p99 = taken[len(taken) // 2], taken[min(len(taken) - 1, len(taken) * 99 // 100)]
    print(f"{what:56s} n={len(taken):6d}  p50 {p50:8.4f} ms  p99 {p99:8.4f} ms  max {taken[-1]:8.4f} ms  {goal}")


def releases(policy: Policy, count: int, seed: int) -> list[Case]:
    return list(islice(random_cases(policy, random.Random(seed), tuple(policy.regimes), releases=1), count))


def main(count: int) -> None:
    timed("load the shipped rules", "", (load for _ in range(10)))
    policy = load()
    cases = releases(policy, count, 1)
    others = list(islice(random_cases(policy, random.Random(2), tuple(policy.regimes), releases=0), count))
    for case in cases[:50]:
        decide(policy, case.principal, case.action, case.resource, case.context)

    def ask(case: Case) -> Callable[[], object]:
        return lambda: decide(policy, case.principal, case.action, case.resource, case.context)

    timed("release: entities read and checked, engine and oracle", "goal p99 <= 2", (ask(case) for case in cases))
    allowed = [
        case for case in cases if decide(policy, case.principal, case.action, case.resource, case.context).allowed
    ]
    timed("  of these, the allowed ones", "", (ask(case) for case in allowed))
    timed("any other action: entities read and checked", "goal p99 <= 2", (ask(case) for case in others))

    seats = table("uma", tuple(PEOPLE), "open")
    rooms = [Room(id=f"r{n}", kind="caucus", members=frozenset({"med", "ana", "lea"})) for n in range(8)]
    items = [Item(id=f"i{n}", room=rooms[n % 8], author="ana") for n in range(8)]
    handles = Handles(policy)
    plain = Plain(mediation=seats)

    def room_question(n: int) -> Callable[[], object]:
        who = seats.seats[n % len(seats.seats)]
        match n % 3:
            case 0:
                return lambda: handles.decide(who, "join", rooms[n % 8], plain)
            case 1:
                return lambda: handles.decide(who, "see", rooms[n % 8], plain)
            case _:
                return lambda: handles.decide(who, "read", items[n % 8], plain)

    for n in range(200):
        room_question(n)()
    yes = [n for n in range(3 * count) if seats.seats[n % len(seats.seats)].id in ("med", "ana", "lea")]
    timed("room decision from prepared handles, allowed", "goal p99 <= 0.3", (room_question(n) for n in yes))
    timed("room decision from prepared handles, any", "", (room_question(n) for n in range(count)))
    sheets = [
        SheetFact("joint", "joint", ("med", "ana", "ben", "int", "exp", "obs")),
        SheetFact("counsel-a", "counsel", ("lea",)),
        SheetFact("counsel-b", "counsel", ("leo", "sue")),
        SheetFact("waiting-a", "waiting", ("cas",)),
    ]
    check = (lambda: may_publish(SEATS, sheets, (("lea", "leo"),)) for _ in range(count))
    timed("room lists of one move (4 rooms, 13 places)", "goal p99 <= 0.3", check)
    timed(
        "oracle alone, a release",
        "",
        ((lambda c=case: oracle.missing(policy, c.principal, c.action, c.resource, c.context)) for case in cases),
    )
    on = policy.regime("uma").grounds
    sealing = (lambda: access_sets(policy, "uma", on, SEATS, frozenset({"ana", "exp"}), "joint") for _ in range(200))
    timed("access sets of one item (13 places, 6 reasons)", "", sealing)
    timed("agreement to mediate", "", ((lambda: agreement(policy, "uma", on, 365, "en")) for _ in range(200)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
