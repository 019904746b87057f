"""Redaction profiles: which kind of finding is masked how, read strictly from policies/redaction-profiles.yaml.

A file with an unknown word, a doubled key or a profile that weakens what must always be masked is refused whole.
"""

from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml


class ProfileError(ValueError):
    """The profiles can't be used; says which rule of the file's form is broken."""


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of masking. The greater strength wins when two apply."""

    strength: int
    says: str


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    cite: str
    mask: dict[str, str]
    extends: str | None = None
    note: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    operators: dict[str, Operator]
    kinds: dict[str, str]
    always: dict[str, str]
    small_zip3: list[str]
    profiles: dict[str, _Written]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What applies to one disclosure: one profile or several stacked, each kind with its strongest operator."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    cites: tuple[str, ...]
    notes: tuple[str, ...]
    mask: dict[str, str]
    # Which of the stacked profiles asked for the operator, so that the log can cite it.
    asked_by: dict[str, str]
    strengths: dict[str, int]
    small_zip3: tuple[str, ...] = ()

    def operator(self, kinds: Iterable[str]) -> str:
        """The strongest operator that any of these kinds calls for; `keep` when none does."""
        best = "keep"
        for kind in self._meant(kinds):
            candidate = self.mask.get(kind, "keep")
            if (self.strengths[candidate], candidate) > (self.strengths[best], best):
                best = candidate
        return best

    def _meant(self, kinds: Iterable[str]) -> frozenset[str]:
        """The kinds that count: a rule for the mediator's name stands in place of the rule for everybody's."""
        kinds = frozenset(kinds)
        return (
            kinds - {"PERSON", "NONCONSENTING"} if "MEDIATOR_NAME" in kinds and "MEDIATOR_NAME" in self.mask else kinds
        )

    def rule(self, kinds: Iterable[str]) -> str:
        """The name of the profile behind `operator(kinds)`, or nothing when all is kept."""
        kinds = self._meant(kinds)
        wanted = self.operator(kinds)
        for kind in sorted(kinds):
            if self.mask.get(kind) == wanted:
                return self.asked_by[kind]
        return ""


class Profiles(msgspec.Struct, frozen=True, kw_only=True):
    """All profiles of the file, resolved."""

    version: int
    operators: dict[str, Operator]
    kinds: dict[str, str]
    small_zip3: tuple[str, ...]
    by_name: dict[str, Profile]

    def stack(self, *names: str) -> Profile:
        """The profiles in force together. Order doesn't matter; at least one is needed."""
        if not names:
            raise ProfileError("name at least one profile")
        unknown = sorted(set(names) - set(self.by_name))
        if unknown:
            raise ProfileError(f"there is no profile {unknown[0]!r}; there are: {', '.join(sorted(self.by_name))}")
        chosen = [self.by_name[name] for name in sorted(set(names))]
        mask: dict[str, str] = {}
        asked_by: dict[str, str] = {}
        for profile in chosen:
            _strengthen(mask, asked_by, profile.mask, profile.asked_by, self.operators)
        return Profile(
            names=tuple(name for one in chosen for name in one.names),
            titles=tuple(title for one in chosen for title in one.titles),
            cites=tuple(cite for one in chosen for cite in one.cites),
            notes=tuple(note for one in chosen for note in one.notes),
            mask=mask,
            asked_by=asked_by,
            strengths={name: operator.strength for name, operator in self.operators.items()},
            small_zip3=self.small_zip3,
        )


def _strengthen(
    mask: dict[str, str],
    asked_by: dict[str, str],
    more: Mapping[str, str],
    who: Mapping[str, str],
    operators: Mapping[str, Operator],
) -> None:
    for kind, operator in more.items():
        held = mask.get(kind)
        if held is None or (operators[operator].strength, operator) > (operators[held].strength, held):
            mask[kind] = operator
            asked_by[kind] = who[kind]


class _Strict(yaml.SafeLoader):
    """Safe YAML in which a key may stand once only."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ProfileError(f"line {key_node.start_mark.line + 1}: the key {key!r} stands twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse(source: str) -> Profiles:
    """The profiles written in `source`, or a ProfileError that names what is wrong."""
    try:
        raw = yaml.load(source, Loader=_Strict)  # noqa: S506 - _Strict is a SafeLoader
        written = msgspec.convert(raw, _File)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ProfileError(f"redaction profiles: {error}") from error
    _check(written)
    return Profiles(
        version=written.version,
        operators=written.operators,
        kinds=written.kinds,
        small_zip3=tuple(written.small_zip3),
        by_name={name: _resolve(name, written) for name in written.profiles},
    )


def _check(written: _File) -> None:
    for where, mask in [("always", written.always), *((name, one.mask) for name, one in written.profiles.items())]:
        for kind, operator in mask.items():
            if kind not in written.kinds:
                raise ProfileError(f"{where}: {kind!r} is no kind of finding")
            if operator not in written.operators:
                raise ProfileError(f"{where}: {operator!r} is no operator")
    for name in ("keep", "remove"):
        if name not in written.operators:
            raise ProfileError(f"the operator {name!r} is missing")
    for name, one in written.profiles.items():
        if one.extends is not None and one.extends not in written.profiles:
            raise ProfileError(f"{name}: it extends {one.extends!r}, which is not there")
        for kind, operator in written.always.items():
            mine = one.mask.get(kind)
            if mine is not None and written.operators[mine].strength < written.operators[operator].strength:
                raise ProfileError(f"{name}: {kind} must be masked by {operator!r} or stronger")


def _resolve(name: str, written: _File) -> Profile:
    line: list[str] = []
    at: str | None = name
    while at is not None:
        if at in line:
            raise ProfileError(f"{name}: it extends itself in a circle")
        line.append(at)
        at = written.profiles[at].extends
    mask: dict[str, str] = {}
    asked_by: dict[str, str] = {}
    for each in reversed(line):
        more = written.profiles[each].mask
        _strengthen(mask, asked_by, more, dict.fromkeys(more, each), written.operators)
    _strengthen(mask, asked_by, written.always, dict.fromkeys(written.always, "always"), written.operators)
    own = written.profiles[name]
    return Profile(
        names=(name,),
        titles=(own.title,),
        cites=tuple(dict.fromkeys(written.profiles[each].cite for each in line)),
        notes=tuple(note for each in line if (note := written.profiles[each].note)),
        mask=mask,
        asked_by=asked_by,
        strengths={each: operator.strength for each, operator in written.operators.items()},
        small_zip3=tuple(written.small_zip3),
    )


@cache
def load_profiles() -> Profiles:
    """The profiles the product ships with."""
    return parse(files("policies").joinpath("redaction-profiles.yaml").read_text(encoding="utf-8"))
