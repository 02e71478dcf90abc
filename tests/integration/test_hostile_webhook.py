"""Webhooks that answer what no HTTP client should have to read: an outcome each, no exception, no stuck lane.

Every case has a lane of its own: a first message that meets the hostile answer, and a second one behind it that must
still be delivered.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from understudy.material import material

if TYPE_CHECKING:
    from tests.integration.conftest import Serve, Serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
TIMEOUT = 0.7  # seconds that the emulator waits for an answer here; the platform's is 10
ATTEMPTS = 6  # the first and five retries
GROWTH = 60 << 20


@dataclass(frozen=True)
class Case:
    """What the webhook does with a request, and what is to come of it: outcome and last status."""

    answer: bytes | Callable[[socket.socket], None]
    outcome: str
    status: int | None = None
    attempts: int = 1


def hang(peer: socket.socket) -> None:
    """Say nothing until the other side has gone."""
    with suppress(OSError):
        while peer.recv(65_536):
            pass


def answered_in_part(part: bytes) -> Callable[[socket.socket], None]:
    def act(peer: socket.socket) -> None:
        peer.sendall(part)
        hang(peer)

    return act


def endless(part: bytes, head: bytes = b"") -> Callable[[socket.socket], None]:
    """The same again and again until the other side has gone."""

    def act(peer: socket.socket) -> None:
        with suppress(OSError):
            peer.sendall(head)
            while True:
                peer.sendall(part)

    return act


def reset(peer: socket.socket) -> None:
    """Close with a reset instead of an end."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_closed(peer: socket.socket) -> None:
    """End our direction, read on."""
    peer.shutdown(socket.SHUT_WR)
    hang(peer)


def with_head(*lines: bytes, body: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


CASES = {
    "garbage": Case(b"\x00\xff\xfe no http\r\n\r\n", "unreachable"),
    "nothing": Case(b"", "unreachable"),
    "reset": Case(reset, "unreachable"),
    "half-closed": Case(half_closed, "unreachable"),
    "never": Case(hang, "timed out", attempts=ATTEMPTS),
    "half-a-head": Case(answered_in_part(b"HTTP/1.1 200 OK\r\nContent-"), "timed out", attempts=ATTEMPTS),
    "half-a-body": Case(
        answered_in_part(with_head(b"Content-Length: 10", body=b"abc")), "timed out", attempts=ATTEMPTS
    ),
    "cut-body": Case(with_head(b"Content-Length: 10", body=b"abc"), "unreachable"),
    "cut-chunk": Case(with_head(b"Transfer-Encoding: chunked", body=b"5\r\nab"), "unreachable"),
    "bad-chunk": Case(with_head(b"Transfer-Encoding: chunked", body=b"zz\r\nab\r\n"), "unreachable"),
    "huge-body": Case(with_head(b"Content-Length: 3000000", body=b"x" * 3_000_000), "delivered", 200),
    "endless-body": Case(endless(b"x" * 65_536, with_head()), "delivered", 200),
    "endless-chunks": Case(
        endless(b"1000\r\n" + b"x" * 4096 + b"\r\n", with_head(b"Transfer-Encoding: chunked")), "delivered", 200
    ),
    "bomb": Case(with_head(b"Content-Encoding: gzip", body=gzip.compress(bytes(50_000_000))), "delivered", 200),
    "no-gzip": Case(with_head(b"Content-Encoding: gzip", b"Content-Length: 3", body=b"abc"), "delivered", 200),
    "huge-head": Case(with_head(b"X: " + b"a" * 100_000), "unreachable"),
    "countless-headers": Case(with_head(*[b"X: a"] * 50_000), "unreachable"),
    "bad-header": Case(with_head(b"no colon here"), "unreachable"),
    "nul-in-header": Case(with_head(b"X: a\x00b"), "unreachable"),
    "header-no-text": Case(with_head(b"X: \xff\xfe", b"Content-Length: 2", body=b"\xff\xfe"), "delivered", 200),
    "two-lengths": Case(with_head(b"Content-Length: 1", b"Content-Length: 2", body=b"ab"), "unreachable"),
    "redirect": Case(b"HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n", "refused", 302),
    "redirect-nowhere": Case(b"HTTP/1.1 301 X\r\nLocation: ://\xff\r\nContent-Length: 0\r\n\r\n", "refused", 301),
    "continue-first": Case(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + OK, "delivered", 200
    ),
    "continue-only": Case(answered_in_part(b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "timed out", attempts=ATTEMPTS),
    "switching": Case(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "refused", 101),
    "no-content": Case(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "delivered", 204),
    "status-999": Case(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "refused", 999),
    "status-20": Case(b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", "unreachable"),
    "no-status": Case(b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n", "unreachable"),
    "another-protocol": Case(b"ICY 200 OK\r\n\r\n", "unreachable"),
    "busy": Case(
        b"HTTP/1.1 503 Busy\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n", "refused", 503, ATTEMPTS
    ),
    "gone": Case(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "refused", 410),
    "cookies": Case(with_head(*[b"Set-Cookie: a=b; Path=\xff"] * 50, b"Content-Length: 0"), "delivered", 200),
    "two-answers": Case(OK + OK, "delivered", 200),
}


class Webhook:
    """A listener that does what the case named by the request's path says, so many times as that case has attempts."""

    def __init__(self) -> None:
        self.left = Counter({name: case.attempts for name, case in CASES.items()})
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            while name := request(peer):
                self.left[name] -= 1
                answer = CASES[name].answer if self.left[name] >= 0 else OK
                if not isinstance(answer, bytes):
                    answer(peer)
                    return
                peer.sendall(answer)
                if b"Content-Length" not in answer or CASES[name].outcome == "unreachable":
                    return  # who closes behind an answer that allows another one loses the next message by chance

    def close(self) -> None:
        self.listener.close()


def request(peer: socket.socket) -> str:
    """Read a request to its end; returns the case that its path names, or nothing when the other side has closed."""
    got = b""
    while b"\r\n\r\n" not in got or len(got.partition(b"\r\n\r\n")[2]) < length(got):
        chunk = peer.recv(65_536)
        if not chunk:
            return ""
        got += chunk
    return got.partition(b" /")[2].partition(b" ")[0].decode()


def length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")


@pytest.fixture(scope="module")
def finals(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """What became of both messages of every case, in order."""
    limits = tmp_path_factory.mktemp("limits") / "short.toml"
    limits.write_text(shortened(material("contracts") / "limits" / "2026-11.toml"), "utf-8")
    hook = Webhook()
    with serve(limits=str(limits)) as emulator:
        before = emulator.memory()
        try:
            found = delivered(emulator, hook.url)
            assert emulator.memory() - before < GROWTH
            yield found
        finally:
            hook.close()
        emulator.check_unharmed()


def shortened(file: Path) -> str:
    """The limits with a short wait for answers and no rate limit."""
    text = file.read_text("utf-8")
    for name, value, short in (
        ("webhook.timeout", "10", str(TIMEOUT)),
        ("requests.per.token.per.minute", "300", "9999"),
    ):
        known = f'"{name}" = {{ value = {value},'
        assert known in text
        text = text.replace(known, f'"{name}" = {{ value = {short},')
    return text


def delivered(emulator: Serving, url: str) -> dict[str, list[dict[str, Any]]]:
    """Send two messages through every case and wait until all are settled."""
    integrations = {name: emulator.integration(f"{url}/{name}", name=name) for name in CASES}
    for text in ("first", "second"):
        for name, integration in integrations.items():
            body = {"fromAddress": integration, "toAddress": f"customer of {name}", "textBody": text}
            emulator.made("/conversations/messages/agentless", {**body, "toAddressMessengerType": "open"})
    emulator.org.post("advance", seconds=120.0, limit=30.0, patience=30.0)
    names = {integration: name for name, integration in integrations.items()}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in CASES}
    for entry in emulator.entries(name="delivery.final"):
        found[names[entry["data"]["integration"]]].append(entry["data"])
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_answer_has_an_outcome_and_the_next_message_gets_through(
    finals: dict[str, list[dict[str, Any]]], name: str
) -> None:
    case = CASES[name]
    first, second = finals[name]
    assert (first["outcome"], first["status"], first["attempts"]) == (case.outcome, case.status, case.attempts)
    assert (second["outcome"], second["status"], second["attempts"]) == ("delivered", 200, 1)
