"""Who is speaking, writing, greeting or signing: the name before a colon in a chat, after Dear, under Regards, in a mail's header."""

from collections.abc import Iterator

import regex

from redaction.detect.lexicon import everyday, given_names, is_everyday, surnames, wordy_names
from redaction.detect.rules import LIMIT, I, M, Recognizer
from redaction.detect.view import View
from redaction.spans import Span

_NAME = r"\p{L}[\p{L}\p{M}'’-]*\.?(?:[ ](?:\p{L}[\p{L}\p{M}'’.-]*|\([^)\n]{1,20}\))){0,3}"
_STAMP = r"(?:[\[(<]?(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},?\s+)?\d{1,2}[:.hH]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?[\])>]?\s*[-–—]?\s*)"
_SPEAKER = regex.compile(rf"^[>\s*-]*{_STAMP}?(?P<x>{_NAME})\s?(?:\((?:via\s)?\w+\)\s?)?:(?=\s|$)", M)
_STAMPED = regex.compile(rf"^[>\s*-]*{_STAMP}(?P<x>{_NAME})\s?:(?=\s|$)", M)
# Labels that stand before a colon without being anybody's name.
_LABELS = frozenset(
    "user agent bot system admin mediator note notes re subject from to cc bcc date sent time place address phone tel email fax mobile cell attn attention terms agenda summary issue issues offer counter counteroffer caucus joint "
    "session party parties claimant respondent plaintiff defendant applicant tenant landlord buyer seller parent teacher employer employee manager counsel lawyer solicitor judge court clerk witness interpreter question answer q a "
    "ps nb fyi eg ie example update reminder warning important total amount price deposit balance account iban reference ref case claim file invoice name names title role age born dob ssn customer client patient contact details "
    "background facts proposal agreed action actions next steps option options today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday day week month year attached enclosed signed witnessed hours http https "
    "asunto de para fecha nota notas mediador mediadora lugar teléfono dirección correo objet à date note lieu adresse téléphone médiateur médiatrice courriel wrote writes says said employee complainant supervisor hr union rep speaker "
    "interviewer interviewee host guest operator support chair secretary present apologies".split()
)
_GREETING = regex.compile(
    r"(?:^|(?<=[:\n>.!?]\s)|(?<=[:\n>]))[ \t>\"“]*(?:hi|hiya|hey|hello|dear|good\s+(?:morning|afternoon|evening)|morning|evening|thanks|thank\s+you|thx|cheers|sorry|ok(?:ay)?|yes|no|well|look|please|welcome|congrats|"
    r"hola|buenas|buenos\s+días|buenas\s+tardes|querid[oa]s?|estimad[oa]s?|gracias|bonjour|bonsoir|salut|coucou|ch(?:er|ère|ers|ères)|merci)(?:\s+(?:again|there|to|miss|aunty|auntie|uncle|sr\.?|sra\.?|don|doña))?,?\s+"
    r"(?P<x>\p{Lu}[\p{L}\p{M}'’-]*(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]*){0,2})(?=\s*(?:[,.!?:;\n–—-]|and\b|y\b|et\b|&|$|\s\p{Ll}))",
    I | M,
)
_CLOSING = regex.compile(
    r"(?:^|(?<=[.!?,]\s)|(?<=\n))[ \t>]*(?:(?:kind|best|warm|many|with)\s+)*(?:regards|wishes|cheers|thanks(?:\s+again)?|thank\s+you|thx|sincerely|yours(?:\s+(?:sincerely|faithfully|truly))?|love|xx+|take\s+care|all\s+the\s+best|best|respectfully|cordially|signed|"
    r"un\s+(?:cordial\s+)?saludo|saludos(?:\s+cordiales)?|atentamente|un\s+abrazo|abrazos|gracias|fdo\.?|firmado|cordialement|bien\s+à\s+vous|sincèrement|amicalement|bises|salutations|merci)\s*[,.:;!–—-]*\s*\n?[ \t>]*"
    r"(?P<x>\p{Lu}[\p{L}\p{M}'’-]*\.?(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]*){0,3})(?=\s*(?:[,.|\n(–—-]|$))",
    I | M,
)
_SIGN_LINE = regex.compile(
    r"^[ \t>]*[-–—~]*\s?(?P<x>\p{Lu}[\p{L}\p{M}'’.-]*(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]*){0,3})[ \t]*$", M
)
_CARD_LINE = regex.compile(r"^[ \t>]*(?P<x>\p{Lu}[\p{L}\p{M}'’-]*\.?(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]*){0,3})\s?[|•·]\s", M)
_HEADER = regex.compile(
    r"^[> \t]*(?:From|To|Cc|Bcc|Sent by|Reply-To|De|À|Para|CC|A)\s?:\s*(?P<x>[^\n<@;]{2,60}?)\s*(?=<|\(|;|$|\n|,\s)|\bwrote:|\bOn\s[^\n]{4,40}?,?\s(?P<y>\p{Lu}[\p{L}\p{M}'’.-]*(?:\s\p{Lu}[\p{L}\p{M}'’.-]*){0,3})\s(?:<[^>\n]*>\s)?wrote",
    M,
)
_WROTE = regex.compile(r"(?<![\p{L}\d])(?P<x>\p{Lu}[\p{L}\p{M}'’-]*(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]*){0,2})\s+(?:wrote|writes|says|said|replied|texted|messaged|emailed|called|rang|told|asked|agreed|offered|wants|admitted|claims|claimed|insists|refused|escribió|dijo|dice|a\s+écrit|a\s+dit|dit)\b")  # fmt: skip
_CALLED = regex.compile(
    r"\b(?:(?:my|his|her|their|our|the)\s+name\s+is|name['’]?s|i\s?['’]?a?m|this\s+is|it['’]?s\s+me,?|call\s+me|called|named|known\s+as|aka|a\.k\.a\.|goes\s+by|ask\s+for|speak\s+(?:to|with)|ring|call|text|contact|me\s+llamo|soy|se\s+llama|je\s+m['’]appelle|je\s+suis|s['’]appelle)\s+"
    r"(?P<x>(?-i:\p{Lu}[\p{L}\p{M}'’-]*)(?:[ ](?-i:\p{Lu}[\p{L}\p{M}'’.-]*)){0,3})",
    I,
)
_LIVES = regex.compile(
    r"(?<![\p{L}\d])(?P<x>\p{Lu}[\p{L}\p{M}'’-]+(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]*){0,2})\s+(?:lives|lived|moved|resides|works|worked|vive|trabaja|habite|travaille)\s+(?:on|in|at|with|next|near|for|to|en|con|à|chez|dans)\b|^[ \t]*(?:[Nn]ame|[Ff]ull [Nn]ame|NAME|[Nn]ombre|[Nn]om)\s*[:=]\s*(?P<x>\p{Lu}[\p{L}\p{M}'’.-]+(?:[ ]+[\p{L}\p{M}'’.-]+){0,4})",
    M,
)
_LABELLED = regex.compile(
    r"\b(?:[Pp]repared\s+by|[Ss]ubject|[Pp]laintiff|[Dd]efendant|[Cc]laimant|[Rr]espondent|[Ww]itness|[Pp]atient|[Cc]lient|[Aa]ttorney|[Tt]enant|[Ll]andlord|[Ss]igned(?:\s+by)?|[Ss]ubmitted\s+by)\s*:\s*(?P<x>\p{Lu}[\p{L}\p{M}'’-]+[ ]\p{Lu}[\p{L}\p{M}'’-]+)(?![\p{L}\d])"
)
_BULLET = regex.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])\s*(?P<x>\p{Lu}[\p{L}\p{M}'’-]+)\s+(?:to|gets?|pays?|will|agrees?|keeps?|returns?|owes?|has|must|shall|collects?|moves?)\b|(?<=\d[.)]\s)(?P<x>\p{Lu}[\p{L}\p{M}'’-]+)\s+(?:to|gets?|pays?|will|agrees?|keeps?|returns?|owes?|has|must|shall|collects?|moves?)\b", M)  # fmt: skip
_WITH = regex.compile(
    r"\b(?:w/|with|from|by|and|for|near|behind|beside|con|avec|chez)\s+(?P<x>\p{Lu}[\p{Ll}\p{M}'’-]{2,})(?=\s*[.,;!?)\n]|\s+(?:and|or|in|at|on|is|was|has|will|can)\b|$)"
)
# "Ann Vale" <ann@...>, "Vale, Ann" alone on a line; a line that is one word and a comma; what stands alone under "Regards".
_DISPLAY = regex.compile(
    r"[\"'](?P<x>\p{Lu}[\p{L}\p{M}.'’-]*(?:,?[ ]\p{Lu}[\p{L}\p{M}.'’-]*){1,3})[\"']\s*<[^>\s]+@|^[ \t>]*[\"'](?P<x>\p{Lu}[\p{L}\p{M}'’-]+,[ ]\p{Lu}[\p{L}\p{M}.'’-]+)[\"'][ \t]*$",
    M,
)
_OPENING = regex.compile(
    r"^[ \t>]*(?P<x>\p{Lu}[\p{L}\p{M}'’-]{1,20})(?:,|[ ]-{1,2}|:)[ \t]*\n(?=[ \t>]*\n?[ \t>]*\p{Lu})", M
)
_LAST_LINE = regex.compile(
    r"^[ \t>]*(?i:(?:(?:kind|best|warm|many|with)(?:est)?\s+)*(?:regards|wishes|thanks|thx|cheers|sincerely|yours|love|best))[ \t]*[,.!-]*[ \t]*\n[ \t>]*\n?[ \t>]*(?P<x>\p{Lu}[\p{L}\p{M}'’-]{1,20}|\p{Ll}{2,3}|\p{L}\.?(?:\p{L}\.)?)[ \t]*$",
    M,
)
_NO_OPENING = frozenset(
    "thanks thank regards sincerely cheers love yours best hello hi hey greetings however therefore moreover also first second third finally please yes no ok okay well so now then dear all everyone everybody folks team friends sir madam "
    "attachments attached enclosure enclosures notes note subject summary introduction background conclusion agenda terms facts procedure law the and but or if we you i it he she they this that there here when what why who how hola bonjour "
    "gracias merci saludos atentamente cordialement".split()
)
# Ring Gill on 01803 ...: whoever has a number to be called at is somebody. T = tenant: so is whoever has a part.
_CALL_ON = regex.compile(
    r"\b(?i:ring|call|text|phone|contact|ask|reach|whatsapp|message|llama\s+a|appelez)\s+(?P<x>\p{Lu}[\p{L}\p{M}'’-]+(?:\s\p{Lu}[\p{L}\p{M}'’-]+)?)\s*(?:(?:on|at|al|au)\s*)?[:,-]?\s*\+?\(?\d{2}"
    r"|(?:^|(?<=[.;]\s))(?P<x>\p{Lu}{1,3})\s?=\s?(?i:landlord|tenant|buyer|seller|claimant|respondent|plaintiff|defendant|owner|neighbou?r|mother|father|employer|employee|party|contractor|client|customer)",
    M,
)
# Ann Vale ("the Buyer"): whoever a text gives a part to. Mo in shipping: whoever works somewhere.
_PARTY = regex.compile(
    r"(?<![\p{L}\d'’-])(?P<x>\p{Lu}[\p{L}\p{M}'’-]+(?:[ ](?:\p{Lu}\.|\p{Lu}[\p{L}\p{M}'’-]+|de|la|van|von|bin|al)){1,4}),?\s\((?:hereinafter\s+|the\s+|«\s?|en adelante,?\s+)?[\"“«'‘](?:[Tt]he\s)?(?:\p{Lu}\p{L}+)"
)
_DESK = regex.compile(
    r"(?<![\p{L}\d'’-])(?P<x>\p{Lu}[\p{L}\p{M}'’-]+)\s+(?:in|from|at|on|de|du)\s+(?i:hr|accounts|payroll|shipping|sales|finance|legal|reception|marketing|admin|maintenance|the\s+(?:office|warehouse|desk|kitchen|front\s+desk|union|bank|council)|accounting|billing|security|it|housekeeping|la\s+compta|contabilidad|recursos\s+humanos|rrhh|ventas|nóminas)\b"
)
# Notes by (RP), Caucus B: a mediator's shorthand.
_INITIALLED = regex.compile(
    r"\b(?:[Nn]otes?|[Mm]inutes|[Ss]igned|[Dd]rafted|[Tt]aken|[Pp]repared|[Ii]nitial(?:l?ed|s))\s*(?:by\s*)?:?\s*\(?(?P<x>\p{Lu}{2,3}|(?:\p{Lu}\.){1,3})(?![\p{L}\d])"
    r"|\b(?i:caucus|private\s+(?:session|meeting))\s+(?:w/\s?|with\s+|-\s?)?(?P<x>\p{Lu})(?=\s?[:,.;]|\s+(?:says?|wants?|will|is|has|again|2|two)\b|$)|(?<=\p{Lu}\.\p{Lu}\.\s{1,3})(?P<x>\p{Lu}{2,3})(?=\s*$)",
    M,
)
_SOLID = regex.compile(r"\S+")
_TITLES = frozenset("mr mrs ms miss mx dr sir".split())


def _namely(words: str, language: str, *, sure: bool) -> bool:
    """Whether these words can be a name: not only everyday words, unless the place makes it nearly certain."""
    parts = [part.strip(".,()") for part in words.split()]
    parts = [part for part in parts if part]
    if not parts or all(part.lower() in _LABELS for part in parts):
        return False
    if any(part.lower() in given_names() or part.lower() in surnames() for part in parts):
        return True
    if sure:
        return all(not is_everyday(part, language) or part.lower() in wordy_names() for part in parts)
    return all(not is_everyday(part, language) for part in parts) and all(part[0].isupper() for part in parts)


def _find(view: View) -> Iterator[Span]:
    text, language = view.text, view.language
    stamped = {found.start("x") for found in _STAMPED.finditer(text, timeout=LIMIT)}
    counts: dict[str, int] = {}
    speakers = list(_SPEAKER.finditer(text, timeout=LIMIT))
    for found in speakers:
        counts[found["x"].lower()] = counts.get(found["x"].lower(), 0) + 1
    for found in speakers:
        name = found["x"]
        low = name.lower()
        if low in _LABELS or low.split()[0] in _LABELS or len(name) > 32:
            continue
        often = counts[low] > 1 or found.start("x") in stamped or view.chat
        bulleted = text[found.start() : found.start("x")].strip() in (">", "*", "-") and low in wordy_names() - _LABELS
        if not often and not bulleted and not _namely(name, language, sure=False):
            continue
        if (
            often
            and all(
                word.strip(".").lower() in everyday(language) and word.lower() not in wordy_names()
                for word in name.split()
            )
            and (name.lower() == name or not (view.chat or found.start("x") in stamped))
        ):
            continue
        if often and len(name.split()) > 2 and not _namely(name, language, sure=True):
            continue
        yield from _trimmed(found.start("x"), name, 0.85 if often else 0.7, language)
    for pattern, score, sure in (
        (_GREETING, 0.75, True), (_CLOSING, 0.8, True), (_CARD_LINE, 0.7, True), (_WROTE, 0.65, True), (_CALLED, 0.65, True),
        (_BULLET, 0.7, True), (_LIVES, 0.65, True),
        (_LABELLED, 0.65, True), (_WITH, 0.5, False),
    ):  # fmt: skip
        for found in pattern.finditer(text, timeout=LIMIT):
            name = found["x"]
            if name[0].isupper() and _namely(_without_title(name), language, sure=sure):
                yield from _trimmed(found.start("x"), name, score, language)
    for found in _HEADER.finditer(text, timeout=LIMIT):
        group = "x" if found["x"] else "y"
        name = found[group]
        if name and _namely(name, language, sure=False) and not any(one.isdigit() for one in name):
            yield from _trimmed(found.start(group), name, 0.8, language)
    for pattern in (_DISPLAY, _OPENING, _LAST_LINE):
        for found in pattern.finditer(text, timeout=LIMIT):
            if found["x"].lower() not in _NO_OPENING and not set(found["x"].lower().split()) & _LABELS:
                yield Span(found.start("x"), found.end("x"), "PERSON", 0.6, "speakers")
    for pattern in (_PARTY, _DESK):
        for found in pattern.finditer(text, timeout=LIMIT):
            name = found["x"]
            if _namely(name, language, sure=True) and name.split()[0].lower() not in _LABELS | _NO_OPENING:
                yield Span(found.start("x"), found.end("x"), "PERSON", 0.6, "speakers")
    for found in _CALL_ON.finditer(text, timeout=LIMIT):
        yield Span(found.start("x"), found.end("x"), "PERSON", 0.6, "speakers")
    for found in _INITIALLED.finditer(text, timeout=LIMIT):
        yield Span(found.start("x"), found.end("x"), "PERSON", 0.55, "speakers")
    yield from _signature(view)


def _signature(view: View) -> Iterator[Span]:
    """A short line of capitalised words near the end, alone on its line."""
    tail = max(0, len(view.text) - 200)
    for found in _SIGN_LINE.finditer(view.text, tail, timeout=LIMIT):
        name = found["x"]
        initials = all(len(part.strip(".")) == 1 for part in name.split())
        if found.start() < tail or found.start() == 0 or (initials and len(name) > 6):
            continue
        if name.isupper() and len(name) > 4 and not _namely(name, view.language, sure=False):
            continue
        if initials or _namely(name, view.language, sure=True):
            yield from _trimmed(found.start("x"), name, 0.6, view.language)


def _without_title(name: str) -> str:
    parts = name.split()
    return " ".join(parts[1:]) if parts and parts[0].strip(".").lower() in _TITLES and len(parts) > 1 else name


def _trimmed(start: int, name: str, score: float, language: str) -> Iterator[Span]:
    """The name without a kinship word, a title or an everyday word in front or behind."""
    parts = [(found.start(), found.end(), found[0]) for found in _SOLID.finditer(name)]
    kin = {
        "aunty",
        "auntie",
        "aunt",
        "uncle",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "the",
        "sr",
        "sra",
        "don",
        "doña",
        "mme",
        "m",
        "adv",
        "dear",
        "hi",
        "hello",
        "hon",
    }
    while len(parts) > 1 and parts[0][2].strip(".").lower() in kin:
        parts = parts[1:]
    while (
        len(parts) > 1
        and parts[-1][2].strip(".,()").lower() in everyday(language) | _LABELS
        and parts[-1][2].lower() not in wordy_names()
    ):
        parts = parts[:-1]
    if not parts:
        return
    end = parts[-1][1]
    last = parts[-1][2]
    if last.endswith(".") and len(last) > 2 and not last[:-1].count("."):
        end -= 1
    if end > parts[0][0]:
        yield Span(start + parts[0][0], start + end, "PERSON", score, "speakers")


RECOGNIZER = Recognizer("speakers", "stands where a speaker, a writer or an addressee is named", _find)
