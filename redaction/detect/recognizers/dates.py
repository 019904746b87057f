"""Dates as they are written: 30/3/24, 1st of May, Oct 28, 2026-06-06T01:55:00Z, le 3 mars, 27 de abril; and dates of birth."""

from redaction.detect.rules import I, rule, table

_EN = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)"
_LOW = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
_ES = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)"
_FR = r"(?:janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre)"
_DE = r"(?:Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)"
_OTHER = r"(?:gennaio|febbraio|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|januari|februari|maart|mei|juni|juli|augustus|oktober|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|januarie|februarie|desember)"
_ROMANCE_WEEK = (
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORD = rf"(?:{_DAY}(?:st|nd|rd|th)?)"
_YEAR = r"(?:(?:19|20)\d{2}|['’]\d{2})"
_WEEK = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_TIME = r"(?:,?\s*(?:at\s+)?\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|hrs|h)?)"
_NUMERIC = rf"(?:{_DAY}[/.-](?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[/.-]{_DAY})[/.-](?:(?:19|20)\d{{2}}|\d{{2}})"
_ANY = rf"(?:{_NUMERIC}|(?:19|20)\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|{_ORD}\s+(?:of\s+)?{_EN}\.?,?\s+{_YEAR}|{_EN}\.?\s+{_ORD},?\s+{_YEAR}|{_DAY}\s+(?:de\s+)?(?:{_ES}|{_FR})\s+(?:de\s+|del\s+)?\d{{4}}|{_EN}\s+{_YEAR}|(?:19|20)\d{{2}})"  # fmt: skip
_BORN = r"(?:born(?:\s+on|\s+in)?|d\.?o\.?b\.?|date\s+of\s+birth|birth\s?date|birthday(?:\s+is)?|b\.|née?\s+(?:le|en)|nac[íi]\s+(?:el|en)|naci[óo]\s+(?:el|en)|geboren|nacid[oa]\s+(?:el|en)|fecha\s+de\s+nacimiento|date\s+de\s+naissance|nac\.)"

RULES = (
    rule("DATE_PERSONAL", 0.5, rf"\b(?:visit(?:ed)?|meeting|met|session|hearing|call(?:ed)?|inspection|on|by|before|b4|until|till|since|due|from)\s+(?P<x>(?:{_DAY}/(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/{_DAY}))(?![\d/]|\s?(?:of|cup|inch|scale|share|hours))(?<!\b24/7)", I),
    rule("DATE_PERSONAL", 0.6, rf"\b(?:{_ROMANCE_WEEK}|{_WEEK})\s+(?:{_DAY}[/.-](?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[/]{_DAY})(?![\d/.])", I),
    rule("DATE_OF_BIRTH", 0.95, rf"\b{_BORN}\s*(?:is|was|:|=|-)?\s*(?:on\s+|el\s+|le\s+|the\s+)?(?P<x>{_ANY})", I, also=("DATE_PERSONAL",)),
    rule("DATE_PERSONAL", 0.9, rf"\b(?:19|20)\d{{2}}-(?:0[1-9]|1[0-2])-{_DAY}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?\s?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?(?!\d)"),
    rule("DATE_PERSONAL", 0.8, rf"(?<![\d/.-]){_NUMERIC}(?![\d/])(?!-\d){_TIME}?"),
    rule("DATE_PERSONAL", 0.8, rf"(?<![\d/.-])(?:19|20)\d{{2}}[/.](?:0?[1-9]|1[0-2])[/.]{_DAY}(?!\d)"),
    rule("DATE_PERSONAL", 0.85, rf"\b(?:{_WEEK},?\s+)?(?:the\s+)?{_ORD}\s+(?:of\s+)?{_EN}\b\.?(?:,?\s+{_YEAR})?{_TIME}?"),
    rule("DATE_PERSONAL", 0.85, rf"\b(?:{_WEEK},?\s+)?{_EN}\b\.?\s+(?:the\s+)?{_ORD}\b(?!\s?(?:%|[€$£]|people|times|[:.]\d))(?:,?\s+(?:of\s+)?{_YEAR})?{_TIME}?"),
    rule("DATE_PERSONAL", 0.7, rf"\b(?:the\s+)?{_ORD}\s+(?:of\s+)?{_LOW}\b(?!\s+(?:be|have|not|i|we|you))(?:,?\s+{_YEAR})?"),
    rule("DATE_PERSONAL", 0.7, rf"\b(?:{_LOW})\s+(?:the\s+)?{_ORD}\b(?!\s?(?:%|people|times|years|days|weeks|months|[:.]\d))(?:,?\s+{_YEAR})?"),
    rule("DATE_PERSONAL", 0.75, rf"\b{_EN}\.?,?\s+(?:of\s+)?{_YEAR}\b"),
    rule("DATE_PERSONAL", 0.85, rf"\b(?:{_ROMANCE_WEEK},?\s+)?{_DAY}(?:er|º|\.)?\s+(?:de\s+)?(?:{_ES}|{_FR}|{_DE})\b(?:\s+(?:de\s+|del\s+)?\d{{4}})?", I),
    rule("DATE_PERSONAL", 0.5, rf"\b(?:en|desde|hasta|de|del|depuis|jusqu['’]en|fin|début|mi|finales\s+de|principios\s+de|à)[\s-](?P<x>(?:{_ES}|(?!mars\b|mai\b)(?:{_FR})))\b|\b(?:d['’]|en\s|depuis\s|fin\s|début\s)(?P<x>{_FR})\b(?!\s+\d)", I, words=True),
    rule("DATE_PERSONAL", 0.5, rf"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Bb]y|[Ff]rom|[Oo]f|[Dd]uring|[Ee]arly|[Ll]ate|[Mm]id|[Ll]ast|[Nn]ext|[Tt]his|[Bb]efore|[Aa]fter)[\s-](?P<x>{_EN}|(?!march\b|may\b){_LOW})\b(?!\s+(?:Street|Road|the|\d))", words=True),
    rule("DATE_PERSONAL", 0.5, r"\b(?:in|since|from|of|until|till|back\s+in)\s+(?P<x>['’]\d{2})(?!\w)", I),
    rule("DATE_PERSONAL", 0.7, r"(?<![\w.])\d{1,2}\.\s?(?:i{1,3}|iv|vi{0,3}|ix|xi{0,2})\.\s?(?:(?:19|20)?\d{2})(?!\w)", I),
    rule("DATE_PERSONAL", 0.8, rf"\b{_DAY}\.?\s+(?:de\s+)?{_OTHER}\b(?:\s+(?:de\s+)?\d{{4}})?", I),
    rule("DATE_PERSONAL", 0.5, r"\b(?:avant|après|pour|dès|jusqu['’]au|du|au|antes\s+del?|hasta|para|a\s+partir\s+del?)\s+(?P<x>(?:le\s+|el\s+)?(?:[12]\d|3[01]|0?[1-9])(?:er)?)(?=\s*(?:[.,;!?)\n]|$))(?![.,]\d)", I),
    rule("DATE_PERSONAL", 0.45, r"\b(?:Boxing\s+Day|Christmas\s+(?:Day|Eve)|New\s+Year['’]?s?(?:\s+(?:Day|Eve))|Good\s+Friday|Easter\s+(?:Sunday|Monday|weekend)|Thanksgiving(?:\s+Day)?|Valentine['’]?s\s+Day|Labou?r\s+Day|Memorial\s+Day|(?:the\s+)?(?:4th|fourth)\s+of\s+july|St\.?\s+Patrick['’]?s\s+Day|Mother['’]?s\s+Day|Father['’]?s\s+Day|Australia\s+Day|Anzac\s+Day|Canada\s+Day|National\s+Day|Bank\s+Holiday\s+Monday|Nochebuena|Nochevieja|Día\s+de\s+Reyes|Lunes\s+de\s+Pascua|le\s+14[\s-]juillet|lundi\s+de\s+(?:Pâques|Pentecôte)|la\s+Toussaint|la\s+Saint-Sylvestre)\b", I, words=True),
    rule("DATE_PERSONAL", 0.7, rf"\b(?:{_ES})\s+(?:de\s+|del\s+)(?:19|20)\d{{2}}\b|\b(?:{_FR})\s+(?:19|20)\d{{2}}\b", I),
    rule("DATE_PERSONAL", 0.6, r"\b(?:in|since|from|until|till|by|year|of|desde|en|depuis|between|circa)\s+(?P<x>(?:19[2-9]|20[0-3])\d)\b(?!\s?(?:people|units|dollars|euros|m\b|km|sq|ft))", I),
    rule("DATE_PERSONAL", 0.5, r"(?<![\w/.,-])(?P<x>(?:19[2-9]|20[0-3])\d)(?![\w/-]|[.,]\d)", formal_only=True),
    rule("DATE_PERSONAL", 0.6, rf"\b(?:the\s+)?(?P<x>{_DAY}(?:st|nd|rd|th)\s+of\s+(?:this|next|last|the)\s+month)\b|\b(?P<x>{_WEEK}\s+(?:the\s+)?{_DAY}(?:st|nd|rd|th))\b", I),
    rule("DATE_PERSONAL", 0.5, rf"\b(?:on|by|for|until|till|do|make\s+it|from|to|before|after|since|around|is)\s+(?P<x>the\s+{_DAY}(?:st|nd|rd|th))\b(?!\s+(?:floor|grade|time|birthday|anniversary|party|century|street|avenue|ave|amendment|place|one|person|of\s+\p{{L}}))", I),
    rule("DATE_PERSONAL", 0.5, r"\b(?:(?:next|this|last|coming)\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day\s+(?:next|this)\s+week|(?:the\s+)?day\s+after\s+tomorrow)\b", I, words=True),
)  # fmt: skip

RECOGNIZER = table("dates", "is a date that says when something happened to somebody", RULES, near_digits=True)
