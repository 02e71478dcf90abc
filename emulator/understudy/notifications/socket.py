"""One open notification socket: its session over its transport.

A frame that many sockets get is made once and written straight to each transport: server frames are unmasked and
nothing is compressed, so that is the conforming form (facts: performance §3f). A socket whose client does not read is
dropped, as nothing may pile up for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSMsgType, web

from understudy.notifications.behaviour import subscribe_by_socket
from understudy.notifications.channels import INTERFACE, Channel
from understudy.notifications.events import Happening
from understudy.notifications.messages import FRAME_MAX, Notification, text_frame
from understudy.notifications.seam import Seam
from understudy.notifications.session import (
    CLOSE_TOO_SLOW,
    ChannelSession,
    Close,
    SocketClosing,
    SubscribeAsked,
    Tolerated,
)
from understudy.notifications.system import REVOKED, no_longer_subscribed

if TYPE_CHECKING:
    from understudy.clock import Moment
    from understudy.world.changes import Effect
    from understudy.world.org import Org

BUFFER_MAX: Final = 1_048_576  # bytes that may wait for one socket; not documented, the emulator's own bound
CLOSE_WAIT: Final = 2.0  # seconds of real time that a peer has to answer our close frame


@dataclass(frozen=True, slots=True)
class Sent:
    """An event on its way to all sockets that listen: made, encoded and framed once."""

    about: Happening
    text: bytes
    frame: bytes
    correlation: str
    moment: Moment


class Socket:
    """One open socket: its session, its transport, and its part of the record."""

    def __init__(self, org: Org, channel: Channel, transport: asyncio.Transport | None, seam: Seam) -> None:
        self.org, self.channel, self.number = org, channel, channel.socket
        now = channel.connected if channel.connected is not None else org.now()
        heartbeat, grace = (org.limits.value(INTERFACE, key) for key in ("heartbeat", "closing.grace"))
        self.session = ChannelSession(channel.id, now=now, heartbeat=heartbeat, grace=grace)
        self.ws = web.WebSocketResponse(timeout=CLOSE_WAIT, compress=False, max_msg_size=4 * FRAME_MAX)
        self.seam = seam
        seam.about(channel.id, self.number)
        self._transport = transport
        self._early: list[bytes] | None = []  # frames that came before the upgrade was answered
        self._closing: asyncio.Task[Any] | None = None
        self._heard: set[str] = set()  # topics of system messages that come once

    async def open(self, request: web.BaseRequest) -> None:
        """Answer the upgrade; what happened meanwhile follows it."""
        await self.ws.prepare(request)
        self.seam.response(101, tuple(self.ws.headers.items()))
        early, self._early = self._early or [], None
        for frame in early:
            self._write(frame)

    def tell(self, sent: Sent) -> None:
        """Write an event that is framed already."""
        if self.session.is_open:
            self.seam.event(sent.about, sent.text, sent.correlation, sent.moment)
            self._write(sent.frame)

    def say(self, intention: Notification | SocketClosing | Close) -> None:
        """Our intention, if the socket is still open."""
        if self.session.is_open:
            self.session.send(intention)
            self.flush()

    def hear(self, notification: Notification) -> None:
        """A system message; that its token is revoked a socket hears once."""
        if notification.topic not in self._heard:
            self.say(notification)
            if notification.topic.startswith(REVOKED):
                self._heard.add(notification.topic)

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

    async def listen(self) -> None:
        """Receive until the client is gone."""
        async for message in self.ws:
            if message.type is WSMsgType.TEXT:
                self.receive(message.data)
            elif message.type is WSMsgType.BINARY:
                self.receive(message.data.decode("utf-8", "replace"))  # tolerated like any other nonsense
        self.session.peer_closed(self.ws.close_code or 1006)

    def carry_out(self, effect: Effect) -> None:
        """Do what the org's channels decided."""
        match effect.kind:
            case "due":
                self.session.tick(self.org.now())
                self.flush()
            case "announce":
                self.say(SocketClosing(effect.at))
            case "replaced":
                self.say(no_longer_subscribed(self.org, self.channel))
            case "close":
                self.say(Close(effect.data["code"], effect.data["reason"]))

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
