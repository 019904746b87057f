"""The rules in force, as the desk reads them: which confidentiality rules there are, and the agreement that people will sign."""

from typing import Any

from client.keys.encoding import b64u
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.agreement import agreement
from policies.load import Policy


def read(policy: Policy, command: m.PolicyRead) -> dict[str, Any]:
    """`sha256` (hex) and `policy` (the same as a charter names it), the regimes' ids and titles, and the text if a regime was named."""
    data: dict[str, Any] = {
        "sha256": policy.sha256,
        "policy": b64u(bytes.fromhex(policy.sha256)),
        "regimes": list(policy.regimes),
        "titles": [regime.title for regime in policy.regimes.values()],
    }
    if not command.regime:
        return data
    if command.regime not in policy.regimes:
        raise Refusal(Code.BAD_OBJECT, rule="regime")
    kept = policy.kept("sealed-record")
    days = command.days or kept.days
    try:
        text = agreement(policy, command.regime, frozenset(command.grounds or ("waiver",)), days, command.language)
    except ValueError:
        raise Refusal(Code.BAD_OBJECT, rule="agreement") from None
    known = policy.regime(command.regime)
    return data | {
        "text": text.text,
        "text_sha256": text.sha256,
        "days": days,
        "days_min": kept.min,
        "days_max": kept.max,
        "nonparty_consent": str(known.nonparty_consent),
        "grounds": sorted(known.grounds),
    }
