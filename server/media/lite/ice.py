"""ICE-lite on a handful of sockets: who may send, and which path a peer's packets take. A path is followed only after a check
that proves the password; addresses never leave this module but into the kernel."""

import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from client.rtc import stun
from server.media.lite.io import Outbox, Port, place_of, to_memory, unpack_name

HELD_NS = 10_000_000_000  # browsers check every few seconds
PROOFS_PER_SECOND, PROOF_BURST = 400, 200  # HMACs for checks from unknown addresses
_USERNAME = stun.USERNAME.to_bytes(2, "big")
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Credentials(NamedTuple):
    """One generation of user fragment and password."""

    ufrag: str
    password: str

    @classmethod
    def fresh(cls) -> "Credentials":
        """Random ones: 10 and 26 characters (RFC 8445 asks for 4 and 22)."""
        return cls(
            "".join(secrets.choice(ALPHABET) for _ in range(10)), "".join(secrets.choice(ALPHABET) for _ in range(26))
        )


class Path(NamedTuple):
    """How packets get to a peer: an outbox, the destination inside it, and where to look the peer up."""

    out: Outbox
    name: Any
    key: bytes
    port: Port | None

    @property
    def transport(self) -> str:
        """udp or tcp."""
        return "tcp" if self.port is None else "udp"


class Agent:
    """The ICE side of one peer."""

    def __init__(self, directory: "Directory", owner: Any, changed: Callable[[], None]) -> None:
        self.directory, self.owner, self._changed = directory, owner, changed
        self.path: Path | None = None
        self._memory: Any = None  # holds the address that `path.name` points to
        self.heard_ns = 0
        self.credentials: list[Credentials] = []
        self.restart()

    def restart(self) -> Credentials:
        """New credentials; the ones before stay good until the new are used, so that media flows on meanwhile."""
        fresh = Credentials.fresh()
        self.credentials.insert(0, fresh)
        self.directory.agents[fresh.ufrag] = self
        for old in self.credentials[2:]:
            self.directory.agents.pop(old.ufrag, None)
        del self.credentials[2:]
        return fresh

    def check(self, message: stun.Message, path: Path, address: tuple[bytes, int], now: int) -> bytes | None:
        """Take a connectivity check; the response, or None if it is not authentic."""
        ufrag = message.username.partition(":")[0]
        mine = next((c for c in self.credentials if c.ufrag == ufrag), None)
        if mine is None or not stun.authentic(message, mine.password.encode()):
            return None
        # The way of somebody who is here is theirs: a member who forges their address must not take it over.
        holder = path.port.peers.get(path.key) if path.port is not None else None
        if holder is not None and holder is not self.owner and now - holder.agent.heard_ns < HELD_NS:
            return None
        self.heard_ns = now
        current = self.path
        known = current is not None and current.out is path.out and current.key == path.key
        if not known and (message.nominated or current is None):
            self._select(path)
        if mine is self.credentials[0]:
            for old in self.credentials[1:]:
                self.directory.agents.pop(old.ufrag, None)
            del self.credentials[1:]
        return stun.response(message.transaction, address[0], address[1], mine.password.encode())

    def _select(self, path: Path) -> None:
        self._release()
        if path.port is not None:
            path.port.peers[path.key] = self.owner
            self._memory = to_memory(path.key)
            path = path._replace(name=place_of(self._memory))
        self.path = path
        self._changed()

    def _release(self) -> None:
        path = self.path
        if path is not None and path.port is not None:
            path.out.flush()  # what waits there points to the address that is about to go
            if path.port.peers.get(path.key) is self.owner:
                del path.port.peers[path.key]

    def lost(self, out: Outbox) -> None:
        """A connection has gone."""
        if self.path is not None and self.path.out is out:
            self.path = None
            self._changed()

    def close(self) -> None:
        """Forget paths and credentials."""
        self._release()
        self.path = None
        for old in self.credentials:
            self.directory.agents.pop(old.ufrag, None)


class Directory:
    """Agents by user fragment, and the budget for strangers' checks."""

    def __init__(self) -> None:
        self.agents: dict[str, Agent] = {}
        self.refused = 0
        self._credit, self._counted_ns = float(PROOF_BURST), 0

    def may_prove(self, now: int) -> bool:
        """Whether one more check from an unknown address may be looked at, by the second."""
        earned = (now - self._counted_ns) * PROOFS_PER_SECOND / 1e9
        self._credit, self._counted_ns = min(PROOF_BURST, self._credit + earned), now
        if self._credit < 1:
            return False
        self._credit -= 1
        return True

    def knows(self, data: bytes) -> bool:
        """Whether a datagram begins like a check that names one of our peers: cheap, and proves nothing."""
        return data[20:22] == _USERNAME and data[24:34].decode("latin-1") in self.agents

    def take(self, data: bytes, path: Path, now: int) -> tuple[Agent, bytes] | None:
        """The agent that a check belongs to and the response to send; None for noise, which costs no HMAC."""
        try:
            message = stun.parse(data)
        except ValueError:
            self.refused += 1
            return None
        agent = self.agents.get(message.username.partition(":")[0])
        if agent is None or message.kind != stun.REQUEST:
            self.refused += 1
            return None
        address = unpack_name(path.key)
        reply = agent.check(message, path, address, now)
        if reply is None:
            self.refused += 1
            return None
        return agent, reply
