"""Makes the key vectors that Python and the browser both run: `python -m client.protocol.make_vectors [--boxes]`.

`keys.json` and `tables.json` come out the same every time (fixed keys, deterministic signatures); a test compares them. `boxes.json`
holds sealed things, which contain fresh randomness: it is made once and only opened afterwards (`--boxes` makes it anew).
The keys in here are public. They protect nothing.
"""

import argparse
import json
from pathlib import Path

from client.protocol.make_vectors.boxes import boxes
from client.protocol.make_vectors.cast import Cast
from client.protocol.make_vectors.tables import tables
from client.protocol.make_vectors.values import values

VECTORS = Path(__file__).parent.parent / "vectors"


def write(path: Path, content: object) -> None:
    """JSON as it is checked in."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Write the vectors."""
    parser = argparse.ArgumentParser(prog="python -m client.protocol.make_vectors", description=__doc__)
    parser.add_argument("--boxes", action="store_true", help="also seal boxes.json anew")
    options = parser.parse_args()
    cast = Cast()
    write(VECTORS / "keys.json", values(cast))
    write(VECTORS / "tables.json", tables(cast))
    if options.boxes or not (VECTORS / "boxes.json").exists():
        write(VECTORS / "boxes.json", boxes(cast))


if __name__ == "__main__":
    main()
