from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from understudy.actors.side import knock
from understudy.errors import UnderstudyError

ANSWERS = {"/json": (200, b'{"a":1}'), "/silent": (204, b""), "/gone": (404, b"{}"), "/page": (200, b"<html>")}


class Door(BaseHTTPRequestHandler):
    """Answers by its path; to a POST with what was posted."""

    def do_GET(self) -> None:
        self._answer(*ANSWERS[self.path])

    def do_POST(self) -> None:
        self._answer(202, self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_the_door_answers_is_read(url: str) -> None:
    assert knock("my_door", "GET", f"{url}/json") == {"a": 1}
    assert knock("my_door", "GET", f"{url}/silent") is None
    assert knock("my_door", "POST", f"{url}/any", {"enabled": False}) == {"enabled": False}


def test_a_refusal_names_setting_url_and_status(url: str) -> None:
    with pytest.raises(UnderstudyError) as raised:
        knock("my_door", "GET", f"{url}/gone")
    assert str(raised.value) == f"my_door: {url}/gone answers 404, not 2xx: see suites/USER_SIDE.md"


def test_what_is_no_json_is_told_as_that(url: str) -> None:
    with pytest.raises(UnderstudyError, match=r"my_door: .*/page answers no JSON \("):
        knock("my_door", "GET", f"{url}/page")
