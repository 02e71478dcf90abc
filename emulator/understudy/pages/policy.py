"""What a page may load and whom it may speak to: its Content-Security-Policy, and headers that go with every page."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Final

from understudy.gateway import socket_origin
from understudy.web_deployments.snippet import host_of

LABELS: Final = ("api", "apps", "login", "api-cdn", "webmessaging", "streaming")  # hosts that the scripts ask


def page_headers(origin: str, *, inline: str = "", framed: bool = False) -> dict[str, str]:
    """Headers of a page that is served at ``origin``. ``inline`` is the one program that may stand in it, allowed by
    its hash; pictures come from anywhere, for a message may show one."""
    scripts = f"'self' 'sha256-{_digest(inline)}'" if inline else "'self'"
    policy = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self'",
        "img-src": "* data: blob:",
        "media-src": "* blob:",
        "connect-src": " ".join(["'self'", *addresses(origin)]),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'" if framed else "'none'",
    }
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return headers if framed else {**headers, "X-Frame-Options": "DENY"}


def addresses(origin: str) -> list[str]:
    """Where the platform's hosts are, seen from ``origin``, by HTTP and by WebSocket."""
    found = [host_of(label, origin) for label in LABELS]
    sockets = [socket_origin(origin), *(one.replace("http", "ws", 1) for one in found)]
    return list(dict.fromkeys([*found, *sockets]))


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
