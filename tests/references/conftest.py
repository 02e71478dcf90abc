"""A tiny Genesys for the reference endpoint to talk to: tokens, Open Messaging, notifications, files."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from websockets.sync.server import ServerConnection, serve

from understudy.references.polyai_endpoint.endpoint import Endpoint
from understudy.references.polyai_endpoint.settings import Settings
from understudy.references.vendor_side.server import Reply, Request

T = TypeVar("T")

PATIENCE = 5.0  # seconds until a wait fails its test
SECRET = "a-secret-of-16+ch"
HOOK = "/webhooks/genesys/ACCOUNT-1/PROJECT-1/live/events"
INTEGRATION = "integration-1"
CONVERSATION = "c0ffee00-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the fake got."""

    method: str
    path: str
    query: str
    headers: dict[str, str]  # names in lower case
    body: Any
    moment: float


@dataclass(slots=True)
class Scripted:
    """An answer to give instead of the usual one."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class FakeGenesys:
    """One origin for login, API and files, and a socket for notifications."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.scripts: dict[str, deque[Scripted]] = defaultdict(deque)  # end of a path → answers to give first
        self.revoked: set[str] = set()
        self.conversation = CONVERSATION
        self.participants = [participant("customer"), participant("agent")]
        self.tokens = 0
        self.changed = threading.Condition()
        self.sockets: list[ServerConnection] = []
        self.opened = 0
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65_536

            def answer(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, body = fake.serve(self, raw)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", headers.get("X-Length", str(len(body))))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = answer

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.streaming = serve(self.keep, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        for run in (lambda: self.http.serve_forever(0.02), self.streaming.serve_forever):
            threading.Thread(target=run, daemon=True).start()

    def stop(self) -> None:
        """Close all sockets."""
        for socket in list(self.sockets):
            socket.close()
        self.streaming.shutdown()
        self.http.shutdown()
        self.http.server_close()

    def keep(self, socket: ServerConnection) -> None:
        """Hold a notification socket until it closes."""
        with self.changed:
            self.sockets.append(socket)
            self.opened += 1
            self.changed.notify_all()
        for _ in socket:
            pass
        with self.changed:
            self.sockets.remove(socket)
            self.changed.notify_all()

    def connected(self, count: int = 1) -> ServerConnection:
        """The newest notification socket, once ``count`` were opened in all."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.opened >= count and bool(self.sockets), PATIENCE), "no socket"
            return self.sockets[-1]

    def notify(self, kind: str, conversation: str = "") -> None:
        """Say on every socket that something happened to the conversation."""
        topic = f"v2.detail.events.conversation.{conversation or self.conversation}.{kind}"
        self.connected()
        for socket in self.sockets:
            socket.send(json.dumps({"topicName": topic, "version": "2", "eventBody": {}}))

    def serve(self, handler: BaseHTTPRequestHandler, raw: bytes) -> tuple[int, dict[str, str], bytes]:
        """Write the call down and answer it."""
        parts = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = json.loads(raw) if headers.get("content-type") == "application/json" and raw else raw.decode()
        call = Call(handler.command, parts.path, parts.query, headers, body, time.monotonic())
        with self.changed:
            self.calls.append(call)
            answer = self._answer(call)
            self.changed.notify_all()
        return answer.status, answer.headers, answer.body.get("raw") or json.dumps(answer.body).encode()

    def _answer(self, call: Call) -> Scripted:
        for end, answers in self.scripts.items():
            if call.path.endswith(end) and answers:
                return answers.popleft()
        if call.path == "/oauth/token":
            self.tokens += 1
            return Scripted(200, {"access_token": f"token-{self.tokens}", "token_type": "bearer", "expires_in": 86_400})
        if call.headers.get("authorization", "").removeprefix("Bearer ") in self.revoked:
            return Scripted(401, {"code": "bad.credentials", "message": "Invalid login credentials."})
        if call.path.endswith("/inbound/open/message"):
            prefetched = {"conversationId": self.conversation} if "prefetchConversationId=true" in call.query else {}
            return Scripted(200, {"id": f"m{len(self.calls)}", **prefetched})
        if call.path.endswith("/notifications/channels"):
            uri = f"ws://127.0.0.1:{self.streaming.socket.getsockname()[1]}/channels/streaming-0-x"
            return Scripted(200, {"id": "streaming-0-x", "connectUri": uri})
        if call.method == "GET" and "/conversations/" in call.path:
            return Scripted(200, {"id": self.conversation, "participants": self.participants})
        return Scripted(200, {"raw": b"x" * 100} if call.path.startswith("/files/") else {})

    def wait(self, end: str, count: int = 1) -> list[Call]:
        """The calls to paths with this end, once there are ``count``."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.to(end)) >= count, PATIENCE), (
                f"{len(self.to(end))} of {count} calls to …{end}; all: {[call.path for call in self.calls]}"
            )
            return self.to(end)

    def to(self, end: str) -> list[Call]:
        """The calls so far to paths with this end."""
        return [call for call in list(self.calls) if call.path.endswith(end)]

    def texts(self) -> list[str]:
        """The texts that were sent as the customer's, in order, each try."""
        return [call.body.get("text", "") for call in self.to("/inbound/open/message")]


def participant(purpose: str, state: str = "connected") -> dict[str, Any]:
    """One who takes part, in the media-specific form."""
    return {"id": f"p-{purpose}", "purpose": purpose, "state": state, "messages": [{"id": f"leg-{purpose}"}]}


def outbound(user: str, text: str = "", *, id_: str = "m1", moment: str = "", **fields: Any) -> dict[str, Any]:
    """A message as Genesys posts it to the webhook."""
    return {
        "id": id_,
        "channel": {
            "id": INTEGRATION,
            "platform": "Open",
            "type": "Private",
            "to": {"id": user, "idType": "Opaque"},
            "from": {"nickname": "Support", "id": INTEGRATION, "idType": "Opaque"},
            "time": moment or "2026-11-21T10:00:00.000Z",
            "messageId": id_,
        },
        "type": "Text",
        "text": text,
        "direction": "Outbound",
        "originatingEntity": "Human",
        **fields,
    }


def sign(raw: bytes, secret: str = SECRET) -> str:
    """The signature header's value."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()


def until(look: Callable[[], T], is_right: Callable[[T], bool]) -> T:
    """Look until it is right, which is the value; fails after PATIENCE."""
    deadline, pause = time.monotonic() + PATIENCE, threading.Event()
    while not is_right(value := look()):
        assert time.monotonic() < deadline, f"never happened; last seen: {value}"
        pause.wait(0.002)
    return value


class Rig:
    """The endpoint in this process, without its server, against a fake Genesys."""

    outbound = staticmethod(outbound)
    participant = staticmethod(participant)
    scripted = Scripted
    sign = staticmethod(sign)
    until = staticmethod(until)

    def __init__(self, genesys: FakeGenesys, *faults: str, **settings: Any) -> None:
        self.genesys, self.stopping = genesys, threading.Event()
        self.settings = Settings(
            **{
                "base_url": genesys.url,
                "integration": INTEGRATION,
                "client_id": "client-1",
                "client_secret": "client-secret-1",
                "webhook_secret": SECRET,
                "backoff": 0.01,
                "faults": frozenset(faults),
                **settings,
            }
        )
        self.endpoint = Endpoint(self.settings, self.stopping)

    def request(self, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """A request of anybody."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.endpoint.answer(Request(method, target, list((headers or {}).items()), raw))

    def deliver(self, message: Any, **headers: str) -> int:
        """A signed delivery; the status."""
        raw = message if isinstance(message, bytes) else json.dumps(message, ensure_ascii=False).encode()
        signature = headers or {"X-Hub-Signature-256": sign(raw)}
        return self.request("POST", HOOK, raw, signature).status

    def say(self, user: str, text: str, **fields: Any) -> int:
        """The user writes; the status."""
        return self.request("POST", f"/users/{user}/messages", {"text": text, **fields}).status

    def items(self, user: str) -> list[dict[str, Any]]:
        """What the user sees now."""
        return list(self.request("GET", f"/users/{user}/messages").body["messages"])

    def seen(self, user: str, count: int, only: str = "") -> list[dict[str, Any]]:
        """What the user sees, once there are ``count`` (of the type ``only``)."""
        return until(lambda: [i for i in self.items(user) if only in ("", i["type"])], lambda seen: len(seen) >= count)

    def texts(self, user: str) -> list[str]:
        """The texts that the user sees now, notices left out."""
        return [item["text"] for item in self.items(user) if item["type"] != "notice"]

    def mode(self, user: str, wanted: str) -> None:
        """Wait until the user talks to ``wanted``: bot or agent."""
        until(lambda: self.request("GET", f"/users/{user}/messages").body["mode"], lambda mode: mode == wanted)

    def handed_off(self, user: str = "ann") -> None:
        """Bring the user to an agent, with everything watched."""
        before = len(self.genesys.to("/subscriptions"))
        reads = len(self.genesys.to(f"/messages/{self.genesys.conversation}"))
        self.say(user, "agent please")
        self.genesys.wait("/subscriptions", before + 1)
        self.genesys.wait(f"/messages/{self.genesys.conversation}", reads + 1)
        self.mode(user, "agent")

    def stop(self) -> None:
        """Close what is open."""
        self.stopping.set()
        self.endpoint.stop()


@pytest.fixture
def genesys() -> Iterator[FakeGenesys]:
    """A fresh fake."""
    fake = FakeGenesys()
    yield fake
    fake.stop()


@pytest.fixture
def start(genesys: FakeGenesys) -> Iterator[Callable[..., Rig]]:
    """Makes rigs, ``start("a_fault", topology="forward")``, and stops them."""
    rigs: list[Rig] = []

    def make(*faults: str, **settings: Any) -> Rig:
        rigs.append(Rig(genesys, *faults, **settings))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.stop()
