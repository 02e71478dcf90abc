"""The ports of an emulator: http, https, or both side by side, and the addresses that clients are told."""

from __future__ import annotations

import errno
import os
import ssl
from typing import Final

from aiohttp import web

from understudy.broken_http import server_log
from understudy.entrance import Handle
from understudy.errors import StartError
from understudy.host import Host

SHUTDOWN: Final = 0.5  # seconds for what is being answered when the emulator stops


class Ports:
    """An HTTP server whose ports are opened one by one."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._runner: web.ServerRunner | None = None

    def origin(self, scheme: str, port: int) -> str:
        """The address of a port, for clients on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host  # RFC 3986 §3.2.2
        return f"{scheme}://{host}:{port}"

    async def serve(self, handle: Handle, of: Host) -> None:
        """Answer by ``handle`` whatever comes in by the ports; what is no HTTP goes into the record of ``of``."""
        # A peer that hangs up must not leave an exchange open behind it: ``advance`` waits for all of them.
        self._runner = web.ServerRunner(
            web.Server(
                handle,
                access_log=None,
                handler_cancellation=True,
                logger=server_log(of),
                auto_decompress=False,  # the record has the bytes of the wire, and no small body becomes a huge one
            ),
            shutdown_timeout=SHUTDOWN,
        )
        await self._runner.setup()

    async def open(self, port: int, option: str, tls: ssl.SSLContext | None = None) -> int:
        """Open one more port; returns its number. Raises ``StartError``, which names the option it came from."""
        runner = self._runner
        if runner is None:
            raise StartError("the ports are opened before anything answers: serve first")
        known = len(runner.addresses)
        try:
            await web.TCPSite(runner, self.host, port, ssl_context=tls).start()
        except OSError as error:
            # the numbers of name resolution are negative, and asyncio wraps the text of the others
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            remedy = f"stop what listens there or give another {option}"
            if error.errno == errno.EACCES:
                remedy = f"give another {option}, or see `understudy serve --hosts` for what this one needs"
            raise StartError(f"port {port} on {self.host} can't be bound ({reason}): {remedy}") from error
        return int(runner.addresses[known][1])

    async def close(self) -> None:
        """Close all of them, which is nothing where none was opened."""
        if self._runner is not None:
            await self._runner.cleanup()
