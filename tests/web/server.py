"""A small server for the browser tests: client/web as it is, under the strict policy, with the gallery in place of the real start.

Same headers as the product means to send; nothing of the product's server is imported, so that the pages can be tested alone.
"""

from pathlib import Path

from aiohttp import web

from client.web.importmap import csp_hash, import_map_json

WEB = Path(__file__).parents[2] / "client" / "web"
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


def policy(import_map: str) -> str:
    """The Content-Security-Policy that the pages must live under."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {csp_hash(import_map)}",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html app-worker",
        ]
    )


def gallery() -> web.Application:
    """The application: `/` is the gallery, every other path a file of client/web."""
    import_map = import_map_json("/", WEB)
    headers = {
        "Content-Security-Policy": policy(import_map),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cache-Control": "no-store",
    }
    shell = (
        (WEB / "index.html")
        .read_text()
        .replace("<!-- importmap -->", f'<script type="importmap">{import_map}</script>')
    )

    async def page(request: web.Request) -> web.Response:
        start = shell if request.path == "/real" else shell.replace('src="/main.js"', 'src="/fixtures/gallery.js"')
        return web.Response(text=start, content_type="text/html", headers=headers)

    async def file(request: web.Request) -> web.Response:
        path = (WEB / request.match_info["path"]).resolve()
        if not path.is_relative_to(WEB) or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], headers=headers)

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/real", page)
    app.router.add_get("/{path:.+}", file)
    return app
