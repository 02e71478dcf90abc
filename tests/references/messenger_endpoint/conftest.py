"""A tiny Genesys for messengers to talk to, from the facts (messaging §2): sockets, config.json, history, files."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from understudy.references.messenger_endpoint.files import Files
from understudy.references.messenger_endpoint.guest import Guest
from understudy.references.messenger_endpoint.settings import Settings

T = TypeVar("T")
PATIENCE = 5.0
Frame = dict[str, Any]
DROP: Frame = {"drop": True}


class FakeMessaging:
    """One origin. ``meets[action]`` holds what the next frames of an action get instead of the usual answer."""

    def __init__(self) -> None:
        self.frames: list[tuple[int, Frame]] = []
        self.upgrades: list[float] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.puts: list[dict[str, str]] = []
        self.refusals: deque[int] = deque()
        self.meets: dict[str, deque[list[Frame]]] = defaultdict(deque)
        self.config: Frame = {}
        self.history: list[Frame] = []
        self.sessions: set[str] = set()
        self.connections: dict[int, ServerConnection] = {}
        self.changed = threading.Condition()
        self.server = serve(self._talk, "127.0.0.1", 0, process_request=self._upgrade, compression=None)
        self.url = f"http://127.0.0.1:{self.server.socket.getsockname()[1]}"
        self.uploads = ThreadingHTTPServer(("127.0.0.1", 0), self._uploader())
        for one in (self.server.serve_forever, lambda: self.uploads.serve_forever(0.01)):
            threading.Thread(target=one, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.uploads.shutdown()
        self.uploads.server_close()

    def auto_start(self) -> None:
        self.config = {"messenger": {"apps": {"conversations": {"autoStart": {"enabled": True}}}}}

    def said(self, action: str) -> list[Frame]:
        return [frame for _, frame in list(self.frames) if frame["action"] == action]

    def texts(self) -> list[str]:
        return [frame["message"]["text"] for frame in self.said("onMessage") if frame["message"].get("text")]

    def wait(self, action: str, count: int = 1) -> list[Frame]:
        with self.changed:
            enough = self.changed.wait_for(lambda: len(self.said(action)) >= count, PATIENCE)
        assert enough, f"{len(self.said(action))} of {count} {action}; all: {self.frames}"
        return self.said(action)

    def push(self, *frames: Frame) -> None:
        """To the newest connection."""
        for frame in frames:
            self.connections[max(self.connections)].send(json.dumps(frame))

    def drop(self) -> None:
        """The newest connection breaks."""
        self._drop(self.connections[max(self.connections)])

    def close(self, code: int = 1000) -> None:
        self.connections[max(self.connections)].close(code)

    def _drop(self, ws: ServerConnection) -> None:
        ws.socket.shutdown(2)

    def _upgrade(self, ws: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path == "/v1":
            self.upgrades.append(time.monotonic())
            return _answer(self.refusals.popleft(), {}) if self.refusals else None
        self.asked.append((request.path, {name.lower(): value for name, value in request.headers.raw_items()}))
        if path.endswith("/config.json"):
            return _answer(200, self.config)
        if path.endswith("/webmessaging/messages"):
            return _answer(200, {"entities": self.history})
        return _answer(200, {"raw": "x" * 20}) if path.startswith("/files/") else _answer(404, {})

    def _talk(self, ws: ServerConnection) -> None:
        number = len(self.upgrades)
        self.connections[number] = ws
        try:
            for data in ws:
                frame = json.loads(data)
                with self.changed:
                    self.frames.append((number, frame))
                    self.changed.notify_all()
                for answer in self._answers(frame):
                    if answer is DROP:
                        self._drop(ws)
                        return
                    ws.send(json.dumps({**answer, "tracingId": answer.get("tracingId", frame.get("tracingId"))}))
        except ConnectionClosed:
            return

    def _answers(self, frame: Frame) -> list[Frame]:
        if waiting := self.meets[frame["action"]]:
            return waiting.popleft()
        match frame["action"]:
            case "configureSession":
                is_new = frame["token"] not in self.sessions or bool(frame.get("startNew"))
                self.sessions.add(frame["token"])
                return [response("SessionResponse", connected=True, newSession=is_new, readOnly=False)]
            case "onMessage":
                return [{**told(**{"direction": "Inbound", "id": f"e{len(self.frames)}", **frame["message"]})}]
            case "echo":
                return [{**told(direction="Inbound", **frame["message"]), "type": "response"}]
            case "getJwt":
                return [response("JwtResponse", jwt="a.b.c", exp=1)]
            case "onAttachment":
                port, id_ = self.uploads.server_address[1], frame["attachmentId"]
                url = f"http://127.0.0.1:{port}/{id_}"
                return [response("PresignedUrlResponse", attachmentId=id_, url=url, headers={"x-key": "k"})]
        return []

    def _uploader(fake) -> type[BaseHTTPRequestHandler]:
        class Uploader(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                fake.puts.append({name.lower(): value for name, value in self.headers.items()})
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                fake.push({**message("UploadSuccessEvent"), "body": {"attachmentId": self.path[1:]}})

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Uploader


def _answer(status: int, body: Any) -> Response:
    data = json.dumps(body).encode()
    headers = Headers({"Content-Length": str(len(data)), "Content-Type": "application/json", "Connection": "close"})
    return Response(status, HTTPStatus(status).phrase, headers, data)


def response(class_: str, code: int = 200, **body: Any) -> Frame:
    """An answer."""
    return {"type": "response", "class": class_, "code": code, "body": body}


def message(class_: str, **body: Any) -> Frame:
    """Something said unasked, with no tracing id."""
    return {"type": "message", "class": class_, "code": 200, "body": body, "tracingId": ""}


def told(**body: Any) -> Frame:
    """A message of a conversation."""
    said = {"type": "Text", "direction": "Outbound", "originatingEntity": "Human", **body}
    return {"type": "message", "class": "StructuredMessage", "code": 200, "body": said}


def error(code: int, text: str = "no") -> Frame:
    """A refusal."""
    return {"type": "response", "class": "string", "code": code, "body": text}


def until(look: Callable[[], T], is_right: Callable[[T], bool]) -> T:
    """Look until it is right, which is the value."""
    deadline, pause = time.monotonic() + PATIENCE, threading.Event()
    while not is_right(value := look()):
        assert time.monotonic() < deadline, f"never happened; last seen: {value}"
        pause.wait(0.005)
    return value


class Rig:
    """One guest against the fake."""

    told, response, message, error = (
        staticmethod(told),
        staticmethod(response),
        staticmethod(message),
        staticmethod(error),
    )
    until = staticmethod(until)
    drop = DROP

    def __init__(self, fake: FakeMessaging, *faults: str, **settings: Any) -> None:
        self.fake, self.stopping = fake, threading.Event()
        given = {"base_url": fake.url, "deployment": "d-1", "backoff": 0.05, "first_health": 60.0, **settings}
        self.settings = Settings(**given, faults=frozenset(faults))
        self.files = Files(self.settings.faults)
        self.guest = Guest("ann", self.settings, self.files, self.stopping)

    def shown(self) -> list[str]:
        """Texts of the other side, as the guest sees them."""
        listed = self.guest.screen.listing()["messages"]
        return [one["text"] for one in listed if one["type"] != "notice"]

    def notices(self) -> list[str]:
        return [one["text"] for one in self.guest.screen.listing()["messages"] if one["type"] == "notice"]

    def own(self) -> list[tuple[str, str]]:
        return [(one["text"], one["state"]) for one in self.guest.screen.listing()["own"]]

    def sent(self, *texts: str) -> None:
        """Wait until the guest's own texts were echoed."""
        until(self.own, lambda own: all((text, "sent") in own for text in texts))

    def opened(self) -> None:
        """The guest has said hello."""
        self.guest.says("hello")
        self.sent("hello")

    def stop(self) -> None:
        self.stopping.set()
        self.guest.stop()
        self.files.close()


@pytest.fixture
def fake() -> Iterator[FakeMessaging]:
    one = FakeMessaging()
    yield one
    one.stop()


@pytest.fixture
def start(fake: FakeMessaging) -> Iterator[Callable[..., Rig]]:
    """Makes rigs, ``start("a_fault", health=1)``, and stops them."""
    rigs: list[Rig] = []

    def make(*faults: str, **settings: Any) -> Rig:
        rigs.append(Rig(fake, *faults, **settings))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.stop()
