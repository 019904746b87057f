"""Session descriptions between our clients and Janus: text in, text out."""

import re
import secrets

from client.rtc.rtp import PT_OPUS, PT_VP8

_SESSION = re.compile(r"^o=\S+ \d+ \d+ ", re.MULTILINE)


def renamed(sdp: str, connection: int, version: int) -> str:
    """The description under our numbers, by which clients tell PeerConnections apart."""
    return _SESSION.sub(f"o=- {connection} {version} ", sdp, count=1)


def media_lines(sdp: str) -> list[tuple[str, str]]:
    """[(mid, medium)] in order."""
    parts = ("\n" + sdp.replace("\r\n", "\n")).split("\nm=")[1:]
    found: list[tuple[str, str]] = []
    for part in parts:
        mid = re.search(r"^a=mid:(\S+)$", part, re.MULTILINE)
        if mid is not None:
            found.append((mid[1], part.split(" ", 1)[0]))
    return found


def first_offer(connection: int, version: int, *, video: bool) -> str:
    """An offer whose credentials nobody has: it asks the client what it would send."""
    print_ = ":".join(f"{b:02X}" for b in secrets.token_bytes(32))
    lines = [("0", "audio", PT_OPUS, "opus/48000/2")] + ([("1", "video", PT_VP8, "VP8/90000")] if video else [])
    out = [
        "v=0",
        f"o=- {connection} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(x[0] for x in lines),
    ]
    ufrag, password = secrets.token_hex(4), secrets.token_hex(12)
    for mid, kind, pt, codec in lines:
        out += [f"m={kind} 9 UDP/TLS/RTP/SAVPF {pt}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}", f"a=rtpmap:{pt} {codec}"]
        if kind == "video":
            out += [f"a=rtcp-fb:{pt} nack", f"a=rtcp-fb:{pt} nack pli", f"a=rtcp-fb:{pt} goog-remb"]
        out += [f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password}", f"a=fingerprint:sha-256 {print_}", "a=setup:actpass"]
        out += ["a=rtcp-mux", "a=recvonly"]
    return "\r\n".join(out) + "\r\n"


def as_offer_to_janus(answer: str) -> str:
    """A client's answer, made an offer. It keeps its active role, so that Janus takes the passive one."""
    return answer


def as_second_offer(answer: str, connection: int, version: int) -> str:
    """Janus's answer, made an offer with the true credentials."""
    text = renamed(answer, connection, version)
    return text.replace("a=setup:passive", "a=setup:actpass").replace("a=setup:active", "a=setup:actpass")
