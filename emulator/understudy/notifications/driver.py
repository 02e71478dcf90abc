"""The notification sockets: ``GET /channels/{id}`` upgraded, and the fan-out of an org's changes to them.

An event is made, encoded and framed once for all sockets that listen (``socket.py``).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from understudy.errors import Refused
from understudy.notifications.behaviour import forget_gone
from understudy.notifications.channel import ChannelConnected, ChannelDisconnected
from understudy.notifications.channels import INTERFACE, Channel, channels_of
from understudy.notifications.events import Happening, happenings
from understudy.notifications.feed import Feed
from understudy.notifications.messages import event, text_frame
from understudy.notifications.seam import Seam
from understudy.notifications.session import CLOSE_GOING_AWAY, Close
from understudy.notifications.socket import Sent, Socket
from understudy.notifications.system import told
from understudy.platform.messages import error_body
from understudy.world.switches import switch

if TYPE_CHECKING:
    from understudy.host import Host
    from understudy.world.org import Org

UNKNOWN: Final = {  # by the switch notifications.dead_channel_upgrade
    "401": Refused(401, "bad.credentials", "The channel does not exist or has expired"),
    "404": Refused(404, "not.found", "The channel does not exist or has expired"),
}
NO_UPGRADE: Final = Refused(400, "bad.request", "A channel takes a WebSocket upgrade by GET")


class NotificationsDriver:
    """Serves the sockets of every org."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._sockets: dict[str, Socket] = {}  # channel id → its socket
        self._feeds: dict[str, Feed] = {}  # org id → its feed, while it has sockets
        self._changed = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """``GET /channels/{id}`` as a WebSocket; 401 (or 404, by a switch) for a channel that is dead or unknown, 400
        without an upgrade."""
        id_ = request.path.rpartition("/")[2]
        org = self._host.world.channels.get(id_)
        channel = channels_of(org).by_id.get(id_) if org is not None else None
        seam = Seam(self._host.recorder, self._host.clock, org, _peer(request))
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers]
        seam.request(f"{request.method} {request.path}", headers)
        if org is None or channel is None:
            return _refuse(UNKNOWN[switch(org, "notifications.dead_channel_upgrade")], seam)
        if request.method != "GET" or not web.WebSocketResponse().can_prepare(request):
            return _refuse(NO_UPGRADE, seam)
        return await self._serve(request, org, channel, seam)

    async def run(self) -> None:
        """Fan out until cancelled; then every socket is closed."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._fan_out())
                tasks.create_task(self._obey())
        finally:
            for socket in list(self._sockets.values()):
                socket.say(Close(CLOSE_GOING_AWAY, "the emulator stops"))

    async def _serve(self, request: web.BaseRequest, org: Org, channel: Channel, seam: Seam) -> web.StreamResponse:
        feed = self._join(org)
        self._drain(feed)  # what happened before this socket is not for it: nothing is queued
        if (first := self._sockets.get(channel.id)) is not None:
            first.say(Close(CLOSE_GOING_AWAY, "another socket uses the channel"))
        org.perform(ChannelConnected(channel.id))
        socket = self._sockets[channel.id] = Socket(org, channel, request.transport, seam)
        try:
            await socket.open(request)
            await socket.listen()
        finally:
            if self._sockets.get(channel.id) is socket:
                del self._sockets[channel.id]
            org.perform(ChannelDisconnected(channel.id, socket.number))
            forget_gone(self._host.world, org)
            self._leave(feed)
        await socket.closed()
        return socket.ws

    def _join(self, org: Org) -> Feed:
        feed = self._feeds.get(org.id)
        if feed is None or feed.org is not org:
            feed = self._feeds[org.id] = Feed(org)
            org.listeners.append(self._org_changed)
        feed.sockets += 1
        return feed

    def _leave(self, feed: Feed) -> None:
        feed.sockets -= 1
        if feed.sockets == 0:
            feed.release()
            feed.org.listeners.remove(self._org_changed)
            if self._feeds.get(feed.org.id) is feed:
                del self._feeds[feed.org.id]

    def _org_changed(self, org: Org) -> None:
        feed = self._feeds.get(org.id)
        if feed is not None and feed.org is org and feed.hold():
            self._changed.set()

    async def _fan_out(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            for feed in list(self._feeds.values()):
                self._drain(feed)

    def _drain(self, feed: Feed) -> None:
        org = feed.org
        changes, lost = feed.read()
        try:
            if lost:
                moment = org.clock.moment()
                self._host.recorder.note("gap", moment=moment, interface=INTERFACE, org=org.id, changes=lost)
            for happening in happenings(org, changes):
                self._publish(org, happening)
            for channel, notification in told(org, changes):
                if (socket := self._sockets.get(channel.id)) is not None:
                    socket.hear(notification)
        finally:
            feed.release()

    def _publish(self, org: Org, happening: Happening) -> None:
        listeners = channels_of(org).listeners(happening.name)
        sockets = [socket for channel in listeners if (socket := self._sockets.get(channel.id)) is not None]
        if not sockets:
            return
        correlation = org.ids.uuid("correlation")
        text = event(happening.topic, happening.body(), correlation).to_bytes()
        sent = Sent(happening, text, text_frame(text), correlation, org.clock.moment())
        for socket in sockets:
            socket.tell(sent)

    async def _obey(self) -> None:
        while True:
            for org, effect in await self._host.effects(INTERFACE):
                socket = self._sockets.get(str(effect.data.get("channel")))
                if socket is not None and socket.org is org:
                    socket.carry_out(effect)


def _refuse(refused: Refused, seam: Seam) -> web.Response:
    body = orjson.dumps(error_body(refused, seam.exchange))
    response = web.Response(status=refused.status, body=body, content_type="application/json")
    seam.response(refused.status, tuple(response.headers.items()), body)
    return response


def _peer(request: web.BaseRequest) -> str:
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else ""
