"""Vehicles: registration plates by country, chassis numbers, boats, and a make or model that somebody drives."""

from redaction.detect.rules import I, has_digits, rule, table

_MAKES = (
    "Toyota Probox Honda Nissan Mazda Subaru Mitsubishi Suzuki Lexus Acura Infiniti Hyundai Kia Ford Chevrolet Chevy Dodge Jeep Chrysler Buick Cadillac GMC Pontiac Tesla Rivian Volkswagen VW BMW Mercedes Audi Porsche "
    "Opel Vauxhall Peugeot Renault Citroën Citroen Dacia Fiat Skoda Škoda Volvo Saab Jaguar Bentley Yamaha Kawasaki Harley Ducati Vespa Triumph Mahindra Maruti Tata Holden Seat Cupra"
).split()
_MODELS = (
    "Explorer Escape Expedition Tacoma Tundra Vitz Premio Noah Alphard Juke Note Leaf Kuga Focus Puma Escort Rover Mokka Adam Meriva Vectra Captur Kadjar Trafic Espace Laguna Jumpy C3 C4 Saxo 206 207 208 306 307 308 Partner Expert  Corolla Camry Prius RAV4 Hilux Yaris 4Runner Highlander Sienna Land\\sCruiser Civic CR-V Odyssey Qashqai Micra Altima Sentra Rogue Pathfinder Navara CX-5 Outback Forester Impreza WRX Elantra Tucson "
    "Sonata Sportage Sorento Picanto Fiesta Mondeo Mustang Ranger F-150 F150 F-250 Bronco Transit Silverado Malibu Impala Tahoe Suburban Camaro Corvette Wrangler Cherokee Durango Golf Polo Passat Tiguan Jetta Beetle Kombi "
    "Astra Corsa Zafira Insignia Clio Megane Mégane Twingo Kangoo Scenic Berlingo Picasso Duster Sandero Logan Panda Punto Octavia Fabia Defender Discovery Freelander Cayenne Boxster Commodore Falcon Barina Swift Alto Scorpio Innova "
    "Ibiza León Ateca Ducato Sprinter Vito Caddy Transporter Harley-Davidson Sportster"
).split()  # fmt: skip
_COLOUR = r"(?:red|blue|green|black|white|silver|gr[ae]y|yellow|orange|purple|brown|beige|gold|maroon|pink|rojo|azul|blanco|negro|gris|verde|rouge|bleue?|blanche?|noire?|verte?)"
_CAR = "|".join(_MAKES + _MODELS)
_DET = r"(?:(?:the|my|his|her|our|their|your|an?|el|su|mi|tu|un|una|la|le|ma|ta|sa|son|mon|ton|une|notre|votre)\s+)"

RULES = (
    rule("VEHICLE", 0.9, r"\b(?:placas?|patente|dominio|chapa)\s(?:n[º°o.]*\s?)?(?P<x>[A-Z\d]{2,4}[ -]?[A-Z\d]{2,4})\b", I, check=has_digits(2, 6)),
    rule("VEHICLE", 0.9, rf"\b(?:(?:{_CAR})\s)?(?:immatriculée?|matriculad[oa]|registered|reg)\s[A-Z\d]{{1,4}}[ -]?[A-Z\d]{{2,4}}(?:[ -]?[A-Z\d]{{1,3}})?\b", check=has_digits(2, 7)),
    rule("VEHICLE", 0.85, r"\b(?:19|20)\d\d\s\p{Lu}[\p{L}-]+(?:\s\p{Lu}[\p{L}\d-]+)?,?\s(?:VIN|HIN|chassis|reg|plate)\s?(?:no\.?|number|#|:)?\s?[A-Z\d-]{5,18}\b", I),
    rule("VEHICLE", 0.8, rf"\b{_DET}?(?:(?:(?i:old|new|beat-up|rusty)\s+)?(?:(?i:dark|light|bright|metallic)\s+)?(?i:{_COLOUR})\s+)(?:(?:19|20)\d\d\s+)?(?:(?:{_CAR})\b[ -]?){{1,2}}(?:[A-Z\d][\w-]{{0,6}}\b)?(?<![ -])", words=True),
    rule("VEHICLE", 0.7, rf"\b(?:{_CAR})\b(?:\s\w+)?\s(?:roj[oa]|azul|blanc[oa]|negr[oa]|gris|verde|amarill[oa]|rouge|bleue?|blanche?|noire?|grise?|verte?|jaune)\b", words=True),
    rule("VEHICLE", 0.65, rf"\b(?:(?:19|20)\d\d\s+|{_DET}(?=(?:{_CAR})\b(?!\s+(?i:dealer|plant|factory|showroom|garage|stock|shares))))(?:(?:{_CAR})\b[ -]?){{1,2}}(?<![ -])", words=True),
    rule("VEHICLE", 0.9, r"\b(?:reg(?:istration)?|plates?|rego|licen[cs]e\s+plate|number\s*plate|tag|matr[íi]cula|immatricul(?:ée|ation)|plaque)\b(?:\s*(?:no|nos|number|is|was|#))*\.?\s*[:=]?\s*(?P<x>[A-Z\d]{1,4}(?:[ -]?[A-Z\d]{1,5}){1,3})\b", I, check=has_digits(1, 8)),
    rule("VEHICLE", 0.85, r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b"),
    rule("VEHICLE", 0.8, r"\b(?:K|U)[A-Z]{2}\s?\d{3}[A-Z]\b|\b[A-Z]{3}-\d{2}-\d{2}\b|\b[A-Z]{2,3}\s?\d{2}\s?\d{2}\s?[A-Z]{1,2}\b|\b[A-Z]{1,3}\s\d{1,4}\sGP\b|\b[A-Z]{2}\s?\d{3}\s?[A-Z]{2}\b"),
    rule("VEHICLE", 0.8, rf"\b(?:{_CAR})\b[ ,(]{{1,3}}(?P<x>(?=[A-Z\d -]*\d)[A-Z\d]{{1,4}}[ -]?[A-Z\d]{{1,4}}(?:[ -]?[A-Z\d]{{1,3}})?)\b", check=lambda text: any(one.isalpha() for one in text) and sum(one.isdigit() for one in text) >= 2),
    rule("VEHICLE", 0.7, r"\b(?:0[1-9]|1[0-9]|2[0-9]|[12][3-9][12])-(?:C|CE|CN|CW|D|DL|G|KE|KK|KY|L|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|T|TN|TS|W|WD|WH|WX|WW)-\d{1,6}\b"),
    rule("VEHICLE", 0.75, r"\b\d{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}\b(?!\s?\d)"),
    rule("VEHICLE", 0.8, r"\b[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}\b"),
    rule("VEHICLE", 0.8, r"\b[A-Z]{2}\s\d{4}\s[A-Z]{2}\b|\b[A-Z]{2}\s?\d{1,2}\s?[A-Z]{1,2}\s?\d{4}\b"),
    rule("VEHICLE", 0.75, r"\b[A-Z]{3}[- ]?\d{3}[A-Z]{2}\b|\b\d[A-Z]{3}\d{3}\b|\b[A-Z]{3}[- ]\d{3,4}\b(?!\s?(?:euros|pounds|dollars))"),
    rule("VEHICLE", 0.9, r"\b(?=[A-HJ-NPR-Z\d]*\d)(?=[A-HJ-NPR-Z\d]*[A-Z])[A-HJ-NPR-Z\d]{17}\b"),
    rule("VEHICLE", 0.9, r"\b(?:vin|chassis|hull|hin|frame)\b(?:\s*(?:no|number|id|is|#))*\.?\s*[:=]?\s*(?P<x>[A-Z\d][A-Z\d-]{5,18})\b", I, check=has_digits(2, 17)),
)  # fmt: skip

RECOGNIZER = table("vehicles", "is a vehicle or its registration", RULES, near_digits=True)
