"""Coverage-guided fuzzing of what strangers can send: `python -m tests.fuzz [TARGET ...] --seconds 600`.

Runs libFuzzer (atheris) on each target for its share of the time, from real messages, on a corpus that is kept between runs. Ends with 1 and
the path of the offending input if a target breaks its promise, takes longer than two seconds, or more memory than it may.
"""

import argparse
import importlib.util
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

NAMES = ("stun", "rtp", "rtcp", "sdp", "forward", "tcp")
CORPUS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "incamera-fuzz"
MAX_INPUT, MEMORY_MB, SLOWEST_S = 4096, 1024, 2


def run(name: str, folder: Path, seconds: int) -> None:
    """In a process of its own: fuzz one target. Never returns."""
    import atheris

    with atheris.instrument_imports(include=["client.rtc", "server.media"], enable_loader_override=False):
        from tests.fuzz import targets

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    target = targets.TARGETS[name]
    for i, seed in enumerate(targets.seeds(name)):
        (folder / f"seed-{i}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={MAX_INPUT}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-timeout={SLOWEST_S}",
    ]
    left = folder.parent / f"{name}-"
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix={left}", "-print_final_stats=1", "-verbosity=1", str(folder)], target
    )
    atheris.Fuzz()


def main() -> int:
    """Fuzz the named targets one after another."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[[], *NAMES], help="default: all")
    parser.add_argument("--seconds", type=int, default=600, help="for each target")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        run(given.inside, given.corpus, given.seconds)
    if importlib.util.find_spec("atheris") is None:
        print(
            "Guided fuzzing needs atheris, which has wheels for Linux on x86-64 only. The mutations of ./check go without it."
        )
        return 1
    bad = 0
    for name in given.targets or NAMES:
        folder = given.corpus / name
        folder.mkdir(parents=True, exist_ok=True)
        start = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--inside",
            name,
            "--seconds",
            str(given.seconds),
            "--corpus",
            str(folder),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = done.stderr.splitlines()
        said = dict(x.removeprefix("stat::").split(":", 1) for x in lines if x.startswith("stat::"))
        covered = next((x for x in reversed(lines) if " cov: " in x), "").strip()
        print(
            f"{name:8} {time.monotonic() - start:5.0f} s  {said.get('number_of_executed_units', '0').strip():>9} inputs  "
            f"{covered[covered.find('cov:') :].split(' lim:')[0]}  {'ok' if not done.returncode else 'FAILED'}",
            flush=True,
        )
        if done.returncode:
            bad = 1
            print("\n".join([*done.stdout.splitlines()[-5:], *lines[-30:]]))
    return bad


if __name__ == "__main__":
    sys.exit(main())
