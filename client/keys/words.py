"""Bytes as words that can be read aloud and copied by hand (proquints), with a check word that finds a slip."""

import re

from client.keys.encoding import sha256

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_WORD = re.compile(f"[{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}]\\Z")


class WordsRefused(Exception):
    """The words are not what was written down. `wrong` lists the places (from 0) of words that can't be; empty: a valid word is another's."""

    def __init__(self, wrong: tuple[int, ...] = ()) -> None:
        super().__init__("words")
        self.wrong = wrong


def _word(value: int) -> str:
    return (
        _CONSONANTS[value >> 12 & 15]
        + _VOWELS[value >> 10 & 3]
        + _CONSONANTS[value >> 6 & 15]
        + _VOWELS[value >> 4 & 3]
        + _CONSONANTS[value & 15]
    )


def _value(word: str) -> int:
    return (
        _CONSONANTS.index(word[0]) << 12
        | _VOWELS.index(word[1]) << 10
        | _CONSONANTS.index(word[2]) << 6
        | _VOWELS.index(word[3]) << 4
        | _CONSONANTS.index(word[4])
    )


def to_words(data: bytes) -> list[str]:
    """One word for 16 bits and a check word."""
    if len(data) % 2:
        raise ValueError("an even number of bytes")
    return [_word(int.from_bytes(data[i : i + 2], "big")) for i in range(0, len(data), 2)] + [
        _word(int.from_bytes(sha256(data)[:2], "big"))
    ]


def from_words(untrusted: str, length: int) -> bytes:
    """The `length` bytes that these words say; case, hyphens, commas and line breaks don't matter."""
    words = re.findall(r"[a-z]+", untrusted[:4000].lower())
    wrong = tuple(place for place, word in enumerate(words) if not _WORD.match(word))
    if wrong or len(words) != length // 2 + 1:
        raise WordsRefused(wrong)
    data = b"".join(_value(word).to_bytes(2, "big") for word in words[:-1])
    if _value(words[-1]) != int.from_bytes(sha256(data)[:2], "big"):
        raise WordsRefused
    return data
