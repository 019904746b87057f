"""Network faults, figures beside their goals: `python -m tests.bench.faults` (in a network namespace; about five minutes)."""

import sys
from pathlib import Path

GOALS = {
    "first_frame_s": 1.0,
    "move_s": 0.5,
    "udp_blocked_first_frame_s": 2.0,
    "ipv6_first_frame_s": 1.0,
    "relay_udp_first_frame_s": 2.0,
    "relay_tcp_first_frame_s": 2.0,
    "relay_tls_first_frame_s": 2.0,
    "ice_restart_s": 1.0,
    "outage_3_back_s": 2.0,
    "outage_10_back_s": 2.0,
    "outage_25_back_s": 2.0,
    "loss_5_longest_gap_s": 0.5,
    "loss_10_sound_concealed_percent": 5.0,
}
SETS = (
    ("first", "move", "blocked"),
    ("sixth", "path", "address"),
    ("relayudp", "relaytcp", "relaytls"),
    ("outage3", "outage10"),
    ("outage25",),
    ("loss5", "loss10"),
)


def main() -> None:
    """Run all sets one after another."""
    here = Path(__file__).parents[1] / "media"
    sys.path.insert(0, str(here))
    import namespace

    missed = 0
    for names in SETS:
        found = namespace.inside(here / "faults.py", *names)
        others = found.pop("others_percent")
        for key, value in found.items():
            goal = f"(goal {GOALS[key]:g}{'' if value <= GOALS[key] else ', missed'})" if key in GOALS else ""
            missed += value > GOALS.get(key, value)
            print(f"{key:36} {value:8.2f} {goal}", flush=True)
        print(f"{'':36} others held {others:g} % of the processors", flush=True)
    print(f"{missed} goals missed")


if __name__ == "__main__":
    main()
