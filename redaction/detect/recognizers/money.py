"""Sums of money: £900, €6.900, SEK 775,000, 20 bucks, 450k, ten grand; and bare numbers after a word for paying."""

from redaction.detect.rules import I, M, rule, table

_NUM = r"(?:\d{1,2}(?:,\d{2})+,\d{3}|\d{1,3}(?:[,.’' ]\d{3})+(?:[.,](?:\d{1,2}|[-–]))?|\d+(?:[.,](?:\d{1,2}|[-–]))?)"
_SCALE = r"(?:\s?(?:k|m|mn|bn|million|billion|thousand|thou|hundred|grand|lakhs?|lacs?|crores?|mil|mille|millones|millions?|milliards?)\b)"
_CODES = r"(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|RUB|UAH|TRY|JPY|CNY|INR|AUD|NZD|CAD|ZAR|NGN|KES|GHS|BRL|MXN|ARS|CLP|COP|PEN|EGP|ILS|AED|SGD|HKD|PHP|THB|FIM|DEM|FRF|ITL|ATS|BEF|NLG|GRD|PTE|ESP|IEP|SKK|BGN|HRK|ROL|TRL|SIT|LTL|LVL|EEK|MDL|GEL|AMD|AZN|CYP)"
_SIGN = r"(?:[€$£¥₹₦₽₺₴₱₪₩]|US\$|A\$|C\$|NZ\$|HK\$|S\$|R\$|Rs\.?|KSh|GH₵|zł|N(?=\d)|R(?=\d))"
_UNITS = (
    r"(?:bucks?|quid|dollars?|euros?|eur|pounds?(?:\s+sterling)?|cents?|pence|grand|rupees?|naira|shillings?|cedis?|rand|francs?|marks?|zlotys?|złotych|zł|kron(?:or|er|a|e)|krónur|forints?|lei|leva|levs?|roubles?|rubles?|hryvnias?|liras?|lire|lira|pesos?|reais|"
    r"yen|yuan|pesetas?|drachmas?|escudos?|guilders?|schillings?|koruna|korunas?|euro|sterling|dhs|dirhams?|piasses|boules|lucas|soles|ksh|shs|ringgit|baht|taka|riyals?|tolars?|litai|lats|kuna|pavos|balles|francos?|livres?)"
)
_WORDS = (
    r"(?:(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|couple|few)"
    r"(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand|million|and|of|a|half)){0,5})"
)
_PAY = r"(?:pay(?:s|ing)?|paid|owe[sd]?|owing|offer(?:s|ed|ing)?|lend|lent|borrow(?:ed)?|refund(?:ed)?|cost(?:s|ing)?|charge[ds]?|quote[ds]?|accept|settle\s+(?:for|at)|rent\s+(?:is|of|to|from)|deposit\s+(?:is|of)|salary(?:\s+(?:is|of))?|wage\s+(?:is|of)|earn(?:s|ed|ing)?|worth|price\s+(?:is|of)|budget\s+(?:is|of)|asking(?:\s+for)?|want(?:s|ed)?|counter(?:ed)?(?:\s+(?:at|with))?|pagar?|paga|debe|debo|cobr[ao]|ofrece|ofrezco|pide|pido|quiere|doy|payer|paie|doit|dois|offre|propose|demande|demandait|veut|rends|réclame)"  # fmt: skip

_ES_WORDS = r"(?:un|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|veinte|veinticinco|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien(?:to)?|doscient[oa]s|trescient[oa]s|cuatrocient[oa]s|quinient[oa]s|seiscient[oa]s|setecient[oa]s|ochocient[oa]s|novecient[oa]s|mil|medio|millón|millones)"
_FR_WORDS = r"(?:un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|septante|nonante|cents?|mille|million|millions)"

RULES = (
    rule("AMOUNT", 0.9, rf"(?:{_SIGN}|\b{_CODES})\s?{_NUM}{_SCALE}?\s?(?:\+|plus)\s?(?:VAT|GST|HST|IVA|TVA|tax)\b"),
    rule("AMOUNT", 0.5, r"\b(?:owes?|owed|owing)\s[^.\n\d]{2,30},\s(?P<x>\d{2,5})(?=\s*(?:$|[\n.,;!?]))", I | M, informal_only=True),
    rule("AMOUNT", 0.9, rf"(?:{_SIGN}|\b{_CODES})\s?{_NUM}{_SCALE}?(?:\s?[-–]\s?{_SIGN}?{_NUM}{_SCALE}?)?(?:\s+{_UNITS}\b)?(?:\s?[(\[](?:{_CODES})[)\]])?"),
    rule("AMOUNT", 0.9, rf"(?<![\w.,/-]){_NUM}{_SCALE}?\s?(?:[€£₹₦¥$](?![\d])|{_CODES}\b)(?:\s?\((?:{_CODES})\))?"),
    rule("AMOUNT", 0.85, rf"(?<![\w.,/-]){_NUM}{_SCALE}?(?:\s+(?:of\s+|de\s+)?|-)(?:\p{{Lu}}\p{{L}}+\s)?{_UNITS}\b(?:\s?[(\[](?:{_CODES}|“\w+”)[)\]])?", I),
    rule("AMOUNT", 0.7, rf"\b{_WORDS}\s(?:bucks|quid|dollars|euros|pounds(?!\s+(?:of|lighter|heavier|overweight))|grand(?!\s+(?:piano|total|jury|idea|scale|house|hotel|old|opening|final|son|daughter|mother|father|day|time|view))|rupees|naira|rand|francs|pesos)\b", I, words=True),
    rule("AMOUNT", 0.65, r"(?<![\w.,/$€£-])\d{1,4}(?:\.\d)?k\b(?!\s?(?:m\b|run|race|steps|words|followers|views|miles))", I),
    rule("AMOUNT", 0.6, rf"\b{_PAY}\s+(?:me|him|her|us|them|you|back|only|about|around|up\s+to|just|maybe|over|at\s+least|another|like)?\s*(?:only\s+|just\s+|about\s+)?(?P<x>(?:\d{{1,3}}(?:[,. ]\d{{3}})+|\d{{2,6}}))(?![\d/:-]|[.,]\d|\s?(?:%|percent|days?|weeks?|months?|years?|hours?|times|people|trees|hens|miles|km|días|horas|semanas|meses|años|veces|jours|heures|semaines|mois|ans|fois|per\s?cent|of\s|st\b|nd\b|rd\b|th\b|minutes|a\.?m|p\.?m|sq|m²))", I),
    rule("AMOUNT", 0.5, r"(?:^|:\s)(?P<x>\d{3,4})(?=\.\s|\?|!|\s?(?:max|tops|final|cash|each|total)\b)", I | M),
    rule("AMOUNT", 0.5, r"(?<![\w.,/:-])(?P<x>\d{1,3}(?:,\d{3})+(?:\.\d\d)?)(?![\w/-]|,\d)(?!\s?(?:people|words|miles|km|steps|votes|inhabitants|units|shares|copies|acres|sq|square|hectares|years|times|hours|metres|feet|m²))"),
    # 5 lakhs, 15 thou, 90 k€; forty thousand, cien mil, quinze mille euros; and "i do 8" or "8.5 and you pay" between people who bargain.
    rule("AMOUNT", 0.7, rf"(?<![\w.,/-]){_NUM}\s?(?:lakhs?|lacs?|crores?|cr|thou|grand|k\s?€|k\s?\$)(?!\w)(?!\s+(?:people|piano|jury|total|opening|final))", I),
    rule("AMOUNT", 0.6, rf"(?<![\w.,/-]){_NUM}\s(?:mil(?:lones)?|mille|millions?)\b(?:\s+(?:de\s+)?{_UNITS}\b)?(?!\s+(?:personas|habitantes|metros|veces|años|palabras|personnes|habitants|mètres|fois|ans|mots|kilom))"),
    rule("AMOUNT", 0.6, rf"(?<!\p{{L}})(?:(?:{_ES_WORDS}|{_FR_WORDS})[\s-]){{0,5}}(?:{_ES_WORDS}|{_FR_WORDS})\s(?:de\s+)?(?:euros?|pesos|francs?|balles|dólares|dollars|piasses|soles|lucas|pavos)\b", I, words=True),
    rule("AMOUNT", 0.5, rf"\b(?:pagar|paga|pide|pedir|ofrece|quiere|debe|doy|demande|propose|veut|offre|payer|doit)\s+(?P<x>(?:{_ES_WORDS}|{_FR_WORDS})(?:[\s-](?:{_ES_WORDS}|{_FR_WORDS})){{0,4}})(?=\s*(?:[.,;!?)\n]|$|y\b|et\b))", I, words=True),
    rule("AMOUNT", 0.5, r"\b(?:(?:i|we|he|she|they)(?:['’]?ll|['’]?d)?\s+(?:do|give|take|say|go|pay|accept|want|offer|drop|split)|(?:make\s+it|how\s+about|what\s+about|go\s+to|down\s+to|up\s+to|settle\s+(?:for|at)|meet\s+(?:at|in\s+the\s+middle)|final\s+offer|dejamos\s+en|y|coupe\s+à))\s+(?P<x>\d{1,6}(?:[.,]\d{1,3})?)(?=\s*(?:[.;!?)\n]|$|,\s|and\b|y\b|et\b|if\b|not\b|max\b|tops\b|cash\b|final\b|now\b|today\b|over\s+\d))", I, informal_only=True),
    rule("AMOUNT", 0.5, r"(?:^|:\s)(?P<x>\d{1,6}(?:[.,]\d{1,3})?)(?=\s+(?:and|but|if|or|y|et|pero|mais)\s+(?:you|he|she|i|we|they|my|your|that|my|tu|il|elle|je|on|vous|usted|él|ella)\b)", I | M, informal_only=True),
)  # fmt: skip

RECOGNIZER = table("money", "is a sum of money", RULES, near_digits=True)
