"""Health: illnesses, conditions, treatments and medicines that a text says somebody has."""

from collections.abc import Iterator

import regex

from redaction.detect.rules import LIMIT, Recognizer, lines_with, rule, starts_of, table
from redaction.detect.view import View
from redaction.spans import Span

_CONDITIONS = (
    r"anxiety|anxious\s+attacks?|panic\s+(?:attacks?|disorder)|depress(?:ion|ed|ive(?:\s+episode)?)|bipolar(?:\s+disorder)?|schizophreni[ac]|psychosis|psychotic\s+episode|ptsd|ocd|adhd|autis(?:m|tic)|asperger['’]?s?|dyslexi[ac]|dyspraxia|tourette['’]?s|anorexi[ac]|bulimi[ac]|eating\s+disorder|"
    r"self[- ]?harm(?:ing|ed)?|suicid(?:e\s+attempt|al(?:\s+(?:thoughts|ideation))?)|overdos(?:e|ed)|alcohol(?:ism|ic)|addict(?:ion|ed)|rehab|sober|detox|relapsed?|dementia|alzheimer['’]?s?|parkinson['’]?s?|multiple\s+sclerosis|motor\s+neuron\w*|epilep(?:sy|tic)|seizures?|strokes?|brain\s+(?:injury|tumou?r|bleed)|migraines?|concussion|"
    r"cancer|tumou?r|leuk(?:a)?emia|lymphoma|melanoma|carcinoma|chemo(?:therapy)?|radiotherapy|mastectomy|palliative(?:\s+care)?|terminal(?:ly\s+ill)?|hospice\s+care|remission|metasta\w+|heart\s+(?:attack|failure|condition|disease|bypass)|angina|arrhythmia|pacemaker|stent|bypass(?!\s+road)|blood\s+pressure|hypertension|cholesterol|aneurysm|thrombosis|"
    r"diabet(?:es|ic)|insulin|thyroid|asthma(?:tic)?|copd|emphysema|bronchitis|pneumonia|tuberculosis|covid(?:-19)?|long\s+covid|pleurisy|cystic\s+fibrosis|sleep\s+apn(?:o)?ea|hiv(?:\s+positive)?|aids|hepatitis(?:\s+[abc])?|herpes|chlamydia|syphilis|gonorrh\w+|std|sti|"
    r"arthritis|rheumatoid|fibromyalgia|lupus|osteoporosis|scoliosis|sciatica|slipped\s+disc|herniated\s+disc|hernia|fracture[ds]?|broken\s+(?:arm|leg|wrist|ankle|hip|collarbone|rib|ribs|foot|nose)|dislocated\s+\w+|torn\s+(?:acl|ligament|rotator\s+cuff|meniscus)|carpal\s+tunnel|whiplash|hip\s+replacement|knee\s+replacement|amputat\w+|wheelchair|paraly[sz]ed|paraplegic|"
    r"ulcers?|crohn['’]?s?|colitis|ibs|c(?:o)?eliac|cirrhosis|kidney\s+(?:disease|failure|stones?|transplant)|dialysis|gallstones?|gallbladder|appendicitis|colostomy|stoma|incontinen(?:ce|t)|prostate|vasectomy|hysterectomy|endometriosis|miscarr(?:iage|ied)|stillb(?:irth|orn)|abortion|ivf|pregnan(?:t|cy)|menopaus(?:e|al)|c-section|caesarean|postnatal\s+depression|postpartum\s+\w+|pre-?eclampsia|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|\d)\s+(?:months?|weeks)\s+(?:along|pregnant|gone)|\d+\s+weeks\s+pregnant|cataracts?|glaucoma|macular\s+degeneration|blind(?:ness)?\s+in\s+one\s+eye|legally\s+blind|hearing\s+(?:aids?|loss)|deaf(?:ness)?|tinnitus|cochlear\s+implant|eczema|psoriasis|vitiligo|alopecia|shingles|anaphyla\w+|epi-?pen|"
    r"allergic\s+to\s+\w+|(?:peanut|nut|dairy|bee|latex|penicillin)\s+allerg(?:y|ies)|down['’]?s?\s+syndrome|cerebral\s+palsy|spina\s+bifida|muscular\s+dystrophy|sickle\s+cell|ana?emia|h(?:a)?emophilia|learning\s+disabilit(?:y|ies)|special\s+needs|(?:a\s+|an\s+)?(?:\w+\s+){0,1}(?:surgery|operation|biopsy|transplant|transfusion|scan|mri|ultrasound|colonoscopy|endoscopy)(?=\s+(?:on|for|in|last|next|to)\b)|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\s+stitches|stitches|nervous\s+breakdown|breakdown|burn-?out|insomnia|counsell?ing|therapist|psychiatrist|psychologist|sectioned|on\s+the\s+sick|sick\s+leave|disability\s+(?:benefit|allowance|pension)s?|special\s+educational\s+needs|"
    r"sertraline|prozac|fluoxetine|citalopram|zoloft|lexapro|xanax|valium|diazepam|lithium|ritalin|adderall|methadone|suboxone|oxycontin|oxycodone|fentanyl|morphine|tramadol|gabapentin|pregabalin|metformin|ozempic|warfarin|statins?|antidepressants?|antipsychotics?|painkillers|inhaler|chemotherapy"
)
_SPANISH = r"ansiedad|depresi[óo]n|diabetes|c[áa]ncer|quimioterapia|embaraz(?:o|ada)|aborto|hipertensi[óo]n|infarto|ictus|epilepsia|autismo|autista|alzh?eimer|demencia|p[áa]rkinson|asma|artritis|fibromialgia|esclerosis(?:\s+m[úu]ltiple)?|migra[ñn]as?|operaci[óo]n\s+de\s+\w+|baja\s+(?:m[ée]dica|por\s+\w+)|psiquiatra|psic[óo]log[oa]|antidepresivos|lumbalgia|hernia(?:\s+discal)?|alergia\s+a\s+\w+|minusval[íi]a|discapacidad|cardiopat[íi]a|marcapasos|di[áa]lisis|vih|celiac[oa]|cojera|sord[oa]\s+de\s+un\s+o[íi]do"  # fmt: skip
_FRENCH = r"anxi[ée]t[ée]|angoisses?|d[ée]pression|d[ée]pressi(?:f|ve)|diab[èe]te|diab[ée]tique|cancer|chimioth[ée]rapie|enceinte|grossesse|fausse\s+couche|avortement|hypertension|infarctus|avc|[ée]pilepsie|autis(?:me|te)|alzheimer|d[ée]mence|parkinson|asthm(?:e|atique)|arthrose|arthrite|fibromyalgie|scl[ée]rose\s+en\s+plaques|migraines?|arr[êe]t\s+maladie|psychiatre|psychologue|antid[ée]presseurs|hernie(?:\s+discale)?|lumbago|sciatique|allergi(?:e|que)\s+(?:à|aux)\s+\w+|handicap[ée]?|pacemaker|dialyse|vih|burn-?out|malentendante?|sourde?\b|b[ée]quilles|op[ée]ration\s+(?:du|de\s+la|des)\s+\w+"  # fmt: skip

_STARTS, _REST = starts_of(_CONDITIONS, _SPANISH, _FRENCH)
_LONG_LIST = regex.compile(rf"(?<![\w-])(?:{_CONDITIONS}|{_SPANISH}|{_FRENCH})(?![\w-])")

RULES = (
    rule("HEALTH", 0.7, rf"(?<![\w-])(?:{'|'.join(_REST)})(?![\w-])", also=("SPECIAL_CATEGORY",)),
    rule("HEALTH", 0.6, r"\b(?:diagnosed\s+with|suffer(?:s|ing|ed)?\s+from|treated\s+for|tested\s+positive\s+for|hospitali[sz]ed\s+(?:for|with)|diagnosticad[oa]\s+(?:de|con)|sufre\s+de|padece|atteinte?\s+d['’e]\s?|souffre\s+d['’e]\s?)\s*(?P<x>(?:an?\s+)?[\p{L}-]+(?:\s+[\p{L}-]+)?)", also=("SPECIAL_CATEGORY",)),
    rule("HEALTH", 0.5, r"\b(?:his|her|my|their)\s+(?P<x>hearing|eyesight|sight|memory|heart|kidneys?|liver|lungs|back|knee|hip|nerves|blood\s+sugar)\s+(?:is|are|has|was|went|gave|failing|problem|trouble|condition)\b", also=("SPECIAL_CATEGORY",)),
)  # fmt: skip

_TABLE = table("health", "", RULES, lower=True)


def _find(view: View) -> Iterator[Span]:
    yield from _TABLE.find(view)
    for low, high in lines_with(view.lower, _STARTS):
        for found in _LONG_LIST.finditer(view.lower, low, high, timeout=LIMIT):
            yield Span(found.start(), found.end(), "HEALTH", 0.7, "health", None, ("SPECIAL_CATEGORY",))


RECOGNIZER = Recognizer("health", "tells something about a person's health", _find)
