"""Presidio's own recognizers, run by its AnalyzerEngine without a network, without a log and without its entity model.

tldextract would fetch the list of public suffixes at the first e-mail address; it is given the copy in its package.
"""

import logging
import os
from typing import Any

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
        self._artifacts = NlpArtifacts([], _tokens(), [], [], None, "en")
        quiet()

    def entities(self, text: str) -> list[Entity]:
        """What Presidio's patterns find; `model` carries the recognizer's name."""
        found: list[Any] = self._engine.analyze(text, language="en", nlp_artifacts=self._artifacts)
        result = []
        for one in found:
            name = (one.recognition_metadata or {}).get("recognizer_name", "Presidio")
            result.append(Entity(one.start, one.end, one.entity_type, name))
        return result


def _no_model() -> Any:
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    engine.load()
    return engine


def _tokens() -> Any:
    import spacy

    return spacy.blank("en").make_doc("")
