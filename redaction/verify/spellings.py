"""All the ways in which a string can be written in bytes and in text."""

import base64
import html
import quopri
import unicodedata
import urllib.parse

from msgspec import Struct

LEAST = 3
LEAST_SQUEEZED = 6


def folded(text: str) -> str:
    """Without case, accents, ligatures, and with every white space the same."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(
        "".join(c for c in parts if not unicodedata.combining(c) and unicodedata.category(c) != "Cf").split()
    )


def letters(text: str) -> str:
    """Only letters and digits, folded."""
    return "".join(c for c in folded(text) if c.isalnum())


class Spelling(Struct, frozen=True):
    """One secret in all its forms."""

    number: int
    folded: str
    letters: str
    plain: tuple[tuple[bytes, str], ...]  # searched in lower-cased bytes
    coded: tuple[tuple[bytes, str], ...]  # searched in bytes as they are
    whole_word: bool  # too short to count inside other words


def spell(number: int, secret: str) -> Spelling | None:
    """Forms of a secret; None when it is too short to look for."""
    secret = " ".join(secret.split())
    if len(letters(secret)) < LEAST and len(secret) < LEAST:
        return None
    plain: dict[bytes, str] = {}
    coded: dict[bytes, str] = {}
    variants = {secret, unicodedata.normalize("NFC", secret), unicodedata.normalize("NFD", secret)}
    for joint in ("_", "+", "-", ".", "%20", ""):
        if " " in secret and (joint or len(letters(secret)) >= 8):
            variants.add(secret.replace(" ", joint))
    for form in sorted(variants):
        low = form.lower()
        for coding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp1252"):
            _put(plain, low, coding)
        utf8 = low.encode()
        plain.setdefault(utf8.hex().encode(), "hex")
        plain.setdefault(low.encode("utf-16-be").hex().encode(), "hex")
        plain.setdefault("".join(f"\\u{ord(c):04x}" for c in low).encode(), "script escape")
        plain.setdefault("".join(f"&#x{ord(c):x};" for c in low).encode(), "entity")
        plain.setdefault("".join(f"&#{ord(c)};" for c in low).encode(), "entity")
        plain.setdefault("".join(f"%{b:02x}" for b in utf8).encode(), "percent")
        plain.setdefault(urllib.parse.quote(low).lower().encode(), "percent")
        plain.setdefault(html.escape(low).encode(), "entity")
    for form in {secret, secret.lower(), secret.upper(), secret.title()}:
        raw = form.encode()
        coded.setdefault(quopri.encodestring(raw).strip(), "quoted-printable")
        coded.setdefault(b"".join(b"\\%03o" % b for b in raw), "octal")
        for data in (raw, form.encode("utf-16-le"), form.encode("utf-16-be")):
            for shift in range(3):
                text = base64.b64encode(b"\x00" * shift + data)
                first = (0, 2, 3)[shift]
                last = len(text) - (0, 3, 2)[(len(data) + shift) % 3]
                if last - first >= 8:
                    coded.setdefault(text[first:last].rstrip(b"="), "base64")
    short = len(letters(secret)) < 6
    return Spelling(
        number=number, folded=folded(secret), letters=letters(secret), plain=tuple((k, v) for k, v in plain.items() if len(k) >= (6 if short else 4)),
        coded=tuple((k, v) for k, v in coded.items() if len(k) >= 8), whole_word=short,
    )  # fmt: skip


def _put(into: dict[bytes, str], text: str, coding: str) -> None:
    try:
        into.setdefault(text.encode(coding), coding)
    except UnicodeEncodeError:
        return
