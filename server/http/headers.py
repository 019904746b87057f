"""What every answer says to the browser: run only our own files, show us in no frame, tell nobody where one came from, keep nothing."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from server.config import Config, is_loopback

PERMISSIONS = (
    "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), screen-wake-lock=(self), "
    "clipboard-write=(self), autoplay=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
    "speaker-selection=(self), accelerometer=(), "
    "browsing-topics=(), encrypted-media=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), "
    "local-fonts=(), magnetometer=(), midi=(), payment=(), picture-in-picture=(), serial=(), usb=(), xr-spatial-tracking=()"
)
COMMON = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
# No script without a hash: the import map gives one to every module of ours, and a module that nobody listed has none.
INTEGRITY_POLICY = "blocked-destinations=(script)"
# Data answers are no documents: whatever they are opened as, they may load and run nothing.
BARE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def page_policy(map_hash: str, origin: str) -> str:
    """The page's content security policy."""
    socket = origin.replace("http", "ws", 1)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {map_hash}",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html incamera app-worker",
        ]
    )


def worker_policy(origin: str) -> str:
    """The policy of script files: it binds them when they run as workers, which import our modules and reach nobody else."""
    return f"default-src 'none'; script-src 'self'; connect-src 'self' {origin.replace('http', 'ws', 1)}; worker-src 'self'; frame-ancestors 'none'"


def middleware(config: Config) -> Middleware:
    """Adds the headers to every answer, refusals included."""

    @web.middleware
    async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            dress(error, config)
            raise
        if not response.prepared:
            dress(response, config)
        return response

    return headers


def dress(response: web.StreamResponse, config: Config) -> None:
    """Put the common headers on an answer that has not been sent."""
    for name, value in COMMON.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", BARE_POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "incamera"
    if config.secure and config.public_url is not None:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def own_host(request: web.BaseRequest, config: Config) -> bool:
    """Whether the request was meant for us: our public name, or (for the machine itself) a loopback name. Stops DNS rebinding."""
    host = urlsplit(f"//{request.host}")
    if config.public_url is not None and request.host.lower() == urlsplit(config.origin).netloc.lower():
        return True
    return is_loopback(host.hostname or "")


def own_origin(request: web.BaseRequest, config: Config, origin_needed: bool = False) -> bool:
    """Whether a page of ours (or a program without an origin) sent the request."""
    if not own_host(request, config):
        return False
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return not origin_needed
    allowed = {config.origin.lower()}
    if is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        scheme = "https" if config.tls_cert is not None else "http"
        allowed.add(f"{scheme}://{request.host.lower()}")
    return origin.lower() in allowed
