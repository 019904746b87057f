"""Postal addresses: a street with a number, what follows it up to the country, post codes, boxes, floors and flats."""

from collections.abc import Iterator
from typing import Any

import regex

from redaction.detect.rules import LIMIT, I, Recognizer, around
from redaction.detect.view import View
from redaction.places import AUSTRALIAN_STATES, CANADIAN_PROVINCES, US_STATES
from redaction.spans import Span

# fmt: off
_TYPE = (
    r"(?:Street|St|Str|Road|Rd|Avenue|Avenues|Ave|Av|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Boulevard|Boul|Blvd|Way|Close|Crescent|Cres|Cr|Terrace|Terr|Ter|"
    r"Square|Sq|Grove|Gr|Gardens|Gdns|Garden|Hill|Row|Mews|Parade|Pde|Walk|Park|Highway|Hwy|Freeway|Route|Rte|Trail|Trl|Circle|Cir|Circuit|"
    r"Parkway|Pkwy|Alley|Quay|Rise|View|Green|Vale|Heights|Hts|Path|Pike|Turnpike|Tpke|Brow|Bank|Hatch|Fields?|Common|Dene|Approach|Mount|Wynd|Vennel|Brae|Hollow|Trace|Chase|Glen|Knoll|Spur|Woods|Creek|Bayou|Springs?|Stretch|Corner|Loop|Run|Esplanade|Esp|Broadway|Strand|Causeway|Embankment|"
    r"Wharf|Yard|Croft|Fold|Meadows?|Drove|Gate|Plaza|Crossing|Xing|Bend|Cove|Point|Ridge|Landing|Junction|Lodge|Villas|Cottages|Buildings|Mansions|Marg|Nagar|Colony|Enclave|Layout)"
)
_LOW_TYPE = r"(?:(?i:street|road|avenue|lane|drive|boulevard|blvd|crescent|terrace|square|gardens|mews|parade|parkway|highway|hwy|circle|quay|ave|mall|rd|st))"
_STOP = r"(?:of|in|on|at|to|for|and|or|by|with|from|is|was|are|were|has|had|have|the|a|an|it|its|we|you|he|she|they|that|this|years?|months?|days?|hours?|minutes?|mins?|weeks?|people|times|more|other|out|than|per|percent|not|my|his|her|our|their|will|would|can)"
_MONTHS = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NUMBER = r"(?:\d{1,5}\s?[a-zA-Z]?(?:\s?[-/–&]\s?\d{1,5}[a-zA-Z]?)?)"
_CAP = r"(?:[\p{Lu}\d][\p{L}\p{M}\d'’.-]*)"
_WORD = rf"(?:{_CAP}|(?:of|the|de|del|la|las|los|du|des|y|and|le|les|upon|on|St\.|O['’]\p{{Lu}}\p{{L}}+))"
# A word of a street's name, in any case, but none that belongs to a sentence.
_NAME = rf"(?:(?!(?i:{_STOP})\b)(?!{_MONTHS}\b)(?:\p{{L}}[\p{{L}}\p{{M}}\d'’.-]*|\d{{1,3}}(?:st|nd|rd|th)\b))"
_UNIT = (
    r"(?:(?:Flat|Apt|Apartment|Unit|Suite|Ste|Room|Rm|Floor|Fl|Lot|House|Block|Blk|Level|Bldg|Building|Dept|Piso|Puerta|Esc|Bât|Appt|Bajo|Box|Studio|Shop|Plot|Door|Space|Spc|Trailer|Villa|Tower|Appt?|Apto|Depto|Dpto|Interior|Int|flat|apt|unit|suite|apartment|lot|block|blk|house|room|floor|villa|app|appt|apto|depto|dpto|int|local|étage)\b\.?\s?"
    r"(?:no\.?\s?)?#?\s?[\dA-Z][\w-]{0,5}|#\s?\d{1,5}[A-Za-z]?|\d{1,2}(?:st|nd|rd|th|[ºª°])\s?(?:[Ff]loor|[Pp]iso|[A-Da-d]\b|[Ii]zq\.?|[Dd]cha\.?)?)"
)
_STATES = "|".join(sorted((regex.escape(one) for one in (*US_STATES.values(), *US_STATES, *CANADIAN_PROVINCES.values(), *CANADIAN_PROVINCES, *AUSTRALIAN_STATES.values(), *AUSTRALIAN_STATES)), key=len, reverse=True))
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
    rf"(?:(?:\s*,\s*|\s*\n\s*)(?:{_UNIT}|{_PLACE}|\d{{4}}(?:[ ]?[A-Z]{{2}}|\d)?\s\p{{Lu}}[\p{{L}}'’-]+)(?=\s*[,\n.;)?!]|\s+(?:{_STATES})\b|\s+{_POSTCODE}|\s*$)){{0,4}}"
    rf"(?:[\s,]+(?:{_STATES})\b\.?)?(?:[\s,]+{_POSTCODE})?(?:[\s,]+{_COUNTRY}\b)?(?:\s-\s{_CAP})?"
)
_HEAD = rf"(?:{_UNIT},?\s+|(?:c/o|C/O)\s+{_PLACE},?\s+)?"
_DIRECTION = r"(?:(?i:north|south|east|west|upper|lower|old|new|great|northwest|northeast|southwest|southeast)|N|S|E|W|NE|NW|SE|SW)"
_NOT_BEFORE = r"(?<![\d.,$£€/§-])(?<!(?:Rules?|Articles?|Sections?|§|§§|[Aa]rt\.|[Nn]o\.|para\.|paragraph|Protocol|[Cc]hapter|page|Law|Act|Code)\s)"
_ENGLISH = regex.compile(rf"{_NOT_BEFORE}\b{_HEAD}(?:\d{{2,6}}[ ]+)?{_NUMBER},?[ ]+(?:{_DIRECTION}\b\.?[ ]+)?(?:{_NAME}[ ]){{1,4}}?(?:{_TYPE}|{_LOW_TYPE})\b\.?(?:[ ]+{_DIRECTION}\b)?(?:[ ]+{_TYPE}\b\.?)?(?!['’]s){_TAIL}")
_NO_STREET = regex.compile(rf"\b[Nn]os?\.?\s?{_NUMBER}(?:,?\s(?:and|&)\s(?:[Nn]o\.?\s?)?{_NUMBER})?,?[ ]+(?:{_NAME}[ ]){{1,4}}?(?:{_TYPE}|{_LOW_TYPE})\b\.?{_TAIL}")
_NUMBERED_STREET = regex.compile(rf"{_NOT_BEFORE}\b\d{{1,5}}[ ]+(?:{_DIRECTION}\b\.?[ ]+)?(?:Broadway|The\s+\p{{Lu}}\p{{L}}+|(?:\d{{1,3}}(?:st|nd|rd|th))[ ](?i:st|ave|street|avenue)\b\.?){_TAIL}")
_NAMED_HOUSE = regex.compile(rf"{_HEAD}\b(?:{_WORD}[ -]){{1,3}}(?:House|Cottage|Farm|Lodge|Court|Hall|Manor|Cross|Villa|Barn|Bungalow|Towers?|Mansions|Estate|Grange|Rectory|Vicarage)\s*,\s*{_PLACE}\s*,\s*(?:{_PLACE}\s*,\s*){{0,3}}(?:{_PLACE}\s+)?(?:{_UK}|{_EIR}|{_CA}|(?:Co|County)\.?\s+\p{{Lu}}\p{{L}}+)")
_ROMANCE_TYPE = (
    r"(?:[Cc]alle|C/|c/|C\.|Cl\.|[Aa]venida|[Aa]vda\.?|Av\.?|[Pp]laza|Pza\.?|Plza\.?|[Pp]aseo|P[ºo°]\.?|[Cc]amino|Carrer|[Cc]arretera|Ctra\.?|Ronda|Traves[ií]a|Callej[oó]n|Pasaje|Glorieta|Rambla|Urbanizaci[oó]n|Urb\.|Barrio|Colonia|Col\.|Calzada|Boulevard|Blvr\.?|Privada|Cerrada|calle|avenida|plaza|paseo|camino|carretera|ronda|travesía|callejón|pasaje|rambla|urbanización|urb\.|barrio|colonia|calzada|prolongación|partida|vereda|diagonal|polígono|[Jj]irón|[Jj]r\.|[Cc]arrera|Cra\.?|Kra\.?|[Tt]ransversal|[Rr]úa|[Pp]raza|[Pp]asaxe|carrer|avinguda|plaça|"
    r"[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d\.?|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Aa]llées|[Qq]uai|[Rr]oute|[Cc]ours|[Ss]quare|[Pp]assage|[Ss]entier|[Mm]ontée|[Ll]otissement|[Rr]ésidence|[Hh]ameau|[Ll]ieu-dit|[Ff]aubourg|[Cc]ité|[Cc]haussée|[Rr]uelle|[Vv]enelle|[Cc]los|[Rr]ond-point|[Vv]oie|[Ee]splanade|[Rr]ang|[Cc]ôte|"
    r"Via|Viale|Piazza|Corso|Vicolo|Largo|Rua|R\.|Praça|Travessa|Alameda|Estrada|Strada|Str\.|Bulevardul|Calea|Aleea|ul\.|ulica|al\.|Jalan|Jl\.)"
)
_NUMBER_AFTER = regex.compile(rf"(?:\b\d{{2,6}}[ ]+)?\b{_ROMANCE_TYPE}\s?(?:{_WORD}[ ]?){{1,6}}?,?\s*(?:n[.º°o]{{0,2}}\s?|núm\.?\s?|nº\s?)?\d{{1,5}}\s?(?:bis|ter|[A-Za-z])?\b(?:\s*,?\s*(?:\d{{1,2}}\s?[ºª°]\.?\s?(?:[A-Z]\b|izq(?:uierda|da)?\.?|dcha\.?|derecha|cto\.?)?|bajo\b|piso \d+|puerta \w+|esc(?:alera)?\.? \w+|{_UNIT})){{0,3}}{_TAIL}")
_NUMBER_BEFORE = regex.compile(rf"(?<![\d.,$£€/-])\b\d{{1,5}}\s?(?:bis|ter|[a-zA-Z])?,?\s+{_ROMANCE_TYPE}\s(?:(?:de|du|des|de la|de l['’]|d['’]|la|le|les|del|los|las|el)\s?)?(?:[\p{{Lu}}\d][\p{{L}}\p{{M}}\d'’.-]*[ ]?(?:(?:de|du|des|et|la|le|y|del)\s)?){{1,4}}{_TAIL}")
# Lot 9 Old Coach Rd; 1192 Block F, Mabopane; B-704, Magnolia Heights, Baner Road, Pune 411045; Carrera 45 # 12-30.
_LOT = regex.compile(rf"\b(?:Lot|Plot|Stand|Erf|Farm|Site|Section|House|Blk|Block)\s+(?:No\.?\s?)?\d{{1,5}}[A-Za-z]?,?\s+(?:(?:Lot|Plot|Unit|Phase|Block|Blk|Street|St)\s+\d{{1,4}}[A-Za-z]?,?\s+)*(?:{_NAME}[ ]){{1,4}}?(?:{_TYPE}|{_LOW_TYPE})\b\.?(?:[ ]\d{{1,3}}\b)?(?:[ ]#\d[\d-]+)?{_TAIL}")
_SECTION = regex.compile(rf"(?<![\d.,$£€/-])\b\d{{1,5}}[A-Za-z]?,?\s+(?:Block|Blok|Section|Zone|Ext(?:ension)?|Phase|Sector|Unit)\s+[A-Z\d]{{1,3}}\b{_TAIL}")
_PIN = regex.compile(rf"(?<![\p{{L}}\d])(?:[\p{{Lu}}\d][\p{{L}}\p{{M}}\d'’./ -]{{0,28}},\s?){{1,6}}{_PLACE}\s*[-–,]?\s*\d{{3}}\s?\d{{3}}(?!\d)")
_HASH = regex.compile(rf"\b(?:Carrera|Calle|Cra\.?|Cl\.?|Kra?\.?|Diagonal|Diag\.?|Transversal|Tv\.?|Avenida|Av\.?|carrera|calle)\s+\d{{1,3}}\s?[A-Za-z]?(?:\s?(?:bis|sur|norte|este|oeste))?\s?(?:#|[Nn]o\.?|[Nn]º)\s?\d{{1,3}}\s?[A-Za-z]?\s?[-–]\s?\d{{1,3}}{_TAIL}")
_COMPOUND = regex.compile(rf"\b(?:\d{{2,6}}[ ]+)?[\p{{L}}-]{{3,}}(?:straße|strasse|gasse|weg|platz|allee|ring|ufer|damm|laan|straat|gracht|plein|kade|gatan|vägen|gränd|gata|veien|vegen|vej|gade|stræde|katu|tie|kuja|polku|raitti|utca|körút)\s+\d{{1,5}}(?:-\d{{1,4}})?\s?[a-zA-Z]?\b(?:\s*,?\s*{_UNIT})?{_TAIL}")
_BOX = regex.compile(rf"\b(?:P\.?\s?O\.?\s?Box|Post Office Box|Apartado(?: de [Cc]orreos)?|B\.?P\.?|Postfach|GPO Box|Locked Bag|RR\s?#?\d+,?\s+Box|Private Bag|PMB)\s*#?\s*\d{{1,6}}{_TAIL}", I)
_STATE_ZIP = regex.compile(rf"(?:{_PLACE}\s*,\s*|\b{_PLACE}\s+)?\b(?:{_STATES})\.?,?\s+{_ZIP}\b")
_CODE = regex.compile(rf"(?:(?:(?<![\p{{L}}\d]){_PLACE}\s*,\s*){{1,5}}(?:{_PLACE}\s+)?|(?<![\p{{L}}\d]){_PLACE}\s+)?\b(?:{_UK}|{_EIR}|{_CA})\b")
_BARE_CODE = regex.compile(rf"\b(?:{_UK}|{_EIR}|{_CA})\b")
_EU_CODE = regex.compile(r"\b(?:[FDIELABSP]{1,2}-)?\d{5}\s+\p{Lu}[\p{L}'’-]+(?:[ -](?:\p{Lu}|sur|de|la|le|les|del|en|am|an)[\p{L}'’-]*){0,3}(?:\s*\(\p{Lu}[\p{L} ]+\))?")
_CITY_STATE = regex.compile(rf"\b\p{{Lu}}[\p{{L}}'’.-]+(?:[ ]\p{{Lu}}[\p{{L}}'’.-]+){{0,2}}(?:,[ ]*|[ ]+(?!(?:ID|IN|OR|ME|OK|HI|DE|LA|MA|PA|AL|CO|MS|MD|PR)\b))(?:{'|'.join(US_STATES.values())})\b(?!\s*[&'’-]\w)")
_AT_HOME = regex.compile(
    rf"\b(?:(?i:lives?|living|lived|resid(?:es?|ing|ed)|home|house|flat|address(?:es)?|moved|stay(?:s|ing|ed)?|located|location|venue|hotel|place|office|clinic|shop|deliver(?:ed|y)?|ship(?:ped)?|sent|taxi|arrived|drops?\s+(?:you|me)\s+off|vive|domicilio|direcci[óo]n|habite|demeure|domicili[ée]e?|adresse))\b"
    rf"[^.\n]{{0,30}}?(?:\b(?:at|to|is|on|in|as|en|au)\b|:)\s+(?P<x>(?:{_UNIT},?\s+)?{_NUMBER},?\s+(?:{_NAME},?[ ]){{0,5}}{_NAME}(?:[ ]\d{{1,4}}\b)?(?![ ](?:years|people|miles|minutes)\b){_TAIL})"
)
# Number, words, number: how streets are written where the house number comes last and a code or a second number first.
_TWO_NUMBERS = regex.compile(rf"{_NOT_BEFORE}\b\d{{2,6}}[ ]+(?:{_NAME}[ ]){{1,4}}?\d{{1,4}}\b\.?(?![.,:/]?\d|[ ]?[€$£%]|\s(?:{_MONTHS}|of|to|years|people|times)\b)(?:[ ]+(?:[A-Z]\b|{_UNIT}))?{_TAIL}")
_BY_UNIT = regex.compile(rf"\b(?P<x>(?:\d{{1,6}}[ ]+){{0,2}}(?:{_NAME}[ ]){{1,5}}?\d{{0,5}}\.?,?[ ]*(?:\n[ \t?]*)?(?:Apt|Suite|Ste|apt|suite)\.?[ ]\#?\d{{1,5}}\b{_TAIL})")
_UNIT_ALONE = regex.compile(r"\b(?:Apt|Suite|Ste|apt|suite)\.?[ ]#?\d{1,5}\b")
_MILITARY = regex.compile(r"(?i:\b(?:PSC|Unit|CMR|USS|USNS|USNV)\s[\w ]{1,20}(?:,?\s+Box\s+\d+)?\s+(?:APO|FPO|DPO)\s+(?:AA|AE|AP)\s+\d{5}\b)")
_CORNER = regex.compile(rf"\b(?P<x>(?:the\s+)?(?:corner|junction)\s+of\s+(?:\d+[ ])?(?:{_NAME}[ ]){{0,4}}{_NAME}(?:[ ]\d+\.?)?\s+(?:and|&)\s+(?:\d+[ ])?{_NAME}(?:[ ]{_NAME}){{0,3}}(?:[ ]\d+\.?)?)", I)
_US_NUMBERED = regex.compile(rf"(?<![\d.,$£€/-])\b\d{{1,5}}\s+(?:[NSEW]\.?\s+)?(?:\d{{1,3}}(?:st|nd|rd|th)|{_WORD}(?:\s{_WORD})?)\s?(?:#\s?\w{{1,5}}|(?:Apt|Unit|Ste|Suite)\.?\s?\w{{1,5}}),?\s+{_PLACE},?\s+(?:{_STATES})\b(?:\s+{_ZIP})?")

# Kind, score, pattern, and what must be there for the pattern to be worth trying: around it, so far back and so far on, it is tried.
_ANY_DIGIT = regex.compile(r"\d+")
_FIVE = regex.compile(r"\d{5}")
_UNIT_WORD = regex.compile(r"(?:Apt|Suite|Ste|apt|suite)\b")
_STREET_END = regex.compile(r"(?:straße|strasse|gasse|weg|platz|allee|ring|ufer|damm|laan|straat|gracht|plein|kade|gatan|vägen|gränd|gata|veien|vegen|vej|gade|stræde|katu|tie|kuja|polku|raitti|utca|körút)\s+\d")
_BOX_WORD = regex.compile(r"(?i:box|apartado|b\.?p\.|postfach|\bbag\b|PMB)\s*#?\s*\d")
_MILITARY_WORD = regex.compile(r"(?i:\b[AFD]PO\b)")
_SECTION_WORD = regex.compile(r"\b(?:Block|Blok|Section|Zone|Ext|Extension|Phase|Sector|Unit)\s[A-Z\d]")
_SIX = regex.compile(r"(?<!\d)\d{3}\s?\d{3}(?!\d)")
_HASH_SIGN = regex.compile(r"(?:#|[Nn][oº]\.?)\s?\d{1,3}\s?[A-Za-z]?\s?[-–]\s?\d")
_CORNER_WORD = regex.compile(r"(?i:corner|junction)\s")
_STATE_WORD = regex.compile(rf"\b(?:{'|'.join(US_STATES.values())})\b")
_COUNTY_OR_CODE = regex.compile(rf"\b(?:{_UK}|{_EIR}|{_CA})\b|\b(?:Co|County)\.?\s+\p{{Lu}}")
_BIG = regex.compile(r"(?<!\d)\d{2,6}[ ]")

_PATTERNS: tuple[tuple[str, float, "regex.Pattern[str]", "regex.Pattern[str]", int, int], ...] = (
    ("HOME_ADDRESS", 0.85, _ENGLISH, _ANY_DIGIT, 40, 220),
    ("HOME_ADDRESS", 0.85, _NO_STREET, _ANY_DIGIT, 10, 220),
    ("HOME_ADDRESS", 0.6, _NUMBERED_STREET, _ANY_DIGIT, 10, 160),
    ("HOME_ADDRESS", 0.8, _NAMED_HOUSE, _COUNTY_OR_CODE, 160, 20),
    ("HOME_ADDRESS", 0.85, _NUMBER_AFTER, _ANY_DIGIT, 120, 200),
    ("HOME_ADDRESS", 0.8, _NUMBER_BEFORE, _ANY_DIGIT, 10, 220),
    ("HOME_ADDRESS", 0.75, _COMPOUND, _STREET_END, 40, 200),
    ("HOME_ADDRESS", 0.8, _LOT, _ANY_DIGIT, 12, 200),
    ("HOME_ADDRESS", 0.7, _SECTION, _SECTION_WORD, 10, 200),
    ("HOME_ADDRESS", 0.75, _PIN, _SIX, 200, 8),
    ("HOME_ADDRESS", 0.8, _HASH, _HASH_SIGN, 40, 200),
    ("HOME_ADDRESS", 0.85, _BOX, _BOX_WORD, 30, 200),
    ("HOME_ADDRESS", 0.8, _STATE_ZIP, _FIVE, 100, 20),
    ("HOME_ADDRESS", 0.8, _CODE, _BARE_CODE, 200, 20),
    ("ZIP", 0.7, _BARE_CODE, _BARE_CODE, 0, 0),
    ("HOME_ADDRESS", 0.6, _EU_CODE, _FIVE, 5, 80),
    ("HOME_ADDRESS", 0.6, _AT_HOME, _ANY_DIGIT, 60, 200),
    ("HOME_ADDRESS", 0.55, _TWO_NUMBERS, _BIG, 10, 220),
    ("HOME_ADDRESS", 0.7, _BY_UNIT, _UNIT_WORD, 120, 200),
    ("HOME_ADDRESS", 0.6, _UNIT_ALONE, _UNIT_WORD, 0, 20),
    ("HOME_ADDRESS", 0.8, _MILITARY, _MILITARY_WORD, 80, 20),
    ("HOME_ADDRESS", 0.5, _CORNER, _CORNER_WORD, 5, 160),
    ("HOME_ADDRESS", 0.8, _US_NUMBERED, _ANY_DIGIT, 10, 160),
    ("GEO_SMALL", 0.6, _CITY_STATE, _STATE_WORD, 60, 5),
)
_BLOCKS = frozenset({_ENGLISH, _NO_STREET, _NUMBER_AFTER, _NUMBER_BEFORE, _COMPOUND, _TWO_NUMBERS, _BY_UNIT, _UNIT_ALONE, _AT_HOME})
# The lines of a postal block below its street: short, no sentence, the last one often with a code.
_BLOCK_LINE = regex.compile(r"^[ \t?,>*]*(?:[\p{L}\p{M}'’ ().,∆-]{2,40}|[\p{L}() .,'’-]{0,35}[ ]?[A-Z]{0,2}-?\d[\d -]{2,8})[ \t]*$")
_CODE_LINE = regex.compile(r"\d{3,6}[ \t]*$|\d{2,3}[ -]\d{2,3}[ \t]*$")
_LABEL_LINE = regex.compile(r"^[^\n]{0,40}:|\b(?i:phone|tel|e-?mail|fax|ssn|dob|date|dear|attn|passport|national|plaintiff|defendant|counsel|thanks|regards|you|i|we|will|your)\b")
# fmt: on


def _find(view: View) -> Iterator[Span]:
    text = view.text
    # Many patterns share their anchors, and some the whole stretch around them.
    places: dict[Any, list[tuple[int, int]]] = {}
    windows: dict[Any, list[tuple[int, int]]] = {}
    for kind, score, pattern, anchor, back, on in _PATTERNS:
        named = "x" in pattern.groupindex
        if anchor not in places:
            places[anchor] = [found.span() for found in anchor.finditer(text, timeout=LIMIT)]
        if not places[anchor]:
            continue
        key = (anchor, back, on)
        if key not in windows:
            windows[key] = list(around(text, places[anchor], back, on))
        for low, high in windows[key]:
            for found in pattern.finditer(text, low, high, timeout=LIMIT):
                start, end = found.span("x") if named else found.span()
                end = _cut(text, start, end)
                if pattern in _BLOCKS:
                    end = _block(view, start, end)
                while end > start and text[end - 1] in " ,\n\t;?":
                    end -= 1
                if end > start:
                    yield Span(start, end, kind, score, "addresses")


def _cut(text: str, start: int, end: int) -> int:
    """Not beyond a line that begins with a label or follows a line which a post code has closed."""
    at = text.find("\n", start, end)
    while at >= 0:
        stop = text.find("\n", at + 1)
        line = text[at + 1 : stop if stop >= 0 else len(text)]
        if _LABEL_LINE.search(line) is not None or _CODE_LINE.search(text, start, at) is not None:
            return at
        at = text.find("\n", at + 1, end)
    return end


def _block(view: View, start: int, end: int) -> int:
    """Further lines of the same postal block: up to five short ones, taken only when one of them ends in a code."""
    text = view.text
    _, line_end = view.line_of(max(start, end - 1))
    if text[end:line_end].strip(" ,.?\t"):
        return end
    at, best = line_end, end
    for _ in range(5):
        if at >= len(text):
            break
        _, stop = view.line_of(at + 1)
        line = text[at + 1 : stop]
        if not line.strip(" ,?\t") or _BLOCK_LINE.match(line) is None or _LABEL_LINE.search(line) is not None:
            break
        at = stop
        if _CODE_LINE.search(line) is not None:
            best = stop
            break
    return best


RECOGNIZER = Recognizer("addresses", "reads like a postal address or a part of one", _find)
