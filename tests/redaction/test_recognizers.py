"""One table for each recognizer: what it must mark, written [[so]], and what it must leave alone."""

import pytest
import regex

from redaction.detect.checksums import abn, french_social, iban, luhn, nhs, siren, spanish_id
from redaction.detect.recognizers import ALL
from redaction.detect.view import View
from redaction.profiles import load_profiles

BY_NAME = {recognizer.name: recognizer for recognizer in ALL}

TABLE: dict[str, list[str]] = {
    "accounts": [
        "my acct if he wants to refund [[3087714420]] First",
        "IBAN [[DE89 3704 0044 0532 0130 00]]",
        "pay to [[ES91 2100 0418 4502 0005 1332]] please",
        "card [[4111 1111 1111 1111]]",
        "the card ending in [[4242]]",
        "sort code [[20-33-41]]",
        "[[20-33-41 55512908]]",
        "nothing here but 12 apples",
    ],
    "addresses": [
        "flat's [[9a Pargeter Road, Bearwood]]",
        "[[640 Calle Nopal #2, Las Vegas NM]]",
        "[[Lisheen Cross, Borris-in-Ossory, R32 XY71]].",
        "Come to [[12 Station Road, Leeds LS1 4AP]].",
        "the [[calle Olmo 14, 3º B, Getafe]]?",
        "au [[12 bis rue des Lilas, 69003 Lyon]]",
        "write to [[PO Box 88, Elko NV 89801]]",
        "it is at [[235 west 46th street]] tonight",
        "Rule 1 of the Rules of Court",
        "we waited 20 minutes on the road",
    ],
    "ages": [
        "I am [[79]] with cataracts",
        "and she's [[90]].",
        "my [[8]] year old",
        "aged [[41]]",
        "he is [[7]]. his hearing is one side",
        "tiene [[8]] años",
        "a [[64]]-year-old man",
        "I am 10 minutes late",
        "he is 5 feet tall",
    ],
    "case numbers": [
        "Small claims [[24SC00871]] dismissed",
        "Case [[OP 88/2023]].",
        "Case: [[2024-CRIM-9821]]",
        "docket [[1:22-mc-02032-HZG]]",
        "application (no. [[5136/11]])",
        "plainte (RG [[23/01456]])",
        "in case of rain",
        "9 of 10 people",
    ],
    "codes": ["ref [[JX48812K]]", "number [[00482913]] on it", "the 2nd of 3 items", "4pm", "10k run"],
    "dates": [
        "[[19 June 2024]]",
        "on [[3/30/24]]",
        "by [[1st of May]]",
        "[[Oct 28]]: she wrote",
        "el [[3 de marzo]]",
        "le [[15 janvier 2024]]",
        "[[2026-06-06T01:55:00Z]]",
        "born on [[4 May 1984]]",
        "you may go",
        "march in step",
    ],
    "handles": [
        "No more posts from [[@natefloats]].",
        "[[kbrandt@willowbend.example]]",
        "see [[www.example.org/a]]",
        "[[https://example.org/x?y=1]]",
        "insta: [[blue_puma784]]",
        "user [[u/tomatoface]]",
        "mail me: [[jo at example dot com]]",
        "meet me at noon",
    ],
    "health": ["she has [[anxiety]]", "he is [[diabetic]]", "estoy de [[baja médica]]", "en [[arrêt maladie]]", "I'd had a [[hysterectomy]]", "a healthy diet"],
    "identity numbers": [
        "SSN [[123-45-6789]]",
        "ABN [[41 220 118 904]]",
        "lot [[7/DP88213]]",
        "DNI [[12345678Z]]",
        "NINO [[QQ 12 34 56 C]]".replace("QQ", "AB"),
        "passport no. [[C67470935]]",
        "MRN: [[MRN-7419342]]".replace("MRN: ", "mrn "),
        "a lot of people",
    ],
    "minors": ["my son [[Nico]] lost a tooth", "[[Kaylee]] (6) saw it", "my 8-year-old [[Idris]]", "my son said no"],
    "money": [
        "i owe [[£900]] for it",
        "split gas, [[20 bucks]]",
        "from [[450k]] to [[900k]]",
        "Can pay only [[6,000]].",
        "[[SEK 775,000]]",
        "[[1.200 €]]",
        "settle for [[five grand]]",
        "a grand piano",
        "he paid attention",
    ],
    "names": ["ask [[Phoebe]] now", "told [[Deshaun]] that", "[[S. Kotuła]] came", "the boiler", "March winds"],
    "occupations": ["He works as a [[plumber]].", "a [[Swedish citizen]]", "my zip code is [[35350]]", "she grew up in [[Knockbrack]]", "work is hard"],
    "organizations": [
        "the committee of [[Sandpiper Bowls Club]] met",
        "truck for [[Coastline Waste]], run 6",
        "at [[Willow Bend Elementary]]",
        "trabaja en [[Talleres Ibarra]]",
        "she is on nights at [[Regions South]].",
        "the club is closed",
    ],
    "phones": [
        "number [[07700 900 871]].",
        "[[085 555 0102]]",
        "Zelle [[920-555-0114]].",
        "[[505.555.0177]].",
        "use [[94460 55012]].",
        "[[+44 20 7493 4545]]",
        "[[oh seven seven double-oh nine one two three]]",
        "2019-2020",
        "1,000,000 people",
    ],
    "policies": ["policy [[TM-4471902]]", "invoice no. [[88213]]", "honesty is the best policy"],
    "relations": ["[[the only witness from that thing]], he said", "[[my aunt, the former Mother Superior]], has", "the witness left"],
    "speakers": ["[12:01] [[Jo]]: hi\n[12:02] [[Phoebe]]: hello", "Dear [[Siobhán]],\nthanks", "Cheers, [[Doogs]]", "Note: bring tea", "Summary: nothing"],
    "passing": [
        "the adjuster [[Marla Quist]] rang", "our plumber, [[R. Dunn]], left", "[[Pintu bhaiya]] gave it", "offer from [[Radha madam]] today", "To: [[K Brannan]]", "in the name of [[J Alvarez]]",
        "(a) [[Fenwick]] repays the loan", "The landlord wants the keys", "Nobody offers more", "my teacher said so", "The manager Friday was away",
    ],
    "titles": ["said Mrs [[Ogle]] today", "[[Sr. Assumpta]] sings", "la Sra. [[Quiroga]]".replace("la Sra. [[Quiroga]]", "la [[Sra. Quiroga]]"), "the judge said no"],
    "vehicles": ["in [[the red Tacoma]] barks", "Boat ([[WI 4471 BD]])", "reg [[AB12 CDE]]", "a red apple"],
}  # fmt: skip


def marked(line: str) -> tuple[str, list[tuple[int, int]]]:
    text, places = "", []
    for piece in regex.split(r"(\[\[.*?\]\])", line):
        if piece.startswith("[["):
            places.append((len(text), len(text) + len(piece) - 4))
            piece = piece[2:-2]
        text += piece
    return text, places


def test_every_recognizer_has_a_table() -> None:
    assert set(TABLE) == set(BY_NAME)


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in TABLE.items() for line in lines])
def test_marks_what_it_should_and_nothing_else(name: str, line: str) -> None:
    text, places = marked(line)
    found = list(BY_NAME[name].find(View(text, language="en")))
    covered = {at for span in found for at in range(span.start, span.end)}
    for start, end in places:
        assert all(at in covered for at in range(start, end) if text[at].isalnum()), text[start:end]
    if not places:
        assert not found
    assert {span.kind for span in found} <= set(load_profiles().kinds)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (luhn, "4111 1111 1111 1111", "4111 1111 1111 1112"),
        (iban, "DE89370400440532013000", "DE89370400440532013001"),
        (abn, "51 824 753 556", "51 824 753 557"),
        (spanish_id, "12345678Z", "12345678A"),
        (spanish_id, "X1234567L", "X1234567M"),
        (nhs, "943 476 5919", "943 476 5918"),
        (siren, "732 829 320", "732 829 321"),
        (french_social, "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
    ],
)
def test_checksums(check, good: str, bad: str) -> None:  # type: ignore[no-untyped-def]
    assert check(good)
    assert not check(bad)
