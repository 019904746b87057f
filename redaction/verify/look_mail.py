"""Messages: every header decoded, every part opened."""

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redaction.verify.look import Looker

_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[ \t]?[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}")


def looks_like_mail(data: bytes, name: str) -> bool:
    return name.lower().endswith(".eml") or _HEADERS.match(data[:8000]) is not None


def look_mail(looker: "Looker", data: bytes, place: str, depth: int) -> None:
    """Headers as text, bodies and attachments as files."""
    message = message_from_bytes(data, policy=policy.default)
    for count, part in enumerate(message.walk(), 1):
        where = f"{place} > part {count}"
        for name, value in part.items():
            looker.hunt.text(f"{name}: {value}", where, "header")
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        coding = part.get_content_charset()
        if coding and part.get_content_maintype() == "text":
            try:
                looker.hunt.text(body.decode(coding, "replace"), where, "text")
            except LookupError:
                looker.hunt.could_not_look(where, "unknown character set")
        looker.look(body, where, depth + 1, part.get_filename() or "")
