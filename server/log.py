"""The server's log: one JSON line per fact, from closed lists. A word that is not on a list is not written, whoever says it.

Exceptions are written as class and place, never with their words. Other libraries log through the same funnel.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from client.protocol.errors import Code

# Every sentence that we log; a test compares this list with the source.
EVENTS = frozenset(
    {
        "actor fault",
        "bad frame",
        "command fault",
        "foreign origin",
        "house fault",
        "library",
        "media.connection",
        "media.dtls",
        "media.drain",
        "media.send",
        "media.task",
        "media.tick",
        "media.worker.event",
        "media.worker.lost",
        "media.worker.renewed",
        "mediation lost",
        "opening refused",
        "ready",
        "record destroyed",
        "record kept on",
        "request fault",
        "retention fault",
        "socket lost",
        "unnamed",
        "worker failed to start",
        "worker lost",
    }
)
WORDS: dict[str, frozenset[str]] = {
    "event": EVENTS,
    "code": frozenset(Code),
    "method": frozenset({"GET", "HEAD", "PUT", "POST", "OPTIONS", "DELETE", "PATCH"}),
    "level": frozenset({"debug", "info", "warning", "error", "critical"}),
}
# Ids are random bytes: a name doesn't end on one of four letters at a length of 22, nor is it twelve hexadecimal digits.
IDS = {
    "mediation": re.compile(r"[A-Za-z0-9_-]{21}[AQgw]\Z"),
    "blob": re.compile(r"[A-Za-z0-9_-]{21}[AQgw]\Z"),
    "support": re.compile(r"[0-9a-f]{12}\Z"),
}
NUMBERS = frozenset({"status", "size", "count", "seconds", "port", "seq", "ms", "worker", "ok"})
_LIBRARIES = frozenset({"aiohttp", "asyncio", "sqlalchemy", "alembic", "concurrent", "aiortc", "aioice", "py"})


def allowed(_logger: Any, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What may be written of these facts."""
    passed: dict[str, Any] = {}
    for key, value in facts.items():
        if isinstance(value, bool | int | float):
            if key in NUMBERS:
                passed[key] = value
        elif isinstance(value, str):
            if key == "event":
                passed[key] = str(value) if value in EVENTS else "unnamed"
            elif (key in WORDS and value in WORDS[key]) or (key in IDS and IDS[key].match(value)):
                passed[key] = str(value)
    error = facts.get("exc_info")
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        passed |= place(error)
    return passed


def place(error: BaseException) -> dict[str, str | int]:
    """What a fault is and where, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = next((f for f in reversed(frames) if "/server/" in f.filename or "/client/" in f.filename), None)
    where = ours or (frames[-1] if frames else None)
    facts: dict[str, str | int] = {"fault": type(error).__name__}
    if where is not None and where.lineno is not None:
        facts |= {"where": where.filename.rsplit("/", 1)[-1].removesuffix(".py"), "line": where.lineno}
    return facts


class Funnel(logging.Handler):
    """Takes what other libraries log, and writes that they did."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(logging.WARNING)
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """One line without the record's text."""
        level, top = record.levelname.lower(), record.name.partition(".")[0]
        facts = allowed(None, "", {"event": "library", "level": level, "exc_info": record.exc_info})
        self._stream.write(json.dumps({**facts, "logger": top if top in _LIBRARIES else "other"}) + "\n")
        self._stream.flush()


def configure(stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (standard error) as JSON lines."""
    target = stream if stream is not None else sys.stderr
    structlog.configure(
        processors=[
            _level,
            allowed,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [Funnel(target)]
    root.setLevel(logging.WARNING)


def _level(_logger: Any, method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    facts["level"] = {"exception": "error", "warn": "warning"}.get(method, method)
    return facts


def info(event: str, **facts: str | int | bool) -> None:
    """Note a fact."""
    structlog.get_logger().info(event, **facts)


def fault(event: str, error: BaseException, **facts: str | int | bool) -> None:
    """Note a fault of ours: its class and place."""
    structlog.get_logger().error(event, exc_info=error, **facts)
