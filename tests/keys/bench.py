"""How long the keys take: `python -m tests.keys.bench` (Python and a real Chromium, one run each, medians in milliseconds)."""

import asyncio
import statistics
import time
from collections.abc import Callable

from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright

from client.bundle.verify import verify_package
from client.keys import access, grants, items, membership
from client.keys.encoding import info
from client.keys.hpke_box import open_box, seal_box
from tests.bundle.pack import Packing
from tests.keys.world import NOW, POLICY, World
from tests.vectors.conftest import CHROMIUM, SPOILED, app


def median(times: int, action: Callable[[], object]) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def python() -> dict[str, float]:
    """The Python twin."""
    world = World("bench")
    opener, label = world.gate, info("x")
    box = seal_box(opener.public, label, bytes(32))
    sheet = world.sheet("mediator", "ann", "ben")
    here = world.present("mediator", "ann", "ben")
    key = world.room_key(sheet.body.room)
    grant = grants.make_grant(world.dev["mediator"], sheet, world.seats["mediator"], key, here)
    sets = access.access_sets(world.charter.body, [world.seats["ann"]])
    big = bytes(10 * 2**20)

    def seal(content: bytes) -> items.Sealed:
        return items.seal_item(
            world.dev["ann"], world.mediation, world.id(), world.id(), "file", world.seats["ann"], POLICY,
            world.charter.hash, POLICY, sets, world.kems(), content, NOW,
        )  # fmt: skip

    package = Packing().build()
    return {
        "box sealed": median(200, lambda: seal_box(opener.public, label, bytes(32))),
        "box opened": median(200, lambda: open_box(opener, label, box)),
        "sheet checked": median(200, lambda: membership.check_sheet(sheet.compact, world.charter, world.devices)),
        "grant for 3 made": median(
            100, lambda: grants.make_grant(world.dev["mediator"], sheet, world.seats["mediator"], key, here)
        ),
        "grant checked and opened": median(
            100,
            lambda: grants.open_grant(
                grants.check_grant(grant.compact, sheet, here, 0), world.seats["ann"], world.page["ann"]
            ),
        ),
        "message kept for 4": median(50, lambda: seal(b"x" * 200)),
        "10 MB document kept for 4": median(3, lambda: seal(big)),
        f"package of {len(package) // 1024} kB verified": median(50, lambda: verify_package(package)),
    }


BROWSER = """async () => {
  const k = Object.assign({}, ...(await Promise.all(['encoding', 'devices', 'hpke_box', 'membership', 'grants', 'roots', 'items', 'access'].map((n) => import(`/keys/${n}.js`)))));
  const median = async (times, action) => { const taken = []; for (let i = 0; i < times; i++) { const start = performance.now(); await action(); taken.push(performance.now() - start) } return taken.sort((a, b) => a - b)[times >> 1] };
  const [root, dev] = [await k.freshSigner(), await k.freshSigner()];
  const opener = await k.freshOpener();
  const pages = [await k.freshOpener(), await k.freshOpener(), await k.freshOpener()];
  const now = 1790000000; const [m, a, b, left, right, mediation, room] = Array.from({ length: 7 }, () => k.newId());
  const cert = await k.makeDevcert(root, { id: k.newId(), sig: dev.public, kem: opener.public }, now - 1, now + 9, 1);
  const devices = { [dev.public]: cert };
  const policy = await k.hashText('p');
  const charter = await k.makeCharter(dev, { mediation, rev: 1, prev: '', root: root.public, sides: [left, right], no_contact: [], regime: 'us-ca', policy, grounds: ['waiver'], nonparty_consent: 'own', retention_days: 1, keep: true, disclosure: true,
    seats: [{ id: m, side: '', role: 'mediator' }, { id: a, side: left, role: 'party' }, { id: b, side: right, role: 'party' }] });
  const members = [{ seat: m, dev: dev.public, role: 'mediator' }, { seat: a, dev: pages[1].public, role: 'party' }, { seat: b, dev: pages[2].public, role: 'party' }];
  const sheet = await k.makeSheet(dev, { mediation, charter: charter.hash, room, kind: 'joint', rev: 1, prev: '', members, keepers: [m], parting: '', ts: now });
  const here = { [m]: pages[0].public, [a]: pages[1].public, [b]: pages[2].public };
  const key = k.newRoomKey(mediation, room, 1);
  const grant = await k.makeGrant(dev, sheet, m, key, here);
  const label = k.info('x'); const small = new Uint8Array(32); const box = await k.sealBox(opener.public, label, small);
  const kems = { [m]: opener.public, [a]: opener.public, [b]: opener.public, gate: opener.public };
  const seal = (content) => k.sealItem(dev, mediation, k.newId(), room, 'file', a, policy, charter.hash, policy, k.accessSets(charter.body, [a]), kems, content, now);
  const big = new Uint8Array(10 * 2 ** 20);
  return {
    'box sealed': await median(200, () => k.sealBox(opener.public, label, small)),
    'box opened': await median(200, () => k.openBox(opener, label, box)),
    'sheet checked': await median(200, () => k.checkSheet(sheet.compact, charter, devices)),
    'grant for 3 made': await median(100, () => k.makeGrant(dev, sheet, m, key, here)),
    'grant checked and opened': await median(100, async () => k.openGrant(await k.checkGrant(grant.compact, sheet, here, 0), a, pages[1])),
    'message kept for 4': await median(50, () => seal(small)),
    '10 MB document kept for 4': await median(3, () => seal(big)),
  };
}"""


async def browser() -> dict[str, float]:
    """The browser twin."""
    served = app()
    served[SPOILED] = {}
    async with TestServer(served) as server, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await chromium.new_page()
        await page.goto(str(server.make_url("/")))
        found: dict[str, float] = await page.evaluate(BROWSER)
        await chromium.close()
        return found


def main() -> None:
    """Print both."""
    for name, found in (("Python", python()), ("Chromium", asyncio.run(browser()))):
        for what, taken in found.items():
            print(f"{name:9} {what:32} {taken:9.2f} ms")


if __name__ == "__main__":
    main()
