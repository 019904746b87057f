"""Ages: 79 with cataracts, she's 90, a 41-year-old, aged 7, 17 ans, tiene 8 años."""

from redaction.detect.rules import I, rule, table

_N = r"(?:1[01]\d|[1-9]?\d)"
_WORDS = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_NOT_AGE = (
    r"(?!\s?(?:%|[€$£]|percent|per cent|minutes?|mins?|hours?|hrs?|h\b|weeks?|days?|miles?|km|m\b|cm|ft|kg|lbs?|stone|times|people|of\s|other|more|and a half (?:hours|days)|"
    r"o'?clock|[ap]\.?m\b|bucks|grand|quid|euros?|pounds?|dollars?|k\b|bedrooms?|rooms?|metres?|feet|inches|in\s+(?:total|all)|out|point|acres|degrees|points|months? (?:late|behind|along|pregnant)|"
    r"(?:st|nd|rd|th)\b|[:/.,-]?\d))"
)
_SUBJECT = r"(?:i\s?['’]?a?m|she\s?['’]?s|he\s?['’]?s|they\s?['’]?re|who\s?['’]?s|she is|he is|they are|who is|who was|was|am|\bis|im|shes|hes|turned|turning|turns|now|only|just|nearly|almost)"

RULES = (
    rule("AGE", 0.9, rf"\b(?P<x>(?:{_N}|{_WORDS})(?:\s*|-)(?:(?:years?|yrs?)(?:\s*|-)(?:olds?|of\s+age)|yo|y/o|y\.o\.))(?=\W|$)", I, words=True),
    rule("AGE", 0.85, rf"\b(?:aged?|ages|at\s+the\s+age\s+of|age\s*[:=])\s*(?P<x>(?:{_N}|{_WORDS})(?:\s*(?:,|and|&|to|-)\s*(?:{_N}|{_WORDS}))*)\b(?!\s?%)", I, words=True),
    rule("AGE", 0.8, rf"\b(?P<x>(?:{_N}|{_WORDS})(?:[- ]|\s)(?:months?|weeks?|days?|mo|mth)(?:[- ]|\s)old)\b", I, words=True),
    rule("AGE", 0.6, rf"\b(?:i\s?['’]?a?m|im|she\s?['’]s|he\s?['’]s|shes|hes|she\s+is|he\s+is|who\s+is|who['’]s|she\s+was|he\s+was|i\s+was|they\s+are|turn(?:s|ed|ing)?)\s+(?:only\s+|just\s+|now\s+|nearly\s+|almost\s+|already\s+|about\s+)?(?P<x>{_N}){_NOT_AGE}(?=\s*(?:[.,;!?)\n]|$|and\b|with\b|but\b|so\b|now\b|next\b|this\b|in\b|on\b|when\b|then\b|i\b|she\b|he\b|my\b|we\b|not\b|or\b|years?\b|yrs?\b))", I),
    rule("AGE", 0.6, rf"\b(?:i\s?['’]?a?m|im|she\s?['’]s|he\s?['’]s|shes|hes|who\s?['’]s|(?:she|he|who|\p{{Lu}}\p{{Ll}}+)\s+(?:is|was|turns|turned)|turn(?:s|ed|ing)?)\s+(?:only\s+|just\s+|now\s+|nearly\s+|almost\s+|already\s+|about\s+)?(?P<x>(?!one\b){_WORDS})(?=\s*(?:[.,;!?)\n]|$|and\b|but\b|so\b|now\b|next\b|this\b|in\b|on\b))(?!\s*(?:in\s+total|on\s+(?:the|a)\s+(?:scale|list)))", words=True),
    rule("AGE", 0.6, rf"\b\p{{Lu}}\p{{Ll}}+\s+(?:is|was|turns|turned|will\s+be|est|a)\s+(?:only\s+|just\s+|now\s+|nearly\s+|almost\s+|already\s+)?(?P<x>[1-9]\d?){_NOT_AGE}(?=\s*(?:[.,;!?)\n]|$|and\s+\p{{Ll}}|but\b|so\b|now\b|next\b|on\b))"),
    rule("AGE", 0.5, rf"\b\p{{Lu}}\p{{Ll}}+,\s(?:my|our|his|her|their)\s[\p{{L}}' -]{{2,24}},\s(?:is|was|turned)\s+(?P<x>{_N}){_NOT_AGE}(?=\W)"),
    rule("AGE", 0.5, rf"\b\p{{Lu}}\p{{Ll}}+\s+is\s+(?P<x>[6-9]\d){_NOT_AGE}(?=\s\p{{Ll}})(?!\s(?:by|metres|meters|kilos|seats|pages|units)\b)"),
    rule("AGE", 0.5, r"\b(?:son|daughter|boy|girl|kid|grandson|granddaughter)\b[^\n]{0,40}[.]\s(?P<x>1?\d)(?=[.,]\s)", I),
    rule("AGE", 0.6, r"\b(?:bebé|bébé|niñ[oa]|hij[oa]|niet[oa]|fils|fille|petite?|nourrisson|jumeaux|gemel[oa]s|baby)\b[^.\n\d]{0,25}(?P<x>\d{1,2}\s+(?:meses|mois|semanas|semaines|months|weeks))\b", I),
    rule("AGE", 0.55, r"\b(?:age|aged|edad|âge|âgée?)\s*(?:de\s+)?[:=]?\s*(?P<x>\d{1,3})\b(?!\s?%)", I),
    rule("AGE", 0.6, rf"(?<=\p{{Lu}}\p{{L}}+\s?)\((?P<x>{_N})\)(?!\s?\d)"),
    rule("AGE", 0.55, r"(?<=\p{Lu}\p{Ll}+),\s(?P<x>[1-9]\d?),(?=\s\p{Ll})"),
    rule("AGE", 0.5, r"\b(?:son|daughter|boy|girl|kid|child|brother|sister|nephew|niece|grandson|granddaughter|baby|toddler|teenager|mother|father|mum|mom|dad|wife|husband)\b[^.\n\d]{0,12}?[,(]\s?(?P<x>[1-9]\d?)(?=\s?[,).]|\s+and\b)", I),
    rule("AGE", 0.5, r"\b(?:son|daughter|boy|girl|kid|brother|sister|nephew|niece|grandson|granddaughter|child)\b[^\n]{0,60}[.]\s(?P<x>[1-9]\d?)(?=\s*(?:\n|$))", I),
    rule("AGE", 0.85, rf"\b(?P<x>{_N}\s+(?:años|añitos|ans|anni|anos|Jahre))\b(?!\s+(?:de\s+(?:alquiler|contrato|trabajo|experiencia|cárcel|prisión)|d['’]ancienneté|de (?:bail|contrat|travail)))", I),
    rule("AGE", 0.8, r"\b(?:in\s+(?:his|her|my|their)\s+(?:early\s+|mid[- ]?|late\s+)?)(?P<x>(?:20|30|40|50|60|70|80|90)s|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b", I, words=True),
    rule("AGE", 0.6, r"\b(?:kids?|children|boys|girls|sons|daughters|hijos|enfants)\b[^.\n\d]{0,20}(?P<x>\d{1,2}(?:\s?,\s?\d{1,2})*\s?(?:and|&|y|et)\s?\d{1,2})(?!\s?(?:%|[€$£]|hours|days|weeks))\b", I),
)  # fmt: skip

RECOGNIZER = table("ages", "tells somebody's age", RULES, near_digits=True)
