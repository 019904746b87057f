"""The detector: every model, rule and roster over a whole bundle at once, and one settled list of spans for each text.

Loaded once in a long-lived worker. Holds no text between two calls, writes no log, opens no connection.
"""

from collections.abc import Mapping, Sequence

import msgspec

from redaction.detect.defined import short_forms_used, widen_bodies
from redaction.detect.explain import explain
from redaction.detect.languages import Language, cover, guess
from redaction.detect.leftovers import leftovers
from redaction.detect.models import Entity, Model, describe, installed
from redaction.detect.patterns import KINDS, Patterns, quiet
from redaction.detect.people import Person, forms
from redaction.detect.propagation import Identities, identify, learn_roster, spread
from redaction.detect.recognizers import ALL
from redaction.detect.roster import find_people
from redaction.detect.settle import from_entities, settle, settle_more, trim
from redaction.detect.unclear import unclear, worth_reading
from redaction.detect.unnamed import acting, initials, unexplained
from redaction.detect.view import View
from redaction.plan import Finding
from redaction.profiles import load_profiles
from redaction.spans import Span, covered, snap


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one text. Offsets count code points of the text as it was given."""

    spans: tuple[Span, ...]
    leftovers: tuple[Span, ...]
    language: Language

    def findings(self, item: str) -> list[Finding]:
        """The spans as findings of a plan, each with its reason in words."""
        return [Finding(item, span, explain(span)) for span in self.spans]


class Detector:
    """Finds personal data. One instance serves one process; it is not shared between threads."""

    def __init__(self) -> None:
        quiet()
        self._patterns = Patterns()
        self._models: dict[str, list[Model]] = {}
        self._ready("en")

    def _ready(self, language: str) -> list[Model]:
        """The models of a language, loaded at first use."""
        if language not in self._models:
            self._models[language] = [Model(package) for package in installed(language)]
        return self._models[language]

    def says(self) -> str:
        """Which models read English here."""
        return describe("en")

    def find(
        self, texts: Sequence[str], people: Sequence[Person] = (), *, languages: Sequence[str | None] | None = None
    ) -> list[Found]:
        """Everything found in these texts, which belong to one mediation. `languages` may name the language of each."""
        codes = [code or guess(text) for text, code in zip(texts, languages or [None] * len(texts), strict=True)]
        covers = [cover(code) for code in codes]
        views = [View(text, language=code) for text, code in zip(texts, codes, strict=True)]
        known = forms(people)
        raw = [self._read_rules(view) for view in views]
        for index, entities in self._read_models(views, codes, raw).items():
            raw[index] += from_entities(views[index], entities)
        roster = [list(find_people(view, known)) for view in views]
        return self._finish(texts, views, covers, raw, roster, people)

    def find_each(self, groups: Sequence[tuple[str, Sequence[Person]]]) -> list[Found]:
        """Many mediations of one text each, read by the models in common batches; nothing passes from one to another."""
        texts = [text for text, _ in groups]
        codes = [guess(text) for text in texts]
        views = [View(text, language=code) for text, code in zip(texts, codes, strict=True)]
        raw = [self._read_rules(view) for view in views]
        entities = self._read_models(views, codes, raw)
        result = []
        for index, (text, people) in enumerate(groups):
            view, language = views[index], cover(codes[index])
            spans = [*raw[index], *from_entities(view, entities.get(index, []))]
            roster = list(find_people(view, forms(people)))
            result += self._finish([text], [view], [language], [spans], [roster], people)
        return result

    def _read_models(
        self, views: Sequence[View], codes: Sequence[str], rules: Sequence[list[Span]]
    ) -> Mapping[int, list[Entity]]:
        """The best model reads everything; a second one reads only the sentences in which something was left open."""
        result: dict[int, list[Entity]] = {}
        for language in dict.fromkeys(codes):
            which = [index for index, code in enumerate(codes) if code == language]
            # A text in a language without a model is still read by the English one: names look alike.
            best, *others = self._ready(language) or self._ready("en")
            for index in which:
                result[index] = []
            self._read_places(
                best, views, [(index, *place) for index in which for place in worth_reading(views[index])], result
            )
            for model in others:
                open_places = [
                    (index, *place)
                    for index in which
                    for place in _second_look(views[index], rules[index], result[index])
                ]
                self._read_places(model, views, open_places, result)
        return result

    def _read_places(
        self, model: Model, views: Sequence[View], places: Sequence[tuple[int, int, int]], into: dict[int, list[Entity]]
    ) -> None:
        """What a model finds in these stretches (which text, start, end), added to what is known of their texts."""
        read = model.entities([views[index].text[start:end] for index, start, end in places])
        for (index, start, _), entities in zip(places, read, strict=True):
            into[index] += [Entity(one.start + start, one.end + start, one.label, one.model) for one in entities]

    def _read_rules(self, view: View) -> list[Span]:
        spans: list[Span] = []
        for recognizer in ALL:
            spans += recognizer.find(view)
        for entity in self._patterns.entities(view.text, covered(spans, len(view.text))):
            kind = KINDS.get(entity.label, "OTHER_UNIQUE")
            place = trim(view.text, entity.start, entity.end, kind)
            if place is not None:
                spans.append(Span(*place, kind, 0.5, entity.model))
        return spans

    def _finish(
        self, texts: Sequence[str], views: Sequence[View], covers: Sequence[Language], raw: Sequence[list[Span]],
        roster: Sequence[list[Span]], people: Sequence[Person],
    ) -> list[Found]:  # fmt: skip
        identities = Identities()
        for person in people:
            if not person.firm:
                identities.learn(person.id, person.names)
        learn_roster(views, roster, identities)
        settled = [settle([*spans, *known]) for spans, known in zip(raw, roster, strict=True)]
        settled = [widen_bodies(view, spans) for view, spans in zip(views, settled, strict=True)]
        settled = [
            settle_more(spans, short_forms_used(view, spans)) for view, spans in zip(views, settled, strict=True)
        ]
        settled = identify(views, settled, identities)
        more = spread(views, settled)
        # Settled anew even where nothing was added: who is who is known only now, and decides what lies within what.
        settled = [settle([*spans, *extra]) for spans, extra in zip(settled, more, strict=True)]
        for step in (initials, acting):
            settled = [settle_more(spans, extra) for spans, extra in zip(settled, step(views, settled), strict=True)]
        settled = [settle_more(spans, unexplained(view, spans)) for view, spans in zip(views, settled, strict=True)]
        settled = _mark_minors(views, settled)
        result = []
        for text, view, spans, language in zip(texts, views, settled, covers, strict=True):
            spans = [span for span in spans if not _own_placeholder(view.text, span)]
            left = leftovers(view, spans)
            result.append(
                Found(
                    spans=tuple(_back(text, view, spans)), leftovers=tuple(_back(text, view, left)), language=language
                )
            )
        return result


def _second_look(view: View, rules: Sequence[Span], entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """Letters and chats are read twice: their names are the hard ones. Of a judgment only what is still unexplained."""
    return unclear(view, rules, entities) if view.formal else worth_reading(view)


def _back(text: str, view: View, spans: Sequence[Span]) -> list[Span]:
    moved = []
    for span in spans:
        start, end = view.back(span.start, span.end)
        moved.append(msgspec.structs.replace(span, start=start, end=end))
    return sorted(snap(moved, text), key=lambda one: one.place)


def _mark_minors(views: Sequence[View], settled: Sequence[list[Span]]) -> list[list[Span]]:
    """A person once shown to be a child is a child everywhere in the bundle."""
    children = {
        span.person
        for spans in settled
        for span in spans
        if span.kind == "PERSON" and "MINOR" in span.also and span.person is not None
    }
    result = []
    for _, spans in zip(views, settled, strict=True):
        result.append(
            [
                msgspec.structs.replace(span, also=tuple(sorted({*span.also, "MINOR"})))
                if span.kind == "PERSON" and span.person in children and "MINOR" not in span.also
                else span
                for span in spans
            ]
        )
    return result


def _own_placeholder(text: str, span: Span) -> bool:
    """Whether a span lies in words that an earlier redaction put there. Only the exact known placeholders count."""
    opened = text.rfind("[", max(0, span.start - 80), span.start + 1)
    closed = text.find("]", span.end - 1, span.end + 80)
    if opened < 0 or closed < 0 or "\n" in text[opened:closed]:
        return False
    inside = text[opened + 1 : closed]
    if inside.startswith("Person ") and inside[7:].isdigit():
        return True
    return inside.startswith("removed: ") and inside[9:] in set(load_profiles().kinds.values())
