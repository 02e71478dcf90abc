"""The server: keep-alive, bounds, hostile bytes."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Iterator

import pytest

from understudy.references.vendor_side.server import BODY_MAX, Reply, Request, Server


def application(request: Request) -> Reply:
    """Says what it got."""
    if request.target == "/bug":
        raise RuntimeError("a bug")
    headers = [name for name, _ in request.headers if name.startswith("X-")]
    return Reply(200, {"got": [request.method, request.target, len(request.body), headers]}, {"X-Own": "yes"})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a free port."""
    made = Server("127.0.0.1", 0, application)
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def exchange(server: Server, *sent: bytes) -> bytes:
    """What comes back for raw bytes until the server closes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as peer:
        for data in sent:
            peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: peer.recv(65_536), b""))


def test_a_connection_serves_several_requests(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    for _ in range(3):
        connection.request("POST", "/a?b", b"body", {"X-Case": "kept"})
        response = connection.getresponse()
        assert response.read() == b'{"got": ["POST", "/a?b", 4, ["X-Case"]]}'
        assert response.headers["X-Own"] == "yes"
    connection.close()
    assert server.url == f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"Content-Length: {BODY_MAX + 1}", b"413"),
        ("Content-Length: " + "9" * 5000, b"413"),
        ("Content-Length: -1", b"400"),
        ("Content-Length: x", b"400"),
        ("Transfer-Encoding: chunked", b"411"),
    ],
)
def test_a_body_without_a_fair_length_is_refused(server: Server, head: str, status: bytes) -> None:
    answer = exchange(server, f"POST / HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
    assert answer.split()[1] == status
    assert b"Connection: close" in answer


def test_a_bug_of_ours_is_500_and_the_connection_lives(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    answer = exchange(server, b"GET /bug HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"500", b"200"]
    assert "RuntimeError: a bug" in capsys.readouterr().err


def test_head_has_no_body(server: Server) -> None:
    assert exchange(server, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"BREW / HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\n"]
)
def test_bytes_that_are_no_request_do_no_harm(server: Server, data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    exchange(server, data)
    assert exchange(server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").split()[1] == b"200"
    assert "Traceback" not in capsys.readouterr().err
