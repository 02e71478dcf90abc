"""The Platform API on the wire: every ``/api/v2/…`` request goes through the recording seam to ``Platform.answer``."""

from __future__ import annotations

from aiohttp import web

from understudy.exchange import serve
from understudy.host import Host
from understudy.platform.behaviour import Platform


class PlatformDriver:
    """Serves the Platform API of all orgs on the one port."""

    def __init__(self, host: Host, platform: Platform) -> None:
        self.host, self.platform = host, platform

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        return await serve(self.host, request, self.platform.answer, interface="platform")
