"""The control API over HTTP: one literal table of routes, JSON in and out.

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

from understudy.attachments.store import AddMedia
from understudy.checker.judge import judge
from understudy.control.behaviour import (
    activity_view,
    build_command,
    change_matches,
    change_view,
    conversation_view,
    entry_matches,
    org_view,
)
from understudy.control.leases import Leases
from understudy.errors import Lost, Refused, SettingsError, UnderstudyError
from understudy.host import Host
from understudy.limits import Limits
from understudy.oauth.regions import region_domain
from understudy.oauth.tokens import RevokeTokens
from understudy.platform.catalogue import Catalogue
from understudy.platform.faults import Fault
from understudy.platform.flow_api import accept_upload
from understudy.platform.permissions import Permissions
from understudy.platform.queues import set_members
from understudy.record.entry import Entry
from understudy.record.lines import plain
from understudy.routing.agents import members
from understudy.user_side.driver import UserSide
from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS

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
                answer = await self._org_route(method, rest)(self, request, org, rest)
                self.host.recorder.drain(org)  # a cause stands in the record before what it brings about
                return answer
        raise web.HTTPNotFound(reason=f"no control route {request.method} {request.path}")

    def _org(self, org_id: str) -> Org:
        org = self.host.world.orgs.get(org_id)
        if org is None:
            raise web.HTTPNotFound(reason=f"no org {org_id!r}; known are {', '.join(self.host.world.orgs) or 'none'}")
        return org

    def _org_route(self, method: str, rest: list[str]) -> Route:
        route = ROUTES.get((method, rest[0] if rest else ""))
        if route is None:
            raise web.HTTPNotFound(reason=f"no control route {method} …/{'/'.join(rest)}")
        return route

    def _entries(self, request: web.BaseRequest) -> list[Entry]:
        ring = self.host.recorder.ring
        after, match = max(int(request.query.get("after", "0")), ring.start), _match(request)
        return [entry for entry in ring.read(after) if entry_matches(entry, match)]

    async def show(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}``."""
        return org_view(org)

    async def remove(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``DELETE orgs/{org}``."""
        self.host.remove_org(org)
        return {}

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

    async def cursors(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/cursor``."""
        return {"changes": org.changes.end, "entries": self.host.recorder.ring.end}

    async def note(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/notes`` {name, data, conversation, customer}."""
        body = await _body(request)
        entry = self.host.recorder.note(
            str(body["name"]), moment=org.clock.moment(), interface="test", org=org.id,
            conversation=body.get("conversation"), customer=body.get("customer"), **dict(body.get("data") or {}),
        )  # fmt: skip
        return {"entry": entry.id}

    async def perform(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/perform`` {command, arguments}."""
        body = await _body(request)
        result = org.perform(build_command(str(body["command"]), dict(body.get("arguments") or {})))
        first = result[0] if isinstance(result, tuple) else result
        return {"id": getattr(first, "id", None)}

    async def advance(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/advance`` {seconds, limit}."""
        body = await _body(request)
        return await self.host.advance(org, float(body["seconds"]), float(body.get("limit", 10.0)))

    async def conversation(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/conversations/{id}`` or ``…/conversations?customer=``."""
        if len(rest) == 2:
            if rest[1] not in org.conversations:
                raise web.HTTPNotFound(reason=f"no conversation {rest[1]!r}")
            return conversation_view(org.conversations[rest[1]])
        customer = request.query.get("customer")
        found = [one for one in org.conversations.values() if customer in (None, one.leg.address)]
        return {"conversations": [conversation_view(one) for one in found]}

    async def entities(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/entities/{type}[/{id}]``."""
        if len(rest) == 1:
            raise web.HTTPNotFound(reason=f"name a type: {', '.join(org.entities.types())}")
        found = org.entities.of(rest[1])
        if len(rest) == 3 and rest[2] not in found:
            raise web.HTTPNotFound(reason=f"no {rest[1]} {rest[2]!r}")
        chosen = found.values() if len(rest) == 2 else [found[rest[2]]]
        return {"entities": [{"id": e.id, "body": e.body, "hidden": e.hidden, "version": e.version} for e in chosen]}

    async def change_entity(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``PUT orgs/{org}/entities/{type}/{id}`` {body, hidden}: replace, for variations of the configuration."""
        sent = await _body(request)
        entity = org.entities.put(rest[1], rest[2], dict(sent["body"]), sent.get("hidden"))
        org.grants_version += 1
        org.note("configuration.varied", type=rest[1], id=rest[2], name=entity.name)
        return {"version": entity.version}

    async def live(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/live/{name}``: a live table, such as ``permissions.used``."""
        return {"live": _plain(org.live.get(rest[1], {}))}

    async def add_fault(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/faults``: the fields of ``platform.faults.Fault``."""
        fault = Fault(**await _body(request))
        org.live.setdefault("faults", []).append(fault)
        org.note("fault.injected", **asdict(fault))
        return {}

    async def clear_faults(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``DELETE orgs/{org}/faults``."""
        org.live.pop("faults", None)
        return {}

    async def revoke(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``DELETE orgs/{org}/tokens``: revoke every token of the org."""
        clients = {token.client for token in org.tokens.values()}
        gone = [token for client in clients for token in org.perform(RevokeTokens(client=client, reason="test"))]
        return {"revoked": len(gone)}

    async def probe(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/probe``: one hand-made webhook delivery (open_messaging.driver)."""
        return await self.host.probe(org, await _body(request))

    async def user(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/users/{customer}/{say|typing|end|seen}``: the vendor's user side."""
        body, customer, verb = await _body(request), rest[1], rest[2]
        return await self.host.user_side.act(org, verb, customer, body)

    async def ids(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/ids`` {purpose}: the org's next id of that purpose."""
        return {"id": org.ids.uuid(str((await _body(request))["purpose"]))}

    async def agents(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/agents``: members of queues, in order."""
        members = [user for queue in org.live.get("queue.members", {}).values() for user in queue]
        users = [org.entities.get("users", user) for user in dict.fromkeys(members)]
        return {"agents": [{"id": user.id, "name": user.name} for user in users if user]}

    async def activity(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/activity``: what the endpoint's OAuth client did, and which permissions that took."""
        return activity_view(org, self.host.catalogue, self.host.permissions)

    async def media(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/media``: the fields of ``attachments.store.AddMedia``; returns the file's URL."""
        made = org.perform(AddMedia(**await _body(request)))
        return {"id": made["id"], "url": self.host.origin + made["path"]}

    async def members(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``PUT orgs/{org}/members/{queue}`` {members: {user: joined}}; returns who they were."""
        before = dict(members(org, rest[1]))
        set_members(org, rest[1], dict((await _body(request))["members"]))
        org.note("configuration.varied", type="queue.members", id=rest[1])
        return {"members": before}

    async def region(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``PUT orgs/{org}/region`` {region}: a region's name or domain, "" for any; returns the one before."""
        wanted = str((await _body(request))["region"])
        domain = region_domain(wanted) if wanted else ""
        entity = org.entities.of(ORGANIZATIONS)[org.id]
        before = str(entity.hidden.get("region") or "")
        entity.hidden["region"] = domain
        org.note("configuration.varied", type="region", id=domain)
        return {"region": before}

    async def waits(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``PUT orgs/{org}/waits`` {limit's name: seconds, or null for the real one}: shorten a wait for a peer."""
        table = org.live.setdefault("waits", {})
        for name, seconds in (await _body(request)).items():
            org.limits.value(*name.split(".", 1))
            table.pop(name, None)
            if seconds is not None:
                table[name] = float(seconds)
            org.note("wait.shortened", limit=name, seconds=seconds)
        self.host.recorder.drain(org)
        return {}

    async def set_user_side(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``PUT orgs/{org}/user_side`` {url, command}."""
        org.live["user_side"] = await _body(request)
        return {}

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


ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", ""): ControlDriver.show,
    ("DELETE", ""): ControlDriver.remove,
    ("GET", "cursor"): ControlDriver.cursors,
    ("GET", "changes"): ControlDriver.wait_change,
    ("GET", "entries"): ControlDriver.wait_entry,
    ("POST", "notes"): ControlDriver.note,
    ("POST", "perform"): ControlDriver.perform,
    ("POST", "advance"): ControlDriver.advance,
    ("GET", "conversations"): ControlDriver.conversation,
    ("GET", "entities"): ControlDriver.entities,
    ("PUT", "entities"): ControlDriver.change_entity,
    ("GET", "live"): ControlDriver.live,
    ("POST", "faults"): ControlDriver.add_fault,
    ("DELETE", "faults"): ControlDriver.clear_faults,
    ("DELETE", "tokens"): ControlDriver.revoke,
    ("POST", "probe"): ControlDriver.probe,
    ("POST", "users"): ControlDriver.user,
    ("GET", "activity"): ControlDriver.activity,
    ("POST", "media"): ControlDriver.media,
    ("PUT", "members"): ControlDriver.members,
    ("PUT", "region"): ControlDriver.region,
    ("PUT", "waits"): ControlDriver.waits,
    ("PUT", "user_side"): ControlDriver.set_user_side,
    ("POST", "ids"): ControlDriver.ids,
    ("GET", "agents"): ControlDriver.agents,
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


def _plain(value: Any) -> Any:
    """Tables with tuple keys or sets, as JSON can hold them."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _json(body: Any, status: int = 200) -> web.Response:
    try:
        data = orjson.dumps(body)
    except TypeError:  # a peer sent what JSON can't hold, such as a header that is not UTF-8, and an entry has it
        data = orjson.dumps(plain(body))
    return web.Response(body=data, status=status, content_type="application/json")
