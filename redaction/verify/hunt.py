"""Searches bytes and texts for secrets and keeps count of what was looked at. Hits name the secret by number, never by words."""

import base64
import binascii
import email.errors
import email.header
import html
import quopri
import re
import urllib.parse
from collections import Counter

from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from redaction.verify.spellings import LEAST_SQUEEZED, Spelling, folded, letters, spell

MOST_HITS = 500
TEXT_LIKE = 4_000_000


class Hit(Struct, frozen=True, order=True):
    """A secret that is still there."""

    secret: int
    place: str
    how: str


class Verdict(Struct, frozen=True, kw_only=True):
    """What the verifier says about a file. Clean only when nothing was found and nothing was left unlooked at."""

    hits: tuple[Hit, ...]
    unlooked: tuple[str, ...]
    looked: dict[str, int]
    engines: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.hits and not self.unlooked


class Hunt:
    """One search through one file."""

    def __init__(self, secrets: list[str]) -> None:
        self.spellings: list[Spelling] = [
            s for s in (spell(k, text) for k, text in enumerate(secrets)) if s is not None
        ]
        self._hits: dict[Hit, None] = {}
        self._unlooked: dict[str, None] = {}
        self.looked: Counter[str] = Counter()
        self.engines: set[str] = set()

    def verdict(self) -> Verdict:
        return Verdict(
            hits=tuple(sorted(self._hits)), unlooked=tuple(self._unlooked), looked=dict(sorted(self.looked.items())), engines=tuple(sorted(self.engines))
        )  # fmt: skip

    def could_not_look(self, place: str, why: str) -> None:
        self._unlooked[f"{place}: {why}"] = None

    def hit(self, secret: int, place: str, how: str) -> None:
        if len(self._hits) < MOST_HITS:
            self._hits[Hit(secret, place, how)] = None

    def raw(self, data: bytes, place: str, *, packed: bool = False) -> None:
        """Raw bytes. `packed` data (compressed pictures) is searched for plain spellings only."""
        self.looked["bytes"] += len(data)
        low = data.lower()
        for one in self.spellings:
            for pattern, how in one.plain:
                if pattern in low and (not one.whole_word or _alone(low, pattern)):
                    self.hit(one.number, place, f"bytes ({how})")
            if not packed:
                for pattern, how in one.coded:
                    if pattern in data:
                        self.hit(one.number, place, f"bytes ({how})")
        if not packed and len(data) < TEXT_LIKE:
            self._unescaped(data, place)

    def _unescaped(self, data: bytes, place: str) -> None:
        text = data.decode("utf-8", "ignore")
        if re.search(r"=[0-9A-F]{2}|=\r?\n", text):
            self.text(quopri.decodestring(data).decode("utf-8", "ignore"), place, "quoted-printable", squeezed=False)
        if "&" in text and ";" in text:
            self.text(html.unescape(text), place, "entities", squeezed=False)
        if re.search(r"%[0-9A-Fa-f]{2}", text):
            self.text(urllib.parse.unquote_plus(text, errors="ignore"), place, "percent", squeezed=False)
        if "\\u" in text:
            self.text(
                re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text),
                place,
                "script escape",
                squeezed=False,
            )
        if "=?" in text:
            self.text(_header_words(text), place, "header coding", squeezed=False)
        for run in re.finditer(rb"(?:[0-9A-Fa-f]{2}\s?){6,}", data):
            self._decoded(bytes.fromhex(re.sub(rb"\s", b"", run[0]).decode()), place, "hex")
        for run in re.finditer(rb"[A-Za-z0-9+/\r\n]{40,}={0,2}", data):
            raw = re.sub(rb"\s", b"", run[0])
            try:
                inner = base64.b64decode(raw[: len(raw) // 4 * 4])
            except (binascii.Error, ValueError):
                continue
            self._decoded(inner, place, "base64")

    def _decoded(self, inner: bytes, place: str, how: str) -> None:
        low = inner.lower()
        for one in self.spellings:
            if any(pattern in low for pattern, _ in one.plain):
                self.hit(one.number, place, f"bytes ({how})")

    def text(self, text: str, place: str, how: str, *, squeezed: bool = True) -> None:
        """Text as a reader or a program gets it: as written, and with letters and digits only."""
        if not text:
            return
        self.looked["characters"] += len(text)
        flat = folded(text)
        tight = letters(text) if squeezed else ""
        broken = letters(re.sub(r"[-\u00ad\u2010]\s*\n", "", text)) if squeezed else ""
        for one in self.spellings:
            if one.folded in flat and (not one.whole_word or re.search(rf"(?<!\w){re.escape(one.folded)}(?!\w)", flat)):
                self.hit(one.number, place, how)
            elif squeezed and len(one.letters) >= LEAST_SQUEEZED and (one.letters in tight or one.letters in broken):
                self.hit(one.number, place, f"{how}, letters only")

    def seen(self, text: str, place: str) -> None:
        """Text that OCR read: also with one letter in seven misread."""
        self.looked["pictures"] += 1
        self.text(text, place, "OCR")
        words = [letters(word) for word in text.split()]
        words = [word for word in words if word]
        for one in self.spellings:
            if len(one.letters) >= 7 and _near(one.letters, words):
                self.hit(one.number, place, "OCR, nearly")


def _alone(data: bytes, pattern: bytes) -> bool:
    return re.search(rb"(?<![a-z0-9])" + re.escape(pattern) + rb"(?![a-z0-9])", data) is not None


def _near(key: str, words: list[str]) -> bool:
    """Whether some run of words is the key with few letters wrong."""
    allowed = max(1, len(key) // 7)
    for i in range(len(words)):
        joined = ""
        for word in words[i : i + 8]:
            joined += word
            if len(joined) > len(key) + allowed:
                break
            if len(joined) >= len(key) - allowed and Levenshtein.distance(key, joined, score_cutoff=allowed) <= allowed:
                return True
    return False


def _header_words(text: str) -> str:
    try:
        return " ".join(
            part.decode(coding or "utf-8", "ignore") if isinstance(part, bytes) else part
            for part, coding in email.header.decode_header(text[:200_000])
        )
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return ""
