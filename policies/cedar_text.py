"""Finds the rules in Cedar text with the line each begins on, and checks what every rule of ours must carry.

Cedar numbers rules by position; people need a name, a sentence and a line. This module is the bridge.
"""

import re

import msgspec

from policies.strict import PolicyError

MAX_RULES = 400

_ANNOTATION = re.compile(r'@(id|says|basis)\("((?:[^"\\]|\\.)*)"\)')
_HEAD = re.compile(r"\b(permit|forbid)\s*\(")
_ID = re.compile(r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: its name, its sentence, what it rests on, and where it stands."""

    id: str
    says: str
    basis: str
    effect: str
    actions: frozenset[str]
    file: str
    line: int
    text: str


def split_rules(text: str, file: str) -> tuple[Rule, ...]:
    """The rules of one file in their order, each with `@id` and `@says`; anything else is refused with its line."""
    out: list[Rule] = []
    for start, chunk in _statements(text):
        head = _HEAD.search(_blank_strings(chunk))
        first = start + len(chunk) - len(chunk.lstrip())
        line = text.count("\n", 0, first) + 1
        if head is None:
            raise PolicyError(file, line, "here is something that is neither `permit` nor `forbid`")
        notes = dict(_ANNOTATION.findall(chunk[: head.start()]))
        if not _ID.match(notes.get("id", "")):
            raise PolicyError(file, line, 'a rule needs an @id("group.name") in small letters')
        if not notes.get("says", "").endswith("."):
            raise PolicyError(file, line, f'rule `{notes["id"]}` needs one plain sentence in @says("...")')
        scope = chunk[head.end() : _scope_end(chunk, head.end())]
        actions = frozenset(re.findall(r'Action::"([a-z-]+)"', scope))
        out.append(
            Rule(
                id=notes["id"],
                says=notes["says"],
                basis=notes.get("basis", ""),
                effect=head.group(1),
                actions=actions,
                file=file,
                line=line,
                text=chunk.strip() + "\n",
            )
        )
    return tuple(out)


def unique_rules(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The same rules, or a `PolicyError` if two share a name or there are too many."""
    if len(rules) > MAX_RULES:
        raise PolicyError(rules[MAX_RULES].file, rules[MAX_RULES].line, f"more than {MAX_RULES} rules")
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise PolicyError(rule.file, rule.line, f"the name `{rule.id}` is taken by {seen[rule.id].file}")
        seen[rule.id] = rule
    return rules


def _blank_strings(text: str) -> str:
    """The text with comments and the insides of strings blanked, offsets unchanged."""
    out: list[str] = []
    i, quoted = 0, False
    while i < len(text):
        char = text[i]
        if quoted:
            if char == "\\":
                out.append("  ")
                i += 2
                continue
            quoted = char != '"'
            out.append(char if char == '"' else " ")
        elif char == '"':
            quoted = True
            out.append(char)
        elif text.startswith("//", i):
            end = text.find("\n", i)
            end = len(text) if end < 0 else end
            out.append(" " * (end - i))
            i = end
            continue
        else:
            out.append(char)
        i += 1
    return "".join(out)[: len(text)]


def _statements(text: str) -> list[tuple[int, str]]:
    """Pieces that end in a semicolon outside strings and comments, with comments removed from the front."""
    blank = _blank_strings(text)
    out: list[tuple[int, str]] = []
    start = 0
    while True:
        end = blank.find(";", start)
        if end < 0:
            if blank[start:].strip():
                out.append((start + len(blank[start:]) - len(blank[start:].lstrip()), text[start:].lstrip()))
            return out
        lead = len(blank[start:end]) - len(blank[start:end].lstrip())
        out.append((start + lead, text[start + lead : end + 1]))
        start = end + 1


def _scope_end(chunk: str, start: int) -> int:
    depth = 1
    blank = _blank_strings(chunk)
    for index in range(start, len(blank)):
        depth += {"(": 1, ")": -1}.get(blank[index], 0)
        if depth == 0:
            return index
    return len(blank)
