"""Postal addresses: a street with a number, what follows it up to the country, post codes, boxes, floors and flats."""

from collections.abc import Iterator

import regex

from redaction.detect.rules import LIMIT, I, Recognizer
from redaction.detect.view import View
from redaction.places import AUSTRALIAN_STATES, CANADIAN_PROVINCES, US_STATES
from redaction.spans import Span

_TYPE = (
    r"(?:Street|St|Str|Road|Rd|Avenue|Avenues|Ave|Av|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Boulevard|Boul|Blvd|Way|Close|Crescent|Cres|Cr|Terrace|Terr|Ter|"
    r"Square|Sq|Grove|Gr|Gardens|Gdns|Garden|Hill|Row|Mews|Parade|Pde|Walk|Park|Highway|Hwy|Freeway|Route|Rte|Trail|Trl|Circle|Cir|Circuit|"
    r"Parkway|Pkwy|Alley|Quay|Rise|View|Green|Vale|Heights|Hts|Path|Pike|Turnpike|Tpke|Loop|Run|Esplanade|Esp|Broadway|Strand|Causeway|Embankment|"
    r"Wharf|Yard|Croft|Fold|Meadows?|Drove|Gate|Plaza|Crossing|Xing|Bend|Cove|Point|Ridge|Landing|Junction|Lodge|Villas|Cottages|Buildings|Mansions|Marg|Nagar|Colony|Enclave|Layout)"
)
_LOW_TYPE = r"(?:street|road|avenue|ave|lane|drive|court|place|boulevard|blvd|crescent|terrace|square|grove|gardens|mews|parade|close|quay|rd|st|dr|ln)"
_NUMBER = r"(?:\d{1,5}\s?[a-zA-Z]?(?:\s?[-/–&]\s?\d{1,5}[a-zA-Z]?)?)"
_WORD = r"(?:[\p{Lu}\d][\p{L}\p{M}\d'’.-]*|(?:of|the|de|del|la|las|los|du|des|y|and|le|les|upon|on|St\.|O['’]\p{Lu}\p{L}+))"
_UNIT = (
    r"(?:(?:Flat|Apt|Apartment|Unit|Suite|Ste|Room|Rm|Floor|Fl|Lot|House|Block|Blk|Level|Bldg|Building|Dept|Piso|Puerta|Esc|Bât|Appt|Bajo|Box|Studio|Shop|Plot|Door|Space|Spc|Trailer)\b\.?\s?"
    r"(?:no\.?\s?)?#?\s?[\dA-Z][\w-]{0,5}|#\s?\d{1,5}[A-Za-z]?|\d{1,2}(?:st|nd|rd|th|[ºª°])\s?(?:[Ff]loor|[Pp]iso|[A-Da-d]\b|[Ii]zq\.?|[Dd]cha\.?)?)"
)
_STATES = "|".join(sorted((regex.escape(one) for one in (*US_STATES.values(), *US_STATES, *CANADIAN_PROVINCES.values(), *CANADIAN_PROVINCES, *AUSTRALIAN_STATES.values(), *AUSTRALIAN_STATES)), key=len, reverse=True))  # fmt: skip
_UK = r"(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY]) {0,2}\d[ABD-HJLNP-UW-Z]{2})"
_EIR = r"(?:[AC-FHKNPRTV-Y]\d[\dW] ?[\dAC-FHKNPRTV-Y]{4})"
_CA = r"(?:[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d)"
_ZIP = r"(?:\d{5}(?:-\d{4})?)"
_POSTCODE = rf"(?:{_UK}|{_EIR}|{_CA}|\d{{5}}(?:-\d{{4}})?|\d{{4}} ?[A-Z]{{2}}\b|\d{{3}} ?\d{{2}}\b|\d{{2}}-\d{{3}}\b|\d{{4}}\b)"
_COUNTRY = r"(?:USA|U\.S\.A\.|United States(?: of America)?|UK|United Kingdom|England|Scotland|Wales|Northern Ireland|Ireland|Canada|Australia|New Zealand|India|Spain|España|France|Mexico|México|Nigeria|South Africa|Germany)"
_PLACE = rf"(?:{_WORD}(?:[ -]{_WORD}){{0,3}})"
# What may follow a street: a flat, a village, a town, a state, a code, a country; each after a comma, a line or a space.
_TAIL = (
    rf"(?:\s*,?\s*{_UNIT})?"
    rf"(?:(?:\s*,\s*|\s*\n\s*)(?:{_UNIT}|{_PLACE})(?=\s*[,\n.;)]|\s+(?:{_STATES})\b|\s+{_POSTCODE}|\s*$)){{0,4}}"
    rf"(?:[\s,]+(?:{_STATES})\b\.?)?(?:[\s,]+{_POSTCODE})?(?:[\s,]+{_COUNTRY}\b)?"
)
_HEAD = rf"(?:{_UNIT},?\s+|(?:c/o|C/O)\s+{_PLACE},?\s+)?"
_ENGLISH = regex.compile(rf"(?<![\d.,$£€/-]){_HEAD}{_NUMBER},?\s+(?:(?:North|South|East|West|N|S|E|W|NE|NW|SE|SW|Upper|Lower|Old|New|Great)\b\.?\s+)?(?:{_WORD}[ -]){{1,5}}?{_TYPE}\b\.?(?:\s+(?:North|South|East|West|NE|NW|SE|SW|[NSEW]))?(?!['’]s){_TAIL}")  # fmt: skip
_NAMED_HOUSE = regex.compile(rf"{_HEAD}(?:{_WORD}[ -]){{1,3}}(?:House|Cottage|Farm|Lodge|Court|Hall|Manor|Cross|Villa|Barn|Bungalow|Towers?|Mansions|Estate|Grange|Rectory|Vicarage)\s*,\s*{_PLACE}\s*,\s*(?:{_PLACE}\s*,\s*){{0,3}}(?:{_PLACE}\s+)?(?:{_UK}|{_EIR}|{_CA}|(?:Co|County)\.?\s+\p{{Lu}}\p{{L}}+)")  # fmt: skip
_LOWER = regex.compile(rf"(?<![\d.,$£€/-])(?:(?:flat|apt|unit|apartment)\s+\w{{1,4}},?\s+)?\b\d{{1,5}}[a-z]?\s+(?!(?:of|in|on|at|the|a|an|to|for|and|or|years?|months?|days?|hours?|min(?:ute)?s?|weeks?|people|times|more|other|out)\b)(?:[a-z'’]+\s){{1,3}}?{_LOW_TYPE}\b(?:,?\s+\p{{Lu}}[\p{{L}}'’-]+(?:\s\p{{Lu}}[\p{{L}}'’-]+)?)?")  # fmt: skip
_ROMANCE_TYPE = (
    r"(?:Calle|C/|C\.|Cl\.|Avenida|Avda\.?|Av\.|Plaza|Pza\.?|Plza\.?|Paseo|P[ºo°]\.?|Camino|Carrer|Carretera|Ctra\.?|Ronda|Traves[ií]a|Callej[oó]n|Pasaje|Glorieta|Rambla|Urbanizaci[oó]n|Urb\.|Barrio|Colonia|Col\.|Calzada|Boulevard|Blvr\.?|Privada|Cerrada|"
    r"[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d\.?|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Aa]llées|[Qq]uai|[Rr]oute|[Cc]ours|[Ss]quare|[Pp]assage|[Ss]entier|[Mm]ontée|"
    r"Via|Viale|Piazza|Corso|Vicolo|Largo|Rua|Praça|Travessa|Avenida|Alameda|Estrada|Strada|Str\.|Bulevardul|Calea|Aleea|ul\.|ulica|al\.|Jalan|Jl\.)"
)
_NUMBER_AFTER = regex.compile(rf"\b{_ROMANCE_TYPE}\s?(?:{_WORD}[ ]?){{1,6}}?,?\s*(?:n[.º°o]{{0,2}}\s?|núm\.?\s?|nº\s?)?\d{{1,5}}\s?(?:bis|ter|[A-Za-z])?\b(?:\s*,?\s*(?:\d{{1,2}}\s?[ºª°]\.?\s?(?:[A-Z]\b|izq(?:uierda|da)?\.?|dcha\.?|derecha|cto\.?)?|bajo\b|piso \d+|puerta \w+|esc(?:alera)?\.? \w+|{_UNIT})){{0,3}}{_TAIL}")  # fmt: skip
_NUMBER_BEFORE = regex.compile(rf"(?<![\d.,$£€/-])\b\d{{1,5}}\s?(?:bis|ter|[a-zA-Z])?,?\s+{_ROMANCE_TYPE}\s(?:(?:de|du|des|de la|de l['’]|d['’]|la|le|les|del|los|las|el)\s?)?(?:[\p{{Lu}}\d][\p{{L}}\p{{M}}\d'’.-]*[ ]?(?:(?:de|du|des|et|la|le|y|del)\s)?){{1,4}}{_TAIL}")  # fmt: skip
_COMPOUND = regex.compile(rf"\b\p{{Lu}}[\p{{L}}-]{{2,}}(?:straße|strasse|str\.|gasse|weg|platz|allee|ring|ufer|damm|laan|straat|gracht|plein|kade|gatan|vägen|gränd|gata|veien|vegen|vej|gade|stræde|katu|tie|kuja|polku|raitti|utca|körút)\s+\d{{1,5}}\s?[a-zA-Z]?\b(?:\s*,?\s*{_UNIT})?{_TAIL}")  # fmt: skip
_BOX = regex.compile(rf"\b(?:P\.?\s?O\.?\s?Box|Post Office Box|Apartado(?: de [Cc]orreos)?|B\.?P\.?|Postfach|GPO Box|Locked Bag|RR\s?#?\d+,?\s+Box|Private Bag|PMB)\s*#?\s*\d{{1,6}}{_TAIL}", I)  # fmt: skip
_STATE_ZIP = regex.compile(rf"(?:{_PLACE}\s*,\s*|\b{_PLACE}\s+)?\b(?:{_STATES})\.?,?\s+{_ZIP}\b")
_CODE = regex.compile(rf"(?:(?:(?<![\p{{L}}\d]){_PLACE}\s*,\s*){{1,5}}(?:{_PLACE}\s+)?|(?<![\p{{L}}\d]){_PLACE}\s+)?\b(?:{_UK}|{_EIR}|{_CA})\b")
_BARE_CODE = regex.compile(rf"\b(?:{_UK}|{_EIR}|{_CA})\b")
_EU_CODE = regex.compile(r"\b(?:[FDIELABSP]{1,2}-)?\d{5}\s+\p{Lu}[\p{L}'’-]+(?:[ -](?:\p{Lu}|sur|de|la|le|les|del|en|am|an)[\p{L}'’-]*){0,3}(?:\s*\(\p{Lu}[\p{L} ]+\))?")
_CITY_STATE = regex.compile(rf"\b\p{{Lu}}[\p{{L}}'’.-]+(?:\s\p{{Lu}}[\p{{L}}'’.-]+){{0,2}},?\s+(?:{'|'.join(US_STATES.values())})\b(?!\s*[&'’-]\w)")
_AT_HOME = regex.compile(rf"\b(?:lives?|living|lived|resid(?:es?|ing|ed)|home|house|flat|address|moved|stay(?:s|ing)?)\b[^.\n]{{0,20}}?\b(?:at|to|is|:)\s+(?P<x>(?:{_UNIT},?\s+)?{_NUMBER}\s+{_PLACE}(?:,\s*{_PLACE})?)")  # fmt: skip
_US_NUMBERED = regex.compile(rf"(?<![\d.,$£€/-])\b\d{{1,5}}\s+(?:[NSEW]\.?\s+)?(?:\d{{1,3}}(?:st|nd|rd|th)|{_WORD}(?:\s{_WORD})?)\s?(?:#\s?\w{{1,5}}|(?:Apt|Unit|Ste|Suite)\.?\s?\w{{1,5}}),?\s+{_PLACE},?\s+(?:{_STATES})\b(?:\s+{_ZIP})?")  # fmt: skip

_PATTERNS: tuple[tuple[str, float, regex.Pattern[str]], ...] = (
    ("HOME_ADDRESS", 0.85, _ENGLISH),
    ("HOME_ADDRESS", 0.8, _NAMED_HOUSE),
    ("HOME_ADDRESS", 0.6, _LOWER),
    ("HOME_ADDRESS", 0.85, _NUMBER_AFTER),
    ("HOME_ADDRESS", 0.8, _NUMBER_BEFORE),
    ("HOME_ADDRESS", 0.75, _COMPOUND),
    ("HOME_ADDRESS", 0.85, _BOX),
    ("HOME_ADDRESS", 0.8, _STATE_ZIP),
    ("HOME_ADDRESS", 0.8, _CODE),
    ("ZIP", 0.7, _BARE_CODE),
    ("HOME_ADDRESS", 0.6, _EU_CODE),
    ("HOME_ADDRESS", 0.6, _AT_HOME),
    ("HOME_ADDRESS", 0.8, _US_NUMBERED),
    ("GEO_SMALL", 0.6, _CITY_STATE),
)
_NOT_AFTER = regex.compile(r"^\d{1,5}\s+(?:St|Dr|Ave|Rd)\.?\s")


def _find(view: View) -> Iterator[Span]:
    if not any(one.isdigit() for one in view.text) and not any(code in view.text for code in US_STATES.values()):
        return
    for kind, score, pattern in _PATTERNS:
        for found in pattern.finditer(view.text, timeout=LIMIT):
            start, end = found.span("x") if "x" in pattern.groupindex else found.span()
            while end > start and view.text[end - 1] in " ,\n\t;":
                end -= 1
            if end > start:
                yield Span(start, end, kind, score, "addresses")


RECOGNIZER = Recognizer("addresses", "reads like a postal address or a part of one", _find)
