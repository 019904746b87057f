"""`incamera doctor`: tests ports, buffers and addresses from outside in, and says what to mend. Prints no one's address but the server's own.

Started on the server it looks at the machine and opens the media port for a moment; with `--ask` on another machine it checks
whether that port is reached by UDP and by TCP from there.
"""

import os
import secrets
import select
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import click

from client.rtc import stun
from server.media.lite.engine import own_addresses
from server.media.lite.io import WANTED_BUFFER

Grade = Literal["good", "poor", "bad"]
SYSCTL = "net.core.rmem_max"
PROBE_PASSWORD = b"incamera-doctor"
WAIT_S = 2.0


class Finding(NamedTuple):
    """One thing that was looked at, and what to do about it."""

    grade: Grade
    what: str
    mend: str = ""


def buffers(read: Callable[[str], str]) -> Finding:
    """Whether the kernel lets us have a receive buffer that outlives a busy moment."""
    try:
        most = int(read("/proc/sys/net/core/rmem_max"))
    except (OSError, ValueError):
        return Finding("poor", "receive buffer: can't be read on this system")
    if os.geteuid() == 0 or most >= WANTED_BUFFER:
        return Finding("good", f"receive buffer: {WANTED_BUFFER // 1024} KiB can be had")
    return Finding(
        "poor",
        f"receive buffer: the kernel grants {most // 1024} KiB, {WANTED_BUFFER // 1024} are wanted; packets get lost when the machine is busy",
        f"echo '{SYSCTL} = {WANTED_BUFFER}' > /etc/sysctl.d/60-incamera.conf && sysctl --system",
    )


def drops(read: Callable[[str], str], port: int) -> Finding:
    """Datagrams that the kernel threw away because nobody read them in time."""
    lost = 0
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        try:
            rows = read(table).splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if len(fields) > 12 and fields[1].endswith(f":{port:04X}"):
                lost += int(fields[12])
    if lost:
        return Finding(
            "poor",
            f"{lost} packets were dropped at the media port",
            "give the media worker a core of its own, or a higher priority (Nice=-10)",
        )
    return Finding("good", "no packets were dropped at the media port")


def processors(read: Callable[[str], str]) -> Finding:
    """Whether there is a processor for media beside the one for everything else."""
    count = os.cpu_count() or 1
    try:
        load = float(read("/proc/loadavg").split()[0])
    except (OSError, ValueError, IndexError):
        load = 0.0
    if load > count:
        return Finding(
            "poor",
            f"{count} processors, {load:.1f} busy: sound will stutter",
            "stop other work on this machine or add processors",
        )
    return Finding("good", f"{count} processors, {load:.1f} busy")


def addresses(hosts: tuple[str, ...], announce: tuple[str, ...]) -> Finding:
    """What clients will be told to connect to."""
    found = list(announce) or own_addresses(hosts)
    if not found:
        return Finding("bad", "no address to offer", "set the announced address in the configuration")
    private = [a for a in found if a.startswith(("10.", "192.168.", "127.", "fd", "fe80")) or _is_172(a)]
    if private and len(private) == len(found):
        return Finding(
            "poor",
            "clients are told a private address: people outside this network can't connect",
            "behind a router: forward the media port and set the announced address to the public one",
        )
    families = {":" in a for a in found}
    return Finding("good", "address offered over " + " and ".join("IPv6" if f else "IPv4" for f in sorted(families)))


def _is_172(address: str) -> bool:
    parts = address.split(".")
    return len(parts) == 4 and parts[0] == "172" and parts[1].isdigit() and 16 <= int(parts[1]) <= 31


def binding(hosts: tuple[str, ...], port: int) -> Iterator[Finding]:
    """Whether the port can be opened, or is held by the running service."""
    for host in hosts:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        for kind, name in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
            with socket.socket(family, kind) as probe:
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, port))
                except OSError as error:
                    if error.errno == 98:
                        yield Finding(
                            "good", f"{name} port {port} is in use: by the running service, it is to be hoped"
                        )
                    else:
                        yield Finding(
                            "bad",
                            f"{name} port {port} can't be opened: {os.strerror(error.errno or 0)}",
                            "choose another media port",
                        )
                else:
                    yield Finding("good", f"{name} port {port} can be opened")


def reach(host: str, port: int) -> Iterator[Finding]:
    """From another machine: does the media port answer? A check with a false password is never answered, so TCP proves more than UDP."""
    try:
        with socket.create_connection((host, port), WAIT_S) as connection:
            request = stun.request(
                secrets.token_bytes(12), "doctor:doctor", PROBE_PASSWORD, nominate=False, tie_breaker=bytes(8)
            )
            connection.settimeout(WAIT_S)
            connection.sendall(len(request).to_bytes(2, "big") + request)
            closed = connection.recv(1) == b""
    except TimeoutError:
        yield Finding(
            "bad", f"TCP port {port} does not answer", "open it in the firewall: TCP carries media where UDP is blocked"
        )
    except OSError as error:
        yield Finding(
            "bad",
            f"TCP port {port}: {os.strerror(error.errno or 0)}",
            "is the service running, and the port open in the firewall?",
        )
    else:
        good = Finding("good", f"TCP port {port} is reached, and turns strangers away")
        yield (
            good
            if closed
            else Finding(
                "poor", f"TCP port {port} is reached, but something else answers there", "check the port number"
            )
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.settimeout(WAIT_S)
        try:
            probe.connect((host, port))
            for _ in range(3):
                probe.send(bytes(20))
                time.sleep(0.1)
            ready, _, _ = select.select([probe], [], [], 0.5)
            if ready:
                probe.recv(1)
        except ConnectionRefusedError:
            yield Finding(
                "bad", f"UDP port {port} is refused", "is the service running, and the port open in the firewall?"
            )
        except OSError as error:
            yield Finding("bad", f"UDP port {port}: {os.strerror(error.errno or 0)}", "check the network")
        else:
            yield Finding(
                "good", f"UDP port {port} is not refused (a silent port is how a healthy one looks to strangers)"
            )


def read_file(path: str) -> str:
    """The text of a file of the system."""
    return Path(path).read_text()


@click.command()
@click.option("--host", "hosts", multiple=True, default=("0.0.0.0",), help="Addresses the media port binds to.")  # noqa: S104
@click.option("--port", default=8444, show_default=True, help="The media port, UDP and TCP.")
@click.option("--announce", multiple=True, help="Addresses told to clients (behind a router).")
@click.option("--ask", default="", help="Run on another machine: the server's name or address to try from here.")
def doctor(hosts: tuple[str, ...], port: int, announce: tuple[str, ...], ask: str) -> None:
    """Test media ports, buffers and addresses, and say what to mend."""
    findings: list[Finding] = []
    if ask:
        findings += reach(ask, port)
    else:
        findings += [
            addresses(hosts, announce),
            *binding(hosts, port),
            buffers(read_file),
            drops(read_file, port),
            processors(read_file),
        ]
    for finding in findings:
        click.echo(f"{finding.grade:5} {finding.what}")
        if finding.mend:
            click.echo(f"      -> {finding.mend}")
    if any(f.grade == "bad" for f in findings):
        raise SystemExit(1)
