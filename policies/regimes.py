"""Turns the law's facts into what the rules see, with the product's floor folded in. The floor only ever adds."""

from policies import facts
from policies.words import Ground


def fold_floor(
    law: facts.RegimeFile, floor: facts.FloorFile, turned_on: frozenset[Ground] = frozenset()
) -> facts.Regime:
    """A regime as the rules see it. Grounds that are off by default stay off unless they are turned on."""
    by_rule: dict[Ground, list[facts.LawGround]] = {}
    for ground in law.grounds:
        if ground.rule is not None:
            by_rule.setdefault(ground.rule, []).append(ground)
    off = frozenset(floor.off_until_turned_on) - turned_on
    recognised = (frozenset(by_rule) | frozenset(floor.always) | turned_on) - off
    court_only = frozenset(
        name for name, ways in by_rule.items() if all(way.record in ("order", "leave") for way in ways)
    )
    everyone = any(way.asks.nonparty == "all" for way in by_rule.get("waiver", ()))
    return facts.Regime(
        id=law.id,
        title=law.title,
        lay_en=law.lay_en,
        lay_es=law.lay_es,
        grounds=recognised,
        needs_order=(court_only | frozenset(floor.needs_order)) & recognised,
        nonparty_consent="always" if everyone else "own",
        law=law,
    )
