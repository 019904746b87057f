"""Network faults, figures beside their goals: `python -m tests.bench.faults` (needs root; about four minutes)."""

import sys
from pathlib import Path

GOALS = {
    "first_frame_s": 1.0,
    "move_s": 0.5,
    "udp_blocked_first_frame_s": 2.0,
    "ice_restart_s": 1.0,
    "outage_10_back_s": 2.0,
    "loss_5_longest_gap_s": 0.5,
}
SETS = (("first", "move", "blocked", "path"), ("outage3", "outage10"), ("outage25",), ("loss5", "loss10"))


def main() -> None:
    """Run all sets one after another."""
    here = Path(__file__).parents[1] / "media"
    sys.path.insert(0, str(here))
    import faults

    for names in SETS:
        for key, value in faults.in_namespace(here / "faults.py", *names).items():
            goal = f"(goal {GOALS[key]:g})" if key in GOALS else ""
            print(f"{key:36} {value:8.2f} {goal}", flush=True)


if __name__ == "__main__":
    main()
