"""The doctor names what is wrong and how to mend it, and turns red only for what stops a call."""

import os
import socket

import pytest
from click.testing import CliRunner

from server.media import doctor
from server.media.lite.engine import LiteEngine


def test_small_buffers_are_named_with_the_line_that_mends_them(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    finding = doctor.buffers(lambda path: "212992\n")
    assert finding.grade == "poor"
    assert "net.core.rmem_max = 4194304" in finding.mend
    assert doctor.buffers(lambda path: "8388608\n").grade == "good"


def test_drops_are_counted_for_our_port_only():
    head = "sl local rem st tx:rx tr:when retr uid timeout inode ref pointer drops\n"
    row = "1: 00000000:{:04X} 00000000:0000 07 0:0 0:0 0 0 0 1 2 0 {}\n"
    table = head + row.format(8444, 7) + row.format(9000, 100)
    assert "7 packets" in doctor.drops(lambda path: table if path.endswith("udp") else head, 8444).what
    assert doctor.drops(lambda path: table if path.endswith("udp") else head, 1).grade == "good"


@pytest.mark.parametrize(
    ("announce", "grade"),
    [
        (("192.168.1.4",), "poor"),
        (("172.20.0.1",), "poor"),
        (("203.0.113.5",), "good"),
        (("10.0.0.1", "2001:db8::1"), "good"),
    ],
)
def test_private_addresses_are_called_out(announce, grade):
    assert doctor.addresses(("0.0.0.0",), announce).grade == grade


async def test_a_running_engine_is_reached_and_a_silent_port_is_bad():
    import asyncio

    engine = LiteEngine()
    await engine.start()
    found = await asyncio.to_thread(lambda: list(doctor.reach("127.0.0.1", engine.port)))
    port = engine.port
    await engine.close()
    assert [f.grade for f in found] == ["good", "good"]
    gone = await asyncio.to_thread(lambda: list(doctor.reach("127.0.0.1", port)))
    assert [f.grade for f in gone] == ["bad", "bad"]


def test_the_command_prints_findings_and_fails_only_on_bad_ones():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        free = s.getsockname()[1]
    done = CliRunner().invoke(doctor.doctor, ["--host", "127.0.0.1", "--port", str(free), "--announce", "203.0.113.5"])
    assert done.exit_code == 0, done.output
    assert "UDP port" in done.output
    assert "TCP port" in done.output


async def test_one_doctor_answers_another_and_nobody_else():
    import asyncio

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    answering = asyncio.create_task(asyncio.to_thread(doctor.answer, ("127.0.0.1",), port, 3.0))
    await asyncio.sleep(0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        stranger.sendto(b"\0\x01" + bytes(18), ("127.0.0.1", port))
        found = await asyncio.to_thread(lambda: list(doctor.reach("127.0.0.1", port)))
        with pytest.raises(BlockingIOError):
            stranger.recv(1)
    assert found[1].grade == "good"
    assert "answers over IPv4, there and back" in found[1].what
    assert await answering == 1


def test_a_name_is_tried_over_each_family_it_has(monkeypatch):
    places = [
        (socket.AF_INET6, 0, 0, "", ("2001:db8::1", 0, 0, 0)),
        (socket.AF_INET, 0, 0, "", ("192.0.2.1", 0)),
        (socket.AF_INET, 0, 0, "", ("192.0.2.2", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: places)
    assert doctor.families("rooms.example.org") == ["2001:db8::1", "192.0.2.1"]
