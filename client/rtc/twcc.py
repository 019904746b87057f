"""Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): built by who receives.

Every packet that decrypts counts, padding and unknown streams included: a bandwidth probe that goes unanswered keeps the
sender at its start bitrate.
"""

import struct

MAX_SPAN = 1000  # sequence numbers in one feedback; more and the oldest are left out


def feedback(ssrc: int, media: int, count: int, arrivals: list[tuple[int, int]]) -> bytes | None:
    """One feedback packet for `arrivals` [(16-bit sequence, arrival in nanoseconds)], in order of arrival."""
    if not arrivals:
        return None
    first = arrivals[0][0]
    quick = _in_order(first, arrivals)
    if quick is not None:
        reference = arrivals[0][1] // 64_000_000
        return _packet(ssrc, media, count, first, reference, len(arrivals), quick)
    times: dict[int, int] = {}
    for sequence, when in arrivals:
        times.setdefault(((sequence - first + 0x8000) & 0xFFFF) - 0x8000, when)
    high = max(times)
    low = max(min(times), high - MAX_SPAN + 1)
    base = times[min(k for k in times if k >= low)]
    reference = base // 64_000_000
    last = reference * 256  # in quarter milliseconds
    symbols: list[int] = []
    deltas: list[bytes] = []
    get = times.get
    for k in range(low, high + 1):
        arrived = get(k)
        if arrived is None:
            symbols.append(0)
            continue
        delta = arrived // 250_000 - last
        last += delta
        if 0 <= delta <= 255:
            symbols.append(1)
            deltas.append(bytes((delta,)))
        else:
            symbols.append(2)
            deltas.append(struct.pack("!h", max(-32768, min(32767, delta))))
    return _packet(
        ssrc, media, count, (first + low) & 0xFFFF, reference, len(symbols), b"".join((_chunks(symbols), *deltas))
    )


def _packet(ssrc: int, media: int, count: int, first: int, reference: int, size: int, rest: bytes) -> bytes:
    body = struct.pack("!LLHHL", ssrc, media, first, size, (reference & 0xFFFFFF) << 8 | count & 0xFF) + rest
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x8F, 205, len(body) // 4) + body


def _in_order(first: int, arrivals: list[tuple[int, int]]) -> bytes | None:
    """Chunk and deltas when nothing is missing, nothing overtook and no gap is long: what a quiet line brings; None otherwise."""
    deltas = bytearray()
    expected, last = first, arrivals[0][1] // 64_000_000 * 256  # in quarter milliseconds
    for sequence, when in arrivals:
        tick = when // 250_000
        if sequence != expected or not 0 <= tick - last <= 255:
            return None
        deltas.append(tick - last)
        expected, last = (expected + 1) & 0xFFFF, tick
    if len(arrivals) >= MAX_SPAN:
        return None
    return struct.pack("!H", 1 << 13 | len(arrivals)) + deltas


def _chunks(symbols: list[int]) -> bytes:
    """Run-length chunks for runs of seven and more, two-bit vectors between them."""
    out: list[int] = []
    at, size = 0, len(symbols)
    while at < size:
        symbol, run = symbols[at], 1
        while at + run < size and symbols[at + run] == symbol and run < 8191:
            run += 1
        if run >= 7 or at + run == size:
            out.append(symbol << 13 | run)
            at += run
            continue
        word = 0xC000
        for i, s in enumerate(symbols[at : at + 7]):
            word |= s << 12 - 2 * i
        out.append(word)
        at += 7
    return struct.pack(f"!{len(out)}H", *out)


def parse(packet: bytes) -> list[tuple[int, bool]]:
    """[(sequence, received)] of a feedback packet, as a sender reads it; ValueError if it can't be true."""
    if len(packet) < 20 or packet[0] & 31 != 15 or packet[1] != 205:
        raise ValueError("not feedback")
    base, count = struct.unpack_from("!HH", packet, 12)
    found: list[tuple[int, bool]] = []
    at = 20
    while len(found) < count:
        if at + 2 > len(packet):
            raise ValueError("short")
        (word,) = struct.unpack_from("!H", packet, at)
        at += 2
        if not word & 0x8000:
            symbols = [word >> 13 & 3] * min(word & 0x1FFF, count - len(found))
            if not symbols:
                raise ValueError("empty run")
        elif word & 0x4000:
            symbols = [word >> 12 - 2 * i & 3 for i in range(7)]
        else:
            symbols = [word >> 13 - i & 1 for i in range(14)]
        found += [((base + len(found) + i) & 0xFFFF, bool(s)) for i, s in enumerate(symbols)]
    return found[:count]
