"""Serving media: agents' attachments, and laboratory files that come late, not at all, or are too long."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from aiohttp import web

from understudy.attachments.store import CHUNK, NAMESPACE, Media, stored, upload
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.host import Host


# What anybody uploaded must not act on the origin where people sign in
INERT = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}


class AttachmentsDriver:
    """Serves ``/media/{org}/{id}``."""

    def __init__(self, host: Host) -> None:
        self.host = host

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve ``/media/{org}/{id}``: GET gives the file, PUT takes an announced upload."""
        parts = request.path.split("/")
        org = self.host.world.orgs.get(parts[2]) if len(parts) == 4 else None
        media = stored(org).get(parts[3]) if org is not None else None
        if org is None or media is None:
            return web.json_response(
                {"message": "There is no such media.", "code": "not.found", "status": 404}, status=404
            )
        org.open_exchanges += 1
        try:
            answer = await (self._upload(request, org, media) if request.method == "PUT" else _download(request, media))
        finally:
            org.open_exchanges -= 1
        self.host.recorder.note(
            "media.served",
            moment=org.clock.moment(),
            interface="attachments",
            org=org.id,
            conversation=media.conversation or None,
            media=media.id,
            method=request.method,
            status=answer.status,
            bytes=media.length,
        )
        return answer

    async def _upload(self, request: web.BaseRequest, org: Org, media: Media) -> web.StreamResponse:
        if media.status == "valid":  # who reads a message knows its URL, and is not to write there (status assumed)
            return web.Response(status=409)
        most = int(org.limits.value(NAMESPACE, "media.bytes.max"))
        taken = bytearray()
        while len(taken) <= most and (chunk := await request.content.read(CHUNK)):
            taken += chunk
        return web.Response(status=200 if upload(org, media, bytes(taken)) else 413)


async def _download(request: web.BaseRequest, media: Media) -> web.StreamResponse:
    if media.delay:
        await asyncio.sleep(media.delay)
    if media.http_status != 200 or media.status != "valid":
        return web.Response(status=media.http_status if media.http_status != 200 else 404)
    headers = {"Content-Type": media.mime, "Content-Length": str(media.length), **INERT}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):  # a reader that has seen enough goes away
        if media.data:
            await response.write(media.data)
        for start in range(0, 0 if media.data else media.size, CHUNK):
            await response.write(bytes(min(CHUNK, media.size - start)))
    return response
