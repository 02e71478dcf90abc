"""Where every request comes in: a gateway's prefix is taken off, and the path says which interface answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from understudy.broken_http import unreadable
from understudy.exchange import ORIGIN, PREFIX
from understudy.gateway import Gateway, origin_form, origin_of
from understudy.host import Host

WITHOUT_EXCHANGE: Final = (
    "/media/",
    "/understudy/",
)  # uploads and downloads, whose drivers look at the path themselves

Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Routes = tuple[tuple[str, Handle], ...]  # (how the path begins, who answers); the first answers what fits none


class Entrance:
    """The way from a port to the interfaces. With ``advertised`` the addresses that clients are told don't follow the
    request."""

    def __init__(self, host: Host, routes: Routes, gateway: Gateway, *, advertised: bool) -> None:
        self.host, self.routes = host, routes
        self.is_advertised = advertised
        self._gateway = gateway

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        path = request.path
        if not self.is_advertised:
            request[ORIGIN] = origin_of(request.headers.get("Host", ""), request.secure, self.host.origin)
        if prefix := self._gateway.prefix(origin_form(request.raw_path)):
            path = path[len(prefix) :]
            request[PREFIX] = prefix
            if path.startswith(WITHOUT_EXCHANGE):
                url = request.rel_url
                request = request.clone(rel_url=type(url)(url.raw_path_qs[len(prefix) :], encoded=True))
        handle = next((handle for start, handle in self.routes if path.startswith(start)), self.routes[0][1])
        try:
            return await handle(request)
        except web.RequestPayloadError as error:
            raise unreadable(error) from error
