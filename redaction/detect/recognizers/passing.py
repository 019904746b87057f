"""Names told by what stands beside them: a job or an office before, an honorific behind, a header, a payee, a verb of bargaining after."""

from collections.abc import Iterator

import regex

from redaction.detect.lexicon import everyday
from redaction.detect.rules import LIMIT, Recognizer, taken
from redaction.detect.view import View
from redaction.spans import Span

_GIVEN = r"\p{Lu}[\p{Ll}\p{M}'’-]+"
_INITIAL = r"\p{Lu}\.?"
# fmt: off
_JOB = (
    r"(?:adjuster|agent|auditor|bailiff|barrister|broker|builder|caretaker|caseworker|carer|clerk|contractor|electrician|engineer|estate agent|foreman|gardener|guardian|handyman|inspector|interpreter|"
    r"landlord|landlady|lawyer|manager|mechanic|midwife|neighbou?r|notary|nurse|officer|partner|plumber|physio|receptionist|roofer|secretary|social worker|solicitor|supervisor|surveyor|teacher|tenant|therapist|treasurer|trustee|tutor|worker|"
    r"arrendador|abogad[oa]|albañil|casero|enfermera|fontanero|ingenier[oa]|maestr[oa]|plomero|vecin[oa]|avocate?|infirmière|locataire|notaire|plombier|propriétaire|voisine?)"
)
_HONORIFIC = r"(?:ji|sahib|saheb|sahab|madam|bhai|bhaiya|bhaiyya|didi|akka|anna|amma|garu|uncle|aunty|auntie|teacher|sir|san|ssi|hanım|bey)"
_BARGAINS = r"(?:wants?|offers?|offered|repays?|pays|refuses|accepts?|agrees|demands?|insists|keeps|returns|proposes|withdraws|rejects|quiere|pide|ofrece|acepta|paga|veut|propose|refuse|accepte|demande)"

_BEFORE = regex.compile(rf"\b(?i:{_JOB}),?\s(?P<x>{_GIVEN}(?:\s{_GIVEN}){{1,2}}|{_INITIAL}\s{_GIVEN})(?=\W|$)")
_BEHIND = regex.compile(rf"\b(?P<x>(?P<name>{_GIVEN}|\p{{Ll}}{{3,}})\s{_HONORIFIC})\b")
_HEADER = regex.compile(rf"(?:^|\n)[>\s]*(?:To|From|Cc|Bcc|Para|De|À)\s?:\s*(?P<x>{_INITIAL}\s{_GIVEN})")
_PAYEE = regex.compile(rf"\b(?i:name|payee|account\s?(?:holder|name)|in\s+the\s+name\s+of|titular|titulaire|au\s+nom\s+de|a\s+nombre\s+de)\s*:?\s(?P<x>(?:{_INITIAL}\s)+{_GIVEN}|{_GIVEN}(?:\s{_GIVEN}){{1,2}})(?=\W|$)")
_DOES = regex.compile(rf"(?:^|[\n.;]\s?|\(\w\)\s|\d[.)]\s)(?P<x>{_GIVEN})\s{_BARGAINS}\b")
# fmt: on
_NOT = frozenset(
    "landlord tenant buyer seller party parties claimant respondent plaintiff defendant employer employee company court council mother father mediator counsel client neighbour neighbor "
    "she he they it who everyone nobody one we you this that insurer bank university school agency board committee employer applicant petitioner owner contractor supplier customer vendor".split()
)


def _find(view: View) -> Iterator[Span]:
    common = everyday(view.language)
    for pattern, score in ((_BEFORE, 0.6), (_HEADER, 0.7), (_PAYEE, 0.6)):
        for found in pattern.finditer(view.text, timeout=LIMIT):
            if not {word.strip(".").lower() for word in found["x"].split()} & _NOT:
                yield taken(found, "PERSON", score, "passing", "x")
    for found in _BEHIND.finditer(view.text, timeout=LIMIT):
        name = found["name"]
        if name.lower() not in common and name.lower() not in _NOT:
            yield taken(found, "PERSON", 0.6, "passing", "x")
    for found in _DOES.finditer(view.text, timeout=LIMIT):
        if found["x"].lower() not in common and found["x"].lower() not in _NOT:
            yield taken(found, "PERSON", 0.5, "passing", "x")


RECOGNIZER = Recognizer(
    "passing", "stands where a name stands: beside an office, an honorific, or a verb of bargaining", _find
)
