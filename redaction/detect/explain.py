"""The words a reviewer reads beside a finding: what it is, how it was found, how sure that is. Never the words that were found."""

from redaction.detect.recognizers import ALL
from redaction.profiles import load_profiles
from redaction.spans import Span

_SAYS = {recognizer.name: recognizer.says for recognizer in ALL} | {
    "people": "matches somebody on the list of people of this mediation",
    "propagation": "is a name that was found elsewhere in these papers",
    "defined": "is the short form that the text itself gives to a name",
    "leftovers": "looks as if it could identify somebody; no rule knows what it is",
    "unnamed": "is written like a name or its first letters; no rule knows more",
    "review": "was marked by a person",
}


def sureness(score: float) -> str:
    """A score in words."""
    if score >= 0.9:
        return "almost certain"
    if score >= 0.7:
        return "likely"
    if score >= 0.5:
        return "probable"
    return "possible"


def explain(span: Span) -> str:
    """One sentence for a reviewer."""
    kinds = load_profiles().kinds
    what = kinds.get(span.kind, span.kind.lower())
    how = _SAYS.get(span.recognizer)
    if how is None:
        how = (
            "has a form that Presidio knows"
            if span.recognizer.endswith("Recognizer")
            else "was labelled by a language model"
        )
    others = [kinds[kind] for kind in span.also if kind in kinds]
    more = f"; may also be: {', '.join(others)}" if others else ""
    return f"{what[0].upper()}{what[1:]} ({sureness(span.score)}): it {how}{more}."
