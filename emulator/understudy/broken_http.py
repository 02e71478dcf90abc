"""Broken HTTP of peers: a 400 for them, a note in the record for the reader, nothing in our own log.

aiohttp refuses what isn't HTTP before any of our code runs, and logs each refusal with a traceback that quotes the
peer's bytes: such a log would fill without bound, could hold a token, and would hide a fault of ours.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from understudy.clock import OrgClock

if TYPE_CHECKING:
    from understudy.host import Host

LOGGER = "understudy.http"


class BrokenHttp(logging.Filter):
    """A filter of the server's log: a peer's fault becomes the note ``http.broken`` {peer, error}, all else passes."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the log is to have it."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ConnectionError):  # the peer has gone: nobody is there to be told
            return False
        if not isinstance(error, HttpProcessingError | web.RequestPayloadError):
            return True
        peer = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
        moment = OrgClock(self.host.clock).moment()
        self.host.recorder.note("http.broken", moment=moment, interface="http", peer=peer, error=_told(error))
        return False


def server_log(host: Host) -> logging.Logger:
    """A log for the HTTP server of one host."""
    log = logging.Logger(LOGGER)
    log.parent = logging.getLogger()
    log.addFilter(BrokenHttp(host))
    return log


def unreadable(error: Exception) -> web.HTTPBadRequest:
    """What to raise when a body can't be read to its end."""
    return web.HTTPBadRequest(text=f"The request body can't be read: {_told(error)}")


def _told(error: BaseException) -> str:
    """The error without the bytes that it quotes."""
    text = error.message if isinstance(error, HttpProcessingError) else str(error)
    own = text.partition("\n")[0].partition("b'")[0].strip()
    return f"{type(error).__name__}: {own}"
