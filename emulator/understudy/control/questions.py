"""What a request to the control API says. Each raises what ``driver.py`` answers with 400 or 404."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from understudy.errors import SettingsError
from understudy.world.org import Org
from understudy.world.world import World

LONGEST_POLL = 60.0  # seconds; a client that wants more asks again


async def body_of(request: web.BaseRequest) -> dict[str, Any]:
    """The body, a JSON object; ``{}`` where there is none."""
    raw = await request.read()
    body = orjson.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise SettingsError("body", body, "send a JSON object")
    return body


async def read_at_most(request: web.BaseRequest, most: int) -> bytes:
    """A body that may be longer than the server's own bound, but no longer than ``most`` bytes."""
    taken = bytearray()
    async for chunk in request.content.iter_any():
        taken += chunk
        if len(taken) > most:
            raise SettingsError("body", f"more than {most} bytes long", "send less")
    return bytes(taken)


def after(request: web.BaseRequest) -> int:
    """The cursor to read from."""
    if "after" not in request.query:
        raise SettingsError("after", None, "give the cursor that was taken before acting (…/cursor)")
    return int(request.query["after"])


def match_of(request: web.BaseRequest) -> dict[str, Any]:
    """Fields and the values that are looked for."""
    match = orjson.loads(request.query.get("match", "{}"))
    if not isinstance(match, dict):
        raise SettingsError("match", match, "give a JSON object of fields and values")
    return match


def patience(request: web.BaseRequest) -> float:
    """For how many seconds the client wants to wait."""
    return min(float(request.query.get("timeout", "10")), LONGEST_POLL)


def org_of(world: World, org_id: str) -> Org:
    """The org that a path names; 404 where there is none."""
    org = world.orgs.get(org_id)
    if org is None:
        raise web.HTTPNotFound(reason=f"no org {org_id!r}; known are {', '.join(world.orgs) or 'none'}")
    return org
