"""What guests and their pages fetch and put beside the Platform API: a deployment's files, and uploads.

The files go through the recording seam; of an upload's bytes the record has a note, as of other media.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from aiohttp import web

from understudy.attachments.driver import INERT
from understudy.attachments.store import BYTES_MAX, CHUNK, stored
from understudy.cors import ALLOWED, preflight
from understudy.exchange import BODY_WAIT, PREFIX, serve
from understudy.host import Host
from understudy.ids import Ids
from understudy.web_deployments.published import Published
from understudy.web_messaging.guests import INTERFACE
from understudy.web_messaging.presigned import PATH
from understudy.web_messaging.uploads import PutUpload, Upload, admit
from understudy.world.org import Org


class GuestFilesDriver:
    """Serves ``/webdeployments/…`` and ``/media/guests/{org}/{media}``."""

    def __init__(self, host: Host, ids: Ids, prefixes: Mapping[str, str] | None = None) -> None:
        """``prefixes`` are a gateway's (``gateway.Gateway``)."""
        self.host, self._prefixes = host, prefixes or {}
        self._published = Published(host.world, ids)
        self._arriving = 0  # bytes of uploads that are being read, as announced

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        if request.path.startswith(f"{PATH}/"):
            return await self._media(request)
        folders = self._prefixes if PREFIX in request else {}
        return await serve(self.host, request, partial(self._published.answer, folders=folders), interface=INTERFACE)

    async def _media(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = dict(ALLOWED) if "Origin" in request.headers else {}
        asked = preflight(request.method, request.headers)
        if asked is not None:
            return web.Response(status=asked.status, headers={**headers, **asked.headers})
        parts = request.path.split("/")
        org = self.host.world.orgs.get(parts[3]) if len(parts) == 5 else None
        if org is None or request.method not in ("GET", "PUT"):
            return web.Response(status=404 if org is None else 405, headers=headers)
        org.open_exchanges += 1
        try:
            answer = await self._admitted(request, org, parts[4])
        finally:
            org.open_exchanges -= 1
        answer.headers.update(headers)
        self._note(request, org, parts[4], answer)
        return answer

    async def _admitted(self, request: web.BaseRequest, org: Org, media: str) -> web.Response:
        status, found = admit(org, request.method, media, request.query, request.headers)
        if found is None:
            return web.Response(status=status)
        if request.method == "GET":
            return _download(org, found)
        if self._arriving + found.size > BYTES_MAX:
            return web.Response(status=503, headers={"Retry-After": "1"})
        self._arriving += found.size
        try:
            data = await _bytes(request, found.size)
        finally:
            self._arriving -= found.size
        return web.Response(status=org.perform(PutUpload(media, data)))

    def _note(self, request: web.BaseRequest, org: Org, media: str, answer: web.Response) -> None:
        """Without the query: it is what makes the URL a secret."""
        self.host.recorder.drain(org)
        self.host.recorder.note(
            "guest.media",
            moment=org.clock.moment(),
            interface=INTERFACE,
            org=org.id,
            media=media[:64],
            method=request.method,
            status=answer.status,
        )


async def _bytes(request: web.BaseRequest, most: int) -> bytes:
    """The body, and no more of it than one byte too many; 408 where it does not come."""
    taken = bytearray()
    try:
        async with asyncio.timeout(BODY_WAIT):
            while len(taken) <= most and (chunk := await request.content.read(CHUNK)):
                taken += chunk
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text=f"The file did not come within {BODY_WAIT:g} s") from error
    return bytes(taken[: most + 1])


def _download(org: Org, upload: Upload) -> web.Response:
    media = stored(org).get(upload.media)
    if media is None:
        return web.Response(status=404)
    return web.Response(body=media.data, headers={"Content-Type": media.mime, **INERT})
