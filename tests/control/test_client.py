"""The synchronous client: what it sends, and which error each kind of answer becomes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from understudy.control import client as module
from understudy.control.client import ControlClient
from understudy.errors import Lost, StartError, UnderstudyError


@dataclass
class Peer:
    """Answers as ``answers`` says (status, body), then 200 {}; ``seen`` are method, target, headers, body."""

    url: str = ""
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def query(self, number: int) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.seen[number][1]).query).items()}


@pytest.fixture
def peer() -> Iterator[Peer]:
    found = Peer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.seen.append((self.command, self.path, dict(self.headers.items()), body))
            status, data = found.answers.pop(0) if found.answers else (200, b"{}")
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()
    server.server_close()


def test_calls_go_below_the_control_api_as_json_with_the_token(peer: Peer) -> None:
    client = ControlClient(f"{peer.url}/", "token-1")
    client.call("POST", "orgs", {"text": "ä"})
    method, target, headers, body = peer.seen[0]
    assert (method, target, json.loads(body)) == ("POST", "/understudy/orgs", {"text": "ä"})
    assert headers["Authorization"] == "Bearer token-1"
    assert headers["Content-Type"] == "application/json"


def test_without_a_token_none_is_sent(peer: Peer) -> None:
    ControlClient(peer.url).call("GET", "orgs")
    assert "Authorization" not in peer.seen[0][2]


def test_an_org_is_one_segment_whatever_its_id(peer: Peer) -> None:
    org = ControlClient(peer.url).org("a/b c")
    org.get("changes", match={"customer": "ann"}, after=3)
    org.put("members/q", members={})
    org.delete("lease", test="t::x[1]")
    org.perform("Disconnect", conversation="c")
    assert [urlsplit(target).path for _, target, _, _ in peer.seen] == [
        "/understudy/orgs/a%2Fb%20c/changes",
        "/understudy/orgs/a%2Fb%20c/members/q",
        "/understudy/orgs/a%2Fb%20c/lease",
        "/understudy/orgs/a%2Fb%20c/perform",
    ]
    assert peer.query(0) == {"match": '{"customer": "ann"}', "after": "3"}
    assert peer.query(2) == {"test": "t::x[1]"}
    assert json.loads(peer.seen[3][3]) == {"command": "Disconnect", "arguments": {"conversation": "c"}}


def test_a_note_returns_the_entry_it_became(peer: Peer) -> None:
    peer.answers.append((200, b'{"entry": "0:15"}'))
    assert ControlClient(peer.url).org("o").note("mark", customer="ann", colour="red") == "0:15"
    assert json.loads(peer.seen[0][3]) == {
        "name": "mark",
        "customer": "ann",
        "conversation": None,
        "data": {"colour": "red"},
    }


def test_an_error_answer_names_call_status_and_reason(peer: Peer) -> None:
    peer.answers.append((404, b'{"error": "no org \'x\'; known are none"}'))
    with pytest.raises(UnderstudyError) as raised:
        ControlClient(peer.url).org("x").get("cursor")
    assert str(raised.value) == "GET /understudy/orgs/x/cursor: 404 no org 'x'; known are none"


def test_a_lost_cursor_is_lost_with_its_count(peer: Peer) -> None:
    peer.answers.append((410, b'{"error": "gone", "lost": 12}'))
    with pytest.raises(Lost) as raised:
        ControlClient(peer.url).org("x").get("changes", after=0)
    assert raised.value.count == 12


def test_nobody_there_is_a_start_error() -> None:
    with pytest.raises(StartError, match=r"^no emulator answers at http://127\.0\.0\.1:9: .*refused"):
        ControlClient("http://127.0.0.1:9").call("GET", "orgs")
    assert ControlClient("http://127.0.0.1:9").ready() is False


@pytest.mark.parametrize("body", [b"<html>It works!</html>", b"[]", b"\xff\xfe"])
def test_somebody_else_there_is_a_start_error(peer: Peer, body: bytes) -> None:
    client = ControlClient(peer.url)
    peer.answers += [(200, body)] * 2
    with pytest.raises(StartError) as raised:
        client.call("GET", "orgs")
    assert str(raised.value) == f"what answers at {peer.url} is no emulator: it said {body!r}"
    assert client.ready() is False


@pytest.mark.parametrize(
    ("status", "body", "ready"), [(200, b'{"ready": true}', True), (503, b'{"ready": false}', False), (200, b"", False)]
)
def test_ready_is_what_the_emulator_says(peer: Peer, status: int, body: bytes, ready: bool) -> None:
    peer.answers.append((status, body))
    assert ControlClient(peer.url).ready() is ready


def test_a_long_wait_is_made_of_polls_and_moves_the_cursor_on(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIECE", 0.001)
    nothing: Any = {"change": None, "cursor": 5}
    peer.answers += [(200, json.dumps(nothing).encode()), (200, b'{"change": {"number": 7}, "cursor": 8}')]
    answer = ControlClient(peer.url).org("o").wait("changes", 60.0, after=3, kind="typing")
    assert answer == {"change": {"number": 7}, "cursor": 8}
    assert [peer.query(n) for n in range(2)] == [
        {"timeout": "0.001", "after": "3", "kind": "typing"},
        {"timeout": "0.001", "after": "5", "kind": "typing"},
    ]


def test_a_wait_in_vain_ends_with_its_time(peer: Peer) -> None:
    peer.answers.append((200, b'{"entry": null, "cursor": 5}'))
    assert ControlClient(peer.url).org("o").wait("entries", 0.5, after=3)["entry"] is None
    assert len(peer.seen) == 1
