"""Debian's Janus on ports of its own, with a configuration in a temporary folder; for the adapter's tests and the benchmark."""

import asyncio
import contextlib
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path


def available() -> bool:
    """Whether Janus and its plugins are installed."""
    return shutil.which("janus") is not None and bool(_plugins())


def _plugins() -> str:
    found = glob.glob("/usr/lib/*/janus/plugins/libjanus_videoroom.so")
    return str(Path(found[0]).parent) if found else ""


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class JanusServer:
    """One Janus process; VideoRoom and WebSocket only."""

    def __init__(self, *, event_loops: int = 0, lite: bool = True) -> None:
        self._loops, self._lite = event_loops, lite
        self.port = _free_port()
        self.url = f"ws://127.0.0.1:{self.port}"
        self._folder = tempfile.TemporaryDirectory(prefix="incamera-janus-")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until it takes connections."""
        root = Path(self._folder.name)
        plugins = _plugins()
        transports = str(Path(plugins).parent / "transports")
        (root / "videoroom").mkdir()
        os.symlink(f"{plugins}/libjanus_videoroom.so", root / "videoroom/libjanus_videoroom.so")
        (root / "transports").mkdir()
        os.symlink(f"{transports}/libjanus_websockets.so", root / "transports/libjanus_websockets.so")
        loops = f"event_loops = {self._loops}" if self._loops else ""
        (root / "janus.jcfg").write_text(
            f"""general: {{ configs_folder = "{root}" plugins_folder = "{root}/videoroom" transports_folder = "{root}/transports"
            log_to_stdout = false debug_level = 2 {loops} }}
            media: {{ rtp_port_range = "20000-40000" }}
            nat: {{ ice_lite = {"true" if self._lite else "false"} full_trickle = false ice_enforce_list = "127.0.0.1" ignore_mdns = true }}
            """
        )
        (root / "janus.transport.websockets.jcfg").write_text(
            f'general: {{ json = "compact" ws = true ws_port = {self.port} ws_ip = "127.0.0.1" wss = false }}\nadmin: {{ admin_ws = false }}\n'
        )
        (root / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")
        self._process = subprocess.Popen(  # noqa: ASYNC220 (a test's server)
            ["janus", "-F", str(root), "-L", str(root / "log")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            await asyncio.sleep(0.05)
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
        raise RuntimeError((root / "log").read_text()[-2000:])

    async def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._folder.cleanup()
