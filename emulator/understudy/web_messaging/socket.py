"""One open guest socket: its session over its transport, and its part of the record.

Frames are written straight to the transport: server frames are unmasked and nothing is compressed. A socket whose
client does not read is dropped, as nothing may pile up for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSMsgType, web

from understudy.errors import LocalProtocolError
from understudy.notifications.messages import text_frame
from understudy.web_messaging.asked import Event, Faulted, PeerClosed
from understudy.web_messaging.behaviour import WatchSocket
from understudy.web_messaging.dialogue import Answer, Connection, answer
from understudy.web_messaging.guests import guest_of, guests_of
from understudy.web_messaging.intentions import Close, Extended, Intention
from understudy.web_messaging.prepared import frame_of, take
from understudy.web_messaging.seam import Seam
from understudy.web_messaging.session import GuestSession

if TYPE_CHECKING:
    from understudy.record.entry import Entry
    from understudy.world.org import Org

BUFFER_MAX: Final = 1_048_576  # bytes that may wait for one socket; not documented, the emulator's own bound
BYTES_MAX: Final = 4  # of one character, in UTF-8
CLOSE_WAIT: Final = 2.0  # seconds of real time that a peer has to answer our close frame
BROKEN: Final = 1006
Everyone = Callable[[Iterable[int], list[Intention]], None]


class Socket:
    """One open socket. ``everyone(numbers, intentions)`` reaches the other sockets of a session."""

    def __init__(
        self, org: Org, connection: Connection, transport: asyncio.Transport | None, seam: Seam, everyone: Everyone
    ) -> None:
        self.org, self.connection, self.seam = org, connection, seam
        self.session = GuestSession(connection.deployment, connection.terms, now=org.now())
        most = BYTES_MAX * connection.terms.frame_characters
        self.ws = web.WebSocketResponse(timeout=CLOSE_WAIT, compress=False, max_msg_size=most, autoping=False)
        seam.about(connection.number)
        self._everyone = everyone
        self._transport = transport
        self._early: list[bytes | Close] | None = []  # what was to be said before the upgrade was answered
        self._closing: asyncio.Task[Any] | None = None

    async def open(self, request: web.BaseRequest) -> None:
        """Answer the upgrade; what happened meanwhile follows it."""
        await self.ws.prepare(request)
        self.seam.response(101, tuple(self.ws.headers.items()))
        early, self._early = self._early or [], None
        for frame in early:
            self._write(frame)
        self._watch()

    async def listen(self) -> None:
        """Receive until the client is gone."""
        async for message in self.ws:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                self.receive(message.data)
            elif message.type is WSMsgType.PING:
                self.session.heard(self.org.now())
                await self.ws.pong(message.data)
        self.session.peer_closed(self.ws.close_code or BROKEN)

    def receive(self, data: str | bytes) -> None:
        """A frame of the client; its answers are written."""
        entry = self.seam.received(data)
        if guests_of(self.org).prepared and self._met(data, entry):
            return
        self.session.receive(data, self.org.now())
        self._happened()
        self.seam.link(entry)
        self.flush()

    def put(self, texts: Iterable[str], probe: str) -> None:
        """Frames of a test's own making, past the session."""
        for text in texts:
            if self.session.is_open:
                self.seam.sent(text, probe)
                self._write(text_frame(text.encode()))

    def cut(self, probe: str) -> None:
        """The connection breaks, without a closing handshake."""
        self.session.peer_closed(BROKEN)
        self.seam.note("web_messaging.cut", probe=probe)
        if self._transport is not None:
            self._transport.abort()

    def say(self, intentions: Iterable[Intention]) -> None:
        """What the org wants said; what the socket's state does not allow any more is not said."""
        for intention in intentions:
            try:
                self.session.send(intention)
            except LocalProtocolError:  # it left the session, or closed, before it could hear this
                continue
        self.flush()

    def due(self) -> None:
        """The org's clock got to where something may be due."""
        self.session.tick(self.org.now())
        self._happened()
        self.flush()
        self._watch()

    def expire(self, at: float) -> None:
        """The session's time was over at ``at``."""
        if self.session.is_configured:
            self.session.send(Extended(at))
            self.session.tick(at)
            self._happened()
            self.flush()

    def leave(self) -> None:
        """The session has a connection less."""
        answer(self.org, self.connection, PeerClosed(BROKEN))

    def gone(self) -> None:
        """Nothing can be said any more."""
        self.session.peer_closed(BROKEN)
        self.leave()
        if self.connection.terms.idle_seconds:
            self.org.perform(WatchSocket(self.connection.number, None))

    def flush(self) -> None:
        """Write what the session has to say."""
        for data in self.session.data_to_send():
            if isinstance(data, Close):
                self.seam.close(data.code, data.reason)
                self._write(data)
            else:
                self.seam.sent(data)
                self._write(text_frame(data.encode()))

    async def closed(self) -> None:
        """Wait for the closing handshake, if we began one."""
        if self._closing is not None:
            await asyncio.gather(self._closing, return_exceptions=True)

    def _met(self, data: str | bytes, entry: Entry) -> bool:
        """A test had something in store for this frame."""
        frame = frame_of(data)
        guest = self.connection.guest or guest_of(self.org, str(frame.get("token")))
        waiting = guests_of(self.org).prepared.get(guest.id) if guest is not None else None
        found = take(waiting, frame.get("action")) if waiting else None
        if found is None:
            return False
        self.seam.guest = guest
        self.seam.link(entry)
        self.put(found.answers(frame), found.probe)
        if found.drop:
            self.cut(found.probe)
        return True

    def _happened(self) -> None:
        while events := self.session.events():
            for event in events:
                self._carry_out(event)

    def _carry_out(self, event: Event) -> None:
        if isinstance(event, Faulted):
            self.seam.note("web_messaging.fault", rule=event.rule, code=event.code, reason=event.reason)
            return
        told: Answer = answer(self.org, self.connection, event)
        self.seam.guest = self.connection.guest or self.seam.guest
        self.say(told.own)
        if told.everyone:
            self._everyone(told.sockets, told.everyone)

    def _watch(self) -> None:
        """A silent socket is closed where the limits say so: when that would be due it is looked at again."""
        deadline = self.session.next_deadline() if self.connection.terms.idle_seconds else None
        if deadline is not None:
            self.org.perform(WatchSocket(self.connection.number, deadline[0]))

    def _write(self, frame: bytes | Close) -> None:
        if self._early is not None:
            self._early.append(frame)
            return
        if isinstance(frame, Close):
            closing = self.ws.close(code=frame.code, message=frame.reason.encode())
            self._closing = asyncio.get_running_loop().create_task(closing)
            return
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(frame)
        waiting = transport.get_write_buffer_size()
        if waiting > BUFFER_MAX:
            self.session.peer_closed(BROKEN)
            self.seam.note(
                "web_messaging.dropped", reason="the client does not read", waiting=waiting, bound=BUFFER_MAX
            )
            transport.abort()
