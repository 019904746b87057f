"""Numbers a state or an institution gives to a person or a firm: social security, tax, identity, passport, licence, health."""

from redaction.detect.checksums import abn, french_social, nhs, spanish_id
from redaction.detect.rules import I, has_digits, rule, table

_IS = r"(?:\s*(?:no|nos|number|num|nr|n[.º°o]|id|code|is|was|ends?|ending|in|with|last\s+(?:four|4)|digits|of|the|my|her|his))*\.?\s*[:#=]?\s*"

RULES = (
    rule("SSN", 0.95, r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
    rule("SSN", 0.8, r"(?<![\d.-])\d{3}[ .]\d{2}[ .]\d{4}(?![\d.-])"),
    rule("SSN", 0.9, rf"\b(?:ssn|s\.s\.n\.|social(?:\s+security)?|soc\s?sec|sin|social\s+insurance|ss\s?#)\b{_IS}(?P<x>(?:[*xX#•]{{2,3}}[ -]?){{0,2}}\d[\d -]{{2,11}}\d)\b", I, check=has_digits(4, 9)),
    rule("TAXPAYER_ID", 0.9, rf"\b(?:ein|fein|tin|itin|tax(?:payer)?\s*(?:id|identification|number|no|ref(?:erence)?)|utr|vat(?:\s*(?:no|number|reg))?|tfn|tax\s+file|abn|acn|gst(?:in)?|cuit|rfc|siret|siren|tva|steuernummer|ust-?id)\b{_IS}(?P<x>[A-Z]{{0,4}}[- ]?\d[A-Z\d -]{{4,18}}[A-Z\d])\b", I, check=has_digits(5, 16)),
    rule("TAXPAYER_ID", 0.75, r"(?<![\d-])\d{2}-\d{7}(?![\d-])"),
    rule("TAXPAYER_ID", 0.9, r"(?<!\d)\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\d)", check=abn),
    rule("NATIONAL_ID", 0.95, r"\b(?:[XYZxyz]-?\d{7}|\d{2}\.?\d{3}\.?\d{3}|\d{8})[- ]?[A-HJ-NP-TV-Za-hj-np-tv-z]\b", check=spanish_id, also=("TAXPAYER_ID",)),
    rule("NATIONAL_ID", 0.8, rf"\b(?:dni|nie|nif|cif|curp|c[ée]dula|pasaporte|documento)\b{_IS}(?P<x>[A-Z]?-?\d[\d.]{{4,10}}-?[A-Z\d]{{0,9}})\b", I, also=("TAXPAYER_ID",)),
    rule("NATIONAL_ID", 0.95, r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b", check=french_social, also=("SSN",)),
    rule("NATIONAL_ID", 0.9, r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", also=("SSN",)),
    rule("NATIONAL_ID", 0.8, r"\b\d{7}[A-W][A-IW]?\b", also=("TAXPAYER_ID",)),
    rule("NATIONAL_ID", 0.85, r"\b[A-Z]{5}\d{4}[A-Z]\b", also=("TAXPAYER_ID",)),
    rule("NATIONAL_ID", 0.8, r"\b(?:national\s+(?:id(?:entity|entification)?|insurance)|nino?|ni\s+number|id\s+card|identity\s+card|aadhaar|aadhar|pps(?:n)?|nin|bvn|pesel|personnummer|codice\s+fiscale|nid|a-?number|alien|uscis|green\s?card|visa|student\s+id|employee\s+id|badge|staff\s+id|id)\b(?:\s*(?:no|number|num|card|is|#))*\.?\s*[:#=]?\s*(?P<x>[A-Z]{0,4}[- ]?\d[A-Z\d -]{2,16}[A-Z\d])\b", I, check=has_digits(4, 16)),
    rule("PASSPORT", 0.9, rf"\bpassport\b{_IS}(?P<x>[A-Z]{{0,2}}\d{{6,9}}[A-Z]?)\b", I),
    rule("LICENSE", 0.85, r"\b(?:driv(?:er|ing|er['’]?s)\s*['’]?s?\s*licen[cs]e|licen[cs]e|licence|d\.?l\.?|permit|bar(?:\s+(?:no|number|id))?|npi|dea|carnet|permis)\b(?:\s*(?:no|number|num|id|is|#))*\.?\s*[:#=]?\s*(?P<x>[A-Z]{0,8}[- ]?\d[A-Z\d -]{3,17}[A-Z\d])\b", I, check=has_digits(4, 16)),
    rule("MEDICAL_RECORD", 0.9, rf"\b(?:mrn|medical\s+record|patient\s+(?:id|no|number)|chart|hospital\s+(?:no|number)|nhs|medicare|medicaid|health\s*card|chi)\b{_IS}(?P<x>[A-Z]{{0,4}}-?\d[\dA-Z -]{{3,14}}[\dA-Z])\b", I, check=has_digits(4, 14)),
    rule("MEDICAL_RECORD", 0.85, r"(?<!\d)\d{3} \d{3} \d{4}(?!\d)", check=nhs),
    rule("OTHER_UNIQUE", 0.8, r"\b(?:lot|parcel|plot|title|folio|folium|deed|dp|sp|apn|finca|catastro|ref\.?\s+catastral|land\s+registry)\b\.?\s*(?:no\.?|number|#|:)?\s*(?P<x>(?:\d{1,4}/)?[A-Z]{0,3}\d[\w/-]{3,20})\b", I),
    rule("OTHER_UNIQUE", 0.7, r"\b(?:sheet/plan|sheet|plan|plot|parcel|registration|cadastral)\s+(?:no\.?|number|nos\.?)?\s*(?P<x>\d[\d/]{1,10})\b(?!\s+(?:of|years|months))", I, formal_only=True),
    rule("DEVICE", 0.85, rf"\b(?:imei|serial|s/n|device\s+id|imsi|iccid|udid|mac)\b{_IS}(?P<x>[A-Z\d](?:[A-Z\d:-]{{4,24}})[A-Z\d])\b", I, check=has_digits(3, 24)),
    # A word, "no." and a number; n° 4418822 K; what a bracket holds beside capitals; the last four of something.
    rule("OTHER_UNIQUE", 0.6, r"\b(?!(?:page|article|section|room|year|grade|rule|paragraph|para|question|item|chapter|clause|exhibit|annex|schedule|bus|house)\b)\p{L}{3,}\s+(?:no|nos|nr|num|number|n[.º°o])\b?\.?\s*[:#]?\s*(?P<x>[A-Z]{0,5}[-/ ]?\d[A-Z\d]*(?:[-/. ][A-Z\d]+){0,4})(?![\w-])", I, check=has_digits(3, 24)),
    rule("OTHER_UNIQUE", 0.65, r"(?<![\p{L}\d])[Nn](?:[º°]|\.[º°o])\s*:?\s*(?P<x>[A-Z]{0,5}[-/ ]?\d[\dA-Z]*(?:[-/. ]\d+)*(?:\s?[A-Z]{1,2})?)(?![\w-])", check=has_digits(3, 24)),
    rule("OTHER_UNIQUE", 0.6, r"\((?P<x>[A-Z]{2,6}\s\d{3,}(?:[ -]\d+)*(?:\s[A-Z])?)\)"),
    rule("OTHER_UNIQUE", 0.7, r"\b(?:payroll|matricule|legajo|staff|badge|locker|membership|member|student|pupil|employee|worker|customer|client|account\s+holder|inmate|prisoner|candidate|register|chart|mrn|ur|bsn|check|cheque|ck|cks|serial|brand|chip|microchip|tag)\b(?:\s*(?:no|nos|number|num|nr|n[.º°o]|id|is|#))*\.?\s*[:#=]?\s*(?P<x>[A-Z]{0,5}[-/. ]?\d[\d./-]{2,18})(?![\w])", I, check=has_digits(3, 20)),
    rule("OTHER_UNIQUE", 0.7, r"(?<![\d/])\d{2}/\d{7,10}/\d{2}(?![\d/])"),
    rule("OTHER_UNIQUE", 0.7, r"\blast\s+(?:four|4)(?:\s+(?:digits|of))*\s*(?:are|is|:|of)?\s*(?P<x>\d{4})\b", I),
    rule("NATIONAL_ID", 0.85, r"\b(?:seguridad\s+social|s[ée]curit[ée]\s+sociale|afiliaci[óo]n|tarjeta\s+sanitaria|sip|cuip|nss|dni|nie|nif|curp|rfc|rut|run|cuil|cuit|cpf|nit|c[ée]dula|pasaporte|passeport|carte\s+d['’]identit[ée]|avs|niss|registre\s+national)\b(?:\s*(?:no|n[.º°o]|núm(?:ero)?|num[ée]ro|es|est|:|=|de|del|la|el))*\.?\s*:?\s*(?P<x>(?=[A-Z\d]*[-./ ]?[A-Z\d]*\d)[A-Z\d](?:[A-Z\d./-]| (?=\d)){4,24}[A-Z\d])(?![\w])", I, check=has_digits(4, 20)),
)  # fmt: skip

RECOGNIZER = table("identity numbers", "is a number that an office gave to one person or firm", RULES, near_digits=True)
