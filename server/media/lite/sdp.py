"""Session descriptions: the offers we write and the little that we believe of an answer.

An answer comes from anybody: it is bounded, and only fingerprint, stream ids and simulcast are read. Candidates are ignored,
so that nobody's address is taken from text.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from client.rtc.rtp import EXT_MID, EXT_REPAIRED_RID, EXT_RID, EXT_SEND_TIME, EXT_TRANSPORT, PT_OPUS, PT_RTX, PT_VP8

MAX_ANSWER = 131_072
MAX_SECTIONS = 128
MAX_STREAMS = 16

_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_TRANSPORT = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
_RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
_REPAIRED = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"


class Session(NamedTuple):
    """What all lines share. `addresses` are the server's own, the only ones a client ever sees."""

    connection: int
    version: int
    ufrag: str
    password: str
    fingerprint: str
    addresses: Sequence[tuple[str, int]]
    tcp: bool
    udp: bool


class Take(NamedTuple):
    """A line on which the client may send."""

    mid: str
    audio: bool
    open: bool
    simulcast: bool


class Give(NamedTuple):
    """A line on which the client receives; `ssrc` 0 means that it is free for reuse."""

    mid: str
    audio: bool
    ssrc: int
    repair_ssrc: int
    group: str


def _candidates(session: Session) -> list[str]:
    lines: list[str] = []
    for i, (address, port) in enumerate(session.addresses):
        if session.udp:
            lines.append(f"a=candidate:{2 * i + 1} 1 udp {2130706431 - i} {address} {port} typ host")
        if session.tcp:
            lines.append(f"a=candidate:{2 * i + 2} 1 tcp {1671430143 - i} {address} {port} typ host tcptype passive")
    return [*lines, "a=end-of-candidates"]


def _take(line: Take) -> list[str]:
    lines = ["a=recvonly" if line.open else "a=inactive", f"a=extmap:{EXT_MID} {_MID}"]
    lines += [f"a=extmap:{EXT_SEND_TIME} {_SEND_TIME}", f"a=extmap:{EXT_TRANSPORT} {_TRANSPORT}"]
    lines.append(f"a=rtcp-fb:{PT_OPUS if line.audio else PT_VP8} transport-cc")
    if line.simulcast:
        lines += [f"a=extmap:{EXT_RID} {_RID}", f"a=extmap:{EXT_REPAIRED_RID} {_REPAIRED}"]
        lines += ["a=rid:l recv", "a=rid:m recv", "a=rid:h recv", "a=simulcast:recv l;m;h"]
    return lines


def _give(line: Give) -> list[str]:
    if not line.ssrc:
        return ["a=inactive"]
    lines = ["a=sendonly", f"a=extmap:{EXT_SEND_TIME} {_SEND_TIME}", f"a=msid:{line.group} t{line.mid}"]
    if line.audio:
        return [*lines, f"a=ssrc:{line.ssrc} cname:{line.group}"]
    lines += [f"a=rtcp-fb:{PT_VP8} goog-remb", f"a=ssrc-group:FID {line.ssrc} {line.repair_ssrc}"]
    return [*lines, f"a=ssrc:{line.ssrc} cname:{line.group}", f"a=ssrc:{line.repair_ssrc} cname:{line.group}"]


def offer(session: Session, lines: Sequence[Take | Give]) -> str:
    """The whole offer, in the order of `lines`, which never changes but at its end."""
    out = ["v=0", f"o=- {session.connection} {session.version} IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite"]
    out += ["a=group:BUNDLE " + " ".join(x.mid for x in lines), "a=msid-semantic: WMS *"]
    candidates = _candidates(session)
    for line in lines:
        types = str(PT_OPUS) if line.audio else f"{PT_VP8} {PT_RTX}"
        out += [
            f"m={'audio' if line.audio else 'video'} 9 UDP/TLS/RTP/SAVPF {types}",
            "c=IN IP4 0.0.0.0",
            f"a=mid:{line.mid}",
        ]
        out += [f"a=ice-ufrag:{session.ufrag}", f"a=ice-pwd:{session.password}", "a=setup:actpass"]
        out += [f"a=fingerprint:sha-256 {session.fingerprint}", "a=rtcp-mux", "a=rtcp-rsize"]
        if line.audio:
            # A constant rate: sizes of sound packets then say nothing about what is said (RFC 6562).
            out += [f"a=rtpmap:{PT_OPUS} opus/48000/2", f"a=fmtp:{PT_OPUS} minptime=10;useinbandfec=1;usedtx=0;cbr=1"]
            out += [f"a=rtcp-fb:{PT_OPUS} nack"]
        else:
            out += [f"a=rtpmap:{PT_VP8} VP8/90000", f"a=rtpmap:{PT_RTX} rtx/90000", f"a=fmtp:{PT_RTX} apt={PT_VP8}"]
            out += [f"a=rtcp-fb:{PT_VP8} nack", f"a=rtcp-fb:{PT_VP8} nack pli"]
        out += (_take(line) if isinstance(line, Take) else _give(line)) + candidates
    return "\r\n".join(out) + "\r\n"


class Section(NamedTuple):
    """What an answer says about one line."""

    mid: str
    sends: bool
    rejected: bool
    simulcast: bool
    ssrcs: tuple[int, ...]
    repair: tuple[int, int] | None  # (primary, repair)


class Answer(NamedTuple):
    """What we take from an answer."""

    algorithm: str
    fingerprint: str
    sections: dict[str, Section]


_FINGERPRINT = re.compile(r"^a=fingerprint:([a-z0-9-]{3,12}) ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){19,63})$", re.MULTILINE)
_SSRC = re.compile(r"^a=ssrc:(\d{1,10}) ", re.MULTILINE)
_FID = re.compile(r"^a=ssrc-group:FID (\d{1,10}) (\d{1,10})$", re.MULTILINE)
_MID_LINE = re.compile(r"^a=mid:([0-9A-Za-z]{1,8})$", re.MULTILINE)


def _number(text: str) -> int:
    value = int(text)
    if not 0 < value < 1 << 32:
        raise ValueError("ssrc")
    return value


def _section(text: str) -> Section:
    mid = _MID_LINE.search(text)
    if mid is None:
        raise ValueError("mid")
    fid = _FID.search(text)
    ssrcs = tuple(dict.fromkeys(_number(x) for x in _SSRC.findall(text)[: 4 * MAX_STREAMS]))
    return Section(
        mid=mid[1],
        sends="\na=sendonly\n" in text or "\na=sendrecv\n" in text,
        rejected=text.partition("\n")[0].split(" ")[1:2] == ["0"],
        simulcast="\na=simulcast:send " in text,
        ssrcs=ssrcs[:MAX_STREAMS],
        repair=None if fid is None else (_number(fid[1]), _number(fid[2])),
    )


def read_answer(untrusted_sdp: str) -> Answer:
    """Read a client's answer; ValueError for whatever is not one."""
    if len(untrusted_sdp) > MAX_ANSWER:
        raise ValueError("size")
    parts = ("\n" + untrusted_sdp.replace("\r\n", "\n")).split("\nm=")
    if not 2 <= len(parts) <= MAX_SECTIONS + 1:
        raise ValueError("sections")
    fingerprint = _FINGERPRINT.search(untrusted_sdp.replace("\r\n", "\n"))
    if fingerprint is None:
        raise ValueError("fingerprint")
    sections = [_section(part + "\n") for part in parts[1:]]
    return Answer(fingerprint[1].lower(), fingerprint[2].upper(), {s.mid: s for s in sections})
