"""Sums of money: £900, €6.900, SEK 775,000, 20 bucks, 450k, ten grand; and bare numbers after a word for paying."""

from redaction.detect.rules import I, M, rule, table

_NUM = r"(?:\d{1,3}(?:[,.’' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)"
_SCALE = (
    r"(?:\s?(?:k|m|mn|bn|million|billion|thousand|hundred|grand|lakhs?|crores?|mil|millones|millions?|milliards?)\b)"
)
_CODES = r"(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|RUB|UAH|TRY|JPY|CNY|INR|AUD|NZD|CAD|ZAR|NGN|KES|GHS|BRL|MXN|ARS|CLP|COP|PEN|EGP|ILS|AED|SGD|HKD|PHP|THB|FIM|DEM|FRF|ITL|ATS|BEF|NLG|GRD|PTE|ESP|IEP|SKK|BGN|HRK|ROL|TRL|SIT|LTL|LVL|EEK|MDL|GEL|AMD|AZN|CYP)"
_SIGN = r"(?:[€$£¥₹₦₽₺₴₱₪₩]|US\$|A\$|C\$|NZ\$|HK\$|S\$|R\$|Rs\.?|KSh|GH₵|zł|N(?=\d)|R(?=\d))"
_UNITS = (
    r"(?:bucks?|quid|dollars?|euros?|eur|pounds?(?:\s+sterling)?|cents?|pence|grand|rupees?|naira|shillings?|cedis?|rand|francs?|marks?|zlotys?|złotych|zł|kron(?:or|er|a|e)|krónur|forints?|lei|leva|levs?|roubles?|rubles?|hryvnias?|liras?|lire|lira|pesos?|reais|"
    r"yen|yuan|pesetas?|drachmas?|escudos?|guilders?|schillings?|koruna|korunas?|euro|sterling|dhs|dirhams?|riyals?|tolars?|litai|lats|kuna|pavos|balles|francos?|livres?)"
)
_WORDS = (
    r"(?:(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|couple|few)"
    r"(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand|million|and|of|a|half)){0,5})"
)
_PAY = r"(?:pay(?:s|ing)?|paid|owe[sd]?|owing|offer(?:s|ed|ing)?|lend|lent|borrow(?:ed)?|refund(?:ed)?|cost(?:s|ing)?|charge[ds]?|quote[ds]?|accept|settle\s+(?:for|at)|rent\s+(?:is|of|to|from)|deposit\s+(?:is|of)|salary(?:\s+(?:is|of))?|wage\s+(?:is|of)|earn(?:s|ed|ing)?|worth|price\s+(?:is|of)|budget\s+(?:is|of)|asking(?:\s+for)?|want(?:s|ed)?|counter(?:ed)?(?:\s+(?:at|with))?|pagar?|debe|cobr[ao]|ofrece|payer|doit|offre)"  # fmt: skip

RULES = (
    rule("AMOUNT", 0.9, rf"(?:{_SIGN}|\b{_CODES})\s?{_NUM}{_SCALE}?(?:\s?[-–]\s?{_SIGN}?{_NUM}{_SCALE}?)?(?:\s+{_UNITS}\b)?(?:\s?[(\[](?:{_CODES})[)\]])?"),
    rule("AMOUNT", 0.9, rf"(?<![\w.,/-]){_NUM}{_SCALE}?\s?(?:[€£₹₦¥$](?![\d])|{_CODES}\b)(?:\s?\((?:{_CODES})\))?"),
    rule("AMOUNT", 0.85, rf"(?<![\w.,/-]){_NUM}{_SCALE}?(?:\s+(?:of\s+|de\s+)?|-)(?:\p{{Lu}}\p{{L}}+\s)?{_UNITS}\b(?:\s?[(\[](?:{_CODES}|“\w+”)[)\]])?", I),
    rule("AMOUNT", 0.7, rf"\b{_WORDS}\s(?:bucks|quid|dollars|euros|pounds(?!\s+(?:of|lighter|heavier|overweight))|grand(?!\s+(?:piano|total|jury|idea|scale|house|hotel|old|opening|final|son|daughter|mother|father|day|time|view))|rupees|naira|rand|francs|pesos)\b", I),
    rule("AMOUNT", 0.65, r"(?<![\w.,/$€£-])\d{1,4}(?:\.\d)?k\b(?!\s?(?:m\b|run|race|steps|words|followers|views|miles))", I),
    rule("AMOUNT", 0.6, rf"\b{_PAY}\s+(?:me|him|her|us|them|you|back|only|about|around|up\s+to|just|maybe|over|at\s+least|another|like)?\s*(?:only\s+|just\s+|about\s+)?(?P<x>(?:\d{{1,3}}(?:[,.]\d{{3}})+|\d{{2,6}}))(?![\d/:-]|[.,]\d|\s?(?:%|percent|days?|weeks?|months?|years?|hours?|times|people|trees|hens|miles|km|per\s?cent|of\s|st\b|nd\b|rd\b|th\b|minutes|a\.?m|p\.?m|sq|m²))", I),
    rule("AMOUNT", 0.5, r"(?:^|:\s)(?P<x>\d{3,4})(?=\.\s|\?|!|\s?(?:max|tops|final|cash|each|total)\b)", I | M),
    rule("AMOUNT", 0.5, r"(?<![\w.,/:-])(?P<x>\d{1,3}(?:,\d{3})+(?:\.\d\d)?)(?![\w/-]|,\d)(?!\s?(?:people|words|miles|km|steps|votes|inhabitants|units|shares|copies|acres|sq|square|hectares|years|times|hours|metres|feet|m²))"),
)  # fmt: skip

RECOGNIZER = table("money", "is a sum of money", RULES)
