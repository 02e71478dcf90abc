"""``POST /oauth/token`` on the wire: every request goes through the recording seam to ``OAuth.answer``."""

from __future__ import annotations

from aiohttp import web

from understudy.exchange import serve
from understudy.host import Host
from understudy.ids import Ids
from understudy.oauth.behaviour import OAuth
from understudy.oauth.messages import FORM_BYTES_MAX


class OAuthDriver:
    """The login service of every org on the one port."""

    def __init__(self, host: Host, ids: Ids | None = None) -> None:
        self.host, self.oauth = host, OAuth(host.world, ids)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        return await serve(self.host, request, self.oauth.answer, interface="oauth", body_max=FORM_BYTES_MAX)
