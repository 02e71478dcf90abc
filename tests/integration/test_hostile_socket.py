"""Notification sockets whose clients break the protocol, flood it or never read: tolerated or dropped, alone."""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import ClientConnection, connect

if TYPE_CHECKING:
    from tests.integration.conftest import Hook, Office, Serve

PATIENCE = 10.0
GROWTH = 60 << 20
TOLERATED = (
    "", " ", "{", "[]", "null", "1e999", '"ping"', '{"message":5}', '{"message":null}', '{"message":"ping","x":[[]]}',
    '{"message":"subscribe"}', '{"message":"subscribe","topics":5}', '{"message":"subscribe","topics":[null,{}]}',
    '{"message":"subscribe","topics":["v2.users.x"],"correlationId":{}}', '{"message":"subscribe","topics":[""]}',
    '{"a":' * 300 + "1" + "}" * 300, "[" * 5000, "x" * 65_537, "\x00\x01", "\U0001f600" * 100, '{"message":"\\ud800"}',
    "2026-07-01T10:00:00Z",
)  # fmt: skip


def frame(
    opcode: int, payload: bytes, *, fin: bool = True, mask: bool = True, rsv: int = 0, size: int | None = None
) -> bytes:
    """A client's frame, as wrong as it is asked for; ``size`` is what it claims (RFC 6455 §5.2)."""
    length = len(payload) if size is None else size
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if mask else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 1 << 16:
        head += bytes([bit | 126]) + length.to_bytes(2, "big")
    else:
        head += bytes([bit | 127]) + length.to_bytes(8, "big")
    return head + (bytes(4) + payload if mask else payload)  # a mask of zeros leaves the payload as it is


BREAKING = {
    "a reserved bit": frame(1, b"{}", rsv=4),
    "a reserved opcode": frame(5, b"{}"),
    "no UTF-8": frame(1, b"\xff\xfe\xfd"),
    "a continuation of nothing": frame(0, b"{}"),
    "a fragment within a message": frame(1, b"{", fin=False) + frame(1, b"}"),
    "a fragmented ping": frame(9, b"x", fin=False),
    "a ping that is too long": frame(9, b"x" * 200),
    "a close with a wrong code": frame(8, b"\x00\x01"),
    "a close of one byte": frame(8, b"\x03"),
    "more than is read": frame(1, b"x" * 300_000),
    "a length beyond all": frame(1, b"x", size=1 << 62),
    "no frame at all": b"GET / HTTP/1.1\r\n\r\n",
}
UPGRADES: dict[str, tuple[str, dict[str, Any]]] = {
    "no key": ("GET", {"Sec-WebSocket-Key": None}),
    "a short key": ("GET", {"Sec-WebSocket-Key": "eA=="}),
    "an old version": ("GET", {"Sec-WebSocket-Version": "12"}),
    "a wrong method": ("POST", {}),
    "no upgrade": ("GET", {"Upgrade": None, "Connection": "keep-alive"}),
}


@pytest.fixture(scope="module")
def office(serve: Serve, furnish: type[Office], hooks: Callable[[], Hook]) -> Iterator[Office]:
    with serve() as serving:
        made = furnish(serving, hooks().url)
        before = serving.memory()
        yield made
        assert serving.memory() - before < GROWTH
        serving.check_unharmed()


@pytest.fixture
def path(office: Office) -> str:
    """A channel of its own that hears of every conversation of the agent."""
    channel = office.serving.made("/notifications/channels", None)
    topic = [{"id": f"v2.users.{office.ids['user']}.conversations.messages"}]
    assert office.serving.api("PUT", f"/notifications/channels/{channel['id']}/subscriptions", topic).status == 200
    return f"/channels/{channel['id']}"


def join(office: Office, path: str) -> ClientConnection:
    return connect(office.serving.url.replace("http", "ws") + path, open_timeout=PATIENCE, max_size=None)


def upgraded(
    office: Office, path: str, method: str = "GET", changes: dict[str, Any] | None = None
) -> tuple[socket.socket, bytes]:
    """A raw connection and what was answered to its upgrade."""
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {"Host": "x", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key}
    headers |= {"Sec-WebSocket-Version": "13", **(changes or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    peer = socket.socket()
    peer.settimeout(PATIENCE)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # who doesn't read is felt soon
    peer.connect(("127.0.0.1", int(office.serving.url.rpartition(":")[2])))
    peer.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode())
    got = b""
    while b"\r\n\r\n" not in got:
        got += peer.recv(1)
    return peer, got


def hears(office: Office, listener: ClientConnection, customer: str) -> None:
    """The listener is told of a new conversation."""
    conversation = office.conversation(customer)["conversation"]
    while json.loads(listener.recv(PATIENCE))["eventBody"].get("id") != conversation:
        pass


def pongs(listener: ClientConnection) -> None:
    """The socket still answers a ping; what else it says is passed over."""
    listener.send('{"message":"ping"}')
    while json.loads(listener.recv(PATIENCE)).get("eventBody") != {"message": "pong"}:
        pass


def test_what_means_nothing_is_tolerated(office: Office, path: str) -> None:
    with join(office, path) as listener:
        for text in TOLERATED:
            listener.send(text)
            listener.send(text.encode())  # a binary frame
            pongs(listener)
        hears(office, listener, "of the tolerant")
    tolerated = office.serving.entries(name="notifications.tolerated")
    assert len(tolerated) > len(TOLERATED)


@pytest.mark.parametrize("case", BREAKING)
def test_who_breaks_the_protocol_is_dropped_and_may_come_again(office: Office, path: str, case: str) -> None:
    peer, answer = upgraded(office, path)
    assert answer.startswith(b"HTTP/1.1 101 ")
    with closing(peer), suppress(ConnectionError):
        peer.sendall(BREAKING[case])
        while peer.recv(65_536):  # a close frame, then the end
            pass
    with join(office, path) as listener:
        pongs(listener)
        hears(office, listener, f"after {case}")


def test_a_frame_without_a_mask_is_read_all_the_same(office: Office, path: str) -> None:
    """RFC 6455 §5.1 has the server close; aiohttp doesn't look."""
    peer, _ = upgraded(office, path)
    with closing(peer):
        peer.sendall(frame(1, b'{"message":"ping"}', mask=False))
        assert b"pong" in peer.recv(65_536)


@pytest.mark.parametrize("case", UPGRADES)
def test_an_upgrade_that_is_none_is_refused_in_genesys_shape(office: Office, path: str, case: str) -> None:
    peer, answer = upgraded(office, path, *UPGRADES[case])
    with closing(peer):
        assert answer.startswith(b"HTTP/1.1 400 "), answer
        assert peer.recv(65_536).startswith(b'{"message":')


@pytest.mark.parametrize(
    "wrong", ["/channels/", "/channels/x", "/channels/%00", "/channels/" + "a" * 5000, "/channels/a/b/c"]
)
def test_a_channel_that_is_none_is_refused(office: Office, wrong: str) -> None:
    peer, answer = upgraded(office, wrong)
    peer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")


def test_who_hangs_up_in_the_middle_of_a_frame_leaves_nothing(office: Office, path: str) -> None:
    for _ in range(20):
        peer, _ = upgraded(office, path)
        peer.sendall(frame(1, b"x" * 100)[:20])
        peer.close()
    with join(office, path) as listener:
        hears(office, listener, "after the cut")


def test_who_never_reads_is_dropped_and_the_others_hear_on(office: Office, path: str) -> None:
    deaf, _ = upgraded(office, path)
    other = office.serving.made("/notifications/channels", None)["id"]
    topic = [{"id": f"v2.users.{office.ids['user']}.conversations.messages"}]
    assert office.serving.api("PUT", f"/notifications/channels/{other}/subscriptions", topic).status == 200
    ids = office.conversation("of the talkative")
    say = f"/conversations/messages/{ids['conversation']}/communications/{ids['communication']}/messages"
    with closing(deaf), join(office, f"/channels/{other}") as listener:
        dropped: list[Any] = []
        for _ in range(100):
            for _ in range(10):
                assert office.serving.api("POST", say, {"textBody": "x" * 3900}).status == 200
            pongs(listener)
            dropped = office.serving.entries(name="notifications.dropped")
            if dropped:
                break
        assert dropped[0]["data"]["reason"] == "the client does not read"
        pongs(listener)
