"""What the administrator chose, checked once at the start. A setting that would expose people is refused with an explanation."""

import ipaddress
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from server.media.relay import MAX_URLS, URL, read_secret


class Unsafe(Exception):
    """The settings would let others listen in, or can't work; the text says what to do."""


class Config(Struct, frozen=True, kw_only=True):
    """Where the server listens, under which name people reach it, and where its data lies."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxy: str | None = None
    media_hosts: tuple[str, ...] = ()
    media_port: int | None = None
    announce: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret_file: Path | None = None
    media_workers: int = 0  # 0: media in this process
    metrics_port: int | None = None
    rules: Path | None = None

    @property
    def origin(self) -> str:
        """How people reach us: scheme, host, port."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people reach us by https."""
        return self.origin.startswith("https://")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check(config: Config) -> Config:
    """The same settings, if they are safe. Raises Unsafe."""
    if (config.tls_cert is None) != (config.tls_key is None):
        raise Unsafe("--tls-cert and --tls-key belong together: give both files or neither.")
    for file in (config.tls_cert, config.tls_key):
        if file is not None and not file.is_file():
            raise Unsafe("The file named by --tls-cert or --tls-key does not exist.")
    if config.public_url is not None:
        parts = urlsplit(config.public_url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
            or parts.fragment
        ):
            raise Unsafe("--public-url is the address people type, for example https://rooms.example.org (no path).")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise Unsafe(
                "--public-url must begin with https://: browsers give no camera, and we give no privacy, without it."
            )
    if config.trusted_proxy is not None:
        try:
            ipaddress.ip_network(config.trusted_proxy)
        except ValueError:
            raise Unsafe(
                "--trusted-proxy is the proxy's own address or network, for example 127.0.0.1 or 10.0.0.0/24."
            ) from None
    _check_relay(config)
    if not is_loopback(config.host):
        if config.public_url is None or not config.secure:
            raise Unsafe(
                "Listening on an address that others can reach needs --public-url https://... (the address people type): "
                "links are made from it, and requests from other sites are refused by it."
            )
        if config.tls_cert is None and config.trusted_proxy is None:
            raise Unsafe(
                "Listening on an address that others can reach needs TLS: give --tls-cert and --tls-key, "
                "or --trusted-proxy ADDRESS if a web server in front of this one speaks https."
            )
    return config


def _check_relay(config: Config) -> None:
    if not config.turn_urls and config.turn_secret_file is None:
        return
    if not config.turn_urls or config.turn_secret_file is None:
        raise Unsafe("--turn-url and --turn-secret-file belong together: give both or neither.")
    if len(config.turn_urls) > MAX_URLS or not all(URL.match(url) for url in config.turn_urls):
        raise Unsafe(
            "--turn-url looks like turn:relay.example.org:3478?transport=udp or turns:relay.example.org:443?transport=tcp."
        )
    try:
        read_secret(config.turn_secret_file)
    except (OSError, ValueError):
        raise Unsafe(
            "--turn-secret-file is a file with coturn's static-auth-secret in it and nothing else, 16 characters or more."
        ) from None


def tls(config: Config) -> ssl.SSLContext | None:
    """The TLS settings for the listening socket, if we speak TLS ourselves."""
    if config.tls_cert is None or config.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(config.tls_cert, config.tls_key)
    return context
