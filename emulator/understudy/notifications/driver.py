"""The notification sockets: ``GET /channels/{id}`` upgraded, and the fan-out of an org's changes to them.

A frame is made once and written to every socket that listens, straight to its transport: server frames are unmasked and
nothing is compressed, so that is the conforming form (facts: performance §3f). A socket whose client does not read is
dropped, as nothing may pile up for it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import WSMsgType, web

from understudy.errors import Refused
from understudy.notifications.behaviour import forget_gone, no_longer_subscribed, subscribe_by_socket, token_revoked
from understudy.notifications.channel import ChannelConnected, ChannelDisconnected
from understudy.notifications.channels import INTERFACE, Channel, channels_of
from understudy.notifications.events import Happening, happenings
from understudy.notifications.feed import Feed
from understudy.notifications.messages import FRAME_MAX, Notification, event, text_frame
from understudy.notifications.seam import Seam
from understudy.notifications.session import (
    CLOSE_GOING_AWAY,
    CLOSE_TOO_SLOW,
    ChannelSession,
    Close,
    SocketClosing,
    SubscribeAsked,
    Tolerated,
)
from understudy.platform.messages import error_body

if TYPE_CHECKING:
    from understudy.host import Host
    from understudy.world.changes import Change, Effect
    from understudy.world.org import Org

BUFFER_MAX: Final = 1_048_576  # bytes that may wait for one socket; not documented, the emulator's own bound
CLOSE_WAIT: Final = 2.0  # seconds of real time that a peer has to answer our close frame
UNKNOWN: Final = Refused(401, "bad.credentials", "The channel does not exist or has expired")
NO_UPGRADE: Final = Refused(400, "bad.request", "A channel takes a WebSocket upgrade by GET")


class Socket:
    """One open socket: its session, its transport, and its part of the record."""

    def __init__(self, org: Org, channel: Channel, transport: asyncio.Transport | None, seam: Seam) -> None:
        self.org, self.channel, self.number = org, channel, channel.socket
        now = channel.connected if channel.connected is not None else org.now()
        self.session = ChannelSession(channel.id, now=now, heartbeat=org.limits.value(INTERFACE, "heartbeat"))
        self.ws = web.WebSocketResponse(timeout=CLOSE_WAIT, compress=False, max_msg_size=4 * FRAME_MAX)
        self.seam = seam
        seam.about(channel.id, self.number)
        self._transport = transport
        self._early: list[bytes] | None = []  # frames that came before the upgrade was answered
        self._closing: asyncio.Task[Any] | None = None

    async def open(self, request: web.BaseRequest) -> None:
        """Answer the upgrade; what happened meanwhile follows it."""
        await self.ws.prepare(request)
        self.seam.response(101, tuple(self.ws.headers.items()))
        early, self._early = self._early or [], None
        for frame in early:
            self._write(frame)

    def tell(self, frame: bytes, text: bytes, happening: Happening, correlation: str) -> None:
        """Write an event that is framed already."""
        if self.session.is_open:
            self.seam.event(happening.topic, text, correlation, happening.conversation, happening.customer)
            self._write(frame)

    def say(self, intention: Notification | SocketClosing | Close) -> None:
        """Our intention, if the socket is still open."""
        if self.session.is_open:
            self.session.send(intention)
            self.flush()

    def flush(self) -> None:
        """Write what the session has to say."""
        for data in self.session.data_to_send():
            if isinstance(data, Close):
                self.seam.close(data.code, data.reason)
                closing = self.ws.close(code=data.code, message=data.reason.encode())
                self._closing = asyncio.get_running_loop().create_task(closing)
            else:
                self.seam.frame("out", data)
                self._write(text_frame(data.encode()))

    def receive(self, text: str) -> None:
        """A frame of the client; its answers are written."""
        self.seam.frame("in", text)
        self.session.receive(text)
        for happened in self.session.events():
            match happened:
                case SubscribeAsked(topics, correlation):
                    self.session.send(subscribe_by_socket(self.org, self.channel.id, topics, correlation))
                case Tolerated(rule, reason):
                    self.seam.note("notifications.tolerated", rule=rule, reason=reason)
                case _:
                    pass
        self.flush()

    async def closed(self) -> None:
        """Wait for the closing handshake, if we began one."""
        if self._closing is not None:
            await asyncio.gather(self._closing, return_exceptions=True)

    def _write(self, frame: bytes) -> None:
        if self._early is not None:
            self._early.append(frame)
            return
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(frame)
        waiting = transport.get_write_buffer_size()
        if waiting > BUFFER_MAX:
            self.session.peer_closed(CLOSE_TOO_SLOW)
            self.seam.note(
                "notifications.dropped", reason="the client does not read", waiting=waiting, bound=BUFFER_MAX
            )
            transport.abort()


class NotificationsDriver:
    """Serves the sockets of every org."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._sockets: dict[str, Socket] = {}  # channel id → its socket
        self._feeds: dict[str, Feed] = {}  # org id → its feed, while it has sockets
        self._changed = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """``GET /channels/{id}`` as a WebSocket; 401 for a channel that is dead or unknown, 400 without an upgrade."""
        id_ = request.path.rpartition("/")[2]
        org = self._host.world.channels.get(id_)
        channel = channels_of(org).by_id.get(id_) if org is not None else None
        seam = Seam(self._host.recorder, self._host.clock, org, _peer(request))
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers]
        seam.request(f"{request.method} {request.path}", headers)
        if org is None or channel is None:
            return _refuse(UNKNOWN, seam)
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
            await _listen(socket)
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
            for change in changes:
                if change.kind == "token.revoked":
                    self._tell_revoked(org, change)
        finally:
            feed.release()

    def _publish(self, org: Org, happening: Happening) -> None:
        listeners = channels_of(org).listeners(happening.name)
        sockets = [socket for channel in listeners if (socket := self._sockets.get(channel.id)) is not None]
        if not sockets:
            return
        correlation = org.ids.uuid("correlation")
        text = event(happening.topic, happening.body(), correlation).to_bytes()
        frame = text_frame(text)
        for socket in sockets:
            socket.tell(frame, text, happening, correlation)

    def _tell_revoked(self, org: Org, change: Change) -> None:
        for socket in list(self._sockets.values()):
            channel = socket.channel
            if socket.org is org and channel.client == change.data.get("client"):
                token = org.tokens.get(channel.token)
                if token is None or not token.is_live(org.now()):
                    socket.say(token_revoked(org, channel))

    async def _obey(self) -> None:
        while True:
            for org, effect in await self._host.effects(INTERFACE):
                socket = self._sockets.get(str(effect.data.get("channel")))
                if socket is not None and socket.org is org:
                    _carry_out(socket, effect)


async def _listen(socket: Socket) -> None:
    async for message in socket.ws:
        if message.type is WSMsgType.TEXT:
            socket.receive(message.data)
        elif message.type is WSMsgType.BINARY:
            socket.receive(message.data.decode("utf-8", "replace"))  # tolerated like any other nonsense
    socket.session.peer_closed(socket.ws.close_code or 1006)


def _carry_out(socket: Socket, effect: Effect) -> None:
    match effect.kind:
        case "due":
            socket.session.tick(socket.org.now())
            socket.flush()
        case "announce":
            socket.say(SocketClosing(effect.at))
        case "replaced":
            socket.say(no_longer_subscribed(socket.org, socket.channel))
        case "close":
            socket.say(Close(effect.data["code"], effect.data["reason"]))


def _refuse(refused: Refused, seam: Seam) -> web.Response:
    body = orjson.dumps(error_body(refused, seam.exchange))
    response = web.Response(status=refused.status, body=body, content_type="application/json")
    seam.response(refused.status, tuple(response.headers.items()), body)
    return response


def _peer(request: web.BaseRequest) -> str:
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else ""
