"""Chromium and Firefox in one sealed call, both ways; run inside a network namespace (Firefox gathers only where a default route is)."""

import asyncio
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
LATE = """async ({when, keys}) => {
  const policy = window.trustedTypes?.createPolicy('incamera', {createScriptURL: u => u}) ?? {createScriptURL: u => u};
  const senders = [{index: 0, seat: 'a', baseKey: new Uint8Array(16)}, {index: 1, seat: 'b', baseKey: new Uint8Array(16).fill(1)}];
  const start = async (me, url) => {
    const worker = new Worker(policy.createScriptURL(url), {type: 'module'});
    await new Promise(r => worker.addEventListener('message', e => e.data.type === 'ready' && r()));
    if (keys || me) worker.postMessage({type: 'keys', ring: {epoch: 1, me, senders}});
    worker.postMessage({type: 'expect', lines: [{line: 'audio', seat: 'a'}, {line: 'video', seat: 'a'}]});
    return worker;
  };
  const count = worker => new Promise(r => { worker.addEventListener('message', e => e.data.type === 'counts' && r(e.data)); worker.postMessage({type: 'count', id: 1}); });
  const worker = await start(0, '/media/sframe-worker.js'), other = await start(1, '/sniff.js');
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: true});
  const a = new RTCPeerConnection({encodedInsertableStreams: true}), b = new RTCPeerConnection();
  a.onicecandidate = e => e.candidate && b.addIceCandidate(e.candidate);
  b.onicecandidate = e => e.candidate && a.addIceCandidate(e.candidate);
  b.ontrack = e => { e.receiver.transform = new RTCRtpScriptTransform(other, {op: 'open', line: e.track.kind, kind: e.track.kind}); };
  for (const track of stream.getTracks()) {
    const t = a.addTransceiver(track.kind, {direction: 'sendonly'});
    t.sender.transform = new RTCRtpScriptTransform(worker, {op: 'seal', line: track.kind, kind: track.kind});
    await t.sender.replaceTrack(track);
  }
  await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription(); await a.setRemoteDescription(b.localDescription);
  await new Promise(r => setTimeout(r, 3000));
  let packets = 0;
  (await a.getStats()).forEach(r => { if (r.type === 'outbound-rtp') packets += r.packetsSent; });
  const sealed = Object.values((await count(worker)).lines).reduce((n, c) => n + c.sealed, 0);
  const theirs = await count(other);
  a.close(); b.close(); worker.terminate(); other.terminate();
  return {packets, sealed, arrived_sealed: theirs.sealed, arrived_clear: theirs.clear};
}"""


async def _ready(page, url):
    await page.goto(url)
    for _ in range(300):
        if await page.evaluate("() => Boolean(window.S?.ready)"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await page.evaluate("() => window.S?.errors ?? null"))


async def call(out):
    """Three pages, two browsers: everybody decodes both others; then c gets a false key and decodes nothing more."""
    from firefox import firefox
    from harness import browser, figures, meeting, until
    from namespace import ADDRESS

    from server.media.lite.engine import LiteEngine

    async with meeting(LiteEngine(hosts=(ADDRESS,))) as (m, url), browser() as chromium, firefox() as fox:
        pages = {"a": await chromium.new_page(), "b": await fox.new_page(), "c": await fox.new_page()}
        for seat, page in pages.items():
            await _ready(page, f"{url}?seat={seat}")
        await m.place({"joint": ["a", "b", "c"]})

        async def decoded():
            for page in pages.values():
                received = [r["frames"] for r in (await figures(page))["received"] if r["kind"] == "video"]
                if sum(n > 15 for n in received) < 2:
                    return False
            return True

        try:
            await until(decoded, 40)
        except AssertionError:
            for seat, page in pages.items():
                print(seat, json.dumps(await figures(page)), file=sys.stderr)
            raise
        for seat, page in pages.items():
            f = await figures(page)
            out[f"{seat}_frames"] = sum(r["frames"] for r in f["received"])
            out[f"{seat}_failed"] = sum(x["failed"] for x in f["lines"].values() if x["opened"])
            out[f"{seat}_cut"] = len(f["cut"])
        out["firefox_layers"] = len(m.engine.peers["m/b"].publications["video"].layers)
        m.false_keys.add("c")
        await m.place({"joint": ["a", "b", "c"]})
        await asyncio.sleep(6.5)  # old epochs may be opened for five seconds
        start = [await figures(pages["c"]), await figures(pages["a"])]
        await asyncio.sleep(2)
        end = [await figures(pages["c"]), await figures(pages["a"])]
        opened = [sum(x["opened"] for x in f["lines"].values()) for f in (*start, *end)]
        out["opened_with_false_key"] = opened[2] - opened[0]
        out["opened_by_the_others"] = opened[3] - opened[1]


async def closed(out):
    """Firefox: with keys the sender seals and nothing arrives readable; without keys nothing leaves."""
    from firefox import firefox
    from harness import meeting
    from namespace import ADDRESS

    from server.media.lite.engine import LiteEngine

    async with meeting(LiteEngine(hosts=(ADDRESS,))) as (_, url), firefox() as fox:
        for keys in (True, False):
            page = await fox.new_page()
            await page.goto(f"{url}loop.html")
            got = await page.evaluate(LATE, {"keys": keys})
            for key, value in got.items():
                out[f"{'keys' if keys else 'no_keys'}_{key}"] = value


async def _broken(out, how, open_fox, open_chrome, name):
    from harness import figures, meeting, until
    from namespace import ADDRESS

    from server.media.lite.engine import LiteEngine

    async with meeting(LiteEngine(hosts=(ADDRESS,))) as (m, url):
        a, b = await open_fox(), await open_chrome()
        if how == "wrong":
            m.false_keys.add("a")
        await _ready(a, f"{url}?seat=a" + ("" if how in ("fine", "wrong") else f"&broken={how}"))
        await _ready(b, f"{url}?seat=b&camera=no")
        await m.place({"joint": ["a", "b"]})

        async def told():
            f = await figures(a)
            if (
                name == "chromium" and how == "pretended"
            ):  # the browser itself lets nothing out; there is nothing to cut
                return True
            if how in ("fine", "wrong"):
                return sum(x["packets"] for x in f["sent"]) > 200
            return sorted(f["cut"]) == ["audio", "video"]

        await until(told, 30)
        await asyncio.sleep(1)
        mine, theirs = await figures(a), await figures(b)
        key = f"{name}_{how}"
        out[f"{key}_packets"] = sum(x["packets"] for x in mine["sent"])
        out[f"{key}_sealed"] = sum(x["sealed"] for x in mine["lines"].values())
        out[f"{key}_opened"] = sum(x["opened"] for x in theirs["lines"].values())
        out[f"{key}_failed"] = sum(x["failed"] for x in theirs["lines"].values())
        out[f"{key}_decoded"] = sum(x["frames"] for x in theirs["received"])
        out[f"{key}_real"] = await a.evaluate("() => window.real")


async def broken(out):
    """Through the product's media code: a sender whose seal is missing, late, pretended or of a false key, in both browsers."""
    from firefox import firefox
    from harness import browser

    async with browser() as chromium, firefox() as fox:
        for how in ("fine", "missing", "late", "pretended", "wrong"):
            await asyncio.gather(
                _broken(out, how, fox.new_page, chromium.new_page, "firefox"),
                _broken(out, how, chromium.new_page, chromium.new_page, "chromium"),
            )


async def main(names: list[str]) -> None:
    sys.path.insert(0, str(HERE))
    out: dict[str, float] = {}
    for name in names:
        await globals()[name](out)
    print(json.dumps(out))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
