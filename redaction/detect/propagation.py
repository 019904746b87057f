"""Found once, marked everywhere: who is who over the whole bundle, and every other mention of a name that was found.

People of the roster keep their id; everybody else gets x1, x2 ... in order of first appearance, so labels are stable.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
import regex

from redaction.detect.lexicon import everyday, given_names, is_everyday, wordy_names
from redaction.detect.rules import LIMIT
from redaction.detect.settle import name_words, opens_sentence
from redaction.detect.spelling import latin, misspells, shortens
from redaction.detect.view import View
from redaction.spans import Span, covered

_WORD = regex.compile(r"\p{Lu}?[\p{Ll}\p{M}\p{Lo}]+(?:['’-]\p{L}[\p{Ll}\p{M}]+)*|\p{Lu}+(?!\p{Ll})(?:['’-]\p{Lu}+)*")
_JOINT = regex.compile(r"['’-]")
_SPREADS = frozenset({"ORGANIZATION", "SCHOOL", "EMPLOYER", "GEO_SMALL"})
SURE = 0.5


class Identities:
    """Which person each name word stands for, over one bundle."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._named: dict[str, list[str]] = {}
        self._made = 0

    def learn(self, person: str, words: Sequence[str]) -> None:
        """These words are names of this person; the first to claim a word keeps it."""
        for word in words:
            self._words.setdefault(latin(word), person)
            self._named.setdefault(person, []).append(latin(word))

    def resolve(self, words: Sequence[str]) -> str | None:
        """The person with these name words; a new one when nobody fits; nobody for words that can't stand for a person."""
        if not words:
            return None
        plain = [latin(word) for word in words]
        known = [self._words[word] for word in plain if word in self._words]
        for person in known:
            if len(plain) == 1 or not self._conflicts(person, plain):
                self.learn(person, words)
                return person
        if not known and len(plain) == 1 and len(plain[0]) >= 3:
            for word, person in self._words.items():
                if (
                    len(word) >= 3
                    and (shortens(plain[0], word) or shortens(word, plain[0]) or misspells(plain[0], word))
                    and word[0] == plain[0][0]
                ):
                    self._words[plain[0]] = person
                    return person
        self._made += 1
        person = f"x{self._made}"
        self.learn(person, words)
        return person

    def _conflicts(self, person: str, plain: list[str]) -> bool:
        """Two full names that share one word only are two people: Ana Ruiz and Ana Vale, Ana Ruiz and Leo Ruiz."""
        mine = self._named[person]
        if len(set(mine)) < 2:
            return False
        return (
            len(plain) >= 2
            and len(set(plain) & set(mine)) < 2
            and not any(misspells(one, other) for one in plain for other in mine if one != other and one not in mine)
        )

    def words(self) -> Mapping[str, str]:
        return self._words


def identify(views: Sequence[View], spans: Sequence[list[Span]], identities: Identities) -> list[list[Span]]:
    """The same spans, each PERSON with the person it means."""
    result = []
    for view, group in zip(views, spans, strict=True):
        named = []
        for span in group:
            if span.kind == "PERSON" and span.person is None:
                person = identities.resolve(name_words(view.text[span.start : span.end]))
                span = msgspec.structs.replace(span, person=person)
            named.append(span)
        result.append(named)
    return result


def learn_roster(views: Sequence[View], spans: Sequence[list[Span]], identities: Identities) -> None:
    """What the roster's people are called in these texts, nicknames and slips included."""
    for view, group in zip(views, spans, strict=True):
        for span in group:
            if span.kind == "PERSON" and span.person is not None and span.end - span.start > 2:
                identities.learn(span.person, name_words(view.text[span.start : span.end]))


def spread(views: Sequence[View], spans: Sequence[list[Span]]) -> list[list[Span]]:
    """Mentions of names found elsewhere in the bundle that no recognizer saw where they stand."""
    words: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    phrases: dict[str, str] = {}
    for view, group in zip(views, spans, strict=True):
        for span in group:
            text = view.text[span.start : span.end]
            if span.kind == "PERSON" and span.score >= SURE:
                for word in name_words(text):
                    # A guess about an everyday word holds where it stands and nowhere else.
                    if (
                        span.recognizer != "people"
                        and span.score < 0.8
                        and is_everyday(word, view.language)
                        and word.lower() not in wordy_names()
                    ):
                        continue
                    if len(word) >= 2:
                        words.setdefault(word.lower(), (span.person, span.also))
            elif span.kind in _SPREADS and span.score >= SURE and len(text) >= 4 and "\n" not in text:
                phrases.setdefault(text, span.kind)
    return [
        list(_more(view, covered(group, len(view.text)), words, phrases))
        for view, group in zip(views, spans, strict=True)
    ]


def _more(
    view: View, taken: bytearray, words: Mapping[str, tuple[str | None, tuple[str, ...]]], phrases: Mapping[str, str]
) -> Iterator[Span]:
    text = view.text
    common = everyday(view.language)
    pieces: dict[str, str] = {}
    for word in words:
        for piece in _JOINT.split(word):
            pieces.setdefault(piece, word)
    for found in _WORD.finditer(text, timeout=LIMIT):
        start = found.start()
        if taken[start]:
            continue
        word = found[0]
        bare = word[:-2] if word[-2:] in ("'s", "’s") else word
        low = bare.lower()
        known = words.get(low)
        if known is None:
            yield from _variant(view, found, bare, words)
            continue
        capital = bare[0].isupper()
        if (low in common or low in wordy_names()) and (not capital or opens_sentence(text, start)):
            continue
        if len(low) < 4 and not capital and not (view.chat and low in given_names()):
            continue
        yield Span(start, start + len(bare), "PERSON", 0.55, "propagation", known[0], known[1])
    for phrase, kind in phrases.items():
        at = text.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            if (
                not taken[at]
                and not _inside_word(text, at, end)
                and not (is_everyday(phrase) and opens_sentence(text, at))
            ):
                yield Span(at, end, kind, 0.5, "propagation")
            at = text.find(phrase, end)


def _variant(
    view: View, found: "regex.Match[str]", bare: str, words: Mapping[str, tuple[str | None, tuple[str, ...]]]
) -> Iterator[Span]:
    """A pet form or a slip of a known name, with a capital or in a chat."""
    if len(bare) < 3:
        return
    if is_everyday(bare, view.language) or is_everyday(bare):
        inside = view.chat and bare[0].isupper() and not bare.isupper() and not opens_sentence(view.text, found.start())
        for word, (person, also) in words.items() if inside else ():
            if word.startswith(bare.lower()) and not is_everyday(word):
                yield Span(found.start(), found.start() + len(bare), "PERSON", 0.5, "propagation", person, also)
                return
        return
    low = bare.lower()
    capital = bare[0].isupper()
    if view.formal or (not capital and (len(bare) < 5 or not view.chat)):
        return
    for word, (person, also) in words.items():
        if (
            len(word) >= 4
            and word[0] == low[0]
            and ((capital and (shortens(low, word) or shortens(word, low))) or misspells(low, word))
            and not is_everyday(word)
        ):
            yield Span(found.start(), found.start() + len(bare), "PERSON", 0.5, "propagation", person, also)
            return


def _inside_word(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isalnum() and text[start].isalnum()) or (
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    )
