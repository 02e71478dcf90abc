"""Who may come in: the bearer token, its rate window, and user-only operations (facts: platform-api §4)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from math import ceil
from typing import Final

from understudy.errors import Refused
from understudy.material import material
from understudy.platform.request import ApiRequest
from understudy.web_messaging.jwt import org_of
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

WINDOW: Final = 60  # seconds; the allowance is per token and minute
ALLOWED: Final = ("platform", "requests.per.token.per.minute")
ALLOWED_LIVE: Final = "rate.allowed"  # org.live[ALLOWED_LIVE]: dict[client, int], the allowance of single clients

NO_TOKEN: Final = "No authentication bearer token specified in authorization header."
BAD_TOKEN: Final = "Invalid login credentials."


def authenticate(world: World, request: ApiRequest) -> tuple[Org, Token]:
    """Org and live token of a request; Refused 401 otherwise (``bad.credentials`` for an expired or revoked one)"""
    header = request.headers.get("Authorization")
    if not header:
        raise Refused(401, "authentication.required", NO_TOKEN)
    scheme, _, value = header.partition(" ")
    if not value or (scheme != "Bearer" and scheme.casefold() != "bearer"):
        raise Refused(401, "authentication.required", NO_TOKEN)
    found = world.tokens.get(value) or world.tokens.get(value.strip())
    if found is None or not found[1].is_live(found[0].now()):
        raise Refused(401, "bad.credentials", BAD_TOKEN)
    return found


def owner_of(world: World, request: ApiRequest) -> Org | None:
    """The org whose token, dead or alive, a refused request bears: the record is to know it."""
    value = request.headers.get("Authorization", "").partition(" ")[2].strip()
    found = world.tokens.get(value)
    return found[0] if found else org_of(world, value)


def count(org: Org, token: Token) -> tuple[int, int, int]:
    """Count a request in the token's window on the org's clock: (count, allowed, seconds until the window ends).

    The window begins with the first request behind the last one's end (the sample of facts §4 reads count 1, reset 61).
    """
    now = org.clock.now()
    if not token.window <= now < token.window + WINDOW:
        token.window, token.window_count = int(now), 0
    token.window_count += 1
    return token.window_count, allowance(org, token.client), ceil(token.window + WINDOW - now)


def rate_headers(number: int, allowed: int, seconds: int) -> tuple[tuple[str, str], ...]:
    """The three headers that every answer carries."""
    return (
        ("inin-ratelimit-count", str(number)),
        ("inin-ratelimit-allowed", str(allowed)),
        ("inin-ratelimit-reset", str(seconds)),
    )


def allowance(org: Org, client: str = "") -> int:
    """Requests a minute: the client's own allowance, else the limits file's."""
    own: Mapping[str, int] | None = org.live.get(ALLOWED_LIVE)
    if own and client in own:
        return own[client]
    return int(org.limits.value(*ALLOWED))


def too_many(seconds: int) -> Refused:
    """429; consumers sleep on ``Retry-After`` or on ``inin-ratelimit-reset``: both are sent."""
    return Refused(
        429,
        "too.many.requests",
        f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds",
        headers={"Retry-After": str(seconds)},
    )


def load_users_only() -> frozenset[str]:
    """The operations that a client-credentials token can't call."""
    document = tomllib.loads(material("contracts/platform_api/users_only.toml").read_text("utf-8"))
    return frozenset(document["operations"])
