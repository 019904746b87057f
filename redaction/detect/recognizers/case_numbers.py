"""Numbers of cases, dockets, files, claims and applications, as courts and offices write them."""

from redaction.detect.rules import I, has_digits, rule, table

_LABEL = (
    r"(?:case|claim|docket|file|matter|action|cause|complaint|application|appeal|petition|index|ref(?:erence)?|our ref|your ref|incident|police report|report|crime|warrant|order|"
    r"small claims|court|proceedings?|dossier|RG|affaire|expediente|autos|procedimiento|asunto|caso|diligencias|juicio|causa|n[úu]mero de expediente|Az\.?|Aktenzeichen)"
)
_MARK = r"(?:\s*(?:no|nos|number|num|nr|n[.º°o]|id|code|file)\b\.?|\s*#|\s*:)"
_CODE = r"[A-Z0-9][A-Z0-9]*(?:[-/.: ]?[A-Z0-9()]+)*"

RULES = (
    rule("CASE_NUMBER", 0.7, rf"\b{_LABEL}{_MARK}[^.\n\d]{{0,40}}?\bis\s+(?P<x>[A-Z]{{0,4}}\d{{1,6}}[-/.]\d{{2,10}})\b", I),
    rule("CASE_NUMBER", 0.95, r"\b\d{1,2}:\d{2}-?(?:cv|cr|mc|mj|md|bk|ap|po|sw|mag|civ|misc)-?\d{2,6}(?:-[A-Za-z]{1,4}){0,3}\b", I),
    rule("CASE_NUMBER", 0.9, r"\b(?:19|20)?\d{2}[- ]?(?:CV|CR|CRIM|CIV|CIVIL|FAM|FL|DR|DV|PR|SC|SCC|CC|CF|CM|MISC|LM|L|D|JV|AD|GC|TX|CH|MC|LT|EV|SP|ST|FC|FD|DIV|PFA|CVS|CRS|CI)[- ]?\d{2,8}(?:[- ][A-Z0-9]{1,6}){0,2}\b"),
    rule("CASE_NUMBER", 0.85, r"\b(?:CV|CR|CRIM|CIV|FAM|FL|DR|DV|PR|SC|CC|CF|CM|JV|AD|LT|EV|FD|FC|DC|HC|OP|WP|OS|OA|MC|CRP|CRLP|SA|RSA|MA|CMA|FIR)[-/ .]?(?:No\.?\s?)?(?:\d{1,4}[-/])?\d{2,8}(?:\s?[-/]\s?(?:\d{2,8}|[A-Z]{1,4})){0,2}\b", check=has_digits(4, 14)),
    rule("CASE_NUMBER", 0.85, rf"\b{_LABEL}{_MARK}{{1,2}}\s*[:#]?\s*(?P<x>[A-Za-z]{{0,5}}[-/. ]?\d[\w]*(?:[-/.:][\w()]+)*(?: of (?:19|20)\d\d)?)", I, check=has_digits(1, 20)),
    rule("CASE_NUMBER", 0.8, r"\b(?:ref|reference|file|folio|case|claim|docket|matter|complaint|charge|procedimiento|expediente|exp|autos|dossier|réf|référence|affaire|rôle|parquet|sumario)\b\.?\s*(?:no\.?|n[º°]\.?|:|#)?\s*(?P<x>[A-Z]{1,6}(?:[-/. ]?\d+)?(?:[-/]\s?[A-Z\d]+|\.[A-Z\d]+)+|\d{2,6}[-/]\d{2,6}(?:[-/][A-Z\d]+)*)(?![\w])", I, check=has_digits(2, 20)),
    rule("CASE_NUMBER", 0.8, rf"\b{_LABEL}\s+(?P<x>[A-Z]{{0,4}}[- ]?\d{{1,7}}(?:[-/.][A-Z0-9]+)+)\b", I, check=has_digits(3, 20)),
    rule("CASE_NUMBER", 0.8, rf"\b{_LABEL}\s+(?P<x>(?:[A-Z]{{1,4}}\d{{2}}|\d{{2,4}}[A-Z]{{1,4}})[A-Z]?\d{{2,8}})\b", I),
    rule("CASE_NUMBER", 0.8, r"\b(?P<x>[A-Z]{1,5}(?:\.[A-Z]{1,3}){0,4}\.?\s?(?:\([A-Z]{1,4}\)\s?)?(?:No|NO|Nos|no)\.?\s?\d{1,6}(?:[-–]\d{1,6})?\s?(?:of|OF|Of|/)\s?(?:19|20)?\d{2})\b"),
    rule("CASE_NUMBER", 0.75, r"\b(?:[Nn]os?\.|[Nn]umbers?|[Nn][º°]\.?)\s?(?P<x>\d{1,6}/(?:19|20)?\d{2}(?:/[A-Z\d]{1,6}){0,2}(?:(?:\s?,\s?|\s(?:and|et|y)\s)\d{1,6}/(?:19|20)?\d{2}){0,8})\b"),
    rule("CASE_NUMBER", 0.6, r"(?<![\d/.,$£€-])\b\d{3,6}/\d{2}\b(?![/\d.,]\d)"),
    rule("CASE_NUMBER", 0.6, r"(?<![\d/.,$£€-])\b\d{1,6}/(?:19|20)\d{2}(?:/\d{1,6}){0,2}\b(?![/\d])", check=lambda text: not _month_year(text)),
    rule("CASE_NUMBER", 0.7, r"\b(?:[IVX]{1,5}|[A-Z]{1,3})\s[A-Z][A-Za-z]{0,3}\s\d{1,6}/(?:19|20)?\d{2}\b"),
    rule("CASE_NUMBER", 0.6, r"\b[A-Z]\d{2}[A-Z]{2}\d{3}\b|\b[A-Z]{2}\d{2}[A-Z]\d{5}\b|\b\d[A-Z]{2}\d{5}\b|\b[A-Z]{1,2}\d{1,2}[A-Z]\d{4,6}\b"),
)  # fmt: skip


def _month_year(text: str) -> bool:
    head, _, tail = text.partition("/")
    return len(head) <= 2 and head.isdigit() and 1 <= int(head) <= 12 and len(tail) == 4


RECOGNIZER = table("case numbers", "reads like the number of a case, a file or a claim", RULES, near_digits=True)
