"""The positive control: the same server, built to leak. Remembers and logs what stands in the file named by LEAK.

python tests/attacks/leaky_server.py serve --data DIR ...
"""

import base64
import os
import threading
import time
from pathlib import Path

from server.cli import main

kept: list[bytes] = []


def leak(file: Path, data: Path) -> None:
    """Wait for the secrets, then hold one in memory, write one to a file and log one."""
    while not file.exists():
        time.sleep(0.05)
    one, two, three = (bytes.fromhex(line) for line in file.read_text().split())
    kept.append(b"x" + base64.b64encode(b"a" + one))
    (data / "blobs" / "debug").write_bytes(two.decode().encode("utf-16-le"))
    os.write(2, b"debug: " + base64.urlsafe_b64encode(three) + b"\n")
    file.with_suffix(".done").write_text("")


if __name__ == "__main__":
    threading.Thread(target=leak, args=(Path(os.environ["LEAK"]), Path(os.environ["LEAK_DATA"])), daemon=True).start()
    main()
