"""Spellings brought to a common form: accents, other scripts, letters that sound alike, so that variants of one name meet."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import regex
from rapidfuzz.distance import OSA

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        ["a", "b", "v", "g", "d", "e", "yo", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya", "i", "yi", "ye", "g"],
        strict=True,
    )
)  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ],
        strict=True,
    )
)
_OTHER = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_TABLE = str.maketrans({**_CYRILLIC, **_GREEK, **_OTHER})
_ALIKE = (
    ("ph", "f"), ("ck", "k"), ("qu", "k"), ("kh", "h"), ("sch", "sh"), ("tsh", "ch"), ("oo", "u"), ("ou", "u"), ("ee", "i"), ("ea", "i"), ("ie", "i"), ("ey", "i"),
    ("c", "k"), ("q", "k"), ("y", "i"), ("j", "i"), ("z", "s"), ("w", "v"), ("x", "ks"),
)  # fmt: skip
_NO_LETTER = regex.compile(r"[^a-z]")
_DOUBLED = regex.compile(r"(.)\1+")
_HYPHEN = regex.compile(r"[-‑]")
_ENDINGS = regex.compile(r"(?:zza|za|ers?|sies?|s?y|ies?|i|s|o|a|ah)$")


@lru_cache(maxsize=50_000)
def latin(word: str) -> str:
    """Lower case without accents, in Latin letters."""
    spread = unicodedata.normalize("NFD", word.lower().translate(_TABLE))
    return "".join(one for one in spread if not unicodedata.combining(one)).translate(_TABLE)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """How a word sounds, roughly: for comparing, never for showing."""
    plain = _NO_LETTER.sub("", latin(word))
    for old, new in _ALIKE:
        plain = plain.replace(old, new)
    return str(_DOUBLED.sub(r"\1", plain))


def shortens(short: str, full: str) -> bool:
    """Whether `short` can be a pet form of `full`: Dem of Demi, Doogs of Dougal, Xan of Xanthe, Pili of Pilar."""
    low, whole = latin(short), latin(full)
    if len(low) >= 3 and len(whole) > len(low) and whole.startswith(low):
        return True
    root = fold(_ENDINGS.sub("", low))
    sound = fold(full)
    return len(root) >= 3 and len(sound) > len(root) and sound.startswith(root)


def misspells(word: str, name: str) -> bool:
    """Whether `word` is `name` with a slip: one for five letters and more, two for nine and more; the first letter holds."""
    left, right = latin(word), latin(name)
    if left == right:
        return True
    longest = max(len(left), len(right))
    if longest < 5 or not left or not right or (left[0] != right[0] and fold(left)[:1] != fold(right)[:1]):
        return False
    allowed = 2 if longest >= 9 else 1
    return OSA.distance(left, right, score_cutoff=allowed) <= allowed


def forms_of(names: Sequence[str]) -> set[str]:
    """The capitals that stand for these names, double names in one letter or in two."""
    pieces = [piece for name in names for piece in _HYPHEN.split(name) if piece]
    result = set()
    for parts in (list(names), pieces):
        if len(parts) >= 2:
            heads = [part[0].upper() for part in parts]
            result |= {"".join(heads), heads[0] + heads[-1]}
    return result
