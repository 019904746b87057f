"""What the doctor tries from outside in: the media port by UDP and TCP over each family of addresses, and the relay. Prints no one's address."""

import asyncio
import os
import secrets
import select
import socket
import time
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from client.rtc import stun
from server.media.lite.io import open_socket
from server.media.relay import Relays

Grade = Literal["good", "poor", "bad"]
PROBE_PASSWORD = b"incamera-doctor"
WAIT_S = 2.0
PORTS = {"turn": 3478, "turns": 5349}


class Finding(NamedTuple):
    """One thing that was looked at, and what to do about it."""

    grade: Grade
    what: str
    mend: str = ""


def answer(hosts: tuple[str, ...], port: int, seconds: float) -> int:
    """Answer another doctor's checks on the media port, by UDP; how many there were. Answers nobody else."""
    sockets: list[socket.socket] = []
    answered = 0
    try:
        for host in hosts:
            sockets.append(open_socket(host, port))
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for one in select.select(sockets, [], [], left)[0]:
                data, sender = one.recvfrom(2048)
                try:
                    message = stun.parse(data)
                except ValueError:
                    continue
                if message.kind == stun.REQUEST and stun.authentic(message, PROBE_PASSWORD):
                    ip = socket.inet_pton(one.family, sender[0])
                    one.sendto(stun.response(message.transaction, ip, sender[1], PROBE_PASSWORD), sender)
                    answered += 1
    finally:
        for one in sockets:
            one.close()
    return answered


def families(name: str) -> list[str]:
    """One address of each family that a name has."""
    found: dict[int, str] = {}
    for family, _, _, _, place in socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM):
        if family in (socket.AF_INET, socket.AF_INET6):
            found.setdefault(family, str(place[0]))
    return list(found.values())


def reach(host: str, port: int) -> Iterator[Finding]:
    """From another machine: does the media port answer? The running service answers no stranger, so only `answer` proves UDP."""
    by = "over IPv6" if ":" in host else "over IPv4"
    yield _tcp(host, port, by)
    yield _udp(host, port, by)


def _tcp(host: str, port: int, by: str) -> Finding:
    try:
        with socket.create_connection((host, port), WAIT_S) as connection:
            connection.settimeout(WAIT_S)
            request = _request(secrets.token_bytes(12))
            connection.sendall(len(request).to_bytes(2, "big") + request)
            closed = connection.recv(1) == b""
    except TimeoutError:
        mend = "open it in the firewall: TCP carries media where UDP is blocked"
        return Finding("bad", f"TCP port {port} does not answer {by}", mend)
    except OSError as error:
        mend = "is the service running, and the port open in the firewall?"
        return Finding("bad", f"TCP port {port} {by}: {os.strerror(error.errno or 0)}", mend)
    if closed:
        return Finding("good", f"TCP port {port} is reached {by}, and turns strangers away")
    return Finding(
        "poor", f"TCP port {port} is reached {by}, but something else answers there", "check the port number"
    )


def _udp(host: str, port: int, by: str) -> Finding:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, port))
            took = _asked(probe)
        except ConnectionRefusedError:
            mend = "is the service running, and the port open in the firewall?"
            return Finding("bad", f"UDP port {port} is refused {by}", mend)
        except OSError as error:
            return Finding("bad", f"UDP port {port} {by}: {os.strerror(error.errno or 0)}", "check the network")
    if took is not None:
        return Finding("good", f"UDP port {port} answers {by}, there and back in {took * 1000:.0f} ms")
    return Finding(
        "good",
        f"UDP port {port} is not refused {by} (a silent port is how a healthy one looks to strangers, and how a closed one may)",
        "to be sure: stop the service, run `incamera doctor --answer 60` there, and ask again",
    )


def _request(transaction: bytes) -> bytes:
    return stun.request(transaction, "doctor:doctor", PROBE_PASSWORD, nominate=False, tie_breaker=bytes(8))


def _asked(probe: socket.socket) -> float | None:
    """Ask a few times as one doctor asks another; seconds until an answer that proves itself, or None."""
    for _ in range(4):
        transaction, sent = secrets.token_bytes(12), time.monotonic()
        probe.send(_request(transaction))
        while select.select([probe], [], [], 0.25)[0]:
            try:
                said = stun.parse(probe.recv(2048))
            except ValueError:
                continue
            if said.transaction == transaction and stun.authentic(said, PROBE_PASSWORD):
                return time.monotonic() - sent
    return None


def relay(url: str, secret: bytes) -> Finding:
    """Whether a relay takes a password of ours and lends an address."""
    scheme, _, rest = url.partition(":")
    place, _, query = rest.partition("?")
    host, number = (place, "") if place.endswith("]") or ":" not in place else place.rsplit(":", 1)
    transport = "tcp" if scheme == "turns" or query == "transport=tcp" else "udp"
    by = "TLS" if scheme == "turns" else transport.upper()
    (made,) = Relays((url,), secret, time.time, secrets.token_bytes).fresh()
    there = "is coturn running there, and its port open in the firewall?"
    try:
        asyncio.run(
            _borrow((host.strip("[]"), int(number or PORTS[scheme])), made.username, made.credential, by, transport)
        )
    except TimeoutError:
        return Finding("bad", f"the relay does not answer by {by}", there)
    except OSError as error:
        if "Certificate" in type(error).__name__:
            mend = "give coturn a certificate for its name"
            return Finding("bad", f"the relay by {by}: its certificate is not one that browsers accept", mend)
        return Finding("bad", f"the relay by {by}: {os.strerror(error.errno or 0)}", there)
    except Exception as error:  # aioice has no public kind for a refusal
        response: Any = getattr(error, "response", None)
        code = getattr(response, "attributes", {}).get("ERROR-CODE", (type(error).__name__, ""))[0]
        return Finding(
            "bad",
            f"the relay by {by} refuses our password ({code})",
            "coturn needs use-auth-secret and the static-auth-secret of --turn-secret-file, and both machines the right time",
        )
    return Finding("good", f"the relay by {by} takes our password and lends an address")


async def _borrow(place: tuple[str, int], name: str, password: str, by: str, transport: str) -> None:
    from aioice import turn

    async with asyncio.timeout(3 * WAIT_S):
        allocation, _ = await turn.create_turn_endpoint(
            asyncio.DatagramProtocol, place, name, password, ssl=by == "TLS", transport=transport
        )
        allocation.close()
        await asyncio.sleep(0.1)  # gives the address back
