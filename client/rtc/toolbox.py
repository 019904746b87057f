"""The one place that touches aiortc's and pylibsrtp's private names: DTLS handshakes and raw SRTP contexts.

aiortc is pinned in pyproject.toml because of this file; tests/media/test_toolbox.py fails first when a name moves.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Literal, Protocol

from aiortc.rtcdtlstransport import (
    SRTP_PROFILES,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from pylibsrtp import Error as SrtpError
from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

HANDSHAKE_SECONDS = 30.0
RECORDS = 64  # DTLS records that may wait for the handshake; more are dropped and sent again by the peer

# Raw libsrtp on caller-owned buffers: (context, buffer, pointer to length) -> 0 when it worked.
protect: Callable[[Any, Any, Any], int] = lib.srtp_protect
unprotect: Callable[[Any, Any, Any], int] = lib.srtp_unprotect
c_ffi: Any = ffi

# AES-128-GCM first: fastest, and the strength of the SFrame inside.
_PROFILES = sorted(SRTP_PROFILES, key=lambda p: (b"GCM" not in p.openssl_profile, p.key_length))


class Certificate:
    """A fresh self-signed certificate; its fingerprint stands in the SDP."""

    def __init__(self) -> None:
        self.inner = RTCCertificate.generateCertificate()
        found = {f.algorithm: f.value for f in self.inner.getFingerprints()}
        self.fingerprint: str = found["sha-256"]


class Pipe(Protocol):
    """Where DTLS records go out."""

    def send_record(self, data: bytes) -> None:
        """Send one record, or lose it."""


class _Transport:
    """What RTCDtlsTransport expects of an ICE transport."""

    def __init__(self, pipe: Pipe, role: str) -> None:
        self.pipe, self.role = pipe, role
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(RECORDS)

    async def _recv(self) -> bytes:
        data = await self.queue.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self.pipe.send_record(data)


class Dtls:
    """One DTLS association and the SRTP sessions that come out of it."""

    def __init__(self, pipe: Pipe, certificate: Certificate, role: Literal["client", "server"]) -> None:
        self._transport = _Transport(pipe, "controlled" if role == "server" else "controlling")
        transport: Any = self._transport
        self._inner: Any = RTCDtlsTransport(transport, [certificate.inner])
        self._inner._set_role(role)
        self._inner._srtp_profiles = _PROFILES

    def receive(self, record: bytes) -> None:
        """Take a record from the network; full means lost."""
        if not self._transport.queue.full():
            self._transport.queue.put_nowait(record)

    async def handshake(self, algorithm: str, fingerprint: str) -> bool:
        """Shake hands with the holder of that certificate; False if it is another one or nobody answers."""
        parameters = RTCDtlsParameters(fingerprints=[RTCDtlsFingerprint(algorithm, fingerprint)])
        try:
            await asyncio.wait_for(self._inner.start(parameters), HANDSHAKE_SECONDS)
        except TimeoutError:
            return False
        return bool(self._inner.state == "connected")

    def sessions(self) -> "tuple[Srtp, Srtp]":
        """(sending, receiving), after a handshake."""
        return Srtp(self._inner._tx_srtp), Srtp(self._inner._rx_srtp)

    async def close(self) -> None:
        """Say goodbye and stop."""
        while not self._transport.queue.empty():
            self._transport.queue.get_nowait()
        self._transport.queue.put_nowait(None)
        await self._inner.stop()


class Srtp:
    """One direction of SRTP and SRTCP."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.context: Any = session._srtp[0]

    def protect(self, packet: bytes) -> bytes:
        """RTP to SRTP."""
        return bytes(self._session.protect(packet))

    def unprotect(self, packet: bytes) -> bytes | None:
        """SRTP to RTP; None if it isn't authentic or comes twice."""
        try:
            return bytes(self._session.unprotect(packet))
        except (SrtpError, ValueError):
            return None

    def protect_rtcp(self, packet: bytes) -> bytes:
        """RTCP to SRTCP."""
        return bytes(self._session.protect_rtcp(packet))

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """SRTCP to RTCP; None if it isn't authentic or comes twice."""
        try:
            return bytes(self._session.unprotect_rtcp(packet))
        except (SrtpError, ValueError):
            return None

    def forget(self, ssrc: int) -> None:
        """Drop the state of a stream that is over. Its SSRC must never be used again in this session."""
        try:
            self._session.remove_stream(ssrc)
        except SrtpError:
            return
