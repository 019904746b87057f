"""Says what the rules of one mediation are, for lawyers: sources, whose yes, clocks, locks, and what counsel must still check.

What parties read is the agreement; this is what stands behind it. It is not legal advice, and says so.
"""

from policies.facts import GroundFact
from policies.load import Policy
from policies.words import Ground

_CHECKED = {
    "source": "enacted text read",
    "secondary": "restatement read, verify",
    "memory": "from memory, VERIFY before use",
}


def explain(policy: Policy, regime: str, grounds_on: frozenset[str], retention_days: int) -> str:
    """The rules behind one mediation as plain text."""
    known = policy.regime(regime)
    law = known.law
    out = [
        f"{known.title} ({regime})",
        "Not legal advice. Paraphrases; each fact says how it was checked.",
        f"Rules version {policy.sha256}",
        "",
        "WHAT THE LAW PROTECTS, AND HOW",
        f"Nature: {law.nature}.",
        f"Protects: {law.protects}.",
    ]
    for holder in law.holders:
        may = f" ({holder.may})" if holder.may else ""
        out.append(f"- {holder.who}: {holder.covers}{may} [{holder.cite}; {_CHECKED[holder.checked]}]")
    if law.limits:
        out.append(f"Limits: {law.limits}")
    if law.opting_out:
        out.append(f"Opting out: {law.opting_out}")
    out += ["", "WHOSE YES IS NEEDED", _whose(policy, regime)]
    out += ["", "THE REASONS THAT ARE ON"]
    for ground in policy.grounds:
        if ground in grounds_on & known.grounds:
            out += _reason(policy, regime, ground)
    off = [ground for ground in policy.grounds if ground not in grounds_on & known.grounds]
    out += ["", f"OFF: {', '.join(off) or 'none'}. For these no key is made."]
    unused = [way for way in law.grounds if way.rule not in grounds_on & known.grounds]
    if unused:
        out += ["", "WHAT ELSE THE LAW KNOWS (not used in this mediation)"]
        out += [f"- {way.id} ({way.cite}) [{_CHECKED[way.checked]}] {way.note}".rstrip() for way in unused]
    out += ["", "NEVER, FOR ANY REASON"]
    out += [f"- {rule.says}" for rule in policy.rules if rule.id.startswith("never.")]
    out += ["", "WHAT IS KEPT (days after closing)"]
    for kind, fact in policy.retention.classes.items():
        days = retention_days if kind == "sealed-record" else fact.days
        out.append(f"- {kind}: {days} days, then {fact.end} ({fact.why})")
    out += ["", "RECORDING", "On, if everyone in a joint meeting agrees." if policy.recording.allowed else "Off."]
    out += ["", "ALL RULES"]
    for rule in policy.rules:
        out.append(f"- {rule.id}: {rule.says}" + (f" [{rule.basis}]" if rule.basis else ""))
    out += ["", "COUNSEL MUST CHECK BEFORE USE"]
    out += [f"- {line}" for line in to_verify(policy, regime)]
    return "\n".join(out) + "\n"


def to_verify(policy: Policy, regime: str) -> list[str]:
    """What was not read in the enacted text for one regime, and the questions that concern all."""
    law = policy.regime(regime).law
    out = [f"{g.id} ({g.cite}): {_CHECKED[g.checked]}. {g.note}".strip() for g in law.grounds if g.checked != "source"]
    out += [f"holder {h.who} ({h.cite}): {_CHECKED[h.checked]}" for h in law.holders if h.checked != "source"]
    return out + list(policy.sources.ask_counsel)


def _whose(policy: Policy, regime: str) -> str:
    everyone = policy.regime(regime).nonparty_consent == "always"
    more = ", and everyone else who took part, silent or not" if everyone else ""
    return f"Every party, every mediator, everyone whose own words are inside{more}; with the service's gate. For the exact passages, one signature for each place."


def _reason(policy: Policy, regime: str, ground: Ground) -> list[str]:
    fact = policy.ground(ground)
    out = [f"{fact.title} ({ground})"]
    needs_order = ground in policy.regime(regime).needs_order
    record = [a for a in fact.authorities if a != "none" and (not needs_order or a in ("order", "leave"))]
    if record:
        out.append(f"  On record: {' or '.join(f'{a} ({policy.authorities[a].means})' for a in record)}")
    out.append(f"  May ask: {', '.join(fact.proposers)}. May receive: {', '.join(fact.recipients)}.")
    out.append(f"  {_clocks(fact)}")
    if fact.first_lock:
        out.append(
            f"  Two together: {' or '.join(fact.first_lock)}, and {' or '.join(fact.second_lock)}; nobody complained of."
        )
    for way in policy.regime(regime).law.grounds:
        if way.rule == ground:
            note = f" {way.note}" if way.note else ""
            out.append(f"  Law: {way.cite}: {way.reach or way.id} [{_CHECKED[way.checked]}].{note}")
    return out


def _clocks(fact: GroundFact) -> str:
    told = {"every-holder": "everyone whose yes is needed is told", "every-party": "every party is told"}
    notice = told.get(fact.notice.who, "nobody is told beforehand")
    days = f", {fact.notice.days} days ahead" if fact.notice.days else ""
    pause = f"; pause of {fact.cooling_off_hours} hours after the last yes" if fact.cooling_off_hours else ""
    return f"Clocks: {notice}{days}{pause}; ends after {fact.max_validity_days} days. Blacked out as: {fact.default_profile}."


def regimes_in_markdown(policy: Policy) -> str:
    """The table of docs/guides/policies.md: every regime, its reasons, who is asked, and how many facts must be verified."""
    out = [
        "| Id | Regime | Reasons | Court's order needed for | Silent participants asked | Facts to verify |",
        "|---|---|---|---|---|---|",
    ]
    for regime in sorted(policy.regimes.values(), key=lambda one: one.id):
        reasons = ", ".join(ground for ground in policy.grounds if ground in regime.grounds)
        order = ", ".join(ground for ground in policy.grounds if ground in regime.needs_order)
        asked = "yes" if regime.nonparty_consent == "always" else "no"
        open_ = sum(ground.checked != "source" for ground in regime.law.grounds)
        open_ += sum(holder.checked != "source" for holder in regime.law.holders)
        facts = len(regime.law.grounds) + len(regime.law.holders)
        out.append(f"| `{regime.id}` | {regime.title} | {reasons} | {order} | {asked} | {open_} of {facts} |")
    return "\n".join(out) + "\n"


def to_check_in_markdown(policy: Policy) -> str:
    """The list of docs/guides/policies.md: every fact that was not read in the enacted text, and the open questions."""
    out: list[str] = []
    for regime in sorted(policy.regimes):
        law = policy.regime(regime).law
        lines = [f"{g.id} ({g.cite}): {_CHECKED[g.checked]}" for g in law.grounds if g.checked != "source"]
        lines += [f"holder {h.who} ({h.cite}): {_CHECKED[h.checked]}" for h in law.holders if h.checked != "source"]
        if lines:
            out.append(f"- `{regime}`: {'; '.join(lines)}.")
    out += [f"- {line}" for line in policy.sources.ask_counsel]
    return "\n".join(out) + "\n"
