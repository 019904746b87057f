"""Checksums of public number schemes: a number that passes is very likely what it looks like."""


def luhn(text: str) -> bool:
    """Payment cards (ISO/IEC 7812)."""
    numbers = [int(one) for one in text if one.isdigit()]
    if not 12 <= len(numbers) <= 19 or len(set(numbers)) == 1:
        return False
    total = 0
    for index, number in enumerate(reversed(numbers)):
        doubled = number * 2 if index % 2 else number
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def iban(text: str) -> bool:
    """International bank account number (ISO 13616): the rearranged number leaves 1 when divided by 97."""
    plain = "".join(one for one in text.upper() if one.isalnum())
    if not 15 <= len(plain) <= 34 or not plain[:2].isalpha() or not plain[2:4].isdigit():
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def abn(text: str) -> bool:
    """Australian business number: weighted sum divisible by 89 (Australian Business Register)."""
    numbers = [int(one) for one in text if one.isdigit()]
    if len(numbers) != 11:
        return False
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    numbers[0] -= 1
    return sum(one * weight for one, weight in zip(numbers, weights, strict=True)) % 89 == 0


def spanish_id(text: str) -> bool:
    """DNI or NIE: the letter follows from the number modulo 23."""
    plain = "".join(one for one in text.upper() if one.isalnum())
    if len(plain) != 9 or not plain[-1].isalpha():
        return False
    number = {"X": "0", "Y": "1", "Z": "2"}.get(plain[0], plain[0]) + plain[1:8]
    return number.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


def french_social(text: str) -> bool:
    """Numéro de sécurité sociale: the key is 97 minus the number modulo 97; Corsica's letters count as digits."""
    plain = "".join(one for one in text.upper() if one.isalnum())
    if len(plain) != 15:
        return False
    body = plain[:13].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and plain[13:].isdigit() and 97 - int(body) % 97 == int(plain[13:])


def nhs(text: str) -> bool:
    """NHS number of England: modulo 11."""
    numbers = [int(one) for one in text if one.isdigit()]
    if len(numbers) != 10 or len(set(numbers)) == 1:
        return False
    check = 11 - sum(one * (10 - index) for index, one in enumerate(numbers[:9])) % 11
    return check % 11 == numbers[9] and check != 10


def siren(text: str) -> bool:
    """French SIREN (9) or SIRET (14): the Luhn sum."""
    numbers = [int(one) for one in text if one.isdigit()]
    if len(numbers) not in (9, 14):
        return False
    total = 0
    for index, number in enumerate(reversed(numbers)):
        doubled = number * 2 if index % 2 else number
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
