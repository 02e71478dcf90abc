"""The endpoint put together, and its routes."""

from __future__ import annotations

import json
import re
import threading
from typing import Final
from urllib.parse import unquote

from ..vendor_side.genesys import Genesys, Http, Tokens
from ..vendor_side.lanes import Lanes
from ..vendor_side.server import Reply, Request
from .attachments import Attachments
from .channel import Channel
from .forward import Forward
from .inbox import Inbox
from .operations import Operations
from .settings import Settings
from .signature import Verifier
from .upstream import Upstream
from .users import Users
from .userside import UserSide
from .webhook import Webhook

# The guide's pattern, step 4: /webhooks/genesys/<ACCOUNT_ID>/<PROJECT_ID>/<CLIENT_ENV>/events
WEBHOOK_PATH: Final = re.compile(r"/webhooks/genesys/[^/]+/[^/]+/[^/]+/events")
USER_PATH: Final = re.compile(r"/users/(?P<id>[^/]+)/(?P<action>messages|typing|end)")
WORKERS: Final = 64
JOBS_MAX: Final = 20_000


class Endpoint:
    """Everything but the sockets: ``answer`` turns a request into a reply."""

    def __init__(self, settings: Settings, stopping: threading.Event) -> None:
        self._faults = settings.faults
        self._http, self._attachments = Http(settings.base_url, stopping), Attachments()
        tokens = Tokens(self._http, settings.client_id, settings.client_secret, settings.backoff, settings.faults)
        genesys = Genesys(self._http, tokens, settings.backoff, settings.faults)
        operations = Operations(genesys, settings.integration, settings.faults)
        arrivals, departures = Lanes("arrivals", WORKERS, JOBS_MAX), Lanes("departures", WORKERS, JOBS_MAX)
        self._lanes = (arrivals, departures)
        users = Users()
        is_forward = settings.topology == "forward"
        self.channel = None if is_forward else Channel(settings, users, operations, departures, stopping)
        self._upstream = Upstream(stopping)
        inbox = Inbox(operations, self._attachments, self._upstream, arrivals, departures, settings.faults)
        forward = Forward(settings, operations, departures) if is_forward else None
        verifier = Verifier(settings.webhook_secret, settings.faults)
        self._webhook = Webhook(verifier, users, inbox, forward, self._upstream, settings.faults)
        self._userside = UserSide(users, self.channel)

    def answer(self, request: Request) -> Reply:
        """Find the route and take it; 404 for an unknown path, 405 for another method."""
        path, method = request.target.partition("?")[0], request.method
        if WEBHOOK_PATH.fullmatch(path):
            if method in ("GET", "PUT") and "get_is_200" in self._faults:
                return Reply(200, {})
            return Reply(*self._webhook.receive(request.headers, request.body)) if method == "POST" else refused("POST")
        if user := USER_PATH.fullmatch(path):
            return self._answer_user(method, unquote(user["id"]), user["action"], request.body)
        if path == "/control/upstream":
            return self._set_upstream(request.body) if method == "POST" else refused("POST")
        if path == "/ready":
            return Reply(200, {"ready": True}) if method in ("GET", "HEAD") else refused("GET, HEAD")
        return Reply(404, {"error": f"there is nothing at {path[:200]}"})

    def stop(self) -> None:
        """Close what is open; ``stopping`` is set by now."""
        for lanes in self._lanes:
            lanes.stop()
        if self.channel is not None:
            self.channel.stop()
        self._http.close()
        self._attachments.close()

    def _answer_user(self, method: str, id_: str, action: str, body: bytes) -> Reply:
        if method == "GET" and action == "messages":
            return Reply(*self._userside.read(id_))
        if method == "POST":
            return Reply(*self._userside.act(id_, action, body))
        return refused("GET, POST" if action == "messages" else "POST")

    def _set_upstream(self, raw: bytes) -> Reply:
        try:
            body = json.loads(raw)
            failing, slow = int(body.get("failing", 0)), float(body.get("slow", 0))
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return Reply(400, {"error": 'give {"failing": messages, "slow": seconds}'})
        self._upstream.set(failing, slow)
        return Reply(200, {"failing": failing, "slow": slow})


def refused(allowed: str) -> Reply:
    """405."""
    return Reply(405, {"error": f"the method must be {allowed}"}, {"Allow": allowed})
