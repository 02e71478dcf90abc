"""Frames of the notification socket: what the platform sends, and what a client may send.

Source: facts platform-api §5 (.NET Extensions/Notifications, PyPI genesys-notifications, developer blog 2021-12-02 and
2022-07-29). All frames are JSON text. Client frames that are not JSON are tolerated, because real listeners send them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson

METADATA_TOPIC: Final = "channel.metadata"
HEARTBEAT_TEXT: Final = "WebSocket Heartbeat"
PONG_TEXT: Final = "pong"
SOCKET_CLOSING_TOPIC: Final = "v2.system.socket_closing"
VERSION: Final = "2"  # not verified for every topic: facts platform-api §9
FRAME_MAX: Final = 65_536  # characters of a client frame; not documented, the emulator's own bound
TOPICS_MAX: Final = 1_000  # of one socket-level subscribe; the channel's own limit is judged with the limits file


class SystemTopic(StrEnum):
    """``systemTopicType`` of a system message."""

    NO_LONGER_SUBSCRIBED = "no_longer_subscribed"
    SUBSCRIPTION_CHANGED = "subscription_changed"
    TOKEN_REVOKED = "token_revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One frame that the platform sends. ``version`` and ``correlation`` are left out where they are empty."""

    topic: str
    body: Any
    version: str = ""
    correlation: str = ""

    @property
    def name(self) -> str:
        """The topic, folded: clients compare topics without case."""
        return self.topic.casefold()

    def to_text(self) -> str:
        """The frame as text."""
        return self.to_bytes().decode()

    def to_bytes(self) -> bytes:
        """The frame: ``{topicName, version, eventBody, metadata{CorrelationId}}``."""
        frame: dict[str, Any] = {"topicName": self.topic}
        if self.version:
            frame["version"] = self.version
        frame["eventBody"] = self.body
        if self.correlation:
            frame["metadata"] = {"CorrelationId": self.correlation}
        # orjson hands out more room than it needs, and the record keeps what is sent: copied to its size
        return bytes(memoryview(orjson.dumps(frame)))


def parse_notification(text: str) -> Notification:
    """The inverse of ``Notification.to_text``; raises ``ValueError`` for anything else."""
    frame = orjson.loads(text)
    if not isinstance(frame, dict) or not isinstance(frame.get("topicName"), str) or "eventBody" not in frame:
        raise ValueError("not a notification: topicName or eventBody is missing")
    metadata = frame.get("metadata") or {}
    return Notification(
        topic=frame["topicName"],
        body=frame["eventBody"],
        version=frame.get("version", ""),
        correlation=metadata.get("CorrelationId", ""),
    )


HEARTBEAT: Final = Notification(topic=METADATA_TOPIC, body={"message": HEARTBEAT_TEXT})
PONG: Final = Notification(topic=METADATA_TOPIC, body={"message": PONG_TEXT})


def event(topic: str, body: Any, correlation: str) -> Notification:
    """A notification of a topic that a client subscribed to."""
    return Notification(topic=topic, body=body, version=VERSION, correlation=correlation)


def socket_closing(channel: str, message: str) -> Notification:
    """Maintenance: the client has about a minute to connect to the same URI again."""
    return Notification(topic=SOCKET_CLOSING_TOPIC, body={"channelId": channel, "message": message}, version=VERSION)


def system_message(kind: SystemTopic, body: Mapping[str, str]) -> Notification:
    """A message about the channel itself. ``body`` has the fields of SystemMessageSystemMessage; that ``{id}`` of the
    topic is the channel's is assumed."""
    whole = {"systemTopicType": kind.value, **body}
    return Notification(topic=f"v2.system.{kind.value}.{body['channelId']}", body=whole, version=VERSION)


def text_frame(payload: bytes) -> bytes:
    """A whole text frame of a server, unmasked: RFC 6455 §5.2. Framed once, it can be written to many sockets."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


@dataclass(frozen=True, slots=True)
class Ping:
    """``{"message":"ping"}``."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """``{"message":"subscribe","topics":[…],"correlationId":…}``: seen in one third-party library only."""

    topics: tuple[str, ...]
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A client frame that means nothing here; tolerated. ``reason`` says what it should have been."""

    reason: str
    text: str = field(default="", repr=False)


ClientFrame = Ping | Subscribe | Unreadable


def parse_client_frame(text: str) -> ClientFrame:
    """What a client says; never raises."""
    if len(text) > FRAME_MAX:
        return Unreadable(f"longer than {FRAME_MAX} characters")
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return Unreadable("not JSON", text)
    if not isinstance(frame, dict):
        return Unreadable("not a JSON object", text)
    match frame.get("message"):
        case "ping":
            return Ping()
        case "subscribe":
            return _parse_subscribe(frame, text)
    return Unreadable("message is neither ping nor subscribe", text)


def _parse_subscribe(frame: Mapping[str, Any], text: str) -> ClientFrame:
    topics = frame.get("topics")
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        return Unreadable("topics is not a list of strings", text)
    if len(topics) > TOPICS_MAX:
        return Unreadable(f"more than {TOPICS_MAX} topics", text)
    correlation = frame.get("correlationId")
    return Subscribe(tuple(topics), correlation if isinstance(correlation, str) else "")


@dataclass(frozen=True, slots=True)
class SubscribeReply:
    """The answer to a socket-level subscribe: 200, 400 or 404 (the channel is dead), as text."""

    result: int
    correlation: str = ""

    def to_text(self) -> str:
        """``{"result":"200","status":"subscribed"}``; that ``correlationId`` is echoed is assumed."""
        status = {200: "subscribed", 400: "failure"}.get(self.result)
        reply = {"result": str(self.result), "status": status, "correlationId": self.correlation}
        return orjson.dumps({key: value for key, value in reply.items() if value}).decode()
