"""Pages on the wire. They are not recorded: what is evidence is what their scripts say over the interfaces."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from understudy.exchange import ORIGIN, PREFIX
from understudy.gateway import origin_form
from understudy.host import Host
from understudy.pages.behaviour import Pages
from understudy.reply import Reply


class PagesDriver:
    """Serves pages, scripts and styles. ``prefixes`` are a gateway's (``gateway.Gateway``)."""

    def __init__(self, host: Host, prefixes: Mapping[str, str] | None = None) -> None:
        self.host, self.pages = host, Pages(host.world, prefixes or {})

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        prefix = request.get(PREFIX, "")
        path = origin_form(request.raw_path)[len(prefix) :].partition("?")[0]
        origin = request.get(ORIGIN, self.host.origin)
        tag = request.headers.get("If-None-Match", "")
        answer = self.pages.answer(request.method, path, origin, prefix, tag)
        return Reply(answer.status, tuple(answer.headers.items()), answer.payload(), self.host.clock.utc())
