"""The control API over HTTP, JSON in and out: what waits is here, what does not in the table of ``variation.py``.

On loopback it is open; elsewhere every request but ``ready`` needs ``Authorization: Bearer <control token>``.
Errors are ``{"error": text}`` with 400 (wrong use), 404 (no such org), 408 (waited in vain), 410 (cursor lost).
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Protocol
from urllib.parse import unquote

import orjson
from aiohttp import web

from understudy.checker.judge import judge
from understudy.control.behaviour import (
    change_matches,
    change_view,
    entry_matches,
    org_view,
)
from understudy.control.leases import Leases
from understudy.control.variation import IN_ORG, NoSuch
from understudy.errors import Lost, Refused, SettingsError, UnderstudyError
from understudy.host import Host
from understudy.limits import Limits
from understudy.platform.catalogue import Catalogue
from understudy.platform.flow_api import accept_upload
from understudy.platform.permissions import Permissions
from understudy.record.entry import Entry
from understudy.record.lines import plain
from understudy.user_side.driver import UserSide
from understudy.world.org import Org

POLL = 0.02  # seconds between looks at the record while a test waits for an entry
LONGEST_POLL = 60.0  # seconds; a client that wants more asks again


class ControlHost(Host, Protocol):
    """The emulator as the control API sees it."""

    catalogue: Catalogue
    limits: Limits
    permissions: Permissions
    control_token: str
    user_side: UserSide

    @property
    def ready(self) -> bool:
        """All that was asked for at start is loaded."""

    def create_org(self, spec: Mapping[str, Any]) -> Org:
        """A new org from an org file's text."""

    def remove_org(self, org: Org) -> None:
        """Forget an org."""

    async def advance(self, org: Org, seconds: float, limit: float) -> dict[str, Any]:
        """Move an org's clock on, stepping from interval to interval."""

    async def changed(self, org: Org, timeout: float) -> None:
        """Wait until an org has changed, or the timeout."""

    async def probe(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Deliver one hand-made webhook request."""


Route = Callable[["ControlDriver", web.BaseRequest, Org, list[str]], Awaitable[Any]]


class ControlDriver:
    """Serves ``/understudy/…``."""

    def __init__(self, host: ControlHost) -> None:
        self.host = host
        self.leases: dict[str, Leases] = {}

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        parts = [unquote(part) for part in request.rel_url.raw_path.split("/")[2:] if part]
        if parts == ["ready"]:
            return _json({"ready": self.host.ready}, 200 if self.host.ready else 503)
        if not self._may(request):
            return _json(
                {"error": "control token missing or wrong: send Authorization: Bearer <token> as serve printed it"}, 401
            )
        try:
            return _json(await self._answer(request, parts))
        except web.HTTPException as error:
            return _json({"error": error.reason}, error.status)
        except Lost as error:
            return _json({"error": str(error), "lost": error.count}, 410)
        except Refused as error:
            return _json({"error": str(error), "code": error.code, "status": error.status}, 409)
        except NoSuch as error:
            return _json({"error": str(error)}, 404)
        except UnderstudyError as error:
            return _json({"error": str(error)}, 400)
        except (LookupError, ValueError, TypeError, AttributeError) as error:  # a body or query of the wrong shape
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    def _may(self, request: web.BaseRequest) -> bool:
        token = self.host.control_token
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return not token or hmac.compare_digest(given.encode(), token.encode())

    async def _answer(self, request: web.BaseRequest, parts: list[str]) -> Any:
        match request.method, parts:
            case "GET", ["orgs"]:
                return {"orgs": [org_view(org) for org in self.host.world.orgs.values()]}
            case "POST", ["orgs"]:
                return org_view(self.host.create_org(await _body(request)))
            case "GET", ["limits"]:
                return {"limits": [asdict(limit) for limit in self.host.limits.all()]}
            case "GET", ["entries"]:
                return {"entries": [entry.to_json() for entry in self._entries(request)]}
            case "PUT", ["uploads", org_id, job]:
                accept_upload(self._org(org_id), job, await request.read())
                return {}
            case method, ["orgs", org_id, *rest]:
                org = self._org(org_id)
                answer = await self._in_org(request, method, org, rest)
                self.host.recorder.drain(org)  # a cause stands in the record before what it brings about
                return answer
        raise web.HTTPNotFound(reason=f"no control route {request.method} {request.path}")

    def _org(self, org_id: str) -> Org:
        org = self.host.world.orgs.get(org_id)
        if org is None:
            raise web.HTTPNotFound(reason=f"no org {org_id!r}; known are {', '.join(self.host.world.orgs) or 'none'}")
        return org

    async def _in_org(self, request: web.BaseRequest, method: str, org: Org, rest: list[str]) -> Any:
        key = (method, rest[0] if rest else "")
        if (waiting := WAITING.get(key)) is not None:
            return await waiting(self, request, org, rest)
        if (plain_one := IN_ORG.get(key)) is not None:
            return plain_one(self.host, org, rest, await _body(request), request.query)
        raise web.HTTPNotFound(reason=f"no control route {method} …/{'/'.join(rest)}")

    def _entries(self, request: web.BaseRequest) -> list[Entry]:
        ring = self.host.recorder.ring
        after, match = max(int(request.query.get("after", "0")), ring.start), _match(request)
        return [entry for entry in ring.read(after) if entry_matches(entry, match)]

    async def wait_change(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/changes?kind&match&after&timeout``: long poll for the first change that matches."""
        cursor, timeout = _after(request), _timeout(request)
        kind, match = request.query.get("kind", ""), _match(request)
        end = self.host.clock.mono() + timeout
        while True:
            for change in org.changes.read(cursor):
                cursor = change.number + 1
                if change_matches(change, kind, match):
                    return {"change": change_view(change), "cursor": cursor}
            left = end - self.host.clock.mono()
            if left <= 0:
                return {"change": None, "cursor": cursor}
            await self.host.changed(org, left)
            self._org(org.id)

    async def wait_entry(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/entries?match&after&timeout``: long poll for the first entry of the record that matches."""
        ring = self.host.recorder.ring
        cursor, match = _after(request), _match(request)
        end = self.host.clock.mono() + _timeout(request)
        while True:
            for entry in ring.read(max(cursor, ring.start)):
                cursor = entry.number + 1
                if entry.org == org.id and entry_matches(entry, match):
                    return {"entry": entry.to_json(), "cursor": cursor}
            if self.host.clock.mono() >= end:
                return {"entry": None, "cursor": cursor}
            await asyncio.sleep(POLL)

    async def advance(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/advance`` {seconds, limit}."""
        body = await _body(request)
        return await self.host.advance(org, float(body["seconds"]), float(body.get("limit", 10.0)))

    async def probe(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/probe``: one hand-made webhook delivery (open_messaging.driver)."""
        return await self.host.probe(org, await _body(request))

    async def user(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/users/{customer}/{say|typing|end|seen}``: the vendor's user side."""
        body, customer, verb = await _body(request), rest[1], rest[2]
        return await self.host.user_side.act(org, verb, customer, body)

    async def lease(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/lease`` {test, exclusive, timeout}: waits for the slot."""
        body = await _body(request)
        leases, test = self.leases.setdefault(org.id, Leases()), str(body["test"])
        end = self.host.clock.mono() + min(float(body.get("timeout", LONGEST_POLL)), LONGEST_POLL)
        try:
            while not leases.take(test, exclusive=bool(body.get("exclusive"))):
                if self.host.clock.mono() >= end:
                    return {"leased": False, "held_by": sorted(leases.shared) or [leases.exclusive]}
                await asyncio.sleep(POLL)
            return {"leased": True}
        finally:  # also when the client hangs up: a waiting exclusive test keeps all others out
            leases.give_up_waiting(test)

    async def release(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``DELETE orgs/{org}/lease?test=``."""
        self.leases.setdefault(org.id, Leases()).release(request.query["test"])
        return {}

    async def judge(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/judge`` {test, checks}: verdicts over what the record holds now."""
        body = await _body(request)
        self.host.recorder.drain(org)
        ring = self.host.recorder.ring
        entries = [e for e in ring.read(ring.start) if e.org in (org.id, "")]
        verdicts = judge(entries, checks=tuple(body["checks"]), test=body.get("test"))
        return {"verdicts": [verdict.to_json() for verdict in verdicts]}


WAITING: Mapping[tuple[str, str], Route] = {
    ("GET", "changes"): ControlDriver.wait_change,
    ("GET", "entries"): ControlDriver.wait_entry,
    ("POST", "advance"): ControlDriver.advance,
    ("POST", "probe"): ControlDriver.probe,
    ("POST", "users"): ControlDriver.user,
    ("POST", "lease"): ControlDriver.lease,
    ("DELETE", "lease"): ControlDriver.release,
    ("POST", "judge"): ControlDriver.judge,
}


async def _body(request: web.BaseRequest) -> dict[str, Any]:
    raw = await request.read()
    body = orjson.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise SettingsError("body", body, "send a JSON object")
    return body


def _after(request: web.BaseRequest) -> int:
    if "after" not in request.query:
        raise SettingsError("after", None, "give the cursor that was taken before acting (…/cursor)")
    return int(request.query["after"])


def _match(request: web.BaseRequest) -> dict[str, Any]:
    match = orjson.loads(request.query.get("match", "{}"))
    if not isinstance(match, dict):
        raise SettingsError("match", match, "give a JSON object of fields and values")
    return match


def _timeout(request: web.BaseRequest) -> float:
    return min(float(request.query.get("timeout", "10")), LONGEST_POLL)


def _json(body: Any, status: int = 200) -> web.Response:
    try:
        data = orjson.dumps(body)
    except TypeError:  # a peer sent what JSON can't hold, such as a header that is not UTF-8, and an entry has it
        data = orjson.dumps(plain(body))
    return web.Response(body=data, status=status, content_type="application/json")
