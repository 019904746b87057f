"""What leaves a browser is sealed or does not leave: the ways in which a page could get that wrong, tried in Chromium."""

import pytest
from harness import browser, figures, meeting, until

pytestmark = pytest.mark.browser

# Two PeerConnections in one page; `when` says when the sender's transform is set. Returns the packets that left, what the
# sender's worker sealed, and of the frames that arrived how many were sealed and how many were not. (Counting decoded
# frames would not do: a VP8 decoder makes pictures of noise.)
LOOP = """async ({when, insertable, keys}) => {
  const policy = window.trustedTypes.createPolicy('incamera', {createScriptURL: u => u});
  const start = async url => {
    const worker = new Worker(policy.createScriptURL(url), {type: 'module'});
    await new Promise(r => worker.addEventListener('message', e => e.data.type === 'ready' && r()));
    return worker;
  };
  const worker = await start('/media/sframe-worker.js'), other = await start('/loop-worker.js');
  if (keys) worker.postMessage({type: 'keys', ring: {epoch: 1, me: 0, senders: [{index: 0, seat: 'a', baseKey: new Uint8Array(16)}]}});
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: true});
  const a = new RTCPeerConnection(insertable ? {encodedInsertableStreams: true} : {}), b = new RTCPeerConnection({encodedInsertableStreams: true});
  b.ontrack = ({receiver, track}) => { receiver.transform = new RTCRtpScriptTransform(other, {kind: track.kind}); };
  a.onicecandidate = e => e.candidate && b.addIceCandidate(e.candidate);
  b.onicecandidate = e => e.candidate && a.addIceCandidate(e.candidate);
  const set = t => { t.sender.transform = new RTCRtpScriptTransform(worker, {op: 'seal', line: t.sender.track.kind, kind: t.sender.track.kind}); };
  const all = stream.getTracks().map(track => { const t = a.addTransceiver(track, {direction: 'sendonly'}); if (when === 'same task') set(t); return t; });
  if (when === 'next task') { await new Promise(r => setTimeout(r, 0)); all.forEach(set); }
  await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription(); await a.setRemoteDescription(b.localDescription);
  await new Promise(r => setTimeout(r, 2500));
  let packets = 0;
  (await a.getStats()).forEach(r => { if (r.type === 'outbound-rtp') packets += r.packetsSent; });
  const count = async w => Object.values(await new Promise(r => {
    w.addEventListener('message', e => e.data.type === 'counts' && r(e.data.lines));
    w.postMessage({type: 'count', id: 1});
  }));
  const sealed = (await count(worker)).reduce((n, c) => n + c.sealed, 0), [far] = await count(other);
  a.close(); b.close(); stream.getTracks().forEach(t => t.stop()); worker.terminate(); other.terminate();
  return {packets, sealed, arrived: far.sealed, readable: far.readable};
}"""


@pytest.mark.parametrize(
    ("when", "keys", "leaves"),
    [("same task", True, True), ("next task", True, True), ("never", True, False), ("same task", False, False)],
)
async def test_a_sender_that_is_not_sealed_sends_nothing(when, keys, leaves):
    got = await loop(when, insertable=True, keys=keys)
    assert got["readable"] == 0, "a frame arrived unsealed"
    assert (got["sealed"] > 20) is leaves
    assert (got["arrived"] > 20) is leaves
    assert (got["packets"] > 0) is leaves


async def test_the_count_would_notice_frames_that_left_unsealed():
    got = await loop("never", insertable=False, keys=True)
    assert got["readable"] > 20
    assert got["arrived"] == 0


async def loop(when, *, insertable, keys):
    async with meeting() as (_, url), browser() as context:
        page = await context.new_page()
        await page.goto(f"{url}loop.html")
        return await page.evaluate(LOOP, {"when": when, "insertable": insertable, "keys": keys})


async def test_a_track_whose_frames_leave_unsealed_is_cut():
    """The worker's count is falsified (as if frames bypassed it); the watch must take the track away."""
    async with meeting() as (m, url), browser() as context:
        a = await context.new_page()
        await a.add_init_script(
            """const post = Worker.prototype.addEventListener;
            Worker.prototype.addEventListener = function (type, f) {
              return post.call(this, type, event => {
                if (event.data?.type === 'counts' && window.falsify) for (const line of Object.values(event.data.lines)) line.sealed = line.failed = 0;
                f(event);
              });
            };"""
        )
        await a.goto(f"{url}?seat=a")
        b = await context.new_page()
        await b.goto(f"{url}?seat=b&camera=no")
        await m.wait_for("a", "b")
        await m.place({"joint": ["a", "b"]})
        await until(lambda: _decoded(b))
        await a.evaluate("() => { window.falsify = true; }")
        await until(lambda: _cut(a))
        before = await _sealed(a)
        await a.wait_for_timeout(500)
        assert await _sealed(a) - before <= 3


async def _decoded(page):
    return sum(r["frames"] for r in (await figures(page))["received"]) > 10


async def _cut(page):
    return sorted((await figures(page))["cut"]) == ["audio", "video"]


async def _sealed(page):
    await page.evaluate("() => { window.falsify = false; }")
    return sum(x["sealed"] for x in (await figures(page))["lines"].values())
