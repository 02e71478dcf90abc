"""One notification socket as a state machine, without I/O (facts: platform-api §5).

``tick`` and ``next_deadline`` run on the org's clock: heartbeats are intervals of the platform. What a client says
becomes an event and never raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from understudy.errors import LocalProtocolError
from understudy.notifications.messages import (
    HEARTBEAT,
    PONG,
    Notification,
    Ping,
    Subscribe,
    SubscribeReply,
    Unreadable,
    parse_client_frame,
    socket_closing,
)

MAINTENANCE: Final = "The socket is about to close for maintenance; connect to the same URI again"
CLOSE_NORMAL: Final = 1000
CLOSE_GOING_AWAY: Final = 1001  # the only code reported from the platform (a community page, on idle sockets)
CLOSE_TOO_SLOW: Final = 1008  # RFC 6455 §7.4.1, policy violation; which code the platform uses is not documented


class State(Enum):
    """A socket's life."""

    OPEN = auto()
    CLOSING = auto()  # socket_closing was said; everything still works until the grace is over
    CLOSED = auto()


class Input(Enum):
    """What may happen to a socket."""

    FRAME = auto()  # the client said something
    SEND = auto()  # we say something
    HEARTBEAT = auto()
    ANNOUNCE = auto()  # we say socket_closing
    CLOSE = auto()  # we close
    PEER_CLOSED = auto()


TRANSITIONS: Final[Mapping[State, Mapping[Input, State]]] = {
    State.OPEN: {
        Input.FRAME: State.OPEN,
        Input.SEND: State.OPEN,
        Input.HEARTBEAT: State.OPEN,
        Input.ANNOUNCE: State.CLOSING,
        Input.CLOSE: State.CLOSED,
        Input.PEER_CLOSED: State.CLOSED,
    },
    State.CLOSING: {
        Input.FRAME: State.CLOSING,
        Input.SEND: State.CLOSING,
        Input.HEARTBEAT: State.CLOSING,
        Input.CLOSE: State.CLOSED,
        Input.PEER_CLOSED: State.CLOSED,
    },
    State.CLOSED: {},
}


@dataclass(frozen=True, slots=True)
class Pinged:
    """The client sent a ping; the pong is already queued."""


@dataclass(frozen=True, slots=True)
class SubscribeAsked:
    """The client wants topics; answer with ``send(SubscribeReply(…))``."""

    topics: tuple[str, ...]
    correlation: str


@dataclass(frozen=True, slots=True)
class Tolerated:
    """The client said something that means nothing here. ``rule`` names the contract rule that reports it."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class PeerClosed:
    """The client closed the socket or it broke."""

    code: int


Event = Pinged | SubscribeAsked | Tolerated | PeerClosed


@dataclass(frozen=True, slots=True)
class SocketClosing:
    """Intention: announce that the socket closes a minute from ``now``."""

    now: float


@dataclass(frozen=True, slots=True)
class Close:
    """Intention and output: close the socket with this code and reason."""

    code: int = CLOSE_NORMAL
    reason: str = ""


Intention = Notification | SubscribeReply | SocketClosing | Close


class ChannelSession:
    """The protocol of one socket. ``now`` is the org's time; ``heartbeat`` and ``grace`` (from socket_closing to the
    end) are limits in seconds."""

    def __init__(self, channel: str, *, now: float, heartbeat: float, grace: float) -> None:
        self.channel = channel
        self.state = State.OPEN
        self._period, self._grace = heartbeat, grace
        self._heartbeat_at = now + heartbeat
        self._close_at: float | None = None
        self._events: list[Event] = []
        self._out: list[str | Close] = []

    @property
    def is_open(self) -> bool:
        """Frames may still be sent."""
        return self.state is not State.CLOSED

    def receive(self, text: str) -> None:
        """A text frame of the client."""
        if not self.is_open:
            return  # bytes that were under way when we closed
        self._move(Input.FRAME)
        match parse_client_frame(text):
            case Ping():
                self._out.append(PONG.to_text())
                self._events.append(Pinged())
            case Subscribe(topics, correlation):
                self._events.append(SubscribeAsked(topics, correlation))
            case Unreadable(reason):
                self._events.append(Tolerated("notifications.client-frame", reason))

    def peer_closed(self, code: int) -> None:
        """The client closed, or the connection broke (1006)."""
        if self.is_open:
            self._move(Input.PEER_CLOSED)
            self._events.append(PeerClosed(code))

    def send(self, intention: Intention) -> None:
        """Say something; raises ``LocalProtocolError`` when the socket is closed or already announced its closing."""
        match intention:
            case SocketClosing(now):
                self._move(Input.ANNOUNCE)
                self._close_at = now + self._grace
                self._out.append(socket_closing(self.channel, MAINTENANCE).to_text())
            case Close():
                self._move(Input.CLOSE)
                self._out.append(intention)
            case _:
                self._move(Input.SEND)
                self._out.append(intention.to_text())

    def events(self) -> list[Event]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> list[str | Close]:
        """Text frames to write, in order; a ``Close`` comes last."""
        out, self._out = self._out, []
        return out

    def next_deadline(self) -> tuple[float, str] | None:
        """When ``tick`` is due, as (org's time, kind): ``heartbeat`` or ``closing``; None when closed."""
        if not self.is_open:
            return None
        if self._close_at is not None and self._close_at <= self._heartbeat_at:
            return self._close_at, "closing"
        return self._heartbeat_at, "heartbeat"

    def tick(self, now: float) -> None:
        """The org's clock is at ``now``: one heartbeat, however far it jumped."""
        if not self.is_open:
            return
        if self._close_at is not None and now >= self._close_at:
            self.send(Close(CLOSE_GOING_AWAY, "maintenance"))
        elif now >= self._heartbeat_at:
            self._move(Input.HEARTBEAT)
            self._out.append(HEARTBEAT.to_text())
            missed = int((now - self._heartbeat_at) // self._period) + 1
            self._heartbeat_at += missed * self._period

    def _move(self, given: Input) -> None:
        following = TRANSITIONS[self.state].get(given)
        if following is None:
            raise LocalProtocolError(f"notification socket: {given.name} is not allowed in {self.state.name}")
        self.state = following
