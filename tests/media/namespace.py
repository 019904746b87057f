"""A network of its own for a test: a namespace with an address, a default route and a packet filter.

Made as root, else by a user namespace, else by sudo without a password. Where none of them works the tests that need it fail
and say so: they are never skipped.
"""

import functools
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

ADDRESS, SIXTH = "10.99.0.1", "2001:db8:99::1"
SETUP = (
    "ip link set lo up && ip link add v0 type veth peer name v1 && "
    f"ip addr add {ADDRESS}/24 dev v0 && ip -6 addr add {SIXTH}/64 dev v0 nodad && ip link set v0 up && ip link set v1 up && "
    "ip route add default dev v0 && ip -6 route add default dev v0"
)
PROBE = SETUP + " && iptables -S >&2 && ip6tables -S >&2"
WAYS = (["unshare", "-n"], ["unshare", "-rn"], ["sudo", "-n", "-E", "unshare", "-n"])
NONE = (
    "This machine gives the tests no network of their own. They need Debian's iproute2 and iptables and one of: root with the right to "
    "unshare (a container: --cap-add SYS_ADMIN --cap-add NET_ADMIN), user namespaces (kernel.unprivileged_userns_clone=1, "
    "kernel.apparmor_restrict_unprivileged_userns=0), or sudo without a password."
)


@functools.cache
def way() -> tuple[str, ...]:
    """The command that makes a namespace here; AssertionError with what is missing where there is none."""
    said = ""
    for command in WAYS:
        try:
            done = subprocess.run(
                [*command, "sh", "-c", PROBE], capture_output=True, text=True, check=False, timeout=30
            )
        except FileNotFoundError as error:
            said += f"\n{error.filename}: not installed"
            continue
        if done.returncode == 0:
            return tuple(command)
        said += f"\n{' '.join(command)}: {done.stderr.strip()[-200:]}"
    raise AssertionError(NONE + said)


def inside(script: Path, *names: str, timeout: float = 240) -> dict[str, float]:
    """Run a script in a namespace; the JSON of its last line, and `others_percent`: how much of the machine's processors
    processes that are not ours took meanwhile."""
    command = [*way(), "sh", "-c", f"{SETUP} && exec {sys.executable} {script} {' '.join(names)}"]
    with (
        _Others() as others,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as child,
    ):
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            for process in (*psutil.Process(child.pid).children(recursive=True), child):
                process.kill()
            out, err = child.communicate()
            raise AssertionError(f"not done within {timeout:g} s: {err[-2000:]}") from None
    if child.returncode:
        raise AssertionError(err[-3000:])
    result: dict[str, float] = json.loads(out.strip().splitlines()[-1])
    return {**result, "others_percent": others.percent()}


class _Others:
    """Samples what processes outside this test's tree use."""

    def __enter__(self) -> "_Others":
        self._end = threading.Event()
        self._ours: dict[int, float] = {}
        self._start, self._before = time.monotonic(), self._busy()
        self._first = self._tree()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self._took = time.monotonic() - self._start
        self._used = self._busy() - self._before

    def percent(self) -> float:
        """Share of all processors that others took, in per cent."""
        mine = sum(self._ours.values()) - self._first
        return round(max(0.0, 100 * (self._used - mine) / (self._took * (psutil.cpu_count() or 1))), 1)

    @staticmethod
    def _busy() -> float:
        t = psutil.cpu_times()
        return float(t.user + t.nice + t.system + getattr(t, "irq", 0) + getattr(t, "softirq", 0))

    def _tree(self) -> float:
        me = psutil.Process()
        for process in (me, *me.children(recursive=True)):
            try:
                t = process.cpu_times()
            except psutil.Error:
                continue
            self._ours[process.pid] = t.user + t.system
        return sum(self._ours.values())

    def _watch(self) -> None:
        while not self._end.wait(0.5):
            self._tree()
        self._tree()
