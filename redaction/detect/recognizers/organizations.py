"""Firms, clubs, offices, schools and hospitals by the last word of their name, and employers by the words before it."""

from collections.abc import Iterator

import regex

from redaction.detect.lexicon import everyday
from redaction.detect.rules import LIMIT, Recognizer, lines_with, starts_of
from redaction.detect.view import View
from redaction.spans import Span

_W = r"(?:\p{Lu}[\p{L}\p{M}\d'’&.-]*|\d{1,3}|&|of|the|and|de|del|la|las|los|du|des|et|y|for|on|St\.)"
_LEGAL = r"(?:Ltd|Limited|LLC|L\.L\.C\.|LLP|LP|Inc|Incorporated|Corp|Corporation|PLC|plc|GmbH|AG|KG|S\.?A\.?S?|S\.?L\.?U?|SARL|S\.?à\.?r\.?l|SAS|SCI|EURL|B\.?V|N\.?V|Oy|AB|ApS|A/S|S\.?p\.?A|S\.?r\.?l|Pty(?:\s+Ltd)?|Pvt(?:\s+Ltd)?|DAC|CLG|Co|Company|& Co|& Sons|and Sons|& Daughters|Bros|Brothers|Group|Holdings|Partners|Partnership|Associates|Enterprises|Industries|Ventures)"  # fmt: skip
_TRADE = (
    r"(?:Solicitors|Attorneys|Advocates|Chambers|Law(?:\s+(?:Firm|Office|Offices|Group))?|Legal(?:\s+Aid)?|Oil|Gas|Energy|Electric(?:al)?|Power|Water|Waste|Recycling|Plumbing|Heating|Roofing|Fencing|Flooring|Joinery|Carpentry|Masonry|Painting|Decorating|Landscaping|Landscapes|Gardening|Nursery|Nurseries|"
    r"Construction|Builders|Building(?:\s+Services)?|Contractors|Contracting|Homes|Housing(?:\s+Association)?|Properties|Property(?:\s+Management)?|Realty|Estates|Estate\s+Agents|Lettings|Rentals|Apartments|Developments|Developers|Motors|Autos?|Automotive|Garage|Towing|Tyres|Haulage|Transport|Logistics|Freight|Couriers?|Removals|Moving|Storage|Taxis|Cabs|Coaches|Airlines|Airways|Air|Marine|Boats|Marina|"
    r"Bank|Bancorp|Banc|Microfinance|Finance|Financial|Capital|Credit\s+Union|Building\s+Society|Insurance|Assurance|Mutual|Pensions|Accountants|Accounting|Bookkeeping|Consulting|Consultants|Consultancy|Advisors|Advisers|Services|Solutions|Systems|Software|Technologies|Technology|Tech|Labs?|Laboratories|Media|Studios?|Productions|Press|Publishing|Books|News|Times|Gazette|Herald|Radio|"
    r"Club|Society|Association|Federation|League|Guild|Institute|Foundation|Trust|Charity|Union|Alliance|Network|Council|Committee|Commission|Authority|Agency|Bureau|Department|Dept|Ministry|Office|Tribunal|Court|Police|Constabulary|Sheriff['’]s\s+(?:Office|Department)|Fire\s+(?:Service|Department)|Prison|Board|Parish|Diocese|"
    r"Hospital|Clinic|Surgery|Medical(?:\s+(?:Centre|Center|Group|Practice))?|Health(?:care|\s+Centre|\s+Center)?|Dental|Dentists?|Pharmacy|Chemists?|Hospice|Infirmary|Physio(?:therapy)?|Veterinary|Vets?|Nursing\s+Home|Care\s+Home|Care|Residential\s+Home|Rehab|Therapy|"
    r"Church|Chapel|Cathedral|Temple|Mosque|Masjid|Synagogue|Gurdwara|Ministries|Mission|Fellowship|Congregation|Abbey|Priory|Convent|"
    r"Café|Cafe|Coffee|Restaurant|Bistro|Grill|Diner|Bakery|Bakers|Butchers?|Catering|Brewery|Brewing|Pub|Tavern|Inn|Hotel|Hostel|Motel|Resort|Foods?|Grocery|Grocers|Supermarket|Market|Mart|Stores?|Shop|Salon|Barbers?|Spa|Gym|Fitness|Leisure\s+Centre|Yoga|Farm|Farms|Dairy|Orchards?|Vineyards?|Winery|Stables|Kennels|Cattery|Zoo|Museum|Gallery|Theatre|Theater|Cinema|Library|"
    r"Daycare|Day\s+Care|Childcare|Playgroup|Pre-?school|Preschool|Kindergarten|Montessori|Creche|Crèche|Academy|School|College|University|Elementary|Primary|Polytechnic|Seminary|Conservatory|High|Middle\s+School|Prep)"
)
_ROMANCE = r"(?:Banco|Banque|Caja|Caisse|Hospital|Hôpital|Clínica|Clinique|Colegio|Collège|Lycée|École|Ecole|Escuela|Instituto|Institut|Universidad|Université|Universitat|Ayuntamiento|Mairie|Juzgado|Tribunal|Audiencia|Cour|Talleres|Taller|Garage|Cabinet|Bufete|Despacho|Notaría|Étude|Asociación|Association|Sociedad|Société|Comunidad(?:\s+de\s+Propietarios)?|Cooperativa|Fundación|Fondation|Restaurante|Restaurant|Bar|Cafetería|Café|Farmacia|Pharmacie|Panadería|Boulangerie|Peluquería|Transportes|Construcciones|Inmobiliaria|Agence|Editorial|Gestoría|Guardería|Crèche|IES|CEIP|CPR|EHPAD|Résidence|Residencia|Syndicat|Sindicato|Préfecture|Gendarmerie|Commissariat|Ministère|Ministerio|Consejería|Conseil|Parroquia|Paroisse)"  # fmt: skip

_ORG = regex.compile(rf"(?<![\p{{L}}\d'’-])(?:{_W}[ ]){{1,5}}?(?:{_LEGAL}|{_TRADE})\b\.?(?:[ ](?:{_LEGAL}|{_TRADE})\b\.?){{0,3}}(?:\s(?:of|for|de|du)\s(?:the\s)?\p{{Lu}}[\p{{L}}'’-]+(?:\s\p{{Lu}}[\p{{L}}'’-]+)?)?")  # fmt: skip
_ORG_LEGAL = regex.compile(rf"(?<![\p{{L}}\d'’-])(?:{_W},?[ ]){{1,5}}?(?:{_LEGAL})(?![\p{{L}}\d])")
_ROMANCE_LOW = r"(?:banco|banque|hospital|hôpital|clínica|clinique|colegio|collège|lycée|école|escuela|instituto|institut|universidad|université|ayuntamiento|mairie|juzgado|taller(?:es)?|garage|cabinet|bufete|despacho|notaría|étude|asociación|association|comunidad|cooperativa|fundación|restaurante|restaurant|bar|cafetería|café|farmacia|pharmacie|panadería|boulangerie|pastelería|pâtisserie|peluquería|salon|inmobiliaria|agence|gestoría|guardería|crèche|maternelle|résidence|residencia|parroquia|paroisse|iglesia|église|mercado|tienda|supermercado|magasin|ferretería|librería|librairie|hotel|hôtel|club|gimnasio|academia|empresa|société|entreprise|maison|home|clinic|gremio|sindicato|syndicat|aseguradora|compañía|constructora|boucherie|pizzeria|caserne|foyer|centro|centre)"
_ORG_ROMANCE = regex.compile(rf"(?:(?<![\p{{L}}\d'’-])|(?<=\b[lLdD]['’])){_ROMANCE}\s(?:(?:de\s(?:la\s|los\s|las\s)?|del\s|du\s|des\s|d['’]|la\s|el\s|le\s|les\s)?(?:\p{{Lu}}[\p{{L}}\p{{M}}\d'’.-]*|n[ºo°]\s?\d+)\s?(?:(?:y|et|e)\s)?){{1,5}}")  # fmt: skip
_ORG_LOW = regex.compile(rf"(?:(?<![\p{{L}}\d'’-])|(?<=\b[lLdD]['’])){_ROMANCE_LOW}\s(?:(?:de\s(?:la\s|los\s|las\s)?|del\s|du\s|des\s|d['’])?(?:(?:San|Santa|Saint|Sainte|Los|Las|La|El|Les|Le|Nuestra Señora)\s)?\p{{Lu}}[\p{{L}}\p{{M}}\d'’.-]*(?:\s(?:de\s(?:la\s|los\s)?|del\s|du\s|des\s)?\p{{Lu}}[\p{{L}}\p{{M}}\d'’.-]*){{0,4}})")  # fmt: skip
_OF = regex.compile(r"(?<![\p{L}\d'’-])(?:Law\sOffices?|Offices?|Estate|House|Sisters|Friends|University|College|Bank|Ministry|Department|Diocese|Parish|Council|Board|City|County|Town|Borough|Embassy|Consulate|Church|Institute|Society|School|Faculty)\sof\s(?:the\s)?\p{Lu}[\p{L}'’-]+(?:\s(?:and\s|of\s)?\p{Lu}[\p{L}'’-]+){0,4}")  # fmt: skip
_SAINT = regex.compile(
    r"(?<![\p{L}\d'’-])(?:St\.?|Saint|Our Lady of|Holy|Sacred|Blessed)\s\p{Lu}[\p{L}]+(?:['’]s?)?(?:\s\p{Lu}[\p{L}'’]+){0,3}\s(?:School|Academy|College|Primary|Church|Hospital|Parish|National School|NS|RC|High|Hospice|Nursery)\b"
)
_WORKS = regex.compile(
    rf"\b(?:work(?:s|ed|ing)?\s+(?:at|for|in)|employ(?:ed|er|ee)\s+(?:by|at|is|of)|job\s+(?:at|with)|hired\s+by|fired\s+(?:by|from)|on\s+nights\s+at|shift(?:s)?\s+at|my\s+(?:office|company|firm|employer|boss\s+at)|manager\s+at|nurse\s+at|teacher\s+at|driver\s+for|drive\s+[^.\n]{{0,30}}\bfor|"
    rf"trabaj(?:a|o|aba|é)\s+(?:en|para)|travaille\s+(?:chez|à|pour)|salari[ée]e?\s+(?:chez|de))\s+(?P<x>(?:the\s+)?\p{{Lu}}[\p{{L}}\d'’&.-]*(?:[ ](?:{_W})){{0,3}}?(?:[ ]\p{{Lu}}[\p{{L}}\d'’&.-]*)?)(?=[\s.,;!?)\n]|$)"
)
_SCHOOL = regex.compile(
    r"(?:School|Academy|College|University|Elementary|Primary|Daycare|Day Care|Childcare|Nursery|Kindergarten|Montessori|Creche|Crèche|Pre-?school|Playgroup|Colegio|Collège|Lycée|[ÉE]cole|Escuela|Instituto|IES|CEIP|Guardería|High)"
)
_LEAD = frozenset("under per the a an this that these those our my his her their your its each every any some no all both another other such said i we you he she it they and or but so if when while for to at in on by of from with as is was are were be did does do has have had will would can could should may might please dear hi hello thanks thank yes no ok re fw fwd per via last next new".split())  # fmt: skip
# Words of the trade with nothing but everyday words before them name a thing, not a firm: "Second Chance Court" stays, "The Office" goes.
_GENERIC = frozenset("rules high small local district county federal state supreme superior appeal appeals family civil criminal crown magistrates circuit regional municipal national public private primary secondary middle senior junior central general main head post home front back box human social mental medical emergency first second third new old big good great nice free full part time this that same whole".split())  # fmt: skip


_STARTS = starts_of(_LEGAL[3:-1], _TRADE[3:-1], lenient=True)
_DOTTED = regex.compile(r"\b[SLBN]\.\s?[ALVR]\b|&")


def _on_lines(pattern: "regex.Pattern[str]", view: View) -> "Iterator[regex.Match[str]]":
    """Matches on the lines that hold a word of the trade; everywhere when the text has a form with points or an ampersand."""
    if _DOTTED.search(view.text) is not None:
        yield from pattern.finditer(view.text, timeout=LIMIT)
        return
    for low, high in lines_with(view.lower, _STARTS):
        yield from pattern.finditer(view.text, low, high, timeout=LIMIT)


def _find(view: View) -> Iterator[Span]:
    text = view.text
    words = everyday("en")
    for pattern, score in ((_ORG, 0.65), (_ORG_LEGAL, 0.7)):
        for found in _on_lines(pattern, view):
            start, end = found.span()
            parts = found[0].split(" ")
            while len(parts) > 1 and parts[0].strip(".,").lower() in _LEAD | {"&"}:
                start += len(parts[0]) + 1
                parts = parts[1:]
            if len(parts) < 2 or not parts[0][:1].isupper():
                continue
            head = [part.strip(".,").lower() for part in parts[:-1]]
            if all(word in _GENERIC or word in _LEAD for word in head):
                continue
            line_start, line_end = view.line_of(start)
            if line_start == start and end >= line_end - 1 and all(word in words for word in head):
                continue
            if text[end - 1] == "." and not text[:end].endswith(("Ltd.", "Inc.", "Co.", "Corp.", "Bros.")):
                end -= 1
            yield _span(start, end, score, found[0])
    romance = ((_ORG_LOW, 0.6),) if view.language in ("es", "fr") else ()
    for pattern, score in (*romance, (_ORG_ROMANCE, 0.65), (_OF, 0.65), (_SAINT, 0.75)):
        for found in pattern.finditer(text, timeout=LIMIT):
            start, end = found.span()
            while text[end - 1] in " .,":
                end -= 1
            yield _span(start, end, score, found[0])
    if view.formal:
        yield from _bodies(view)
    for found in _WORKS.finditer(text, timeout=LIMIT):
        name = found["x"]
        if name.split()[0].lower() in words and " " not in name:
            continue
        start, end = found.span("x")
        yield Span(start, end - (text[end - 1] == "."), "EMPLOYER", 0.6, "organizations", None, ("ORGANIZATION",))


_LOWER_BODY = regex.compile(
    r"(?<![\p{L}\d'’-])\p{Lu}[\p{L}\p{M}’'-]+(?:\s\p{Lu}[\p{L}\p{M}’'-]+){0,3}\s(?:police\s+station|hospital|prison|detention\s+cent(?:re|er)|military\s+authorities|security\s+directorate|office|branch|department|regime)\b"
)
_CAPITALS = regex.compile(r"(?<![\p{L}\d/.])\p{Lu}{3,}(?:/\p{Lu}{2,})?(?![\p{L}\d/])")
_COMMON_CAPITALS = frozenset(
    "EUR USD GBP SEK PLN TRY CHF NOK DKK FIM DEM FRF ITL ATS NLG THE AND FACTS LAW CASE FOR PROCEDURE ECHR PART III VII VIII XII XIII".split()
)


def _bodies(view: View) -> Iterator[Span]:
    """In a court's text: bodies written with a small last word, and abbreviations in capitals that are no heading."""
    for found in _LOWER_BODY.finditer(view.text, timeout=LIMIT):
        if found[0].split()[0].lower() not in _LEAD:
            yield Span(found.start(), found.end(), "ORGANIZATION", 0.5, "organizations")
    for found in _CAPITALS.finditer(view.text, timeout=LIMIT):
        low, high = view.line_of(found.start())
        if found[0] not in _COMMON_CAPITALS and not view.text[low:high].isupper():
            yield Span(found.start(), found.end(), "ORGANIZATION", 0.4, "organizations")


def _span(start: int, end: int, score: float, words: str) -> Span:
    if _SCHOOL.search(words):
        return Span(start, end, "SCHOOL", score, "organizations", None, ("ORGANIZATION",))
    return Span(start, end, "ORGANIZATION", score, "organizations")


RECOGNIZER = Recognizer("organizations", "reads like the name of a firm, an office, a school or a club", _find)
