"""Cross-origin requests (the Fetch standard's CORS protocol): scripts of any page may call with a token of their own.

That the platform lets every origin in, since a bearer token and no cookie speaks for the caller, is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.platform.messages import Answer

METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
SHOWN: Final = "ININ-Correlation-Id, inin-ratelimit-count, inin-ratelimit-allowed, inin-ratelimit-reset, Retry-After"
LIFE: Final = "600"  # seconds that a browser may remember a preflight; assumed
ANY: Final = ("Access-Control-Allow-Origin", "*")
ALLOWED: Final = (ANY, ("Access-Control-Expose-Headers", SHOWN))


def preflight(method: str, headers: Mapping[str, str]) -> Answer | None:
    """The answer to a browser's question whether it may ask; None where the request is no such question."""
    if method != "OPTIONS" or "Access-Control-Request-Method" not in headers or "Origin" not in headers:
        return None
    allowed = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Max-Age": LIFE}
    if wanted := headers.get("Access-Control-Request-Headers"):
        allowed["Access-Control-Allow-Headers"] = wanted
    return Answer(204, headers=allowed)


def cross_origin(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What an answer to a page's script also carries; nothing for a client that is no browser."""
    return ALLOWED if "Origin" in headers else ()
