"""Which language a text is in, and how well that language is covered: in full, by rules only, or not at all.

A text in a language that isn't covered never passes silently: it is marked for full review by a person.
"""

from collections import Counter
from functools import cache
from typing import Literal

import msgspec
import regex

from redaction.detect.models import describe, installed

Coverage = Literal["full", "rules", "none"]

# The commonest small words of each language: enough to tell them apart, and public facts.
_SMALL_WORDS: dict[str, str] = {
    "en": "the and to of a in is that it for was on are as with they be at this have from or had by but not what all were we when your can said there an which she do how if will up about out them then so would her has him could i you my me he his dont im its no ok",
    "es": "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese eso ante ellos mi yo está es qué usted tengo vale he hola señora señor gracias estimado estimada",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec mais on aux ou d l je vous nous j c ai mon ma mes son sa être fait cette tout elle votre leur ils était n qu ça oui non si y suis où bien mme maître bonjour née né accepte merci",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber ich wir mein",
    "it": "di che e la il un a per in una mi sono ho non ma ti lo con le si da come ci questo qui hai sei del bene è tu no me se i della nel alla io anche cosa più gli suo",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo",
    "nl": "de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit",
    "pl": "w i na z do nie się że to jest o jak po co za od ale już tylko przez był dla mnie są tak ja czy ze mi ten tego moje",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när nu",
    "tr": "bir ve bu da de için ne çok ben sen o gibi daha ama var mı kadar sonra diye değil ile",
}
_WORD = regex.compile(r"\p{L}+")
_PLACEHOLDER = regex.compile(r"\[[\p{L}\d :,.-]{1,60}\]")
_FRENCH_LETTERS = regex.compile(r"[èêëçœîûùà]|\b[ldjnscm]['’]\p{Ll}", regex.I)
_SPANISH_SIGNS = regex.compile(r"[ñ¿¡]|\p{L}ción\b")
# Scripts for which nothing here is made: whole paragraphs in them are told apart by their letters.
_OTHER_SCRIPT = regex.compile(
    r"[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Thai}\p{Script=Tamil}\p{Script=Bengali}]"
)


class Language(msgspec.Struct, frozen=True):
    """The language of a text, how it is covered here, and the sentence for the report."""

    code: str
    coverage: Coverage
    says: str


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Small word -> the languages that have it."""
    table: dict[str, tuple[str, ...]] = {}
    for code, words in _SMALL_WORDS.items():
        for word in {word for word in words.split() if len(word) > 1}:
            table[word] = (*table.get(word, ()), code)
    return table


def guess(text: str) -> str:
    """The likeliest language code; `en` for a text without words, `und` when no language fits."""
    text = text[:20_000]
    if not text.isascii() and len(_OTHER_SCRIPT.findall(text)) * 2 > sum(map(str.isalpha, text)):
        return "und"
    # What an earlier redaction put there is English whatever the text is.
    text = _PLACEHOLDER.sub(" ", text) if "[" in text else text
    words = _WORD.findall(text.lower())
    if not words:
        return "en"
    hits = dict.fromkeys(_SMALL_WORDS, 0)
    table = _table()
    for word, count in Counter(words).items():
        for code in table.get(word, ()):
            hits[code] += count
    hits["fr"] += len(_FRENCH_LETTERS.findall(text))
    hits["es"] += len(_SPANISH_SIGNS.findall(text))
    best = max(hits, key=lambda code: (hits[code], code == "en"))
    if hits[best] == 0 or (hits["en"] >= hits[best] * 0.75):
        return "en" if len(words) < 25 or hits["en"] * 12 >= len(words) else "und"
    if hits[best] * 12 < len(words) and len(words) >= 25:
        return "und"
    return best


@cache
def cover(code: str) -> Language:
    """How a language is covered on this machine."""
    names = {
        "en": "English",
        "es": "Spanish",
        "fr": "French",
        "de": "German",
        "it": "Italian",
        "pt": "Portuguese",
        "nl": "Dutch",
        "pl": "Polish",
        "sv": "Swedish",
        "tr": "Turkish",
    }
    name = names.get(code, "a language that isn't recognised")
    models = installed(code)
    if code in ("en", "fr") and models:
        return Language(code, "full", f"{name}: rules, names of the roster, and {describe(code)}.")
    if code == "es" or code in ("en", "fr"):
        with_model = (
            f", and {describe(code)}"
            if models
            else "; no statistical model is installed, so names outside the roster are found by word lists and rules only"
        )
        return Language(code, "full" if models else "rules", f"{name}: rules and names of the roster{with_model}.")
    return Language(
        code,
        "none",
        f"{name} is not covered: only numbers, addresses on the internet and names of the roster were looked for. A person must read the whole text before it may leave.",
    )
