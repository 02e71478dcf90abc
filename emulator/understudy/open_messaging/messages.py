"""What a vendor posts to Open Messaging's four inbound endpoints and to the deprecated one (facts: messaging §1.2).

Each type has ``parse`` (body → type; raises ``Refused`` as Genesys would) and ``to_json`` (its inverse). Unknown fields
are accepted: the record keeps the raw body and the checker reports them. Times are POSIX seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.clock import iso
from understudy.open_messaging.fields import (
    list_of,
    name_of,
    object_of,
    one_of,
    optional_text,
    refused,
    required,
    strings_of,
    text_of,
    time_of,
)

ID_TYPES: Final = ("Email", "Phone", "Opaque")
MEDIA_TYPES: Final = ("Image", "Video", "Audio", "File", "Link")
BUTTON_TYPES: Final = ("Button", "QuickReply", "DatePicker")
RECEIPT_STATUSES: Final = ("Sent", "Delivered", "Failed", "Published", "Removed")
DEPRECATED_STATUSES: Final = (*RECEIPT_STATUSES, "Read")
SUPPORTED_STATUSES: Final = ("Delivered", "Failed")  # the developer-center receipt page; others accepted and flagged
REASON_CODES: Final = (
    "MessageExpired", "RateLimited", "MessageNotAllowed", "GeneralError", "UnsupportedMessage", "UnknownMessage",
    "InvalidMessageStructure", "InvalidDestination", "ServerError", "MediaTypeNotAllowed", "InvalidMediaContentLength",
    "RecipientOptedOut", "DataFiltered",
)  # fmt: skip
# Quoted by a user who sent neither (community.genesys.com, 2025-06-11; facts: messaging §1.2).
NEITHER_TEXT_NOR_CONTENT: Final = (
    "should have required property 'content', should have required property '.text', should match some schema in anyOf"
)
_PROFILE: Final = {
    "nickname": "nickname",
    "first_name": "firstName",
    "last_name": "lastName",
    "image": "image",
    "email": "email",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """``channel.from``: the vendor's user. ``id_type`` is canonical; the wire may have any letter case (inferred)."""

    id: str
    id_type: str = "Opaque"
    nickname: str = ""
    first_name: str = ""
    last_name: str = ""
    image: str = ""
    email: str = ""

    @classmethod
    def parse(cls, body: object, path: str = "channel.from") -> Customer:
        """From the wire."""
        data = object_of(body, path)
        id_type = one_of(text_of(data, "idType", path), ID_TYPES, f"{path}.idType", fold=True)
        known = {name: optional_text(data, key, path) for name, key in _PROFILE.items()}
        return cls(id=name_of(data, "id", path), id_type=id_type, **known)

    def profile(self) -> dict[str, str]:
        """What is known beside id, idType and nickname, by wire name; empty values left out."""
        return {
            key: getattr(self, name) for name, key in _PROFILE.items() if name != "nickname" and getattr(self, name)
        }

    def to_json(self) -> dict[str, str]:
        """The inverse of ``parse``."""
        nickname = {"nickname": self.nickname} if self.nickname else {}
        return {"id": self.id, "idType": self.id_type, **nickname, **self.profile()}


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """``…/inbound/open/message``. ``attributes`` are ``channel.metadata.customAttributes``; ``attachments`` the objects
    inside ``content[]``."""

    customer: Customer
    time: float
    message_id: str = ""
    text: str = ""
    attachments: tuple[dict[str, Any], ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, body: object) -> InboundMessage:
        """From the wire; 400 when there is neither text nor content."""
        data = object_of(body, "")
        channel = object_of(required(data, "channel", ""), "channel")
        text = optional_text(data, "text", "")
        content = list_of(data.get("content"), "content")
        if not text and not content:
            raise refused(NEITHER_TEXT_NOR_CONTENT)
        return cls(
            customer=Customer.parse(required(channel, "from", "channel")),
            time=time_of(channel),
            message_id=optional_text(channel, "messageId", "channel"),
            text=text,
            attachments=tuple(_attachment(item, f"content[{i}]") for i, item in enumerate(content)),
            metadata=strings_of(data.get("metadata"), "metadata"),
            attributes=_attributes(channel),
        )

    def to_json(self) -> dict[str, Any]:
        """The inverse of ``parse``."""
        body: dict[str, Any] = {"channel": _channel(self.customer, self.time, self.message_id, self.attributes)}
        if self.text:
            body["text"] = self.text
        if self.attachments:
            body["content"] = [{"attachment": attachment} for attachment in self.attachments]
        return body | ({"metadata": self.metadata} if self.metadata else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """``…/inbound/open/event``: typing; there is no other event, and no "Off"."""

    customer: Customer
    time: float
    events: tuple[dict[str, Any], ...]

    @classmethod
    def parse(cls, body: object) -> InboundEvent:
        """From the wire."""
        data = object_of(body, "")
        channel = object_of(required(data, "channel", ""), "channel")
        events = list_of(required(data, "events", ""), "events")
        if not events:
            raise refused("events should NOT have fewer than 1 items")
        customer = Customer.parse(required(channel, "from", "channel"))
        return cls(
            customer=customer,
            time=time_of(channel),
            events=tuple(_typing(e, f"events[{i}]") for i, e in enumerate(events)),
        )

    def to_json(self) -> dict[str, Any]:
        """The inverse of ``parse``."""
        return {"channel": _channel(self.customer, self.time), "events": list(self.events)}


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReceipt:
    """``…/inbound/open/receipt``: ``message`` is the platform's id of the message that was delivered."""

    message: str
    to: str
    time: float
    status: str
    reasons: tuple[dict[str, Any], ...] = ()
    is_final: bool = False

    @classmethod
    def parse(cls, body: object, statuses: tuple[str, ...] = RECEIPT_STATUSES) -> InboundReceipt:
        """From the wire."""
        data = object_of(body, "")
        channel = object_of(required(data, "channel", ""), "channel")
        to = object_of(required(channel, "to", "channel"), "channel.to")
        final = data.get("isFinalReceipt", False)
        if not isinstance(final, bool):
            raise refused("isFinalReceipt should be boolean")
        return cls(
            message=name_of(data, "id", ""),
            to=name_of(to, "id", "channel.to"),
            time=time_of(channel),
            status=one_of(text_of(data, "status", ""), statuses, "status"),
            reasons=tuple(
                _reason(item, f"reasons[{i}]") for i, item in enumerate(list_of(data.get("reasons"), "reasons"))
            ),
            is_final=final,
        )

    def to_json(self) -> dict[str, Any]:
        """The inverse of ``parse``."""
        body: dict[str, Any] = {"id": self.message, "channel": {"to": {"id": self.to}, "time": iso(self.time)}}
        body["status"] = self.status
        if self.reasons:
            body["reasons"] = list(self.reasons)
        return body | ({"isFinalReceipt": True} if self.is_final else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundResponse:
    """``…/inbound/open/structured/response``: the user clicked a button of ``originating`` (a platform message id)."""

    customer: Customer
    time: float
    originating: str
    type: str
    text: str
    payload: str
    message_id: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, body: object) -> InboundResponse:
        """From the wire."""
        data = object_of(body, "")
        channel = object_of(required(data, "channel", ""), "channel")
        button = object_of(required(data, "buttonResponse", ""), "buttonResponse")
        return cls(
            customer=Customer.parse(required(channel, "from", "channel")),
            time=time_of(channel),
            originating=name_of(data, "originatingMessageId", ""),
            type=one_of(text_of(button, "type", "buttonResponse"), BUTTON_TYPES, "buttonResponse.type"),
            text=text_of(button, "text", "buttonResponse"),
            payload=text_of(button, "payload", "buttonResponse"),
            message_id=optional_text(channel, "messageId", "channel"),
            attributes=_attributes(channel),
        )

    def button(self) -> dict[str, str]:
        """``buttonResponse`` as it is on the wire."""
        return {"type": self.type, "text": self.text, "payload": self.payload}

    def to_json(self) -> dict[str, Any]:
        """The inverse of ``parse``."""
        return {
            "channel": _channel(self.customer, self.time, self.message_id, self.attributes),
            "buttonResponse": self.button(),
            "originatingMessageId": self.originating,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecatedInbound:
    """``POST /api/v2/conversations/messages/inbound/open``: message or receipt for integration ``channel.to.id``."""

    integration: str
    inner: InboundMessage | InboundReceipt

    @classmethod
    def parse(cls, body: object) -> DeprecatedInbound:
        """From the wire. The receipt's message is the body's ``id``; attachments are wrapped with a ``contentType``."""
        data = object_of(body, "")
        kind = one_of(text_of(data, "type", ""), ("Text", "Receipt"), "type")
        channel = object_of(required(data, "channel", ""), "channel")
        integration = name_of(object_of(required(channel, "to", "channel"), "channel.to"), "id", "channel.to")
        if kind == "Receipt":
            return cls(integration=integration, inner=InboundReceipt.parse(data, DEPRECATED_STATUSES))
        return cls(integration=integration, inner=InboundMessage.parse(data))

    def to_json(self) -> dict[str, Any]:
        """The inverse of ``parse``, with the fixed fields of this endpoint."""
        body = self.inner.to_json()
        fixed = {"platform": "Open", "type": "Private", "to": {"id": self.integration}}
        kind = "Receipt" if isinstance(self.inner, InboundReceipt) else "Text"
        body |= {
            "channel": fixed | body["channel"] | {"to": {"id": self.integration}},
            "type": kind,
            "direction": "Inbound",
        }
        if "content" in body:
            body["content"] = [{"contentType": "Attachment"} | item for item in body["content"]]
        return body


def _channel(
    customer: Customer, time: float, message_id: str = "", attributes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    channel: dict[str, Any] = {"from": customer.to_json(), "time": iso(time)}
    if message_id:
        channel["messageId"] = message_id
    if attributes:
        channel["metadata"] = {"customAttributes": dict(attributes)}
    return channel


def _attributes(channel: Mapping[str, Any]) -> dict[str, str]:
    metadata = object_of(channel.get("metadata") or {}, "channel.metadata")
    return strings_of(metadata.get("customAttributes"), "channel.metadata.customAttributes")


def _attachment(item: object, path: str) -> dict[str, Any]:
    attachment = object_of(required(object_of(item, path), "attachment", path), "attachment")
    inside = f"{path}.attachment"
    one_of(text_of(attachment, "mediaType", inside), MEDIA_TYPES, f"{inside}.mediaType")
    name_of(attachment, "url", inside)
    name_of(attachment, "mime", inside)
    return dict(attachment)


def _typing(item: object, path: str) -> dict[str, Any]:
    event = object_of(item, path)
    one_of(text_of(event, "eventType", path), ("Typing",), f"{path}.eventType")
    typing = object_of(event.get("typing", {"type": "On"}), f"{path}.typing")
    one_of(text_of(typing, "type", f"{path}.typing"), ("On",), f"{path}.typing.type")
    duration = typing.get("duration")
    if duration is not None and (not isinstance(duration, int) or isinstance(duration, bool) or duration < 0):
        raise refused(f"{path}.typing.duration should be integer >= 0")
    known = {"type": "On"} if duration is None else {"type": "On", "duration": duration}
    return {"eventType": "Typing", "typing": known}


def _reason(item: object, path: str) -> dict[str, Any]:
    reason = object_of(item, path)
    if reason.get("code") is not None:
        one_of(text_of(reason, "code", path), REASON_CODES, f"{path}.code")
    return {key: text_of(reason, key, path) for key in ("code", "message") if reason.get(key) is not None}
