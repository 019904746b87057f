"""Plain HTTP: files by a table, strict headers, uploads that resume, nothing for strangers."""

from typing import Any

import aiohttp
import pytest

from client.keys.encoding import new_id
from client.protocol import messages as m
from tests.server import keeping as k


async def begin(world: Any, size: int) -> tuple[Any, str, str]:
    await world.mediate()
    med, _ = await world.med.enter()
    begun = await med.done(m.UploadBegin(id=new_id(), size=size))
    return med, begun["blob"], begun["token"]


def put(world: Any, blob: str, token: str, at: int, data: bytes) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return world.http.put(f"{world.origin}/blob/{blob}?at={at}", data=data, headers=headers)


@pytest.mark.parametrize("path", ["/", "/j", "/desk", "/table"])
async def test_every_link_shows_the_same_document_under_a_strict_policy(world: Any, path: str) -> None:
    async with world.http.get(world.origin + path) as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self' 'sha256-" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        expected = {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Integrity-Policy": "blocked-destinations=(script)",
        }
        assert {name: answer.headers[name] for name in expected} == expected


async def test_the_policys_hash_is_that_of_the_import_map(world: Any) -> None:
    import base64
    import hashlib
    import re

    async with world.http.get(world.origin) as answer:
        text = re.search(r'<script type="importmap">(.*?)</script>', await answer.text(), re.S)
        assert text is not None
        digest = base64.b64encode(hashlib.sha256(text[1].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    ["/secret.py", "/../server/app.py", "/%2e%2e/%2e%2e/etc/passwd", "/vendor", "/index.html.bak", "/.git/config"],
)
async def test_what_is_not_in_the_table_does_not_exist(world: Any, path: str) -> None:
    from yarl import URL

    async with world.http.get(URL(world.origin + path, encoded=True)) as answer:
        assert answer.status == 404
        assert await answer.read() == b""
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_file_is_served_once_and_then_confirmed(world: Any) -> None:
    async with world.http.get(f"{world.origin}/main.js") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        tag = answer.headers["ETag"]
    async with world.http.get(f"{world.origin}/main.js", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
async def test_a_foreign_page_gets_no_socket(world: Any, headers: dict[str, str]) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await world.dial(headers=headers)
    assert refused.value.status == 403


async def test_a_page_of_ours_gets_one(world: Any) -> None:
    line = await world.dial(origin=world.origin)
    assert line.challenge.nonce


async def test_an_upload_cut_short_is_unusable_until_it_is_finished(world: Any) -> None:
    med, blob, token = await begin(world, 10)
    async with put(world, blob, token, 0, b"12345") as answer:
        assert (answer.status, answer.headers["Upload-Offset"]) == (202, "5")
    await world.move(med, joint=("joint", (world.med,)))
    await world.grant(world.med, med, "joint", 1, world.med)
    post = m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=k.BOX, blobs=(blob,))
    assert (await med.refused(post)).facts["blobs"] == [blob]
    async with put(world, blob, token, 0, b"12345") as answer:
        assert (answer.status, answer.headers["Upload-Offset"]) == (409, "5")
    headers = {"Authorization": f"Bearer {token}"}
    async with world.http.head(f"{world.origin}/blob/{blob}", headers=headers) as answer:
        assert answer.headers["Upload-Offset"] == "5"
    async with put(world, blob, token, 5, b"67890") as answer:
        assert answer.status == 200
    await med.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=k.BOX, blobs=(blob,)))
    opened = await med.done(m.BlobOpen(id=new_id(), blob=blob))
    headers = {"Authorization": f"Bearer {opened['token']}"}
    async with world.http.get(f"{world.origin}/blob/{blob}", headers=headers) as answer:
        assert await answer.read() == b"1234567890"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_an_upload_never_grows_beyond_what_was_announced(world: Any) -> None:
    _, blob, token = await begin(world, 10)
    async with put(world, blob, token, 0, b"x" * 11) as answer:
        assert answer.status == 413

    async def trickle() -> Any:
        for _ in range(4):
            yield b"yyyy"

    headers = {"Authorization": f"Bearer {token}"}
    url = f"{world.origin}/blob/{blob}?at=0"
    async with world.http.put(url, data=trickle(), headers=headers) as answer:
        assert answer.status == 413
    sizes = [path.stat().st_size for path in world.house.services.blobs._folder.iterdir()]
    assert max(sizes) <= 10


async def test_a_token_is_for_one_blob_one_way_and_for_members_only(world: Any) -> None:
    med, blob, token = await begin(world, 3)
    for other_blob, other_token in ((new_id(), token), (blob, "A" * 43), (blob, "")):
        async with put(world, other_blob, other_token, 0, b"abc") as answer:
            assert answer.status == 404
    async with world.http.get(f"{world.origin}/blob/{blob}", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 404
    async with put(world, blob, token, 0, b"abc") as answer:
        assert answer.status == 200
    await world.move(med, joint=("joint", (world.med, world.ana)), other=("waiting", (world.ben,)))
    ana, _ = await world.ana.enter()
    ben, _ = await world.ben.enter()
    await world.grant(world.med, med, "joint", 1, world.med, world.ana)
    await med.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=k.BOX, blobs=(blob,)))
    assert await ana.done(m.BlobOpen(id=new_id(), blob=blob))
    assert (await ben.refused(m.BlobOpen(id=new_id(), blob=blob))).facts["rule"] == "blob"
    assert (await ben.refused(m.BlobOpen(id=new_id(), blob=new_id()))).facts["rule"] == "blob"


async def test_health_says_ok_and_figures_belong_to_no_mediation(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    async with world.http.get(f"{world.origin}/health") as answer:
        assert await answer.json() == {"status": "ok"}
    async with world.http.get(f"{world.origin}/metrics") as answer:
        text = await answer.text()
    assert not med.socket.closed
    assert "incamera_pages_connected 1" in text
    assert world.mediation not in text
    async with world.http.get(f"{world.origin}/metrics", headers={"X-Forwarded-For": "192.0.2.1"}) as answer:
        assert answer.status == 404


async def test_somebody_who_guesses_is_slowed_down(world: Any) -> None:
    codes = []
    for _ in range(40):
        line = await world.dial()
        page = world.ana.statement(line)
        await line.say(m.Authenticate(page=page, access="A" * 43))
        codes.append((await line.read()).code)
    assert codes[0] == "not-known"
    assert codes[-1] == "busy"
