"""A mediator's desk: the vault (ciphertext), the list of mediations, making a new one, reading the rules."""

import asyncio
from collections import OrderedDict
from typing import Any

from msgspec.structs import replace

from client.keys.encoding import hash_text, unb64u
from client.keys.jws import unverified
from client.keys.membership import Charter
from client.keys.roots import check_devices, fingerprint
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.load import Policy
from policies.shelf import Shelf
from server.mediation.decide import checked, create
from server.runtime import rules
from server.runtime.house import House
from server.store.log import Exists

MAX_MEDIATIONS = 10_000
ANSWERS = 256


class Desk:
    """The commands of one mediator who has signed in."""

    def __init__(self, house: House, policy: Policy, shelf: Shelf, root: str, dev: str) -> None:
        self._shelf = shelf
        self._house, self._policy, self._root, self._dev = house, policy, root, dev
        self._answers: OrderedDict[str, m.Result | m.Failure] = OrderedDict()

    async def command(self, command: m.AnyCommand) -> m.Result | m.Failure:
        """Do a command once and answer it."""
        before = self._answers.get(command.id)
        if before is not None:
            return before
        answer: m.Result | m.Failure
        try:
            answer = m.Result(re=command.id, data=await self._act(command))
        except Refusal as refused:
            answer = m.Failure(re=command.id, code=refused.code, facts=dict(refused.facts))
        self._answers[command.id] = answer
        while len(self._answers) > ANSWERS:
            self._answers.popitem(last=False)
        return answer

    async def _act(self, command: m.AnyCommand) -> dict[str, Any]:
        services = self._house.services
        match command:
            case m.VaultGet():
                rev, blob = await services.accounts.vault(self._root)
                return {"rev": rev, "blob": blob}
            case m.VaultPut():
                if not await services.accounts.put_vault(self._root, command.rev, command.blob):
                    raise Refusal(Code.STALE, rule="vault")
                return {"rev": command.rev + 1}
            case m.MediationList():
                standings = await services.log.of_root(self._root)
                return {"ids": [x.id for x in standings], "states": [x.life for x in standings]}
            case m.MediationCreate():
                await self._create(command)
                return {}
            case m.PolicyRead():
                return rules.read(self._policy, command)
            case _:
                raise Refusal(Code.NOT_HERE)

    async def _create(self, command: m.MediationCreate) -> None:
        services = self._house.services
        if len(await services.log.of_root(self._root)) >= MAX_MEDIATIONS:
            raise Refusal(Code.TOO_MANY)
        compacts = await services.accounts.devcerts(self._root)
        devices = check_devices(compacts, fingerprint(self._root), 0, services.clock.now())
        with checked():
            asked = unverified("charter", command.charter, Charter).policy
            policy = self._shelf.find(unb64u(asked).hex())
        created = create(self._root, devices, command, policy)
        created = replace(created, gate=await asyncio.to_thread(services.make_gate, command.mediation))
        cause = f"{hash_text(self._dev)[:16]}:{command.id}"
        try:
            await self._house.create(created, cause)
        except Exists:
            entries = await services.log.read(command.mediation)
            if not entries or entries[0].cause != cause:
                raise Refusal(Code.STALE, rule="mediation") from None
