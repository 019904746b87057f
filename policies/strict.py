"""Reads a YAML file of facts strictly: what is misspelt, doubled or ambiguous is refused with file, line and sentence.

YAML's surprises are shut out: no anchors, tags or merges, no key twice, no bare `on`, `off`, `yes` or `no`, no dates.
The result is one of our frozen structs; nothing else comes out.
"""

import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12

T = TypeVar("T", bound=msgspec.Struct)

# The compiled reader if the library has it: same results, some ten times faster.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_AMBIGUOUS = frozenset({"on", "off", "yes", "no", "y", "n", "~", "null"})


class PolicyError(ValueError):
    """A rules folder that cannot be used: which file, which line, and why in one sentence."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        self.file = file
        self.line = line
        self.sentence = sentence
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {sentence}")


def read_struct(text: str, file: str, kind: type[T]) -> T:
    """One struct of facts from the text of one YAML file, or a `PolicyError`."""
    return _Reader(file).whole(text, kind)


def names_under(text: str, file: str, heading: str) -> frozenset[str]:
    """The names directly under one heading of a file that somebody else reads in full."""
    reader = _Reader(file)
    for key, entry in reader.entries(reader.tree(text), ""):
        if key.value == heading:
            return frozenset(name.value for name, _ in reader.entries(entry, heading))
    return frozenset()


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file

    def refuse(self, node: yaml.Node, sentence: str) -> PolicyError:
        return PolicyError(self.file, node.start_mark.line + 1, sentence)

    def whole(self, text: str, kind: type[T]) -> T:
        value = self.value(self.tree(text), kind, "", 0)
        assert isinstance(value, kind)
        return value

    def tree(self, text: str) -> yaml.Node:
        """The file as nodes with their lines, if it is small, plain and readable."""
        if len(text.encode()) > MAX_BYTES:
            raise PolicyError(self.file, 0, f"is larger than {MAX_BYTES} bytes")
        try:
            self._check_events(text)
            node = yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            raise PolicyError(self.file, line, "is not readable as YAML here") from None
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            if isinstance(error, PolicyError):
                raise
            raise PolicyError(self.file, 0, "is not readable as YAML") from None
        if not isinstance(node, yaml.Node):
            raise PolicyError(self.file, 0, "is empty")
        return node

    def _check_events(self, text: str) -> None:
        """Before anything is built: no anchors, which let a few lines grow into millions of entries, and no deep nesting."""
        depth = 0
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if getattr(event, "anchor", None):
                raise PolicyError(self.file, line, "anchors and references are not used in rules folders")
            if getattr(event, "tag", None):
                raise PolicyError(self.file, line, "tags are not used in rules folders")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise PolicyError(self.file, line, "is nested too deeply")

    def value(self, node: yaml.Node, kind: Any, path: str, depth: int) -> Any:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            options = [option for option in get_args(kind) if option is not type(None)]
            if len(options) != 1:
                raise TypeError(kind)
            return self.value(node, options[0], path, depth)
        if origin is Literal:
            return self.word(node, get_args(kind), path)
        if origin is tuple:
            return self.sequence(node, get_args(kind)[0], path, depth)
        if origin is dict:
            word_kind, inner = get_args(kind)
            return {
                self.word(key, get_args(word_kind), path)
                if get_origin(word_kind) is Literal
                else self.text(key, path): (self.value(entry, inner, f"{path}.{key.value}", depth + 1))
                for key, entry in self.entries(node, path)
            }
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self.struct(node, kind, path, depth)
        if kind is str:
            return self.text(node, path)
        if kind is bool:
            return self.truth(node, path)
        if kind is int:
            return self.number(node, path)
        raise TypeError(kind)

    def entries(self, node: yaml.Node, path: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self.refuse(node, f"`{path.lstrip('.') or 'the file'}` must be a list of names with values")
        seen: set[str] = set()
        out: list[tuple[yaml.ScalarNode, yaml.Node]] = []
        for key, entry in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.refuse(key, "a name must be one word, not a list")
            name = self.text(key, path)
            if name in seen:
                raise self.refuse(key, f"`{name}` is written twice")
            seen.add(name)
            out.append((key, entry))
        return out

    def struct(self, node: yaml.Node, kind: type[msgspec.Struct], path: str, depth: int) -> msgspec.Struct:
        hints = get_type_hints(kind)
        fields: Mapping[str, msgspec.structs.FieldInfo] = {f.encode_name: f for f in msgspec.structs.fields(kind)}
        found: dict[str, Any] = {}
        for key, entry in self.entries(node, path):
            field = fields.get(key.value)
            if field is None:
                raise self.refuse(key, f"`{key.value}` is not a word this file knows here{_nearest(key.value, fields)}")
            found[field.name] = self.value(entry, hints[field.name], f"{path}.{key.value}", depth + 1)
        for name, field in fields.items():
            if field.required and field.name not in found:
                raise self.refuse(node, f"`{path.lstrip('.') or 'the file'}` lacks `{name}`")
        return kind(**found)

    def sequence(self, node: yaml.Node, kind: Any, path: str, depth: int) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.refuse(node, f"`{path.lstrip('.')}` must be a list")
        out = tuple(self.value(entry, kind, f"{path}[{index}]", depth + 1) for index, entry in enumerate(node.value))
        if kind is str or get_origin(kind) is Literal:
            for index, entry in enumerate(out):
                if entry in out[:index]:
                    raise self.refuse(node.value[index], f"`{entry}` is written twice in `{path.lstrip('.')}`")
        return out

    def scalar(self, node: yaml.Node, path: str) -> yaml.ScalarNode:
        if not isinstance(node, yaml.ScalarNode):
            raise self.refuse(node, f"`{path.lstrip('.')}` must be one value, not a list")
        return node

    def text(self, node: yaml.Node, path: str) -> str:
        scalar = self.scalar(node, path)
        if not scalar.style and scalar.value.lower() in _AMBIGUOUS:
            raise self.refuse(node, f"`{scalar.value}` means something else in YAML: put it in quotation marks")
        if not scalar.style and not scalar.tag.endswith(":str"):
            raise self.refuse(
                node, f"`{scalar.value}` would be read as a number, date or truth value: put it in quotation marks"
            )
        return str(scalar.value)

    def word(self, node: yaml.Node, allowed: tuple[str, ...], path: str) -> str:
        found = self.text(node, path)
        if found not in allowed:
            raise self.refuse(node, f"`{found}` is not one of: {', '.join(allowed)}")
        return found

    def truth(self, node: yaml.Node, path: str) -> bool:
        scalar = self.scalar(node, path)
        if scalar.style or scalar.value not in ("true", "false"):
            raise self.refuse(node, f"`{path.lstrip('.')}` must be true or false")
        return bool(scalar.value == "true")

    def number(self, node: yaml.Node, path: str) -> int:
        scalar = self.scalar(node, path)
        if scalar.style or not scalar.value.isascii() or not scalar.value.isdigit() or len(scalar.value) > 7:
            raise self.refuse(node, f"`{path.lstrip('.')}` must be a whole number")
        return int(scalar.value)


def _nearest(word: str, known: Mapping[str, object]) -> str:
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""
