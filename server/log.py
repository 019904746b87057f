"""The server's log: one JSON line per fact. Only known keys and harmless values pass; everything else is dropped, exceptions' words included.

Other libraries log through the same funnel: their name, their level and the place of a fault, never their text.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

# Words: lower-case codes of ours. Ids: random, no names. Numbers and truth values always pass under an allowed key.
WORDS = frozenset(
    {
        "code",
        "rule",
        "kind",
        "state",
        "part",
        "standing",
        "method",
        "route",
        "level",
        "event",
        "logger",
        "fault",
        "where",
        "version",
    }
)
IDS = frozenset({"mediation", "blob", "support"})
NUMBERS = frozenset({"status", "size", "count", "seconds", "port", "seq", "ms", "mediations", "pages", "line"})
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9._:/-]{0,79}\Z")
_ID = re.compile(r"[A-Za-z0-9_-]{8,22}\Z")
# Only our own sentences are events: a caller can't pass text through the event's name.
_EVENT = re.compile(r"[a-z]+(?:[ .-][a-z]+){0,5}\Z")

Exc = tuple[type[BaseException], BaseException, TracebackType | None]


def allowed(_logger: Any, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What may be written of these facts."""
    passed: dict[str, Any] = {}
    for key, value in facts.items():
        if isinstance(value, bool | int | float):
            if key in NUMBERS | WORDS:
                passed[key] = value
        elif isinstance(value, str):
            pattern = _EVENT if key == "event" else _WORD if key in WORDS else _ID if key in IDS else None
            if pattern is not None and pattern.match(value):
                passed[key] = value
    return passed


def place(error: BaseException) -> dict[str, str | int]:
    """What a fault is and where, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = frames[-1] if frames else None
    ours = next((f for f in reversed(frames) if "/server/" in f.filename or "/client/" in f.filename), where)
    facts: dict[str, str | int] = {"fault": type(error).__name__}
    if ours is not None and ours.lineno is not None:
        facts |= {"where": ours.filename.rsplit("/", 1)[-1].removesuffix(".py"), "line": ours.lineno}
    return facts


class Funnel(logging.Handler):
    """Takes what other libraries log, and writes that they did."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(logging.WARNING)
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """One line without the record's text."""
        facts: dict[str, Any] = {"event": "library", "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1] is not None:
            facts |= place(record.exc_info[1])
        self._stream.write(json.dumps(dict(allowed(None, "", facts))) + "\n")
        self._stream.flush()


def configure(stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (standard error) as JSON lines."""
    target = stream if stream is not None else sys.stderr
    structlog.configure(
        processors=[
            _level,
            allowed,
            _stamp,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [Funnel(target)]
    root.setLevel(logging.WARNING)


def _level(_logger: Any, method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    facts["level"] = method
    return facts


def _stamp(_logger: Any, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")(None, "", dict(facts))


def info(event: str, **facts: str | int | bool) -> None:
    """Note a fact."""
    structlog.get_logger().info(event, **facts)


def fault(event: str, error: BaseException, **facts: str | int | bool) -> None:
    """Note a fault of ours: its class and place."""
    structlog.get_logger().error(event, **facts, **place(error))
