"""What an attacker can make: signed objects changed and signed with a key of their own; and what they must never get."""

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from client.headless.session import Session
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u
from tests.attacks.evil import Evil, evil_server
from tests.story.stage import House, Stage, house, stage

_JWS = re.compile(r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{86}")


class Attacker:
    """The operator's own keys: as good as anybody's, certified by nobody."""

    def __init__(self) -> None:
        self.signer = SoftSigner.fresh()
        self.kem = SoftOpener.fresh()

    def forged(self, compact: str, change: Callable[[dict[str, Any]], None], by: SoftSigner | None = None) -> str:
        """The object with its payload changed, signed anew."""
        header, body, _ = compact.split(".")
        payload = read(body)
        change(payload)
        signing_input = f"{header}.{b64u(json.dumps(payload, separators=(',', ':')).encode())}"
        return f"{signing_input}.{b64u((by or self.signer).sign(signing_input.encode()))}"

    def patched(self, compact: str, change: Callable[[dict[str, Any]], None]) -> str:
        """The object with its payload changed and the old signature left on."""
        header, body, signature = compact.split(".")
        payload = read(body)
        change(payload)
        return f"{header}.{b64u(json.dumps(payload, separators=(',', ':')).encode())}.{signature}"

    @staticmethod
    def claims(compact: str) -> dict[str, Any]:
        """The payload of an object, unchecked."""
        return read(compact.split(".")[1])

    def gained_nothing(self, evil: Evil) -> None:
        """No honest client ever signed, sealed or granted anything to the attacker's keys."""
        for leg in evil.legs:
            for frame in leg.up:
                for compact in _JWS.findall(json.dumps(frame)):
                    claims = json.dumps(read(compact.split(".")[1]))
                    assert self.kem.public not in claims
                    assert self.signer.public not in claims


def read(part: str) -> dict[str, Any]:
    """The JSON of a JWS part."""
    value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert isinstance(value, dict)
    return value


@asynccontextmanager
async def under_attack(tmp_path: Path) -> AsyncIterator[tuple[House, Evil, Stage, Attacker]]:
    """A mediation whose every byte passes through the attacker."""
    async with house(tmp_path) as server, evil_server(server.origin) as evil:
        attacker = Attacker()
        async with stage(await server.enrolment(evil.origin), server.time) as on:
            yield server, evil, on, attacker
        attacker.gained_nothing(evil)


async def noticed(who: Session, kind: str) -> None:
    """Wait until this participant shows that something of that kind was wrong."""
    await who.until(lambda s: s.distrusts(kind), 10)
