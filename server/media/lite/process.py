"""What a process that forwards media does to itself at start."""

import gc


def calm_collector() -> None:
    """Look for cycles rarely: the forward path makes none, and a collection is a pause for everybody in the room."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
