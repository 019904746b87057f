"""Uploads and downloads of ciphertext, streamed to and from disk. A truncated upload stays unusable until it is finished."""

import asyncio
import os
from pathlib import Path
from typing import BinaryIO

from aiohttp import web

from server.http.headers import own_origin
from server.http.keys import CONFIG, HOUSE, LIMITS, PASSES
from server.http.limits import address_of
from server.store.blobs import Blob

CHUNK = 256 * 1024
STALL_SECONDS = 30.0


def _blob(request: web.Request, writes: bool) -> Blob:
    config = request.app[CONFIG]
    if not own_origin(request, config):
        raise web.HTTPForbidden
    if not request.app[LIMITS].pass_("blob", address_of(request, config.trusted_proxy)):
        raise web.HTTPTooManyRequests(headers={"Retry-After": "5"})
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    blob = request.app[PASSES].check(token, request.match_info["blob"], writes) if scheme == "Bearer" else None
    if blob is None:
        raise web.HTTPNotFound
    return blob


def _open_at(path: Path, offset: int) -> BinaryIO | None:
    """The file, positioned at its end, if it ends at `offset`."""
    file = path.open("r+b")
    if file.seek(0, os.SEEK_END) != offset:
        file.close()
        return None
    return file


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


class Transfers:
    """PUT, HEAD and GET of /blob/ID. One writer for an upload at a time."""

    def __init__(self) -> None:
        self._writing: set[str] = set()

    async def put(self, request: web.Request) -> web.StreamResponse:
        """Append the body at `?at=OFFSET`. 409 with `Upload-Offset` if the file ends elsewhere; 413 if it would grow too large."""
        blob = _blob(request, writes=True)
        blobs = request.app[HOUSE].services.blobs
        path = blobs.path(blob)
        try:
            offset = int(request.query.get("at", "0"))
        except ValueError:
            raise web.HTTPBadRequest from None
        if blob.id in self._writing:
            raise web.HTTPConflict(headers={"Upload-Offset": str(await asyncio.to_thread(_size, path))})
        self._writing.add(blob.id)
        try:
            file = await asyncio.to_thread(_open_at, path, offset)
            if file is None:
                return web.Response(status=409, headers={"Upload-Offset": str(await asyncio.to_thread(_size, path))})
            try:
                offset = await self._pour(request, file, offset, blob.size)
            finally:
                await asyncio.to_thread(_flush, file)
                await asyncio.to_thread(file.close)
            if offset == blob.size:
                await blobs.finish(blob.id)
        except FileNotFoundError:
            raise web.HTTPNotFound from None
        finally:
            self._writing.discard(blob.id)
        return web.Response(status=200 if offset == blob.size else 202, headers={"Upload-Offset": str(offset)})

    async def _pour(self, request: web.Request, file: BinaryIO, offset: int, size: int) -> int:
        if request.content_length is not None and offset + request.content_length > size:
            raise web.HTTPRequestEntityTooLarge(size, offset + request.content_length)
        while True:
            async with asyncio.timeout(STALL_SECONDS):
                chunk = await request.content.read(CHUNK)
            if not chunk:
                return offset
            if offset + len(chunk) > size:
                raise web.HTTPRequestEntityTooLarge(size, offset + len(chunk))
            await asyncio.to_thread(file.write, chunk)
            offset += len(chunk)

    async def head(self, request: web.Request) -> web.StreamResponse:
        """How far an upload has come."""
        blob = _blob(request, writes=True)
        try:
            size = await asyncio.to_thread(_size, request.app[HOUSE].services.blobs.path(blob))
        except FileNotFoundError:
            raise web.HTTPNotFound from None
        return web.Response(headers={"Upload-Offset": str(size)})

    async def get(self, request: web.Request) -> web.StreamResponse:
        """The ciphertext of a complete upload."""
        blob = _blob(request, writes=False)
        path = request.app[HOUSE].services.blobs.path(blob)
        if not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound
        return web.FileResponse(
            path,
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": "attachment",
                "Cache-Control": "no-store",
            },
        )


def _size(path: Path) -> int:
    return path.stat().st_size
