"""Facts that contradict each other are refused before any rule is compiled."""

from typing import TYPE_CHECKING

from policies.strict import PolicyError
from policies.words import AUTHORITIES, GROUNDS, KEPT_CLASSES

if TYPE_CHECKING:
    from policies.load import Facts

_NOTICE = ("every-holder", "every-party", "nobody")
_MEDIATORS = {"mediator", "co-mediator"}


def check_consistency(base: "Facts") -> None:
    """Nothing if the facts agree with each other; otherwise a `PolicyError` with the file and the contradiction."""
    _grounds(base)
    _floor(base)
    _regimes(base)
    _retention(base)


def _grounds(base: "Facts") -> None:
    file = "grounds.yaml"
    for missing in (name for name in GROUNDS if name not in base.grounds.grounds):
        raise PolicyError(file, 0, f"the reason `{missing}` is missing")
    for authority in AUTHORITIES:
        if authority not in base.grounds.authorities:
            raise PolicyError(file, 0, f"the authority `{authority}` is missing")
    for name, ground in base.grounds.grounds.items():
        if "subpoena" in ground.authorities:
            raise PolicyError(file, 0, f"`{name}` accepts a subpoena: a demand never releases anything")
        if ("none" in ground.authorities) != (name == "waiver"):
            raise PolicyError(file, 0, f"`{name}`: only `waiver` rests on people's yes alone, and it on nothing else")
        if ground.notice.who not in _NOTICE:
            raise PolicyError(file, 0, f"`{name}`: notice goes to one of {', '.join(_NOTICE)}")
        if ground.notice.who == "nobody" and ground.offered and name != "report":
            raise PolicyError(file, 0, f"`{name}` tells nobody: only a report of danger may do that")
        if ground.default_profile not in base.profiles:
            raise PolicyError(file, 0, f"`{name}` names the profile `{ground.default_profile}`, which there is not")
        if not ground.offered:
            if ground.authorities or ground.recipients or ground.proposers:
                raise PolicyError(file, 0, f"`{name}` is not offered and yet says how it would work")
            continue
        if not (ground.authorities and ground.recipients and ground.proposers and ground.max_validity_days):
            raise PolicyError(file, 0, f"`{name}` could never be used: something in it is empty")
        if name == "waiver":
            if ground.first_lock or ground.second_lock:
                raise PolicyError(file, 0, "`waiver` needs everybody and therefore no locks")
            continue
        if not ground.first_lock or not ground.second_lock or set(ground.first_lock) & set(ground.second_lock):
            raise PolicyError(file, 0, f"`{name}` needs two locks in different hands")
        whose = {"party"} if name == "mediator-misconduct" else _MEDIATORS
        if not set(ground.second_lock) <= whose:
            raise PolicyError(file, 0, f"`{name}`: the second lock belongs to {' or '.join(sorted(whose))}")


def _floor(base: "Facts") -> None:
    file = "floor.yaml"
    if not {"settlement-dispute", "order"} <= set(base.floor.needs_order):
        raise PolicyError(file, 0, "a dispute over a settlement, and an order, always need a court's order on record")
    if "waiver" not in base.floor.always:
        raise PolicyError(file, 0, "the people themselves can always agree together")
    if not set(base.floor.report_to) <= {"police", "protective-agency"}:
        raise PolicyError(file, 0, "a report of danger goes to the police or a protective agency only")
    if not set(base.grounds.grounds["report"].recipients) <= set(base.floor.report_to):
        raise PolicyError("grounds.yaml", 0, "`report` goes to more recipients than floor.yaml allows")
    if "legal-advice" not in base.floor.off_until_turned_on:
        raise PolicyError(file, 0, "`legal-advice` is not offered and cannot be on")


def _regimes(base: "Facts") -> None:
    if not base.regimes:
        raise PolicyError("regimes", 0, "there is no regime")
    known = {source.id for source in base.sources.sources}
    for id_, regime in base.regimes.items():
        file = f"regimes/{id_}.yaml"
        for source in regime.law.read:
            if source not in known:
                raise PolicyError(file, 0, f"names the source `{source}`, which sources.yaml does not list")
        waiver = [ground for ground in regime.law.grounds if ground.rule == "waiver"]
        if not any(ground.asks.parties == "all" for ground in waiver):
            raise PolicyError(file, 0, "has no way in which all parties agree")
        for ground in regime.law.grounds:
            if ground.rule is None:
                continue
            accepted = base.grounds.grounds[ground.rule].authorities
            stricter = ground.rule in regime.needs_order
            if ground.record not in accepted and ground.rule != "legal-advice" and not stricter:
                raise PolicyError(
                    file, 0, f"`{ground.id}` rests on `{ground.record}`, which `{ground.rule}` does not accept"
                )
        for name in regime.needs_order:
            if not set(base.grounds.grounds[name].authorities) & {"order", "leave"}:
                raise PolicyError(file, 0, f"`{name}` asks for a court's order and could never have one")


def _retention(base: "Facts") -> None:
    file = "retention.yaml"
    for missing in (kind for kind in KEPT_CLASSES if kind not in base.retention.classes):
        raise PolicyError(file, 0, f"the class `{missing}` is missing")
    for kind, fact in base.retention.classes.items():
        if not fact.min <= fact.days <= fact.max:
            raise PolicyError(file, 0, f"`{kind}`: {fact.days} days lie outside {fact.min} to {fact.max}")
    if not 1 <= base.retention.hold.review_days <= 90:
        raise PolicyError(file, 0, "a hold is reviewed within 90 days")
    if set(base.retention.erasable) - {"sealed-record", "chat-and-documents"}:
        raise PolicyError(file, 0, "only what people said or brought can be erased early")
    for word in ("own rules", "everyone"):
        if not any(word in need for need in base.recording.needs):
            raise PolicyError("recording.yaml", 0, "recording needs own rules and everyone's yes")
