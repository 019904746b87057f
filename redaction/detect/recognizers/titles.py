"""Names that follow a title: Mr Salami, Sr. Assumpta, Judge Vale, Sra. Ruiz, Mme Petit."""

from collections.abc import Iterator

import regex

from redaction.detect.lexicon import everyday
from redaction.detect.rules import LIMIT, Recognizer, taken
from redaction.detect.view import View
from redaction.spans import Span

_TITLE = (
    r"(?:Mrs|Mr|Ms|Miss|Mx|Messrs|Master|Dr|Drs|Prof|Professor|Sir|Dame|Lady|Lord|Rev|Reverend|Revd|Father|Fr|Sister|Sr|Brother|Br|Pastor|Imam|Rabbi|Bishop|Judge|Justice|Hon|"
    r"Officer|Detective|Det|Sergeant|Sgt|Constable|PC|DC|Inspector|Insp|Captain|Capt|Lieutenant|Lt|Colonel|Col|General|Gen|Major|Maj|Nurse|Doctor|Coach|Principal|Headmaster|"
    r"Aunt|Auntie|Aunty|Uncle|Granny|Grandma|Grandpa|Grandad|Nana|Nan|Cousin|Tía|Tío|Tia|Tio|Tante|Tonton|Oncle|Abuela|Abuelo|"
    r"Sra|Srta|Señora|Señor|Señorita|D\.ª|Dña|Doña|Don|D|Dra|Lic|Ing|Profa|M|MM|Mme|Mlle|Mmes|Madame|Monsieur|Mademoiselle|Maître|Me|Herr|Frau|Signor|Signora|Adv|Advocate|Shri|Smt|Kumari|Chief|Alhaji|Alhaja|Mama|Papa|Baba|Ustaz|Sheikh|Hajia|Mzee|Deacon|Elder|Canon|Vicar|Sis|Bro|Cllr|Councillor|Garda|Sheriff|Deputy|Trooper|Supt|Barrister|Barr|Atty|Attorney|Mdm|Mistress|Encik|Puan|Tuan|Cik|Datuk|Oom|Tannie|Ouma|Oupa|Kuya|Ate|Tita|Tito|Lola|Lolo|Nanay|Tatay|Yiayia|Pappou|Nonna|Nonno|Oma|Opa|Babushka|Igwe|Oba|Malam|Mallam|Pa|Ma|Bishop|Archbishop|Cantor|Swami|Pandit|Koro|Arq|Mtro|Mtra|Profe|Padre|Madre|Monseñor|Licenciado|Licenciada|Tata|Mamie|Papy|Papi|Mami|Père|Pasteur|Abbé|Docteur|Docteure|Professeur)"
)
_PART = r"(?:(?:\p{Lu}\.-?){1,3}|\p{Lu}[\p{L}\p{M}]*(?:['’](?!s\b)\p{Lu}?\p{L}+|-\p{L}+|\.\p{Lu}\p{L}+)*\.?|van|von|der|den|de|del|la|du|di|da|dos|le|bin|al|el|y|ten|ter|Mc\p{Lu}\p{L}+)"
_NAMED = regex.compile(rf"(?<![\p{{L}}\d.'’-])(?P<title>{_TITLE})(?P<dot>\.?)\s+(?:(?:Lord\s+|Lady\s+)?(?:Justice|Judge)\s+)?(?P<name>(?:(?:\p{{Lu}}\.[ -]?){{1,3}}(?:\p{{Lu}}[\p{{L}}\p{{M}}]+)?|\p{{Lu}}[\p{{L}}\p{{M}}]*(?:['’](?!s\b)\p{{Lu}}?\p{{L}}+|-\p{{L}}+|\.\p{{Lu}}\p{{L}}+)*\.?)(?:[ ]{_PART}){{0,4}})")  # fmt: skip
_LOW = regex.compile(
    r"(?<![\p{L}\d.'’-])(?:mr|mrs|ms|miss|dr|sra|sr|srta|señora|doña|don|mme|mlle|aunty|auntie|aunt|uncle|officer|judge|coach|nurse|dra|lic|ing|profe|profesor|profesora|padre|tía|tío|tia|tio|abuela|abuelo|compadre|comadre|maestra|maestro|doctor|doctora|licenciado|licenciada|señor|seño|monsieur|madame|mademoiselle|maître|tonton|tata|mamie|papy|oncle|tante|père|docteur|pastor|deacon|bishop|father|sister|brother|cousin|prof|professor|detective|sergeant|constable|cllr|councillor|mama|papa|nana|nan|granny|grandma|grandpa|oom|tannie|ouma|kuya|ate|tita|tito|mzee|chief)\.?\s(?P<name>\p{L}[\p{L}\p{M}'’-]{2,})"
)
# Words that follow a title without being a name: "Lord Justice General", "Father Christmas", "Major Road".
_NOT = frozenset(
    "justice general court road street chamber advocate minister president secretary government ombudsman judge christmas of the and in on at to for is was has had said says who i you he she we they it "
    "party inspector constable mr mrs ms dr miss sergeant superintendent commissioner clerk executive operating financial officer medical board council committee chancellor mayor".split()
)
_SHORT = frozenset({"Pa", "Ma", "Ate", "Elder", "Deputy", "Sis", "Bro", "Tata", "Lola", "Padre", "Madre", "Mistress", "Attorney", "Tita", "Tito", "Oma", "Opa", "Papi", "Mami", "Estate", "M", "D", "Me", "PC", "DC", "Fr", "Br", "MM", "Gen", "Col", "Don", "Master", "Major", "Chief", "Principal", "Papa", "Mama", "General", "Lady", "Nan", "Coach", "Justice", "Sister", "Brother", "Father", "Judge", "Officer", "Baba", "Tia", "Tio"})  # fmt: skip
_BARE = regex.compile(
    r"(?<![\p{L}\d])(?:Mrs|Mr|Ms|Dr|Mx|Prof|Sra|Dra|Srta)\.(?=\s|,|$)|(?<![\p{L}\d])(?:Miss|Professor)(?=\s\p{Lu})"
)
_CLOSE_TITLE = frozenset({"Mr", "Mrs", "Ms", "Miss", "Mx", "Messrs", "M", "MM", "Mme", "Mlle"})


def _find(view: View) -> Iterator[Span]:
    for found in _NAMED.finditer(view.text, timeout=LIMIT):
        title = found["title"]
        words = found["name"].split()
        kept = 0
        for word in words:
            bare = word.strip(".").lower()
            if bare in _NOT or (kept and bare in everyday(view.language) and not word[0].isupper()):
                break
            kept += 1
        while kept and words[kept - 1][0].islower():
            kept -= 1
        if not kept:
            continue
        first = words[0].strip(".").lower()
        if title in _SHORT and (
            first in everyday("en") or (len(first) < 2 and title in {"M", "D"} and view.language == "en")
        ):
            continue
        start = found.start("name")
        length = len(" ".join(words[:kept]))
        end = start + length
        # A full stop that ends the sentence is not part of the name; one after an initial is.
        if view.text[end - 1] == "." and len(words[kept - 1]) > 3:
            end -= 1
        yield Span(
            found.start("title") if view.formal or title not in _CLOSE_TITLE or found["dot"] else start,
            end,
            "PERSON",
            0.85,
            "titles",
        )
    for found in _BARE.finditer(view.text, timeout=LIMIT):
        yield taken(found, "TITLE", 0.5, "titles")
    for found in _LOW.finditer(view.text, timeout=LIMIT):
        name = found["name"].lower()
        capital = found["name"][0].isupper() and name not in everyday("en") and view.language != "en"
        if (name not in everyday(view.language) or capital) and name not in _NOT:
            yield taken(found, "PERSON", 0.6, "titles", "name")


RECOGNIZER = Recognizer("titles", "stands after a title, the way a name does", _find)
