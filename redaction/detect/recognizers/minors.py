"""Names of children: a name that stands beside a word or an age that makes the person a minor."""

from redaction.detect.rules import rule, table

_CHILD = (
    r"(?:son|daughter|kid|child|boy|girl|baby|toddler|grandson|granddaughter|stepson|stepdaughter|nephew|niece|little\s+(?:one|brother|sister)|kid\s+(?:brother|sister)|"
    r"(?i:hij[oa]|niñ[oa]|niet[oa]|bebé|fils|fille|enfant|petit-fils|petite-fille))"
)
_NAME = r"(?P<x>\p{Lu}[\p{L}\p{M}'’-]+)"
_AGE = r"(?:1[0-7]|[1-9])"
_NOT = r"(?!(?:Articles?|Section|Chapter|Schedule|Rule|Protocol|Part|Appendix|Law|Act|Defendant|Plaintiff|Mr|Mrs|Ms|The|This|And|But|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|October|November|December|Grade|Year|Class)\b)"

RULES = (
    rule("PERSON", 0.75, rf"\b(?:my|our|his|her|their|the|mi|su|mon|ma|son|sa|notre|nuestr[oa]|leur)\s+(?:\w+[ -]){{0,2}}?{_CHILD},?\s+(?:is\s+called\s+|called\s+|named\s+|se\s+llama\s+|s['’]appelle\s+)?{_NOT}{_NAME}", also=("MINOR",)),
    rule("PERSON", 0.75, rf"\b{_NOT}{_NAME},?\s+(?:who\s+is\s+|who['’]s\s+|is\s+|\(|aged?\s+|de\s+|tiene\s+|a\s+)?(?=\(?{_AGE}(?:\)|,|\s+(?:years?\s+old|yrs?\s+old|años|ans)|\s?(?:yo\b|y/o)|-year-old))", also=("MINOR",)),
    rule("PERSON", 0.7, rf"\b{_AGE}(?:\s+|-)(?:years?|yr)(?:\s+|-)old,?\s+(?:son|daughter|boy|girl|child|brother|sister)?,?\s*{_NOT}{_NAME}", also=("MINOR",)),
    rule("PERSON", 0.6, rf"\b{_NOT}{_NAME}\s+(?:is|was|starts?|started|goes|went|got|will\s+be|turns)\s+(?:in\s+|at\s+|into\s+)?(?:(?:grade|year|class|form|kindergarten|nursery|pre-?school|daycare|reception|primary|first\s+grade|second\s+grade)\b)", also=("MINOR",)),
)  # fmt: skip

RECOGNIZER = table("minors", "is named beside words that say this is a child", RULES)
