"""A complete HTTP response that leaves in one write.

aiohttp's ``web.Response`` prepares for chunks, compression, cookies and payload writers; none is needed here,
and it costs a tenth of what a request may (benchmarks/platform_api.py). Only public methods of ``StreamResponse`` are
overridden; the connection and its keep-alive stay aiohttp's.
"""

from __future__ import annotations

from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion10

Headers = tuple[tuple[str, str], ...]

NO_LENGTH: Final = (204, 304)  # RFC 9110 §8.6: no Content-Length with 204; neither has a body


class Reply(web.StreamResponse):
    """Status, headers and all of the body. ``utc`` dates it; Content-Length, Date, Server and Connection are added."""

    def __init__(self, status: int, headers: Headers, body: bytes, utc: float) -> None:
        super().__init__(status=status)
        self._code, self._fields, self._whole, self._second = status, headers, body, int(utc)
        self._stays = False

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open behind this response."""
        return self._stays

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send everything; raises ``ConnectionResetError`` when the peer has gone."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the peer has gone")
        stays = self._stays = request.keep_alive
        has_body = self._code not in NO_LENGTH
        length = f"Content-Length: {len(self._whole)}\r\n" if has_body else ""
        last = _last_lines(self._second, stays, request.version == HttpVersion10)
        head = f"{_status_line(self._code)}{_lines(self._fields)}{length}{last}".encode("latin-1", "replace")
        transport.write(head + self._whole if has_body and request.method != "HEAD" else head)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Everything has been sent already."""


def _lines(headers: Headers) -> str:
    text = "".join([f"{name}: {value}\r\n" for name, value in headers])
    if text.count("\n") == text.count("\r") == len(headers):
        return text
    return "".join([f"{name}: {_one_line(value)}\r\n" for name, value in headers])


def _one_line(value: str) -> str:
    """A value that would end its header, and let a peer's text begin another one, is kept in its line."""
    return value.replace("\r", " ").replace("\n", " ")


@lru_cache(maxsize=64)
def _status_line(status: int) -> str:
    reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
    return f"HTTP/1.1 {status} {reason}\r\n"


@lru_cache(maxsize=16)
def _last_lines(second: int, stays: bool, is_1_0: bool) -> str:
    connection = "Connection: close\r\n" if not stays else "Connection: keep-alive\r\n" if is_1_0 else ""
    return f"Date: {formatdate(second, usegmt=True)}\r\nServer: understudy\r\n{connection}\r\n"
