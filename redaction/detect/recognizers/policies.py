"""Numbers of insurance policies, memberships, tickets, invoices, and other codes that point to one contract."""

from redaction.detect.rules import I, has_digits, rule, table

_MARK = r"(?:\s*(?:no|nos|number|num|nr|n[.º°o]|id|ref(?:erence)?|code|is|was|#))*\.?\s*[:#=]?\s*"
_CODE = r"(?:[A-Z]{0,6}[-/ ]?\d[A-Z\d]*(?:[-/. ]?[A-Z\d]+){0,5})"

RULES = (
    rule("HEALTH_PLAN", 0.9, rf"\b(?:member|subscriber|group|health\s+plan|beneficiary|plan|mutuelle|seguro\s+m[ée]dico)\b(?:\s*(?:no|number|id|#))+\.?\s*[:#=]?\s*(?P<x>{_CODE})\b", I, check=has_digits(4, 18)),
    rule("POLICY", 0.9, rf"\b(?:policy|p[óo]liza|police(?=\s+n)|insurance|certificate|cover\s*note|warranty|contract|contrato|contrat|lease|tenancy|siniestro|sinistre)\b{_MARK}(?P<x>{_CODE})\b", I, check=has_digits(4, 18)),
    rule("OTHER_UNIQUE", 0.75, rf"\b(?:invoice|inv|order|booking|reservation|confirmation|ticket|tracking|consignment|customer|client|membership|transaction|receipt|meter|permit|voucher|factura|facture|pedido|commande|dossier|abonn[ée]|contador|compteur)\b(?:\s*(?:no|nos|number|num|nr|n[.º°o]|id|ref(?:erence)?|code|is|#))+\.?\s*[:#=]?\s*(?P<x>{_CODE})\b", I, check=has_digits(3, 20)),
)  # fmt: skip

RECOGNIZER = table("policies", "is the number of a policy, a contract or an order", RULES, near_digits=True)
