"""Short-lived passwords for a relay (coturn), for networks that let nothing else through: handed to admitted pages only, with each offer.

The scheme is the one coturn calls `use-auth-secret` (draft-uberti-behave-turn-rest): the name is an expiry and a random word, the password a
keyed hash of it. The relay sees sealed packets and addresses; it knows no seat and no mediation, since the random word belongs to none.
"""

import base64
import hmac
import re
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path

from client.protocol import messages as m

LIFETIME_S = 900  # to begin with: a relay asks for the password when a path is made, and every offer brings a new one
MAX_URLS = 4
WORST_SECRET = 16
URL = re.compile(r"^turns?:(\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,253})(:[0-9]{1,5})?(\?transport=(udp|tcp))?$")


def read_secret(file: Path) -> bytes:
    """The secret shared with the relay. ValueError if it is short enough to be guessed."""
    secret = file.read_bytes().strip()
    if len(secret) < WORST_SECRET:
        raise ValueError("secret")
    return secret


class Relays:
    """Makes relay passwords; with no URL there are none."""

    def __init__(
        self, urls: tuple[str, ...], secret: bytes, now: Callable[[], float], random: Callable[[int], bytes]
    ) -> None:
        self._urls, self._secret, self._now, self._random = urls, secret, now, random

    def fresh(self) -> tuple[m.RelayServer, ...]:
        """A name and a password good for a quarter of an hour, alike for nobody else."""
        if not self._urls:
            return ()
        name = f"{int(self._now()) + LIFETIME_S}:{self._random(9).hex()}"
        password = base64.b64encode(hmac.digest(self._secret, name.encode(), sha1)).decode()
        return (m.RelayServer(urls=self._urls, username=name, credential=password),)
