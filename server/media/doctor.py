"""`incamera doctor`: tests ports, buffers and addresses from outside in, and says what to mend. Prints no one's address but the server's own.

Started on the server it looks at the machine and opens the media port for a moment. From outside in: `--answer` on the server (the service
stopped) makes the media port answer, and `--ask` on another machine then proves that UDP and TCP get there and back, over each family of
addresses that the name has. A relay is tried from where the doctor runs.
"""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from server.media.lite.engine import own_addresses
from server.media.lite.io import WANTED_BUFFER
from server.media.outside import Finding, answer, families, reach, relay
from server.media.relay import URL, read_secret

SYSCTL = "net.core.rmem_max"


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


def read_file(path: str) -> str:
    """The text of a file of the system."""
    return Path(path).read_text()


@click.command()
@click.option("--host", "hosts", multiple=True, default=("0.0.0.0",), help="Addresses the media port binds to.")  # noqa: S104
@click.option("--port", default=8444, show_default=True, help="The media port, UDP and TCP.")
@click.option("--announce", multiple=True, help="Addresses told to clients (behind a router).")
@click.option("--ask", default="", help="Run on another machine: the server's name or address to try from here.")
@click.option("--answer", "seconds", default=0.0, help="Run on the server, the service stopped: answer --ask so long.")
@click.option("--turn-url", "turn_urls", multiple=True, help="A relay to try, as given to `incamera serve`.")
@click.option("--turn-secret-file", type=click.Path(path_type=Path), default=None, help="As given to `incamera serve`.")
def doctor(
    hosts: tuple[str, ...],
    port: int,
    announce: tuple[str, ...],
    ask: str,
    seconds: float,
    turn_urls: tuple[str, ...],
    turn_secret_file: Path | None,
) -> None:
    """Test media ports, buffers, addresses and relays, and say what to mend."""
    findings: list[Finding] = []
    if seconds:
        findings.append(_answered(hosts, port, seconds))
    elif ask:
        findings += _asked_for(ask, port)
    elif not turn_urls:
        findings += [
            addresses(hosts, announce),
            *binding(hosts, port),
            buffers(read_file),
            drops(read_file, port),
            processors(read_file),
        ]
    findings += _relays(turn_urls, turn_secret_file)
    for finding in findings:
        click.echo(f"{finding.grade:5} {finding.what}")
        if finding.mend:
            click.echo(f"      -> {finding.mend}")
    if any(f.grade == "bad" for f in findings):
        raise SystemExit(1)


def _answered(hosts: tuple[str, ...], port: int, seconds: float) -> Finding:
    click.echo(f"Answering on port {port} for {seconds:g} s. On another machine now: incamera doctor --ask THIS-SERVER")
    try:
        return Finding("good", f"{answer(hosts, port, seconds)} checks were answered")
    except OSError as error:
        return Finding("bad", f"the port can't be opened: {os.strerror(error.errno or 0)}", "stop the service first")


def _asked_for(name: str, port: int) -> Iterator[Finding]:
    try:
        found = families(name)
    except OSError:
        yield Finding("bad", "that name has no address", "check the name and its DNS entries")
        return
    for address in found:
        yield from reach(address, port)


def _relays(urls: tuple[str, ...], file: Path | None) -> Iterator[Finding]:
    if not urls:
        return
    try:
        secret = read_secret(file or Path())
    except (OSError, ValueError):
        mend = "--turn-secret-file: 16 characters or more, and nothing else"
        yield Finding("bad", "the relay's secret can't be read", mend)
        return
    for url in urls:
        if URL.match(url):
            yield relay(url, secret)
        else:
            yield Finding("bad", "that is not the URL of a relay", "turn:relay.example.org:3478?transport=udp")
