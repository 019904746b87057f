"""One question, one answer: may this person do this, here and now, and if not, what is missing?

Whatever goes wrong inside the engine is a refusal. A release or a destruction needs the yes of the hand-written oracle too.
Answers name rules and sentences, never a person, a text or an id.
"""

from collections import OrderedDict
from typing import Final

import cedarpy
import msgspec

from policies import oracle
from policies.contradictions import contradiction
from policies.entities import Entity, mediation_entities, person_entity, request_line, resource_entities
from policies.load import Policy
from policies.situation import Circumstances, Into, Item, Mediation, Person, Placing, Principal, Resource
from policies.words import Action

BOTH_KEYS: Final = frozenset({"disclose", "destroy", "expire", "erase"})
"""What cannot be undone needs the engine and the oracle."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that stands against it: the rule's name, its sentence, what it rests on."""

    rule: str
    says: str
    basis: str = ""


class Allow(msgspec.Struct, frozen=True, tag="allow"):
    """Yes."""

    @property
    def allowed(self) -> bool:
        return True


class Refuse(msgspec.Struct, frozen=True, tag="refuse"):
    """No, with everything that stands against it, in the order of the rules."""

    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return False

    @property
    def rules(self) -> frozenset[str]:
        """The names of the rules that stand against it."""
        return frozenset(reason.rule for reason in self.reasons)


Decision = Allow | Refuse

_ENGINE_FAILED = Reason(rule="engine.failed", says="The rules could not be applied, so the answer is no.")
_KEYS_DISAGREE = Reason(rule="engine.disagrees", says="The two ways of applying the rules differ, so the answer is no.")


def decide(
    policy: Policy, principal: Principal, action: Action, resource: Resource, context: Circumstances
) -> Decision:
    """May `principal` do `action` to `resource`? Pure; no I/O. Facts that contradict each other are refused as such."""
    return Handles(policy, bound=0).decide(principal, action, resource, context)


class Handles:
    """The same question asked often about the same rooms: what the engine has read once is kept, up to a bound.

    With a bound of 0 nothing is kept, and the engine reads only the places that the question is about.
    """

    def __init__(self, policy: Policy, bound: int = 256) -> None:
        self._policy = policy
        self._bound = bound
        self._kept: OrderedDict[tuple[object, ...], cedarpy.Entities] = OrderedDict()

    def decide(self, principal: Principal, action: Action, resource: Resource, context: Circumstances) -> Decision:
        """As `decide`."""
        policy = self._policy
        wrong = contradiction(policy, principal, action, resource, context)
        if wrong is not None:
            return Refuse((Reason(rule="facts.contradict", says=wrong),))
        try:
            against = self._ask(principal, action, resource, context)
        except Exception:
            # The engine's own words can repeat whole entities, so they go nowhere.
            return Refuse((_ENGINE_FAILED,))
        if against:
            return Refuse(self._reasons(against))
        if action in BOTH_KEYS:
            second = oracle.missing(policy, principal, action, resource, context)
            if second:
                return Refuse((_KEYS_DISAGREE, *self._reasons(second)))
        return Allow()

    def engine_alone(
        self, principal: Principal, action: Action, resource: Resource, context: Circumstances
    ) -> frozenset[str]:
        """The rules that the engine names, empty for yes, without the oracle: for examining rules, never for a decision."""
        try:
            return self._ask(principal, action, resource, context)
        except Exception:
            return frozenset({"engine.failed"})

    def _ask(self, principal: Principal, action: Action, resource: Resource, context: Circumstances) -> frozenset[str]:
        """The names of the rules against it; raises on any trouble in the engine."""
        policy = self._policy
        entities = self._entities(principal, resource, context)
        line = request_line(principal, action, resource, context, policy)
        answer = cedarpy.is_authorized(
            line, policy.compiled.for_action[action], entities, schema=policy.compiled.schema
        )
        named = _checked(answer)
        if answer.decision == cedarpy.Decision.Allow:
            return frozenset()
        who = cedarpy.is_authorized(
            line, policy.compiled.permits_for_action[action], entities, schema=policy.compiled.schema
        )
        _checked(who)
        if who.decision == cedarpy.Decision.Allow:
            if not named:
                raise ValueError("a refusal without a reason")
            return named
        return named | frozenset(policy.compiled.who.get(action, ())) or frozenset({"engine.failed"})

    def _entities(self, principal: Principal, resource: Resource, context: Circumstances) -> cedarpy.Entities:
        table = context.mediation
        into = context.into if isinstance(context, Into) else None
        stranger = principal if isinstance(principal, Person) and principal not in table.seats else None
        key = (table, resource, into, stranger)
        found = self._kept.get(key) if self._bound else None
        if found is not None:
            self._kept.move_to_end(key)
            return found
        policy = self._policy
        parts = resource_entities(policy, table, resource)
        if into is not None and not (isinstance(resource, Item) and resource.room.id == into.id):
            parts += resource_entities(policy, table, into)
        if stranger is not None:
            parts.append(person_entity(stranger))
        base = self._base(table, principal, context)
        found = base.with_added_json_str(_json(parts), policy.compiled.schema)
        self._keep(key, found)
        return found

    def _base(self, table: Mediation, principal: Principal, context: Circumstances) -> cedarpy.Entities:
        policy = self._policy
        if not self._bound:
            people = frozenset({principal.id} if isinstance(principal, Person) else ()) | frozenset(
                {context.who} if isinstance(context, Placing) else ()
            )
            slim = mediation_entities(policy, table, people)
            return cedarpy.Entities.from_json_str(_json(slim), policy.compiled.schema)
        key = (table,)
        found = self._kept.get(key)
        if found is None:
            found = cedarpy.Entities.from_json_str(_json(mediation_entities(policy, table)), policy.compiled.schema)
            self._keep(key, found)
        return found

    def _keep(self, key: tuple[object, ...], entities: cedarpy.Entities) -> None:
        if not self._bound:
            return
        self._kept[key] = entities
        while len(self._kept) > self._bound:
            self._kept.popitem(last=False)

    def _reasons(self, rules: frozenset[str]) -> tuple[Reason, ...]:
        known = self._policy.compiled.by_id
        ordered = [rule for rule in known if rule in rules]
        out = [Reason(rule=rule, says=known[rule].says, basis=known[rule].basis) for rule in ordered]
        return tuple(out) or (_ENGINE_FAILED,)


def _json(entities: list[Entity]) -> str:
    return msgspec.json.encode(entities).decode()


def _checked(answer: cedarpy.AuthzResult) -> frozenset[str]:
    """The names of the rules that decided, or an exception if the engine had any trouble: it skips what fails."""
    if answer.diagnostics.errors or answer.decision == cedarpy.Decision.NoDecision:
        raise ValueError("the engine skipped a rule")
    names = answer.diagnostics.id_annotations_by_reason
    if answer.decision == cedarpy.Decision.Allow:
        return frozenset()
    return frozenset(names[reason] for reason in answer.diagnostics.reasons)
