"""Descriptions that point to one person without a name: the only witness from the Odeon, my aunt, the former Mother Superior."""

from redaction.detect.rules import I, rule, table

_KIN = (
    r"(?:son|daughter|kids?|child|children|boy|girl|baby|twins?|brother|sister|mother|father|mum|mom|mam|dad|parents?|husband|wife|partner|ex|ex-(?:wife|husband|partner)|fianc[ée]e?|boyfriend|girlfriend|aunt(?:ie|y)?|uncle|cousin|nephew|niece|"
    r"grand(?:mother|father|son|daughter|parents|ma|pa|dad|child)|step(?:son|daughter|mother|father|mum|mom|dad|brother|sister)|in-laws?|(?:mother|father|brother|sister|son|daughter)-in-law|godmother|godfather|flatmate|roommate|housemate|neighbou?r|boss|manager|landlord|landlady|tenant|lodger|nanny|carer|lawyer|solicitor|doctor|therapist|teacher|coach|best friend|friend|colleague|co-?worker)"
)
_OFFICE = r"(?:bishop|priest|vicar|nun|superior|mayor|councill?or|senator|judge|headmaster|headmistress|headteacher|principal|surgeon|interpreter|translator|organist|goalkeeper|captain|champion|winner|pilot|sergeant|officer|sheriff|ambassador|minister|imam|rabbi|pastor|butcher|baker|postman|postmistress|caretaker|janitor|conductor|secretary|treasurer|chairman|chairwoman|president|widow|widower|survivor|witness|whistleblower|refugee|twin|amputee)"
_CLAUSE = r"(?:[^.,;:!?\n]{3,60})"

RULES = (
    rule("RELATION", 0.6, rf"\b(?:the|el|la|le)\s+(?:only|sole|first|last|youngest|oldest|única?|único|seule?)\s+(?:\w+\s){{0,3}}?(?:one|person|woman|man|boy|girl|kid|child|witness|nurse|teacher|driver|worker|employee|tenant|family|student|doctor|lawyer|priest|resident|owner|member|mujer|hombre|femme|homme|testigo|témoin|{_OFFICE})\b(?:\s+(?:who|that|from|with|in|at|on|of|whose|que|qui|de)\b{_CLAUSE})?", I, informal_only=True),
    rule("RELATION", 0.6, rf"\bthe\s+(?:former|retired|late|ex-?|disgraced|famous|local|acting|deputy|visiting)\s+(?:\w+\s)?{_OFFICE}\b(?:\s+(?:of|from|at|in|who)\b{_CLAUSE})?", I, informal_only=True),
    rule("RELATION", 0.6, rf"\b(?:my|his|her|our|their)\s+{_KIN},\s+the\s+(?:former\s+|retired\s+|only\s+)?[^.,;:!?\n]{{3,50}}", I, informal_only=True),
    rule("RELATION", 0.55, rf"\bthe\s+(?:(?:boy|girl|man|woman|lady|kid|guy|fella|lad|nurse|teacher|driver|tenant|neighbou?r|chap|bloke)\s+(?:who|that|with|whose)|one\s+(?:with|whose))\b{_CLAUSE}(?:,\s+the\s+\w+(?:\s+one)?)?", I, informal_only=True),
    rule("RELATION", 0.5, rf"\b(?:who|that|she|he)\s+(?:cleans|won|drives|runs|coaches|leads|plays|teaches|conducts|founded|survived|testified|was on (?:tv|the news))\s+(?:for\s+|in\s+|at\s+)?(?:your|our|the|my|his|her)\s{_CLAUSE}", I, informal_only=True),
    rule("RELATION", 0.45, rf"\bhis\s+father\s+is\s+the\s+{_CLAUSE}|\b(?:is|was)\s+(?P<x>the\s+{_OFFICE}\s+(?:from|of|at|in|who)\b{_CLAUSE})", I, informal_only=True),
)  # fmt: skip

RECOGNIZER = table(
    "relations", "describes one person so closely that others would know who is meant", RULES, ("en", "es", "fr")
)
