"""The HTTP server: requests to replies, nothing more. HTTP/1.1 with keep-alive, one thread a connection."""

from __future__ import annotations

import json
import socketserver
import sys
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, NamedTuple

BODY_MAX: Final = 1 << 20  # bytes; the emulator refuses more too
IDLE_SECONDS: Final = 75  # longer than clients keep an idle connection, so that none is closed under a request


class Request(NamedTuple):
    """A request. ``target`` is the path with its query; header names are as they came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes


class Reply(NamedTuple):
    """A reply; ``body`` is sent as JSON unless there is ``raw``, which is sent as it stands. A header of None is left
    out."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str | None] = {}  # noqa: RUF012 - never changed
    raw: bytes | None = None


Application = Callable[[Request], Reply]


class Server(ThreadingHTTPServer):
    """Serves ``application`` on (host, port); port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, application: Application, name: str = "reference") -> None:
        self.application, self.name = application, name
        super().__init__((host, port), Connection)

    def server_bind(self) -> None:
        """Without the look-up of our own name that HTTPServer makes, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that went away is its own affair; the rest is a bug of ours."""
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc(file=sys.stderr)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host if isinstance(host, str) else host.decode()}:{port}"


class Connection(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    wbufsize = 1 << 16  # head and body leave together
    disable_nagle_algorithm = True
    server: Server

    def answer(self) -> None:
        """Read the body, ask the application, send the reply."""
        body = self.read_body()
        if isinstance(body, Reply):
            self.close_connection = True
            self.send(body)
            return
        request = Request(self.command, self.path, list(self.headers.items()), body)
        try:
            reply = self.server.application(request)
        except Exception:  # the last layer: the connection must live on
            traceback.print_exc(file=sys.stderr)
            reply = Reply(500, {"error": "a bug of this endpoint: see its log"})
        self.send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def read_body(self) -> bytes | Reply:
        """The body, or the reply that refuses it."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return Reply(411, {"error": "send Content-Length"})
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            return Reply(400, {"error": "Content-Length is not a number"})
        if len(length) > 10 or int(length) > BODY_MAX:
            return Reply(413, {"error": f"the body is longer than {BODY_MAX} bytes"})
        return self.rfile.read(int(length))

    def send(self, reply: Reply) -> None:
        """Send the reply."""
        body = json.dumps(reply.body).encode() if reply.raw is None else reply.raw
        self.send_response(reply.status)
        headers: dict[str, str | None] = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        headers |= reply.headers
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        """The header Server."""
        return self.server.name

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged one by one: a reader that does not read would stop us."""
