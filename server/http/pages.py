"""The page's document and files, health for whoever supervises us, figures for the machine itself."""

from aiohttp import web
from aiohttp.typedefs import Handler

from server import log
from server.config import is_loopback
from server.http.headers import INTEGRITY_POLICY, own_host, page_policy, worker_policy
from server.http.keys import CONFIG, HOUSE, SHELL

# Every path that people may have in a link shows the same document: who is who stands in the fragment.
DOCUMENTS = ("/", "/j", "/desk", "/table")


async def document(request: web.Request) -> web.StreamResponse:
    """The one document."""
    shell, config = request.app[SHELL], request.app[CONFIG]
    if not own_host(request, config):
        raise web.HTTPMisdirectedRequest
    origin = config.origin if config.public_url is not None else f"{request.scheme}://{request.host}"
    return web.Response(
        body=shell.document,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": page_policy(shell.map_hash, origin),
            "Integrity-Policy": INTEGRITY_POLICY,
        },
    )


async def static(request: web.Request) -> web.StreamResponse:
    """A file of the page."""
    config = request.app[CONFIG]
    found = request.app[SHELL].files.get(request.path)
    if found is None or not own_host(request, config):
        raise web.HTTPNotFound
    tag = f'"{found.etag}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Type": found.content_type}
    if found.content_type.startswith("text/javascript"):
        origin = config.origin if config.public_url is not None else f"{request.scheme}://{request.host}"
        headers["Content-Security-Policy"] = worker_policy(origin)
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.FileResponse(found.path, headers=headers)


async def health(_request: web.Request) -> web.StreamResponse:
    """Alive."""
    return web.json_response({"status": "ok"})


async def metrics(request: web.Request) -> web.StreamResponse:
    """Figures of the whole process for the machine itself; none of them belongs to one mediation."""
    if not is_loopback(request.remote or "") or "X-Forwarded-For" in request.headers:
        raise web.HTTPNotFound
    house = request.app[HOUSE]
    pages = sum(len(actor.state.live.pages) for actor in await house.actors())
    lines = [
        "# TYPE incamera_mediations_loaded gauge",
        f"incamera_mediations_loaded {house.size}",
        "# TYPE incamera_pages_connected gauge",
        f"incamera_pages_connected {pages}",
    ]
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain")


@web.middleware
async def faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A fault of ours is noted by class and place and answered without detail; so is whatever does not exist."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.Response(status=error.status, text="")
    except (ConnectionError, TimeoutError):
        raise
    except Exception as error:
        log.fault("request fault", error, method=request.method)
        return web.Response(status=500, text="")
