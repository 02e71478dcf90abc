from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from understudy.reply import Headers, Reply

HEADERS: Headers = (("Content-Type", "application/json"), ("X-Twice", "1"), ("X-Twice", "2"))
NEW_YEAR = 1_767_225_600.9
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def answered(
    *requests: bytes, status: int = 200, headers: Headers = HEADERS, body: bytes = b'{"a":1}'
) -> tuple[list[str], bytes]:
    """Everything a connection answers until it closes: the lines of all heads, and what follows the last head."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return Reply(status, headers, body, NEW_YEAR)

    async def go() -> bytes:
        runner = web.ServerRunner(web.Server(handle, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
        try:
            for request in requests:
                writer.write(request)
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()
            await runner.cleanup()

    raw = asyncio.run(go())
    head, _, rest = raw.rpartition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), rest


def test_a_response_is_whole() -> None:
    lines, body = answered(LAST)
    assert body == b'{"a":1}'
    assert lines == [
        "HTTP/1.1 200 OK",
        "Content-Type: application/json",
        "X-Twice: 1",
        "X-Twice: 2",
        "Content-Length: 7",
        "Date: Thu, 01 Jan 2026 00:00:00 GMT",
        "Server: understudy",
        "Connection: close",
    ]


def test_a_connection_stays_open_for_the_next_request() -> None:
    lines, _ = answered(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", LAST)
    assert len([line for line in lines if line.endswith("HTTP/1.1 200 OK")]) == 2
    assert lines.count("Connection: close") == 1


def test_http_1_0_is_closed_unless_it_asks_otherwise() -> None:
    assert "Connection: close" in answered(b"GET / HTTP/1.0\r\n\r\n")[0]
    kept = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    assert "Connection: keep-alive" in answered(kept, LAST)[0]


def test_head_has_the_length_and_no_body() -> None:
    lines, body = answered(LAST.replace(b"GET", b"HEAD"))
    assert "Content-Length: 7" in lines
    assert body == b""


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_neither_body_nor_length(status: int) -> None:
    lines, body = answered(LAST, status=status, body=b"ignored")
    assert lines[0].startswith(f"HTTP/1.1 {status} ")
    assert not [line for line in lines if line.startswith("Content-Length")]
    assert body == b""


def test_an_empty_body_has_length_0() -> None:
    assert "Content-Length: 0" in answered(LAST, body=b"")[0]


def test_a_value_can_not_end_its_header() -> None:
    lines, _ = answered(LAST, headers=(("X-Name", "a\r\nSet-Cookie: b=c\n\nd"),))
    assert "X-Name: a  Set-Cookie: b=c  d" in lines


def test_an_unknown_status_has_a_reason_all_the_same() -> None:
    assert answered(LAST, status=799)[0][0] == "HTTP/1.1 799 Unknown"


def test_the_rest_of_an_unread_body_does_not_become_a_request() -> None:
    posted = (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n" + b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\nxxxxx"
    )
    assert len(posted.partition(b"\r\n\r\n")[2]) == 40
    lines, _ = answered(posted, LAST)
    assert len([line for line in lines if "HTTP/1.1 200 OK" in line]) == 2
