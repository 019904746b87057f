"""Health: illnesses, conditions, treatments and medicines that a text says somebody has."""

from collections.abc import Iterator

import regex

from redaction.detect.rules import LIMIT, Recognizer, rule, starts_of, table, words_with
from redaction.detect.view import View
from redaction.spans import Span

_CONDITIONS = (
    r"anxiety|anxious\s+attacks?|panic\s+(?:attacks?|disorder)|depress(?:ion|ed|ive(?:\s+episode)?)|bipolar(?:\s+disorder)?|schizophreni[ac]|psychosis|psychotic\s+episode|ptsd|ocd|adhd|autis(?:m|tic)|asperger['’]?s?|dyslexi[ac]|dyspraxia|tourette['’]?s|anorexi[ac]|bulimi[ac]|eating\s+disorder|"
    r"self[- ]?harm(?:ing|ed)?|suicid(?:e\s+attempt|al(?:\s+(?:thoughts|ideation))?)|overdos(?:e|ed)|alcohol(?:ism|ic)|addict(?:ion|ed)|rehab|sober|detox|relapsed?|dementia|alzheimer['’]?s?|parkinson['’]?s?|multiple\s+sclerosis|motor\s+neuron\w*|epilep(?:sy|tic)|seizures?|strokes?|brain\s+(?:injury|tumou?r|bleed)|migraines?|concussion|"
    r"cancer|tumou?r|leuk(?:a)?emia|lymphoma|melanoma|carcinoma|chemo(?:therapy)?|radiotherapy|mastectomy|palliative(?:\s+care)?|terminal(?:ly\s+ill)?|hospice\s+care|remission|metasta\w+|heart\s+(?:attack|failure|condition|disease|bypass)|angina|arrhythmia|pacemaker|stent|bypass(?!\s+road)|blood\s+pressure|hypertension|cholesterol|aneurysm|thrombosis|"
    r"diabet(?:es|ic)|insulin|thyroid|asthma(?:tic)?|copd|emphysema|bronchitis|pneumonia|tuberculosis|covid(?:-19)?|long\s+covid|pleurisy|cystic\s+fibrosis|sleep\s+apn(?:o)?ea|hiv(?:\s+positive)?|aids|hepatitis(?:\s+[abc])?|herpes|chlamydia|syphilis|gonorrh\w+|std|sti|"
    r"arthritis|rheumatoid|fibromyalgia|lupus|osteoporosis|scoliosis|sciatica|slipped\s+disc|herniated\s+disc|hernia|fracture[ds]?|broken\s+(?:arm|leg|wrist|ankle|hip|collarbone|rib|ribs|foot|nose)|dislocated\s+\w+|torn\s+(?:acl|ligament|rotator\s+cuff|meniscus)|carpal\s+tunnel|whiplash|hip\s+replacement|knee\s+replacement|amputat\w+|wheelchair|paraly[sz]ed|paraplegic|"
    r"ulcers?|crohn['’]?s?|colitis|ibs|c(?:o)?eliac|cirrhosis|kidney\s+(?:disease|failure|stones?|transplant)|dialysis|gallstones?|gallbladder|appendicitis|colostomy|stoma|incontinen(?:ce|t)|prostate|vasectomy|hysterectomy|endometriosis|miscarr(?:iage|ied)|stillb(?:irth|orn)|abortion|ivf|pregnan(?:t|cy)|menopaus(?:e|al)|caesarean|postnatal\s+depression|postpartum\s+\w+|pre-?eclampsia|"
    r"(?:one|two|three|four|five|six|seven|eight|nine)\s+(?:months?|weeks)\s+(?:along|pregnant|gone)|cataracts?|glaucoma|macular\s+degeneration|blind(?:ness)?\s+in\s+one\s+eye|legally\s+blind|hearing\s+(?:aids?|loss)|deaf(?:ness)?|tinnitus|cochlear\s+implant|eczema|psoriasis|vitiligo|alopecia|shingles|anaphyla\w+|epi-?pen|"
    r"allergic\s+to\s+\w+|(?:peanut|nut|dairy|bee|latex|penicillin)\s+allerg(?:y|ies)|down['’]?s?\s+syndrome|cerebral\s+palsy|spina\s+bifida|muscular\s+dystrophy|sickle\s+cell|ana?emia|h(?:a)?emophilia|learning\s+disabilit(?:y|ies)|special\s+needs|(?:surgery|operation|biopsy|transplant|transfusion|scan|mri|ultrasound|colonoscopy|endoscopy)(?=\s+(?:on|for|in|last|next|to)\b)|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+stitches|stitches|nervous\s+breakdown|breakdown|burn-?out|insomnia|counsell?ing|therapist|psychiatrist|psychologist|sectioned|on\s+the\s+sick|sick\s+leave|disability\s+(?:benefit|allowance|pension)s?|special\s+educational\s+needs|"
    r"sertraline|prozac|fluoxetine|citalopram|zoloft|lexapro|xanax|valium|diazepam|lithium|ritalin|adderall|methadone|suboxone|oxycontin|oxycodone|fentanyl|morphine|tramadol|gabapentin|pregabalin|metformin|ozempic|warfarin|statins?|antidepressants?|antipsychotics?|painkillers|inhaler|chemotherapy|"
    r"fibroids?|(?:ovarian\s+)?cysts?|polyps?|tb|ms|als|mnd|me/cfs|copd|uti|pcos|dvt|lewy\s+body(?:\s+(?:disease|dementia))?|huntington['’]?s(?:\s+disease)?|parkinson['’]?s\s+disease|gout|jaundice|malaria|typhoid|cholera|dengue|zika|measles|mumps|chicken\s?pox|rubella|whooping\s+cough|scarlet\s+fever|meningitis|sepsis|septic(?:a?emia)?|gangrene|cellulitis|"
    r"kidney\s+infection|chest\s+infection|lung\s+(?:disease|infection|cancer)|liver\s+(?:disease|failure|cancer|transplant)|(?:breast|prostate|bowel|colon|skin|lung|cervical|ovarian|pancreatic|testicular|throat|brain|bone)\s+cancer|fatty\s+liver|heart\s+(?:murmur|surgery|trouble|problems?|valve)|congestive\s+heart\s+failure|afib|atrial\s+fibrillation|high\s+blood\s+pressure|low\s+blood\s+pressure|"
    r"spinal\s+(?:fusion|stenosis|injury)|bad\s+(?:back|heart|knees?|hip|chest|lungs|eyes|hearing)|crook\s+back|frozen\s+shoulder|tennis\s+elbow|trapped\s+nerve|pinched\s+nerve|herniated\s+dis[ck]s?|bulging\s+dis[ck]|plantar\s+fasciitis|bunions?|spondylitis|immunocompromised|"
    r"(?:broke|broken|fractured|sprained|twisted|dislocated|smashed|crushed|burned|burnt|cut|hurt|injured|lost|shattered)\s+(?:his|her|my|their|a|an|the|one|two|both)\s+(?:\w+\s)?(?:arms?|legs?|wrists?|ankles?|hips?|collar\s?bone|ribs?|foot|feet|nose|jaw|teeth|tooth|fingers?|thumb|toes?|hands?|elbows?|shoulders?|knees?|pelvis|skull|neck|back|spine|eyes?|eyesight|hearing|baby|kidney|finger)|"
    r"lisp|stutter(?:s|ing)?|stammer(?:s|ing)?|speech\s+(?:delay|impediment|therapy)|developmental\s+delay|dyscalculia|sensory\s+processing|nut\s+allergy|mou?ld\s+allergy|allerg(?:y|ies)|allergic|hay\s?fever|infertil(?:e|ity)|endometrio\w+|sterili[sz]ed|tubes\s+tied|high[- ]risk\s+pregnancy|gestational\s+diabetes|premature\s+(?:baby|birth)|preemie|"
    r"pressure\s+sores?|bed\s?sores?|catheter|feeding\s+tube|oxygen\s+(?:tank|machine)|prosthe(?:sis|tic)|crutches|zimmer\s+frame|walking\s+frame|hoist|tablets\s+for\s+(?:my|his|her)\s+\w+|(?:my|his|her)\s+(?:nerves|medication|meds|tablets|pills|prescription|diagnosis|therapy|surgery|operation|transplant|hysterectomy|gallbladder|stoma|hernia)|on\s+(?:medication|meds|dialysis|oxygen|chemo)|"
    r"hearing\s+impair(?:ed|ment)|hard\s+of\s+hearing|half\s+(?:blind|deaf)|partially\s+sighted|blind|deaf|mute|visually\s+impaired|impaired\s+vision|detached\s+retina|diabetic\s+\w+|stomach\s+(?:cancer|ulcers?|bug)|ulcerative\s+colitis|hepatitis|gastric\s+(?:band|bypass|sleeve)|obes(?:e|ity)|anaemic|anemic|sickle-cell|"
    r"personality\s+disorder|borderline\s+personality|mood\s+swings|manic(?:\s+episode)?|mania|paranoia|hallucinat\w+|agoraphobi[ac]|post-?traumatic\s+stress(?:\s+disorder)?|generali[sz]ed\s+anxiety(?:\s+disorder)?|social\s+anxiety|attachment\s+disorder|oppositional\s+defian\w+|nervous\s+exhaustion|mental\s+(?:illness|health\s+(?:problems?|issues?|crisis))|drinking\s+problem|drug\s+(?:problem|habit|test)"
)
_SPANISH = r"ansiedad|depresi[óo]n|diabetes|c[áa]ncer|quimioterapia|embaraz(?:o|ada)|aborto|hipertensi[óo]n|infarto|ictus|epilepsia|autismo|autista|alzh?eimer|demencia|p[áa]rkinson|asma|artritis|fibromialgia|esclerosis(?:\s+m[úu]ltiple)?|migra[ñn]as?|operaci[óo]n\s+de\s+\w+|baja\s+(?:m[ée]dica|por\s+\w+)|psiquiatra|psic[óo]log[oa]|antidepresivos|lumbalgia|hernia(?:\s+discal)?|alergia\s+a\s+\w+|minusval[íi]a|discapacidad|cardiopat[íi]a|marcapasos|di[áa]lisis|vih|celiac[oa]|cojera|epoc|tdah?|migra[ñn]a|asm[áa]tic[oa]|epil[ée]ptic[oa]|diab[ée]tic[oa]|presi[óo]n\s+alta|tensi[óo]n\s+alta|colesterol|par[áa]lisis(?:\s+cerebral)?|quemaduras?|fractur(?:a|ó)|(?:se\s+)?(?:rompi[óo]|fractur[óo])\s+(?:el|la|un|una)\s+\w+|pierna\s+rota|brazo\s+roto|cataratas|glaucoma|ceguera|cieg[oa]|sordera|sord[oa]|mud[oa]|tartamudez|dislexia|s[íi]ndrome\s+de\s+\w+|tumor|leucemia|neumon[íi]a|bronquitis|tuberculosis|dengue|covid|gripe|hepatitis|[úu]lcera|gastritis|colitis|c[áa]lculos|h[íi]gado|ri[ñn][óo]n(?:es)?|trasplante|marcapasos|silla\s+de\s+ruedas|muletas|ox[íi]geno|insulina|alcoh[óo]lic[oa]|alcoholismo|adict[oa]|adicci[óo]n|bipolar|esquizofrenia|trastorno\s+\w+|ataques?\s+de\s+(?:p[áa]nico|ansiedad)|intento\s+de\s+suicidio|terapia|pastillas|reposo|parto|ces[áa]rea|embarazada\s+de\s+\w+\s+(?:meses|semanas)|hijo\s+con\s+\w+|p[ée]rdida\s+del\s+beb[ée]|menopausia|osteoporosis|ci[áa]tica|hernias?|lumbago|tendinitis|esguince|alzh[ée]imer|sord[oa]\s+de\s+un\s+o[íi]do"  # fmt: skip
_FRENCH = r"anxi[ée]t[ée]|angoisses?|d[ée]pression|d[ée]pressi(?:f|ve)|diab[èe]te|diab[ée]tique|cancer|chimioth[ée]rapie|enceinte|grossesse|fausse\s+couche|avortement|hypertension|infarctus|avc|[ée]pilepsie|autis(?:me|te)|alzheimer|d[ée]mence|parkinson|asthm(?:e|atique)|arthrose|arthrite|fibromyalgie|scl[ée]rose\s+en\s+plaques|migraines?|arr[êe]t\s+maladie|psychiatre|psychologue|antid[ée]presseurs|hernie(?:\s+discale)?|lumbago|sciatique|allergi(?:e|que)\s+(?:à|aux)\s+\w+|handicap[ée]?|pacemaker|dialyse|vih|burn-?out|tdah?|d[ée]mentia|col\s+du\s+f[ée]mur(?:\s+cass[ée])?|(?:bras|poignet|nez|jambe|cheville|c[ôo]te|hanche|doigt|[ée]paule)\s+cass[ée]e?s?|fractur(?:e|[ée]e?)|entorse|b[ée]gaiements?|b[èe]gue|ecz[ée]ma|psoriasis|zona|allergi(?:e|es|que)|arythmie|insuffisance\s+\w+|c[œo]eur\s+fragile|tension|cholest[ée]rol|glaucome|cataracte|dmla|aveugle|malvoyante?|surdit[ée]|acouph[èe]nes|dyslexi(?:e|que)|dyspraxi(?:e|que)|trisomi(?:e|que)|trouble\s+\w+|tumeur|leuc[ée]mie|lymphome|radioth[ée]rapie|r[ée]mission|m[ée]tastases?|pneumonie|bronchite|tuberculose|covid|grippe|h[ée]patite|ulc[èe]re|cirrhose|greffe|fauteuil\s+roulant|d[ée]ambulateur|sonde|escarres?|insuline|alcoolique|alcoolisme|toxicoman(?:e|ie)|addiction|bipolaire|schizophr[èe]n(?:e|ie)|crise\s+d['’]angoisse|tentative\s+de\s+suicide|suicidaire|m[ée]dicaments|c[ée]sarienne|accouchement|enceinte\s+de\s+\w+\s+(?:mois|semaines)|ivg|m[ée]nopause|endom[ée]triose|diab[èe]te\s+de\s+grossesse|ost[ée]oporose|mal\s+de\s+dos|au\s+dos|tendinite|arr[êe]t\s+de\s+travail|brûlures?|malentendante?|sourde?\b|b[ée]quilles|op[ée]ration\s+(?:du|de\s+la|des)\s+\w+"  # fmt: skip

# Words that are made the way medicine makes them, whatever is in front: tonsillectomy, tendinitis.
_ENDINGS = (
    "ectomy",
    "ectomies",
    "ostomy",
    "plasty",
    "oscopy",
    "itis",
    "algia",
    "pathy",
    "naemia",
    "nemia",
    "blastoma",
    "sarcoma",
    "phobia",
    "ectomie",
    "ectomía",
)
_NO_ILLNESS = frozenset(
    "sympathy empathy telepathy apathy antipathy homeopathy osteopathy nostalgia nostalgie nostalgic".split()
)
_LISTS = (_CONDITIONS, _SPANISH, _FRENCH)
_STARTS = starts_of(*_LISTS)
_BY_LANGUAGE = {
    language: regex.compile(rf"(?:{'|'.join(lists)})(?![\w-])")
    for language, lists in {
        "en": _LISTS,
        "es": (_LISTS[1], _LISTS[0], _LISTS[2]),
        "fr": (_LISTS[2], _LISTS[0], _LISTS[1]),
    }.items()
}

RULES = (
    rule("HEALTH", 0.7, r"\b\d{1,2}\s+(?:stitches|weeks?\s+(?:pregnant|along|gone)|months?\s+(?:pregnant|along|gone))\b|\bc-section\b", also=("SPECIAL_CATEGORY",)),
    rule("HEALTH", 0.6, r"\b(?:diagnosed\s+with|suffer(?:s|ing|ed)?\s+from|treated\s+for|tested\s+positive\s+for|hospitali[sz]ed\s+(?:for|with)|diagnosticad[oa]\s+(?:de|con)|sufre\s+de|padece|atteinte?\s+d['’e]\s?|souffre\s+d['’e]\s?)\s*(?P<x>(?:an?\s+)?[\p{L}-]+(?:\s+[\p{L}-]+)?)", also=("SPECIAL_CATEGORY",)),
    rule("HEALTH", 0.55, r"\b(?:i|she|he|they)\s?(?:['’]ve|['’]s\s+got|\s+have|\s+has|\s+had|ve)\s+(?:got\s+)?(?P<x>(?:an?\s+)?(?:bad|weak|dodgy|crook|bum|gammy|failing|enlarged|damaged)\s+(?:back|heart|knees?|hips?|chest|lungs?|eyes?|ears?|hearing|leg|liver|kidneys?|ticker|shoulder|neck))\b", also=("SPECIAL_CATEGORY",)),
    rule("HEALTH", 0.5, r"\b(?:his|her|my|their)\s+(?P<x>hearing|eyesight|sight|memory|heart|kidneys?|liver|lungs|back|knee|hip|nerves|blood\s+sugar)\s+(?:is|are|has|was|went|gave|failing|problem|trouble|condition)\b", also=("SPECIAL_CATEGORY",)),
)  # fmt: skip

_TABLE = table("health", "", RULES, lower=True)


def _find(view: View) -> Iterator[Span]:
    yield from _TABLE.find(view)
    low = view.lower
    pattern = _BY_LANGUAGE.get(view.language, _BY_LANGUAGE["en"])
    reached = 0
    for start, end in words_with(low, _STARTS, _ENDINGS):
        if start < reached or (start and low[start - 1] in _JOINED):
            continue
        found = pattern.match(low, start, timeout=LIMIT)
        if found is not None:
            reached = found.end()
        elif low[start:end].endswith(_ENDINGS) and end - start > 6 and low[start:end] not in _NO_ILLNESS:
            reached = end
        else:
            continue
        yield Span(start, reached, "HEALTH", 0.7, "health", None, ("SPECIAL_CATEGORY",))


_JOINED = frozenset("-0123456789_")
RECOGNIZER = Recognizer("health", "tells something about a person's health", _find)
