"""Bank accounts, cards and routing numbers: by checksum where the scheme has one, otherwise by the words before them."""

from redaction.detect.checksums import iban, luhn
from redaction.detect.rules import I, has_digits, rule, table

_NUMBER = r"(?:(?:\d[ -]?){5,19}\d|[A-Z]{1,4}[- ]?\d(?:[\d -]{4,18})\d)"
_ACCOUNT = (
    r"(?:bank\s+)?(?:account|accounts|acct|acc|a/c|ac|checking|chequing|savings|current\s+account|cuenta|compte|n[úu]mero\s+de\s+cuenta|conto|konto|loan|mortgage)"
    r"(?:\s+(?:is|was|no|nos|number|num|nr|ending(?:\s+in)?|numbers|details|#))*\.?"
)

RULES = (
    rule("ACCOUNT", 0.99, r"(?<![A-Za-z\d])(?:[A-Za-z]{2}\d{2}[A-Za-z\d]{11,30}|[A-Z]{2}\d{2}(?:[ -][A-Z\d]{4}){2,7}(?:[ -][A-Z\d]{1,4})?)(?![A-Za-z\d])", check=iban),
    rule("ACCOUNT", 0.6, r"\b(?:IBAN|iban)\b\s*(?:is|no\.?|:|=|#)?\s*(?P<x>[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z\d]{2,4}){2,9})"),
    rule("ACCOUNT", 0.55, r"(?<![A-Za-z\d])[A-Z]{2}\d{2}\s?[A-Z]{4}\s?(?:\d[ ]?){8,18}\d(?![A-Za-z\d])"),
    rule("CARD", 0.95, r"(?<![\d-])(?:\d[ -]?){12,18}\d(?![\d-])", check=luhn),
    rule("CARD", 0.7, r"\b(?:card|visa|mastercard|amex|debit|credit|tarjeta|carte)\b[^.\n\d]{0,25}(?P<x>(?:\d{4}[ -]?){3}\d{1,7}|\d{4}[ -]\d{6}[ -]\d{5})", I),
    rule("CARD", 0.7, r"\b(?:card|visa|mastercard|amex|debit|credit|account|acct|a/c)\b[^.\n\d]{0,20}\b(?:ending|ends|last\s+(?:four|4))\s*(?:in|with|digits)?\s*:?\s*(?P<x>\d{4})\b", I),
    rule("ACCOUNT", 0.9, rf"\b{_ACCOUNT}\s*[:#=]?\s*(?P<x>{_NUMBER})\b", I, check=has_digits(6, 24)),
    rule("ACCOUNT", 0.75, r"\b(?:acct|account|a/c)\b[^.\n\d£$€]{0,45}?\b(?P<x>\d{8,12})\b", I),
    rule("ACCOUNT", 0.9, r"\b(?:sort\s*code|sc|s/c)\s*(?:is|:|#)?\s*(?P<x>\d{2}[- ]?\d{2}[- ]?\d{2})\b", I),
    rule("ACCOUNT", 0.75, r"(?<![\d-])(?P<x>\d{2}-\d{2}-\d{2}[ ,]+\d{8})(?!\d)"),
    rule("ACCOUNT", 0.9, r"\b(?:routing|aba|rtn|transit|bsb|clabe|ifsc|swift|bic|rib|ccc)\b\s*(?:no|number|code|is|#)*\.?\s*:?\s*(?P<x>[A-Z]{4}[A-Z0-9]{4,7}|\d[\d -]{4,24}\d)\b", I, check=lambda text: any(one.isdigit() for one in text) or text.isupper()),
    rule("ACCOUNT", 0.7, r"\b(?P<x>\d{10,12})\s+(?:at\s+|@\s*|with\s+)?(?:\p{Lu}\p{L}+\s){0,2}(?:First(?:\s?Bank)?|GTB(?:ank)?|Zenith|UBA|Access|Opay|Palmpay|Kuda|Moniepoint|Bank|Credit Union)\b"),
    rule("ACCOUNT", 0.6, r"\b(?:bc1[a-z0-9]{25,60}|[13][A-HJ-NP-Za-km-z1-9]{25,34}|0x[0-9a-fA-F]{40})\b"),
    rule("ACCOUNT", 0.8, r"\b\d{4}[ -]\d{4}[ -]\d{2}[ -]\d{10}\b|\b\d{3}-\d{3}\s\d{6,9}\b"),
)  # fmt: skip

RECOGNIZER = table(
    "accounts", "is a bank account or card number by its checksum or the words before it", RULES, near_digits=True
)
