"""A deployer's own rules: they stand on top of the shipped ones and narrow them; what they open they must declare.

The shipped rules always stay in force, so a forgotten or changed rule cannot loosen anything. Own Cedar rules may only forbid.
"""

from typing import TYPE_CHECKING

import msgspec

from policies import facts
from policies.cedar_text import Rule
from policies.regimes import fold_floor, stricter_of
from policies.strict import PolicyError
from policies.words import Ground, KeptClass

if TYPE_CHECKING:
    from policies.load import Facts


class OwnRules(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What a deployer's own folder holds, and the shipped version it was made for."""

    file: facts.OwnFile
    regimes: dict[str, facts.RegimeFile]
    rules: tuple[Rule, ...]
    based_on: str


def apply_own(base: "Facts", own: OwnRules) -> "Facts":
    """The shipped facts with the deployer's own on top, or a `PolicyError` for anything that would loosen them."""
    for rule in own.rules:
        if rule.effect != "forbid":
            raise PolicyError(rule.file, rule.line, f"rule `{rule.id}` permits something: own rules can only forbid")
        if not rule.id.startswith("own."):
            raise PolicyError(rule.file, rule.line, f"rule `{rule.id}` must be called `own.` and a name")
    for id_ in own.regimes:
        if id_ in base.regimes:
            raise PolicyError(f"regimes/{id_}.yaml", 0, "a shipped regime is narrowed in own.yaml, not replaced")
    regimes = dict(base.regimes)
    for id_, law in own.regimes.items():
        regimes[id_] = fold_floor(law, base.floor)
    for id_, opening in own.file.open.items():
        regimes[id_] = _open(_known(regimes, id_), opening, base)
    for id_, change in own.file.tighten.items():
        regimes[id_] = _tighten(_known(regimes, id_), change)
    for id_, pair in own.file.both.items():
        if id_ in regimes or len(pair) != 2:
            raise PolicyError("own.yaml", 0, f"`{id_}` must be a new name for two regimes")
        regimes[id_] = stricter_of(id_, _known(regimes, pair[0]), _known(regimes, pair[1]))
    recording = base.recording
    if own.file.recording is not None:
        _reason("recording", own.file.recording.because)
        recording = msgspec.structs.replace(recording, allowed=True)
    grounds = {name: _narrow(name, fact, own.file.grounds.get(name)) for name, fact in base.grounds.grounds.items()}
    return msgspec.structs.replace(
        base,
        regimes=regimes,
        grounds=msgspec.structs.replace(base.grounds, grounds=grounds),
        retention=_keep(base.retention, own.file.retention_days),
        recording=recording,
        rules=(*base.rules, *own.rules),
    )


def _known(regimes: dict[str, facts.Regime], id_: str) -> facts.Regime:
    if id_ not in regimes:
        raise PolicyError("own.yaml", 0, f"there is no regime `{id_}`")
    return regimes[id_]


def _reason(what: str, because: str) -> None:
    if len(because.split()) < 4:
        raise PolicyError("own.yaml", 0, f"the opening of `{what}` needs its reason in words, and who gave it")


def _open(regime: facts.Regime, opening: facts.Opening, base: "Facts") -> facts.Regime:
    """Turns on reasons that the shipped rules leave to counsel; the floor and every rule stay as they are."""
    _reason(regime.id, opening.because)
    for ground in opening.turn_on:
        if not base.grounds.grounds[ground].offered:
            raise PolicyError("own.yaml", 0, f"`{ground}` is not offered and cannot be turned on")
    opened = fold_floor(
        regime.law, base.floor, frozenset(opening.turn_on) | (regime.grounds - frozenset(base.floor.always))
    )
    # A reason that the regime's own text does not know is opened only with a court's order, a report of danger excepted.
    unknown = {g for g in opening.turn_on if all(way.rule != g for way in regime.law.grounds)} - {"report"}
    return msgspec.structs.replace(opened, needs_order=opened.needs_order | frozenset(unknown))


def _tighten(regime: facts.Regime, change: facts.Tighten) -> facts.Regime:
    gone = frozenset(change.turn_off)
    if "waiver" in gone:
        raise PolicyError(
            "own.yaml", 0, "`waiver` cannot be turned off: the people themselves can always agree together"
        )
    for ground in gone:
        if ground not in regime.grounds:
            raise PolicyError("own.yaml", 0, f"`{regime.id}` does not have `{ground}` on, so it cannot be turned off")
    grounds = regime.grounds - gone
    return msgspec.structs.replace(
        regime,
        grounds=grounds,
        needs_order=(regime.needs_order | frozenset(change.needs_order)) & grounds,
        nonparty_consent="always" if change.everyone_who_took_part else regime.nonparty_consent,
    )


def _narrow(name: Ground, fact: facts.GroundFact, change: facts.TightenGround | None) -> facts.GroundFact:
    if change is None:
        return fact
    recipients = fact.recipients if change.recipients is None else change.recipients
    if not recipients or not set(recipients) <= set(fact.recipients):
        raise PolicyError("own.yaml", 0, f"`{name}`: recipients can only become fewer, and not none")
    pause = fact.cooling_off_hours if change.cooling_off_hours is None else change.cooling_off_hours
    if pause < fact.cooling_off_hours:
        raise PolicyError(
            "own.yaml", 0, f"`{name}`: the pause can only become longer than {fact.cooling_off_hours} hours"
        )
    validity = fact.max_validity_days if change.max_validity_days is None else change.max_validity_days
    if not 0 < validity <= fact.max_validity_days:
        raise PolicyError(
            "own.yaml", 0, f"`{name}`: requests can only end sooner than after {fact.max_validity_days} days"
        )
    days = fact.notice.days if change.notice_days is None else change.notice_days
    if days < fact.notice.days:
        raise PolicyError("own.yaml", 0, f"`{name}`: notice can only become longer than {fact.notice.days} days")
    if max(pause, days * 24) >= validity * 24:
        raise PolicyError("own.yaml", 0, f"`{name}` could never be used: it would end before its pause or notice does")
    return msgspec.structs.replace(
        fact,
        recipients=recipients,
        cooling_off_hours=pause,
        max_validity_days=validity,
        notice=msgspec.structs.replace(fact.notice, days=days),
    )


def _keep(retention: facts.RetentionFile, days: dict[KeptClass, int]) -> facts.RetentionFile:
    classes = dict(retention.classes)
    for kind, count in days.items():
        fact = classes[kind]
        if not fact.min <= count <= fact.max:
            raise PolicyError("own.yaml", 0, f"`{kind}` is kept between {fact.min} and {fact.max} days")
        classes[kind] = msgspec.structs.replace(fact, days=count)
    return msgspec.structs.replace(retention, classes=classes)
