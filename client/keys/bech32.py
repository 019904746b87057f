"""Bech32 (BIP 173), as age writes its keys: a checked text form of 32 bytes."""

from client.keys.refusals import ObjectRefused, Reason

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                state ^= generator
    return state


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regroup(values: bytes | list[int], old: int, new: int, fill: bool) -> list[int]:
    carry = bits = 0
    groups = []
    for value in values:
        carry = (carry << old | value) & 0xFFFF
        bits += old
        while bits >= new:
            bits -= new
            groups.append(carry >> bits & (1 << new) - 1)
    if fill and bits:
        groups.append(carry << new - bits & (1 << new) - 1)
    elif not fill and (bits >= old or carry & (1 << bits) - 1):
        raise ObjectRefused(Reason.MALFORMED)
    return groups


def encode(prefix: str, data: bytes) -> str:
    """Lower-case Bech32."""
    values = _regroup(data, 8, 5, fill=True)
    check = _polymod(_expand(prefix) + values + [0] * 6) ^ 1
    return prefix + "1" + "".join(_ALPHABET[v] for v in values + [check >> 5 * (5 - i) & 31 for i in range(6)])


def decode(prefix: str, text: str, length: int = 32) -> bytes:
    """The bytes, if the checksum, the prefix and the length hold. Text is all lower or all upper case."""
    if text not in (text.lower(), text.upper()):
        raise ObjectRefused(Reason.MALFORMED)
    text = text.lower()
    if not text.startswith(prefix + "1") or any(c not in _ALPHABET for c in text[len(prefix) + 1 :]):
        raise ObjectRefused(Reason.MALFORMED)
    values = [_ALPHABET.index(c) for c in text[len(prefix) + 1 :]]
    if len(values) < 6 or _polymod(_expand(prefix) + values) != 1:
        raise ObjectRefused(Reason.MALFORMED)
    data = bytes(_regroup(values[:-6], 5, 8, fill=False))
    if len(data) != length:
        raise ObjectRefused(Reason.MALFORMED)
    return data
