"""Documents: sealed here as an age file, uploaded as ciphertext in resumable chunks, announced in the room's chat."""

import asyncio
from pathlib import PurePath

import aiohttp

from client.headless.belief import Doubted, believing
from client.headless.session import Session
from client.headless.state import Line
from client.keys.chat import DocumentBody
from client.keys.encoding import hash_bytes, new_id
from client.keys.vault import new_identity, open_age, recipient_of, seal_age
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal, Unavailable

MAX_DOCUMENT = 50 * 1024 * 1024
CHUNK = 1024 * 1024
TRIES = 5


async def share(session: Session, name: str, content: bytes, mime: str = "text/plain") -> str:
    """Share a document in one's room; the message's id."""
    if len(content) > MAX_DOCUMENT:
        raise Refusal(Code.TOO_LARGE, limit=MAX_DOCUMENT)
    identity = new_identity()
    file = seal_age(content, [recipient_of(identity)])
    blob = await upload(session, file)
    body = DocumentBody(
        blob=blob,
        name=PurePath(name).name or "document",
        mime=mime,
        size=len(content),
        sha256=hash_bytes(file),
        identity=identity,
    )
    return (await session.post("document", body, (blob,))).body.id


async def read(session: Session, line: Line) -> bytes:
    """A shared document, checked against what its author said of it."""
    document = line.document
    if document is None:
        raise Doubted("document.missing")
    file = await download(session, document.blob)
    if hash_bytes(file) != document.sha256:
        raise Doubted("document.ciphertext")
    with believing("document"):
        content = open_age(file, document.identity)
    if len(content) != document.size:
        raise Doubted("document.commitment")
    return content


async def upload(session: Session, file: bytes) -> str:
    """Upload ciphertext; the blob's id. After a cut it goes on where the server stopped."""
    begun = await session.call(wire.UploadBegin(id=new_id(), size=len(file)))
    blob, url = str(begun["blob"]), f"{session.origin}/blob/{begun['blob']}"
    headers = {"Authorization": f"Bearer {begun['token']}", "Origin": session.origin}
    at, tries = 0, 0
    while at < len(file):
        part = file[at : at + CHUNK]
        try:
            async with session.http.put(f"{url}?at={at}", data=part, headers=headers) as answer:
                if answer.status >= 400 and answer.status != 409:
                    raise Unavailable("upload")
                if answer.status < 300:
                    at += len(part)
                    continue
        except aiohttp.ClientError:
            pass
        tries += 1
        if tries > TRIES:
            raise Unavailable("upload")
        await asyncio.sleep(0.2 * tries)
        at = await _received(session, url, headers, at)
    return blob


async def _received(session: Session, url: str, headers: dict[str, str], at: int) -> int:
    try:
        async with session.http.head(url, headers=headers) as answer:
            return int(answer.headers.get("Upload-Offset", at))
    except (aiohttp.ClientError, ValueError):
        return at


async def download(session: Session, blob: str) -> bytes:
    """Fetch ciphertext that a message of one's room, or a kept item one holds, names."""
    opened = await session.call(wire.BlobOpen(id=new_id(), blob=blob))
    headers = {"Authorization": f"Bearer {opened['token']}"}
    async with session.http.get(f"{session.origin}/blob/{blob}", headers=headers) as answer:
        if answer.status >= 400:
            raise Unavailable("download")
        return await answer.read()
