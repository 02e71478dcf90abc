"""The control API over HTTP, JSON in and out: what waits is in the table of ``waiting.py``, what does not in that of
``variation.py``.

On loopback it is open; elsewhere every request but ``ready`` needs ``Authorization: Bearer <control token>``.
Errors are ``{"error": text}`` with 400 (wrong use), 404 (no such org), 408 (waited in vain), 410 (cursor lost).
"""

from __future__ import annotations

import hmac
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import web

from understudy.architect_api.receiving import accept_upload
from understudy.control.behaviour import entry_matches, org_view
from understudy.control.host import ControlHost
from understudy.control.questions import body_of, match_of, org_of, read_at_most
from understudy.control.variation import IN_ORG, NoSuch
from understudy.control.waiting import WAITING, Waiting
from understudy.errors import Lost, Refused, UnderstudyError
from understudy.platform.openapi import openapi
from understudy.platform.statuses import load_statuses
from understudy.record.entry import Entry
from understudy.record.lines import plain
from understudy.snapshot.document import SIZE_MAX, parse
from understudy.world.org import Org


class ControlDriver:
    """Serves ``/understudy/…``."""

    def __init__(self, host: ControlHost) -> None:
        self.host = host
        self.waiting = Waiting(host)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        parts = [unquote(part) for part in request.rel_url.raw_path.split("/")[2:] if part]
        if parts == ["ready"]:
            return _json({"ready": self.host.ready}, 200 if self.host.ready else 503)
        if parts[:1] != ["uploads"] and not self._may(request):  # its id is the secret of an upload's URL
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
                return org_view(self.host.create_org(await body_of(request)))
            case "GET", ["openapi.json"]:
                return self._openapi(request.query.get("tier", ""))
            case "GET", ["limits"]:
                return {"limits": [asdict(limit) for limit in self.host.limits.all()]}
            case "GET", ["entries"]:
                return {"entries": [entry.to_json() for entry in self._entries(request)]}
            case "PUT" | "POST", ["uploads", org_id, upload]:
                media_type = request.headers.get("Content-Type", "")
                accept_upload(org_of(self.host.world, org_id), upload, await request.read(), media_type)
                return {}
            case "PUT", ["orgs", org_id, "restore"]:
                document = parse(await read_at_most(request, SIZE_MAX), "snapshot")
                return org_view(await self.host.restore_org(org_id, document))
            case method, ["orgs", org_id, *rest]:
                org = org_of(self.host.world, org_id)
                answer = await self._in_org(request, method, org, rest)
                self.host.recorder.drain(org)  # a cause stands in the record before what it brings about
                return answer
        raise web.HTTPNotFound(reason=f"no control route {request.method} {request.path}")

    def _openapi(self, tier: str) -> dict[str, Any]:
        catalogue = self.host.catalogue
        chosen = [operation for operation in catalogue.operations if tier in ("", str(operation.tier))]
        return openapi(catalogue, chosen, load_statuses(catalogue).of, self.host.origin)

    async def _in_org(self, request: web.BaseRequest, method: str, org: Org, rest: list[str]) -> Any:
        key = (method, rest[0] if rest else "")
        if (waiting := WAITING.get(key)) is not None:
            return await waiting(self.waiting, request, org, rest)
        if (plain_one := IN_ORG.get(key)) is not None:
            return plain_one(self.host, org, rest, await body_of(request), request.query)
        raise web.HTTPNotFound(reason=f"no control route {method} …/{'/'.join(rest)}")

    def _entries(self, request: web.BaseRequest) -> list[Entry]:
        ring = self.host.recorder.ring
        after, match = max(int(request.query.get("after", "0")), ring.start), match_of(request)
        return [entry for entry in ring.read(after) if entry_matches(entry, match)]


def _json(body: Any, status: int = 200) -> web.Response:
    try:
        data = orjson.dumps(body)
    except TypeError:  # a peer sent what JSON can't hold, such as a header that is not UTF-8, and an entry has it
        data = orjson.dumps(plain(body))
    return web.Response(body=data, status=status, content_type="application/json")
