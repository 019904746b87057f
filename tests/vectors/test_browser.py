"""The browser half of the vectors, and what the two twins seal for one another."""

from pathlib import Path

import pytest

from tests.vectors.test_python import BOXES, KEYS, TABLES, check_boxes

pytestmark = pytest.mark.browser
CHECK = Path(__file__).with_name("check.js").read_text(encoding="utf-8")


async def test_the_browser_gives_the_same_values_and_verdicts_and_python_opens_what_it_sealed(in_page) -> None:  # type: ignore[no-untyped-def]
    code = CHECK[CHECK.index("async (") :]
    answer = await in_page(code, {"keys": KEYS, "tables": TABLES, "boxes": BOXES})
    assert answer["wrong"] == []
    check_boxes({**BOXES, **answer["back"]})


async def test_device_keys_stay_and_are_never_shown(in_page) -> None:  # type: ignore[no-untyped-def]
    found = await in_page(
        """async () => {
          const { Store } = await import('/keys/store.js');
          const { signedBy } = await import('/keys/devices.js');
          const store = await Store.open();
          const [one, two] = await Promise.all([store.deviceOrNew('m/s'), store.deviceOrNew('m/s')]);
          await store.put('m/s', 'card/1', { name: 'Ann' });
          store.close();
          const again = await Store.open();
          const device = await again.device('m/s');
          const data = new Uint8Array([1, 2, 3]);
          const good = await signedBy(one.public, data, await device.sign(data));
          let shown = 'shown';
          try { await crypto.subtle.exportKey('pkcs8', device.pair.privateKey) } catch (e) { shown = e.name }
          const raw = await new Promise((r) => { const q = indexedDB.open('incamera'); q.onsuccess = () => {
            const g = q.result.transaction('sealed').objectStore('sealed').getAll(); g.onsuccess = () => r(g.result) } });
          const plain = raw.some((bytes) => new TextDecoder().decode(bytes).includes('Ann'));
          const card = await again.get('m/s', 'card/1');
          const desk = await again.openerOrNew('desk');
          const sealed = await (await import('/keys/hpke_box.js')).sealBox(desk.public, data, data);
          const opened = await (await import('/keys/hpke_box.js')).openBox(await again.openerOrNew('desk'), data, sealed);
          const { sealVault, openVault, recipientOf } = await import('/keys/vault.js');
          const vault = await openVault(await sealVault({ a: 1 }, [await recipientOf(desk.pair.privateKey)]), desk.pair.privateKey);
          await again.forget('m/s');
          return { same: one.public === two.public, good, shown, plain, card, opened: [...opened], vault,
            gone: [await again.device('m/s'), await again.get('m/s', 'card/1')] };
        }"""
    )
    assert found == {
        "same": True,
        "good": True,
        "shown": "InvalidAccessError",
        "plain": False,
        "card": {"name": "Ann"},
        "opened": [1, 2, 3],
        "vault": {"a": 1},
        "gone": [None, None],
    }


async def test_the_check_would_notice_a_difference(in_page) -> None:  # type: ignore[no-untyped-def]
    keys = {**KEYS, "hkdf": "A" * 56, "links": [{"text": "x", "result": "ok"}]}
    sheets = [{**row, "result": "other"} for row in TABLES["sheets"]]
    answer = await in_page(
        CHECK[CHECK.index("async (") :], {"keys": keys, "tables": {**TABLES, "sheets": sheets}, "boxes": BOXES}
    )
    assert len(answer["wrong"]) == 2 + len(sheets)


async def test_the_browser_builds_the_same_package(in_page) -> None:  # type: ignore[no-untyped-def]
    built = await in_page(
        """async ({ seed, found, zip }) => {
          const { buildPackage, partsOf, readDraft, draftContent } = await import('/bundle/package.js');
          const { readZip, writeZip } = await import('/bundle/canonical_zip.js');
          const { softSigner } = await import('/keys/devices.js');
          const { unb64u, b64u } = await import('/keys/encoding.js');
          const content = unb64u(found.content);
          const bytes = await buildPackage(await softSigner(unb64u(seed)), partsOf({ ...found, content }));
          const again = writeZip(readZip(bytes));
          const draft = b64u(draftContent(readDraft(content)));
          const refused = [];
          for (let at = 0; at < bytes.length; at += 97) {
            const spoilt = bytes.slice(); spoilt[at] ^= 1;
            try { readZip(spoilt); refused.push(at) } catch (e) { if (e.name !== 'ZipRefused') refused.push(String(e)) }
          }
          for (const other of ['{}', '[]', '{"files":[],"pdf":"","report":null} ', 'x']) {
            try { readDraft(new TextEncoder().encode(other)); refused.push(other) } catch (e) { if (e.name !== 'ObjectRefused') refused.push(String(e)) }
          }
          return { zip: b64u(bytes), same: b64u(again) === zip, draft, refused };
        }""",
        BOXES["package"],
    )
    assert built["zip"] == BOXES["package"]["zip"]
    assert built["same"]
    assert built["draft"] == BOXES["package"]["found"]["content"]
    assert built["refused"] == []
