"""Loads a rules folder completely and strictly, or not at all; after loading nothing is read again.

`load()` gives the shipped rules. `load(folder)` gives either a whole rules folder or a deployer's own rules, which
stand on top of the shipped ones and can only add to them, except for openings that they declare with a reason.
"""

import hashlib
from pathlib import Path

import cedarpy
import msgspec

from policies import facts
from policies.cedar_text import Rule, split_rules, unique_rules
from policies.own import OwnRules, apply_own
from policies.regimes import fold_floor
from policies.strict import MAX_BYTES, PolicyError, names_under, read_struct
from policies.words import ACTIONS, Ground, KeptClass

SHIPPED = Path(__file__).parent
MAX_FILES = 200
_PROFILES = "redaction-profiles.yaml"  # redaction/profiles.py reads it in full; here only the names matter
_KINDS = (".yaml", ".cedar", ".cedarschema")


class Policy(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One version of the rules, whole and checked; known by the SHA-256 over its folder."""

    sha256: str
    title: str
    regimes: dict[str, facts.Regime]
    grounds: dict[Ground, facts.GroundFact]
    authorities: dict[str, facts.AuthorityFact]
    floor: facts.FloorFile
    retention: facts.RetentionFile
    recording: facts.RecordingFile
    consent: facts.ConsentFile
    sources: facts.SourcesFile
    rules: tuple[Rule, ...]
    schema_text: str
    own: OwnRules | None
    texts: "Texts"
    compiled: "Compiled"

    def regime(self, regime: str) -> facts.Regime:
        """The regime of that name; `KeyError` if these rules have none."""
        return self.regimes[regime]

    def ground(self, ground: str) -> facts.GroundFact:
        """The facts of one reason: cooling_off_hours, max_validity_days, recipients, notice, default_profile ..."""
        return self.grounds[ground]  # type: ignore[index]

    def kept(self, kind: KeptClass) -> facts.KeptFact:
        """How long one class of things is kept."""
        return self.retention.classes[kind]

    def rule(self, rule: str) -> Rule:
        """The rule of that name."""
        return self.compiled.by_id[rule]

    def rules_text(self) -> str:
        """All rules as Cedar text."""
        return "\n".join(rule.text for rule in self.rules)


class Texts(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The files a version was made of: a whole folder, and the deployer's own on top if there are any."""

    whole: dict[str, bytes]
    own: dict[str, bytes] | None = None


class Compiled(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Handles of the engine, made once when the folder is loaded: all rules, and for each action those that can bear on it."""

    policies: cedarpy.PolicySet
    for_action: dict[str, cedarpy.PolicySet]
    permits_for_action: dict[str, cedarpy.PolicySet]
    schema: cedarpy.Schema
    by_id: dict[str, Rule]
    who: dict[str, tuple[str, ...]]


def load(folder: Path | None = None) -> Policy:
    """The rules of a folder; `PolicyError` names the file, the line and the reason if they cannot be used."""
    if folder is None or folder.resolve() == SHIPPED.resolve():
        return load_texts(Texts(whole=_read(SHIPPED)))
    files = _read(folder)
    return load_texts(Texts(whole=_read(SHIPPED), own=files) if "own.yaml" in files else Texts(whole=files))


def load_texts(texts: Texts) -> Policy:
    """The same from files already read."""
    return _whole(texts) if texts.own is None else _with_own(texts, texts.own)


def digest(files: dict[str, bytes]) -> str:
    """SHA-256 over names and contents in order, each with its length, so that no two folders share it."""
    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()


def _read(folder: Path) -> dict[str, bytes]:
    """The files that count, by their path inside the folder; bounded in number and size."""
    if not folder.is_dir():
        raise PolicyError(str(folder), 0, "is not a folder")
    out: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _KINDS or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        if len(out) >= MAX_FILES:
            raise PolicyError(name, 0, f"there are more than {MAX_FILES} files")
        if path.stat().st_size > MAX_BYTES:
            raise PolicyError(name, 0, f"is larger than {MAX_BYTES} bytes")
        out[name] = path.read_bytes()
    return out


def _text(files: dict[str, bytes], name: str) -> str:
    if name not in files:
        raise PolicyError(name, 0, "is missing")
    try:
        return files[name].decode()
    except UnicodeDecodeError:
        raise PolicyError(name, 0, "is not UTF-8 text") from None


def _whole(texts: Texts) -> Policy:
    return _compile(_facts(texts.whole), texts, sha256=digest(texts.whole), own=None)


def _with_own(texts: Texts, files: dict[str, bytes]) -> Policy:
    own_file = read_struct(_text(files, "own.yaml"), "own.yaml", facts.OwnFile)
    allowed = {"own.yaml", "scenarios.yaml"}
    for name in files:
        if name not in allowed and not name.startswith(("regimes/", "rules/")):
            raise PolicyError(
                name, 0, "own rules consist of own.yaml, scenarios.yaml, regimes/*.yaml and rules/*.cedar"
            )
        if name.endswith(".cedarschema"):
            raise PolicyError(name, 0, "own rules use the words of the shipped schema")
    own = OwnRules(
        file=own_file,
        regimes=_regime_files(files),
        rules=_rule_files(files),
        based_on=digest(texts.whole),
    )
    base = apply_own(_facts(texts.whole), own)
    return _compile(base, texts, sha256=digest({"shipped": own.based_on.encode(), **files}), own=own)


def _regime_files(files: dict[str, bytes]) -> dict[str, facts.RegimeFile]:
    out: dict[str, facts.RegimeFile] = {}
    for name in sorted(files):
        if not name.startswith("regimes/"):
            continue
        regime = read_struct(_text(files, name), name, facts.RegimeFile)
        if name != f"regimes/{regime.id}.yaml":
            raise PolicyError(name, 0, f"says it is the regime `{regime.id}`: file name and id must agree")
        seen: set[str] = set()
        for ground in regime.grounds:
            if ground.id in seen:
                raise PolicyError(name, 0, f"the ground `{ground.id}` is written twice")
            seen.add(ground.id)
        out[regime.id] = regime
    return out


def _rule_files(files: dict[str, bytes]) -> tuple[Rule, ...]:
    out: list[Rule] = []
    for name in sorted(files):
        if name.startswith("rules/") and name.endswith(".cedar"):
            out.extend(split_rules(_text(files, name), name))
    return tuple(out)


class Facts(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All facts of a folder before they are compiled."""

    regimes: dict[str, facts.Regime]
    grounds: facts.GroundsFile
    floor: facts.FloorFile
    retention: facts.RetentionFile
    recording: facts.RecordingFile
    consent: facts.ConsentFile
    sources: facts.SourcesFile
    profiles: frozenset[str]
    rules: tuple[Rule, ...]


def _facts(files: dict[str, bytes]) -> Facts:
    floor = read_struct(_text(files, "floor.yaml"), "floor.yaml", facts.FloorFile)
    grounds = read_struct(_text(files, "grounds.yaml"), "grounds.yaml", facts.GroundsFile)
    return Facts(
        regimes={id_: fold_floor(regime, floor) for id_, regime in _regime_files(files).items()},
        grounds=grounds,
        floor=floor,
        retention=read_struct(_text(files, "retention.yaml"), "retention.yaml", facts.RetentionFile),
        recording=read_struct(_text(files, "recording.yaml"), "recording.yaml", facts.RecordingFile),
        consent=read_struct(_text(files, "consent-record.yaml"), "consent-record.yaml", facts.ConsentFile),
        sources=read_struct(_text(files, "sources.yaml"), "sources.yaml", facts.SourcesFile),
        profiles=names_under(_text(files, _PROFILES), _PROFILES, "profiles"),
        rules=_rule_files(files),
    )


def _compile(base: Facts, texts: Texts, *, sha256: str, own: OwnRules | None) -> Policy:
    from policies.consistency import check_consistency

    check_consistency(base)
    rules = unique_rules(base.rules)
    if not rules:
        raise PolicyError("rules", 0, "there are no rules")
    schema_text = _text(texts.whole, "rules/schema.cedarschema")
    compiled = compile_rules(rules, schema_text)
    return Policy(
        sha256=sha256,
        title=own.file.title if own else "In Camera, shipped rules",
        regimes=base.regimes,
        grounds=base.grounds.grounds,
        authorities={str(name): fact for name, fact in base.grounds.authorities.items()},
        floor=base.floor,
        retention=base.retention,
        recording=base.recording,
        consent=base.consent,
        sources=base.sources,
        rules=rules,
        schema_text=schema_text,
        own=own,
        texts=texts,
        compiled=compiled,
    )


def compile_rules(rules: tuple[Rule, ...], schema_text: str) -> Compiled:
    """The engine's handles for these rules, or a `PolicyError` that names the rule which does not fit, with its line."""
    try:
        schema = cedarpy.Schema.from_str(schema_text)
    except ValueError:
        raise PolicyError("rules/schema.cedarschema", 0, "is not a schema that the engine understands") from None
    for rule in rules:
        try:
            cedarpy.PolicySet.from_str(rule.text)
        except ValueError:
            raise PolicyError(rule.file, rule.line, f"rule `{rule.id}` is not readable as Cedar") from None
    text = "\n".join(rule.text for rule in rules)
    verdict = cedarpy.validate_policies(text, schema_text)
    for error in verdict.errors:
        position = int("".join(filter(str.isdigit, error.policy_id or "")) or 0)
        rule = rules[min(position, len(rules) - 1)]
        sentence = _engine_sentence(str(error.error))
        raise PolicyError(rule.file, rule.line, f"rule `{rule.id}` does not fit the schema: {sentence}")
    if not verdict.validation_passed:
        raise PolicyError("rules", 0, "the engine refuses these rules")
    sliced = {action: tuple(rule for rule in rules if not rule.actions or action in rule.actions) for action in ACTIONS}
    permits = {action: tuple(rule for rule in some if rule.effect == "permit") for action, some in sliced.items()}
    return Compiled(
        policies=cedarpy.PolicySet.from_str(text),
        for_action={action: _policy_set(some) for action, some in sliced.items()},
        permits_for_action={action: _policy_set(some) for action, some in permits.items()},
        schema=schema,
        by_id={rule.id: rule for rule in rules},
        who={action: tuple(rule.id for rule in some) for action, some in permits.items()},
    )


def _policy_set(rules: tuple[Rule, ...]) -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_str("\n".join(rule.text for rule in rules))


def _engine_sentence(raw: str) -> str:
    """The engine's words about a rule (never about an entity), on one line and not too long."""
    _, _, tail = raw.partition("`, ")
    return " ".join((tail or raw).split())[:200]
