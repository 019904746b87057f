"""The Caddy file that the README shows works: https in front, the socket through it, and the page believes its public address."""

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from server.config import Config, check
from server.serve import run

ROOT = Path(__file__).resolve().parents[2]
NAME = "rooms.example.org"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def behind_caddy(tmp_path: Path) -> AsyncIterator[int]:
    """In Camera and Caddy, as the guide starts them; only ports and the certificate (Caddy's own, for a test) differ."""
    caddy = shutil.which("caddy")
    assert caddy is not None, "./check installs Debian's caddy"
    port, front, media = free_port(), free_port(), free_port()
    guide = (ROOT / "docs/guides/Caddyfile").read_text()
    assert "reverse_proxy 127.0.0.1:8080" in guide
    text = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n" + guide.replace(
        f"{NAME} {{", f"https://{NAME}:{front} {{\n\ttls internal"
    ).replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    (tmp_path / "Caddyfile").write_text(text)
    config = check(
        Config(
            data=tmp_path / "data",
            port=port,
            public_url=f"https://{NAME}:{front}",
            trusted_proxy="127.0.0.1",
            media_port=media,
        )
    )
    ready = asyncio.Event()
    serving = asyncio.create_task(run(config, lambda _app, _port: ready.set()))
    await asyncio.wait_for(ready.wait(), 30)
    process = await asyncio.create_subprocess_exec(
        caddy, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", front)
                writer.close()
                break
            await asyncio.sleep(0.05)
        yield front
    finally:
        process.terminate()
        await process.wait()
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


class Here(aiohttp.abc.AbstractResolver):
    """The test's name, on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        return None


async def test_the_page_and_the_socket_work_behind_the_caddy_file_of_the_guide(behind_caddy: int) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE  # Caddy's own test authority
    origin = f"https://{NAME}:{behind_caddy}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Here(), ssl=trusting)) as http:
        async with http.get(f"{origin}/j") as page:
            assert page.status == 200
            assert f"wss://{NAME}:{behind_caddy}" in page.headers["Content-Security-Policy"]
        async with http.ws_connect(f"{origin}/live", protocols=["incamera.v1"], headers={"Origin": origin}) as live:
            assert '"type":"challenge"' in (await live.receive_str())
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(
                f"{origin}/live", protocols=["incamera.v1"], headers={"Origin": "https://elsewhere.example"}
            )


def test_the_readme_shows_the_guide_s_caddy_file() -> None:
    lines = [line for line in (ROOT / "docs/guides/Caddyfile").read_text().splitlines() if not line.startswith("#")]
    assert "\n".join(lines) in (ROOT / "README.md").read_text()
