"""The rules in force, as the desk reads them: which confidentiality rules there are, and the agreement that people will sign."""

from functools import cache
from importlib.resources import files
from typing import Any

from client.keys.encoding import b64u, sha256
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.agreement import agreement
from policies.load import Policy
from redaction.profiles import load_profiles


@cache
def profiles_sha256() -> str:
    """The digest of the file of all profiles: what a request names with its profile, and the worker compares."""
    return b64u(sha256(files("policies").joinpath("redaction-profiles.yaml").read_bytes()))


def read(policy: Policy, command: m.PolicyRead) -> dict[str, Any]:
    """The rules' digest (`sha256` in hex, `policy` as a charter names it), regimes and redaction profiles; with a regime its agreement.

    `profile_sha256` is the digest of the file of all profiles.
    """
    data: dict[str, Any] = {
        "sha256": policy.sha256,
        "policy": b64u(bytes.fromhex(policy.sha256)),
        "regimes": list(policy.regimes),
        "regime_grounds": [
            " ".join(g for g in policy.grounds if g in regime.grounds) for regime in policy.regimes.values()
        ],
        "titles": [regime.title for regime in policy.regimes.values()],
        "profiles": sorted(load_profiles().by_name),
        "profile_titles": [profile.titles[0] for _, profile in sorted(load_profiles().by_name.items())],
        "profile_sha256": profiles_sha256(),
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
