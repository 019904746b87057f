"""Occupations and offices: in a signature under the name, after "works as", and nationalities with "citizen"."""

from redaction.detect.rules import I, M, rule, table

_HEAD = (
    r"(?:administrator|advisor|adviser|agent|analyst|anesthesiologist|anaesthesiologist|architect|artist|assembler|assistant|associate|attendant|attorney|auditor|baker|barber|bookkeeper|builder|butcher|buyer|carpenter|cashier|chef|chemist|"
    r"cleaner|clerk|coach|collector|consultant|controller|cook|coordinator|counsel|counselor|counsellor|courier|curator|dealer|dentist|designer|developer|director|dispatcher|distributor|doctor|driver|economist|editor|electrician|engineer|examiner|executive|"
    r"farmer|firefighter|fitter|foreman|gardener|geologist|glazier|guard|hairdresser|helper|housekeeper|hygienist|inspector|installer|instructor|interpreter|investigator|janitor|joiner|journalist|judge|laborer|labourer|lawyer|lecturer|librarian|machinist|manager|"
    r"mason|mechanic|microbiologist|midwife|miner|model|musician|nurse|officer|operator|optician|painter|paralegal|paramedic|pharmacist|photographer|physician|pilot|planner|plumber|policeman|porter|postman|principal|producer|professor|programmer|"
    r"psychiatrist|psychologist|realtor|receptionist|repairer|repairman|reporter|representative|roofer|sailor|salesman|salesperson|scientist|secretary|sergeant|singer|soldier|solicitor|specialist|statistician|steward|stylist|superintendent|supervisor|surgeon|surveyor|"
    r"tailor|teacher|technician|technologist|teller|therapist|trader|trainer|translator|treasurer|typist|vet|veterinarian|waiter|waitress|welder|worker|writer|civil servant|deserter|addict)s?"
)
_NATION = (
    r"(?:\p{Lu}\p{Ll}+(?:ish|an|ese|ch|sh|ic|ek|[iy])|Dutch|Swiss|Czech|Thai|United Kingdom|Kurdish|Manx|Uzbek|Afghan)"
)

_NOT_NATION = frozenset("vegetarian librarian guardian custodian civilian technician musician electrician physician politician british? comedian historian pedestrian veterinarian finish irish selfish foolish childish establish publish punish polish wish fish these can".replace("?", "").split())  # fmt: skip

RULES = (
    rule("JOB", 0.6, rf"(?<=\p{{Lu}}\p{{L}}+\s)\((?P<x>(?:\p{{Lu}}[\p{{L}}-]+[ ]){{0,3}}{_HEAD})\)", I),
    rule("JOB", 0.6, rf"^[ \t?*>-]*(?P<x>(?:[\p{{L}}'’-]+,?[ ]){{0,5}}{_HEAD})[ \t]*$", I | M, check=lambda text: len(text) < 60),
    rule("JOB", 0.6, rf"\b(?:works?|worked|working|employed|employment|job|position|practising|practises|qualified|trained|retired|serving)\s+(?:[^.\n]{{0,40}}?\s)?as\s+(?:an?\s+|the\s+|our\s+)?(?P<x>(?:[\p{{L}}-]+[ ]){{0,4}}?{_HEAD})\b", I),
    rule("JOB", 0.5, rf"\b(?:was|is|,)\s+(?:an?)\s+(?P<x>(?:[\p{{L}}-]+[ ]){{0,3}}?{_HEAD})\b(?=,|\s+(?:by profession|practising|in\s+(?:the|a)\b|at\b|with\b))", I, formal_only=True),
    rule("JOB", 0.6, r"\b(?:Secretary\s+of\s+State(?:\s+for(?:\s+the)?(?:\s+\p{Lu}[\p{L},]+)+)?|(?:Chief|Deputy|Senior|Assistant)\s+(?:\p{Lu}\p{Ll}+\s){1,2}(?:Officer|Prosecutor|Secretary|Inspector|Constable)|Attorney[ -]General|Solicitor[ -]General|Lord\s+Chancellor|Home\s+Secretary|Prime\s+Minister|Guard\s+Commander|Registration\s+Officer|Commanding\s+Officer)\b", formal_only=True),
    rule("NATIONALITY", 0.6, rf"\b{_NATION}\s+(?:citizens?|nationals?|(?:police|authorities|origin|descent|army|soldiers?))\b"),
    rule("QUANTITY", 0.5, r"\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\p{L}+)?)|\d{1,3})\s+(?:more\s+|other\s+|further\s+|different\s+|minor\s+|young\s+)?(?:children|hearings|others|counts|offences|suspects|defendants|persons|witnesses|occasions|co-accused|brothers|sisters|sons|daughters|victims|shots|documents)\b", formal_only=True),
    rule("ZIP", 0.7, r"\b(?:zip(?:\s?code)?|post\s?code|postal\s+code|c[óo]digo\s+postal|code\s+postal|PLZ|CP)\b\s*(?:is|:|=)?\s*(?P<x>[A-Z]{0,2}\d[A-Z\d]{0,4}(?:[ -]?[A-Z\d]{2,4})?)\b", I),
    rule("GEO_SMALL", 0.5, r"\b(?:Philly|Vegas|Frisco|NOLA|Chi-[Tt]own|[Cc]hi-?town|Beantown|LAX|JFK|NYC|L\.A\.|SoCal|NorCal|San\s+Fran|ATL|DFW|PDX)\b"),
    rule("GEO_SMALL", 0.4, r"\b(?:in|around|near|to|from|at|live)\s+(?P<x>(?:the\s+)?(?:LA|SD|SF|DC|NY|NYC|LV))\b"),
    rule("GEO_SMALL", 0.5, r"\b(?:originally\s+from|grew\s+up\s+in|born\s+in|hometown\s+of|lives?\s+in|living\s+in|lived\s+in|moved\s+(?:to|from)|native\s+of|flew\s+to|based\s+in|resides\s+in)\s+(?P<x>\p{Lu}[\p{L}'’.-]*(?:[ ](?:(?:de|del|la|on|upon|O['’]|of the)[ ])?\p{Lu}[\p{L}'’.-]*){0,3})"),
    rule("NATIONALITY", 0.5, r"\b(?:i\s+am|we\s+are|i['’]m|she\s+is|he\s+is|they\s+are)\s+(?:proud\s+)?(?P<x>\p{L}{3,}(?:ian|ese|eses|ish|ians|uan|can|cans|uans|ni|eans?))\b(?=\s+(?:but|and|from|born|by)|\s*[.,!]|$)", I, check=lambda text: text.lower() not in _NOT_NATION),
)  # fmt: skip
RECOGNIZER = table("occupations", "tells what somebody does, where they belong or come from", RULES)
