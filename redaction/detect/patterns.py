"""Presidio's own recognizers, run by its AnalyzerEngine without a network, without a log and without its entity model.

tldextract would fetch the list of public suffixes at the first e-mail address; it is given the copy in its package.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import regex

from redaction.detect.models import Entity

# Presidio's word -> ours. What isn't here is a number that identifies something.
KINDS: dict[str, str] = {
    "CREDIT_CARD": "CARD",
    "US_BANK_NUMBER": "ACCOUNT",
    "US_DRIVER_LICENSE": "LICENSE",
    "US_ITIN": "TAXPAYER_ID",
    "US_PASSPORT": "PASSPORT",
    "US_SSN": "SSN",
    "UK_NHS": "MEDICAL_RECORD",
    "CRYPTO": "ACCOUNT",
    "DATE_TIME": "DATE_PERSONAL",
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "ACCOUNT",
    "IP_ADDRESS": "IP",
    "MEDICAL_LICENSE": "LICENSE",
    "MAC_ADDRESS": "DEVICE",
    "PHONE_NUMBER": "PHONE",
    "URL": "URL",
}


def quiet() -> None:
    """Shut every logger and look-up of the libraries that see matched text. Safe to call twice."""
    for name in (
        "presidio-analyzer",
        "presidio-anonymizer",
        "presidio_analyzer",
        "decision_process",
        "spacy",
        "tldextract",
        "filelock",
        "urllib3",
        "phonenumbers",
    ):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        logger.handlers = [logging.NullHandler()]
    import tldextract.tldextract as suffixes

    offline = suffixes.TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)
    suffixes.TLD_EXTRACTOR = offline


class Patterns:
    """Presidio's default recognizers for English texts. Those for other countries match any word of the right length: ours ask for more."""

    def __init__(self) -> None:
        os.environ.setdefault("TLDEXTRACT_CACHE", os.devnull)
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpArtifacts
        from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

        quiet()
        registry = RecognizerRegistryProvider(
            registry_configuration={"supported_languages": ["en"]}
        ).create_recognizer_registry()
        self._engine = AnalyzerEngine(registry=registry, nlp_engine=_no_model(), supported_languages=["en"])
        self._all = sorted({entity for one in registry.recognizers for entity in one.supported_entities})
        self._no_phone = [entity for entity in self._all if entity != "PHONE_NUMBER"]
        self._artifacts = NlpArtifacts([], _tokens(), [], [], None, "en")
        quiet()

    def entities(self, text: str, explained: bytearray) -> list[Entity]:
        """What Presidio's patterns find in the stretches that hold a number or an address which nothing has explained; `model` is the recognizer."""
        result = []
        for start, end in _worth_reading(text, explained):
            piece = text[start:end]
            wanted = self._all if _PHONE.search(piece) is not None else self._no_phone
            for one in self._engine.analyze(piece, language="en", entities=wanted, nlp_artifacts=self._artifacts):
                name = (one.recognition_metadata or {}).get("recognizer_name", "Presidio")
                result.append(Entity(one.start + start, one.end + start, one.entity_type, name))
        return result


# None of the recognizers matches anything without a digit, an @ or a dot inside a word; the telephone one needs seven digits close together.
_NEEDED = regex.compile(r"\d+|@|\w[.:/]\w|[a-zA-Z\d]{25}")
_PHONE = regex.compile(r"(?:\d\D{0,4}){6}\d")
_BREAK = regex.compile(r"(?<=\w{3}[.!?])\s+(?=\p{Lu})|\n")


def _worth_reading(text: str, explained: bytearray) -> Iterator[tuple[int, int]]:
    """Sentences and lines with an unexplained sign of a number or an address."""
    reached = 0
    for found in _NEEDED.finditer(text):
        at = found.start()
        if at < reached or all(explained[at : found.end()]):
            continue
        start = reached
        for stop in _BREAK.finditer(text, max(reached, at - 400), at):
            start = stop.end()
        start = max(start, at - 400)
        ending = _BREAK.search(text, found.end(), found.end() + 400)
        reached = ending.start() if ending is not None else min(len(text), found.end() + 400)
        yield start, reached


def _no_model() -> Any:
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    engine.load()
    return engine


def _tokens() -> Any:
    import spacy

    return spacy.blank("en").make_doc("")
