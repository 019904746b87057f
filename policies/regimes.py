"""Turns the law's facts into what the rules see, with the product's floor folded in. The floor only ever adds."""

import msgspec

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


def stricter_of(id_: str, one: facts.Regime, other: facts.Regime) -> facts.Regime:
    """A regime for a mediation under two: only the reasons that both know, an order where either asks for one,
    everybody whom either asks."""
    grounds = one.grounds & other.grounds
    everyone = "always" in (one.nonparty_consent, other.nonparty_consent)
    law = facts.RegimeFile(
        version=1,
        id=id_,
        title=f"{one.title}; and {other.title}",
        lay_en=f"{one.lay_en} and {other.lay_en}, the stricter of the two in each point",
        lay_es=f"{one.lay_es} y {other.lay_es}, lo más estricto de ambas en cada punto",
        nature=f"{one.id}: {one.law.nature}; {other.id}: {other.law.nature}",
        protects=f"{one.id}: {one.law.protects}; {other.id}: {other.law.protects}",
        holders=tuple(
            msgspec.structs.replace(holder, who=f"{regime.id} {holder.who}")
            for regime in (one, other)
            for holder in regime.law.holders
        ),
        grounds=tuple(
            msgspec.structs.replace(ground, id=f"{regime.id} {ground.id}")
            for regime in (one, other)
            for ground in regime.law.grounds
        ),
        opting_out=" ".join(filter(None, (one.law.opting_out, other.law.opting_out))),
        limits=" ".join(filter(None, (one.law.limits, other.law.limits))),
        read=tuple(dict.fromkeys((*one.law.read, *other.law.read))),
    )
    return facts.Regime(
        id=id_,
        title=law.title,
        lay_en=law.lay_en,
        lay_es=law.lay_es,
        grounds=grounds,
        needs_order=(one.needs_order | other.needs_order) & grounds,
        nonparty_consent="always" if everyone else "own",
        law=law,
    )
