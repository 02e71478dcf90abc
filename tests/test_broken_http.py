from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong

from understudy.broken_http import server_log, unreadable

if TYPE_CHECKING:
    from tests.conftest import Loopback


class Heard(logging.Handler):
    """What reaches a log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def logged(host: Any, error: BaseException) -> list[str]:
    """What the log has of an error that aiohttp's server tells it."""
    log, heard = server_log(host), Heard()
    log.addHandler(heard)
    log.error("Error handling request from %s", "10.0.0.9", exc_info=error)
    return heard.lines


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (BadHttpMessage("Invalid header token:\n\n  b'Bearer s3cr3t'\n   ^"), "BadHttpMessage: Invalid header token:"),
        (LineTooLong(b"s3cr3t", 8190), "LineTooLong: Got more than 8190 bytes when reading:"),
        (web.RequestPayloadError("400, message:\n  s3cr3t"), "RequestPayloadError: 400, message:"),
    ],
)
def test_a_peers_broken_http_is_a_note_that_quotes_nothing(loopback: Loopback, error: Exception, told: str) -> None:
    assert logged(loopback, error) == []
    [note] = loopback.named("http.broken")
    assert (note.data, note.interface) == ({"peer": "10.0.0.9", "error": told}, "http")


def test_who_hangs_up_is_told_nowhere(loopback: Loopback) -> None:
    assert logged(loopback, ConnectionResetError("Connection lost")) == []
    assert loopback.named("http.broken") == []


def test_a_fault_of_ours_is_logged(loopback: Loopback) -> None:
    assert logged(loopback, KeyError("ours")) == ["Error handling request from 10.0.0.9"]
    assert loopback.named("http.broken") == []


def test_a_body_that_can_not_be_read_is_a_plain_400() -> None:
    answer = unreadable(web.RequestPayloadError("400, message:\n  Can not decode"))
    assert (answer.status, answer.text) == (400, "The request body can't be read: RequestPayloadError: 400, message:")


def test_the_server_refuses_what_is_no_http(loopback: Loopback) -> None:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError("never reached")

    async def go() -> bytes:
        runner = web.ServerRunner(web.Server(handle, access_log=None, logger=server_log(cast("Any", loopback))))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
        writer.write(b"no http at all\r\n\r\n")
        answered = await reader.read()
        writer.close()
        await runner.cleanup()
        return answered

    assert asyncio.run(go()).startswith(b"HTTP/1.0 400 ")
