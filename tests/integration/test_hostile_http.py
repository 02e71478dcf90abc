"""Broken HTTP on the emulator's port: a plain 400 and a closed connection, a note in the record, nothing in its log."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.conftest import Serve, Serving

USERS = b"/api/v2/users HTTP/1.1\r\nHost: x\r\n"
BROKEN = {
    "no HTTP at all": b"\x00\xff\xfe garbage\r\n\r\n",
    "TLS on the plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a version that is none": b"GET /api/v2/users HTTP/9.9\r\nHost: x\r\n\r\n",
    "a method that is no token": b"M@:( " + USERS + b"\r\n",
    "a method that is unknown": b"BREW " + USERS + b"\r\n",
    "a target with bytes that are no ASCII": b"GET /api/v2/\xc3\xa9\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target that is no URL": b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a port that is none": b"GET http://x:99999999/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a line that never ends": b"GET /api/v2/" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a huge header": b"GET " + USERS + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
    "countless headers": b"GET " + USERS + b"X: a\r\n" * 20_000 + b"\r\n",
    "a header without a colon": b"GET " + USERS + b"Authorization Bearer s3cr3t-token-of-somebody\r\n\r\n",
    "NUL in a header": b"GET " + USERS + b"Authorization: Bearer s3cr3t-token\x00-of-somebody\r\n\r\n",
    "two lengths": b"POST " + USERS + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a negative length": b"POST " + USERS + b"Content-Length: -3\r\n\r\nabcd",
    "a length that is no number": b"POST " + USERS + b"Content-Length: 0x3\r\n\r\nabc",
    "length and chunks": b"POST " + USERS + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk whose size is no number": b"POST " + USERS + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "an unknown transfer encoding": b"POST " + USERS + b"Transfer-Encoding: gzip\r\n\r\nabc",
}
ODD = {
    "an old version": (b"GET /api/v2/users HTTP/1.0\r\n\r\n", 401),
    "the absolute form": (b"GET http://elsewhere/api/v2/users HTTP/1.1\r\nHost: x\r\n\r\n", 401),
    "the asterisk form": (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "a tunnel": (b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n", 404),
    "two slashes": (b"GET //[:/api/v2 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "bad percent encoding": (b"GET /api/v2/%zz%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "a token that is no text": (b"GET " + USERS + b"Authorization: Bearer \xff\xfe\r\n\r\n", 401),
    "a correlation id that is no text": (b"GET " + USERS + b"ININ-Correlation-Id: \xe9\xff\r\n\r\n", 401),
    "gzip that is none": (b"POST " + USERS + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", 401),
    "an expectation": (b"POST " + USERS + b"Expect: tea\r\nContent-Length: 2\r\n\r\n{}", 401),
    "an upgrade nobody offers": (b"GET " + USERS + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 401),
    "a path that climbs": (b"GET /media/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
}
CUT = {
    "in the head": b"GET /api/v2/users HTTP/1.1\r\nHo",
    "in the body": b"POST " + USERS + b"Content-Length: 100\r\n\r\n{",
    "in a chunk": b"POST " + USERS + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "behind a chunk that is none": b"POST " + USERS + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\nnonsense\r\n",
    "in the body of a login": b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant_type",
    "in the body of a control call": b"POST /understudy/orgs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    "behind the request": b"GET " + USERS + b"\r\n",
}


@pytest.fixture(scope="module")
def emulator(serve: Serve) -> Iterator[Serving]:
    with serve() as running:
        before = running.memory()
        yield running
        running.check_unharmed()
        assert running.memory() - before < 60 << 20


def spoken(emulator: Serving, *parts: bytes) -> bytes:
    """What is answered until the connection closes or says no more."""
    got = bytearray()
    with dial(emulator) as peer:
        for part in parts:
            peer.sendall(part)
        peer.settimeout(2.0)
        try:
            while chunk := peer.recv(65_536):
                got += chunk
                if b"Connection: close" not in got and got.endswith((b"}", b"]")):
                    break
        except ConnectionError:
            pass
    return bytes(got)


def dial(emulator: Serving) -> socket.socket:
    port = int(emulator.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=2.0)


@pytest.mark.parametrize("case", BROKEN)
def test_broken_http_is_a_plain_400(emulator: Serving, case: str) -> None:
    before = len(emulator.entries(name="http.broken"))
    answer = spoken(emulator, BROKEN[case])
    assert answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 ")), answer
    told = [entry["data"] for entry in emulator.entries(name="http.broken")][before:]
    assert [one["peer"] for one in told] == ["127.0.0.1"] * len(told)
    assert "s3cr3t" not in str(told)


def test_what_the_server_refuses_is_told_in_the_record(emulator: Serving) -> None:
    spoken(emulator, BROKEN["a header without a colon"])
    assert emulator.entries(name="http.broken")[-1]["data"]["error"] == "BadHttpMessage: Invalid header token:"


@pytest.mark.parametrize("case", ODD)
def test_odd_http_is_answered_like_any_other(emulator: Serving, case: str) -> None:
    request, status = ODD[case]
    answer = spoken(emulator, request)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert b'"status"' in answer


@pytest.mark.parametrize("case", CUT)
def test_who_hangs_up_leaves_nothing_behind(emulator: Serving, case: str) -> None:
    for _ in range(20):
        with dial(emulator) as peer:
            peer.sendall(CUT[case])
    assert emulator.control.ready()


def test_connections_that_say_nothing_keep_nobody_waiting(emulator: Serving) -> None:
    idle = [dial(emulator) for _ in range(200)]
    try:
        for one in idle:
            one.sendall(b"GET /api/v2/users HTTP/1.1\r\nHo")
        assert emulator.api("GET", "/users").status == 200
    finally:
        for one in idle:
            one.close()


def test_headers_that_are_no_text_can_be_read_in_the_record(emulator: Serving) -> None:
    spoken(emulator, b"GET " + USERS + b"X-Odd: \xff\xfe\r\n\r\n")
    headers = [dict(entry.get("headers", ())) for entry in emulator.entries(direction="in")]
    assert "\\udcff\\udcfe" in [one.get("X-Odd") for one in headers]
