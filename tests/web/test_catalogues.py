"""Every word on the screen comes from the catalogues, in both languages, and nothing in them is unused."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.protocol.errors import Code

WEB = Path(__file__).parents[2] / "client" / "web"
LANGUAGES = ("en", "es")
SOURCES = [
    path
    for path in sorted(WEB.rglob("*.js"))
    if path.relative_to(WEB).parts[0] in {"views", "main.js", "session", "i18n.js"}
]
# Fronts whose keys are made from a value: `word('role', role)` or t(`role.${role}`).
FAMILY = re.compile(r"(?:word\('([a-z.-]+)'|`([a-z]+\.[a-zA-Z.-]*)\$\{)")
LITERAL = re.compile(r"'([a-z][a-z-]*(?:\.[a-zA-Z0-9=-]+)*)'")
CALL = re.compile(r"\b(?:t|rich)\('([a-zA-Z0-9.-]+)'")
FORBIDDEN = re.compile(
    r"\b(caucus|counsel|seat|claimant|respondent|waiver|regime|unlock|hold key|consent card|end-to-end|encrypted|epoch|bundle)\b",
    re.IGNORECASE,
)


def catalogue(language: str) -> dict[str, str]:
    messages: dict[str, str] = json.loads((WEB / "i18n" / f"{language}.json").read_text())
    return messages


def fronts() -> set[str]:
    return {
        (match[1] + "." if match[1] else match[2]) for path in SOURCES for match in FAMILY.finditer(path.read_text())
    } | {"problem.", "notice.", "distrust.", "note.", "media.", "forbidden.", "missing."}


def literals() -> set[str]:
    return {match[1] for path in SOURCES for match in LITERAL.finditer(path.read_text())}


def calls() -> Iterator[tuple[str, str]]:
    for path in SOURCES:
        for match in CALL.finditer(path.read_text()):
            yield path.name, match[1]


def arguments(message: str) -> set[str]:
    """The facts a message asks for; the braces of plural and select cases are not facts."""
    found: set[str] = set()

    def inside(at: int) -> int:
        while at < len(message) and message[at] != "}":
            at = argument(at) if message[at] == "{" else at + 1
        return at

    def argument(at: int) -> int:
        head = re.compile(r"\{(\w+)(, (?:plural|select),)?").match(message, at)
        assert head, message
        found.add(head[1])
        at = head.end()
        while head[2] and message[at] != "}":
            at = inside(message.index("{", at) + 1) + 1 if message[at] != " " else at + 1
        assert message[at] == "}", message
        return at + 1

    end = inside(0)
    assert end == len(message), message
    return found


def test_both_languages_have_the_same_keys() -> None:
    assert catalogue("en").keys() == catalogue("es").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_in_the_source_has_a_sentence(language: str) -> None:
    known = catalogue(language)
    assert [f"{name}: {key}" for name, key in calls() if key not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_family_has_at_least_one_sentence(language: str) -> None:
    known = catalogue(language)
    assert [front for front in fronts() if not any(key.startswith(front) for key in known)] == []


def test_no_sentence_is_left_over() -> None:
    families, named = fronts(), literals()
    left = [key for key in catalogue("en") if key not in named and not any(key.startswith(front) for front in families)]
    assert left == []


def test_translations_use_the_same_facts() -> None:
    english, spanish = catalogue("en"), catalogue("es")
    assert [key for key in english if arguments(english[key]) != arguments(spanish[key])] == []


def test_every_code_of_the_protocol_has_a_sentence_for_people() -> None:
    known = catalogue("en")
    assert [code.value for code in Code if f"problem.{code.value}" not in known] == []


def test_the_words_are_the_products_words() -> None:
    """PRODUCT's table: a lay person never meets the words of the trade."""
    assert [key for key, text in catalogue("en").items() if FORBIDDEN.search(text)] == []


TROUBLE = re.compile(r"(?:new Trouble|fail)\('([a-z-]+)'|code: '([a-z-]+)'")
MISSING = re.compile(r"missing: '([a-z-]+)'")


def test_every_trouble_that_a_page_can_have_has_a_sentence_of_its_own() -> None:
    known = catalogue("en")
    text = "\n".join(path.read_text() for path in SOURCES)
    codes = {match[1] or match[2] for match in TROUBLE.finditer(text)}
    faults = re.search(r"@typedef \{([^}]*)\} LinkFault", (WEB / "keys" / "link.js").read_text())
    assert faults
    codes |= {f"link-{fault}" for fault in re.findall(r"'([a-z]+)'", faults[1])}
    assert len(codes) > 20
    assert [code for code in sorted(codes) if f"problem.{code}" not in known] == []
    assert [one for one in MISSING.findall(text) if f"missing.{one}" not in known and one != "bad"] == []
