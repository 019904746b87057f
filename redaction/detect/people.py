"""The people of this mediation: who they are, and every way in which a text may call them.

A roster comes with the job, as TOML or as records, and lives in memory only. A name is found whole or in part, in any case,
with a possessive, shortened, misspelt, spelt in another script, broken over a line, or inside an e-mail address or a file name.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import regex

from redaction.detect.lexicon import is_everyday, short_forms
from redaction.detect.spelling import fold, forms_of

MAX_PEOPLE = 200
_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lady lord rev fr sr sra srta don doña dona mme mlle m me adv advocate shri smt judge justice hon father sister brother aunt aunty auntie uncle capt captain "
    "landlord landlady tenant mediator party claimant respondent plaintiff defendant employer employee manager teacher parent buyer seller the lic ing".split()
)
_PARTICLES = frozenset(
    "van von der den de del la las los du di da dos das el al bin ibn ben y e le ter ten san st and of".split()
)
_FIRM = regex.compile(
    r"\b(?:ltd|limited|llc|llp|inc|corp|plc|gmbh|s\.?a\.?s?|s\.?l\.?|sarl|pty|pvt|co|company|group|holdings|partners|associates|services|solutions|oil|waste|fencing|plumbing|bank|club|society|association|trust|council|"
    r"hospital|clinic|school|academy|college|university|daycare|nursery|church|properties|lettings|homes|housing|construction|builders|motors|garage|insurance|hotel|restaurant|café|cafe|bakery|farm|stores?|shop|union|committee|department|agency|"
    r"colegio|hospital|banco|ayuntamiento|comunidad|taller|talleres|cabinet|agence|syndicat|mairie|école|lycée)\b\.?",
    regex.I,
)


class RosterError(ValueError):
    """The roster can't be read. Says where, never who."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One person or firm. `consents` false means: not part of this matter, to be named by label only."""

    id: str
    name: str
    nicknames: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    employers: tuple[str, ...] = ()
    role: str = ""
    minor: bool = False
    consents: bool = True

    @property
    def firm(self) -> bool:
        """Whether this is a firm or an office and not a human being."""
        return len(self.parts) > 1 and _FIRM.search(self.name) is not None

    @property
    def parts(self) -> list[str]:
        """The words of the name, without titles and role words."""
        words = regex.findall(r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*", self.name)
        kept = [word for word in words if word.lower() not in _TITLES]
        return kept or words

    @property
    def names(self) -> list[str]:
        """The words that are names: particles left out."""
        return [part for part in self.parts if part.lower() not in _PARTICLES]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What else this person's name is, besides a name."""
        also = []
        if self.minor:
            also.append("MINOR")
        if not self.consents:
            also.append("NONCONSENTING")
        if "mediator" in self.role.lower() or "mediador" in self.role.lower() or "médiat" in self.role.lower():
            also.append("MEDIATOR_NAME")
        return tuple(also)


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    id: str | None = None
    nicknames: list[str] = []
    emails: list[str] = []
    phones: list[str] = []
    addresses: list[str] = []
    employers: list[str] = []
    role: str | None = None
    minor: bool = False
    consents: bool = True


def people_from_records(records: Any) -> tuple[Person, ...]:
    """The roster from decoded JSON or TOML: a list of {name, nicknames, emails, phones, role, ...}."""
    try:
        rows = msgspec.convert(records, list[_Record])
    except msgspec.ValidationError as error:
        raise RosterError(f"the list of people: {error}") from None
    if len(rows) > MAX_PEOPLE:
        raise RosterError(f"the list of people has {len(rows)} entries; {MAX_PEOPLE} are the most")
    people = []
    for number, row in enumerate(rows, 1):
        if not row.name.strip():
            raise RosterError(f"the list of people: entry {number} has no name")
        fields = {
            "nicknames": row.nicknames, "emails": row.emails, "phones": row.phones, "addresses": row.addresses, "employers": row.employers,
        }  # fmt: skip
        people.append(
            Person(
                id=row.id or f"r{number}", name=row.name.strip(), role=row.role or "", minor=row.minor, consents=row.consents,
                **{key: tuple(one.strip() for one in values if one.strip()) for key, values in fields.items()},
            )
        )  # fmt: skip
    if len({one.id for one in people}) != len(people):
        raise RosterError("the list of people: two entries have one id")
    return tuple(people)


def people_from_toml(source: str) -> tuple[Person, ...]:
    """The roster from TOML: a list of tables called `people`."""
    try:
        raw: Mapping[str, Any] = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RosterError(f"the list of people is no TOML: {_place(error)}") from None
    if set(raw) != {"people"}:
        raise RosterError("the list of people must be tables called [[people]] and nothing else")
    return people_from_records(raw["people"])


def _place(error: Exception) -> str:
    found = regex.search(r"line \d+, column \d+", str(error))
    return found[0] if found else "unreadable"


class Forms(msgspec.Struct, frozen=True):
    """How the people of one roster may be written. Built once per job."""

    # lower-case word -> person; matched in any case.
    words: dict[str, str]
    # lower-case word -> person; matched only with a capital, because it is also an everyday word or very short.
    capital_words: dict[str, str]
    # folded word -> person: nicknames and spellings that sound alike.
    folded: dict[str, str]
    initials: dict[str, str]
    single: dict[str, str]
    phrases: tuple[tuple[str, str, str], ...]
    numbers: dict[str, str]
    people: dict[str, Person]
    # What was answered for a word that resembles a name: the words of a text repeat.
    memo: dict[str, tuple[str | None, float]] = msgspec.field(default_factory=dict)


def forms(people: Sequence[Person]) -> Forms:
    """Every way of writing these people. The first person of the roster wins a word that two share."""
    words: dict[str, str] = {}
    capital: dict[str, str] = {}
    folded: dict[str, str] = {}
    initials: dict[str, str] = {}
    single: dict[str, str] = {}
    phrases: list[tuple[str, str, str]] = []
    numbers: dict[str, str] = {}
    for person in people:
        for number in person.phones:
            plain = "".join(one for one in number if one.isdigit())
            if len(plain) >= 7:
                numbers.setdefault(plain[-9:] if len(plain) > 9 else plain, person.id)
        phrases += [(one, "EMAIL", person.id) for one in person.emails]
        phrases += [(one, "HOME_ADDRESS", person.id) for one in person.addresses]
        phrases += [(one, "EMPLOYER", person.id) for one in person.employers]
        if person.firm:
            phrases += [(one, "ORGANIZATION", person.id) for one in _firm_names(person.name)]
            continue
        for word in [*person.names, *_nickname_words(person)]:
            low = word.lower()
            if len(low) < 2:
                single.setdefault(word.upper(), person.id)
            elif word == low and (len(low) >= 4 or not is_everyday(low)):
                # Whoever writes a name small in the roster says that it is written so.
                words.setdefault(low, person.id)
            elif is_everyday(low) or len(low) <= 2:
                capital.setdefault(low, person.id)
            else:
                words.setdefault(low, person.id)
            if len(low) >= 4:
                folded.setdefault(fold(low), person.id)
        if person.names:
            for short in short_forms().get(person.names[0].lower(), ()):
                target = capital if is_everyday(short) or len(short) <= 3 else words
                target.setdefault(short, person.id)
        for letters in _initials(person.names):
            initials.setdefault(letters, person.id)
        for name in person.names[:1]:
            single.setdefault(name[0].upper(), person.id)
        for nickname in person.nicknames:
            if " " in nickname:
                phrases.append((nickname, "PERSON", person.id))
    return Forms(words, capital, folded, initials, single, tuple(phrases), numbers, {one.id: one for one in people})


def _nickname_words(person: Person) -> Iterable[str]:
    for nickname in person.nicknames:
        yield from (
            word
            for word in regex.findall(r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*", nickname)
            if word.lower() not in _TITLES | _PARTICLES
        )


def _initials(names: Sequence[str]) -> Iterable[str]:
    yield from sorted(forms_of(names))


def _firm_names(name: str) -> Iterable[str]:
    yield name
    shorter = regex.sub(
        r",?\s+(?:ltd|limited|llc|llp|inc|corp|plc|gmbh|s\.?a\.?|s\.?l\.?|sarl|pty ltd|pty|co)\.?$",
        "",
        name,
        flags=regex.I,
    )
    if shorter != name:
        yield shorter
    head = shorter.split()[0]
    if len(shorter.split()) > 1 and len(head) > 4 and not is_everyday(head):
        yield head
