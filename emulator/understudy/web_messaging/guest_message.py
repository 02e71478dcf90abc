"""What a guest says in ``onMessage`` and ``echo``: its parts, and what is wrong with it (facts: messaging §2.2).

That the platform checks as much as this, and with these codes, is assumed: 4020 where something is missing, 400 where
it has the wrong type or an unknown word. Unknown fields are kept and mean nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.web_messaging.codes import BAD_REQUEST, MISSING_PARAMETER
from understudy.web_messaging.words import client_words

ITEMS_MAX: Final = 100  # of content, and of events; not documented, the emulator's own bound
DETAILS: Final = {"Presence": "presence", "Typing": "typing"}  # events whose own object is read


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a frame: an error code and the reason."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class GuestMessage:
    """The message of a frame, as the client sent it. Read the properties only after ``fault_of`` found nothing."""

    document: Mapping[str, Any]

    @property
    def type(self) -> str:
        """``Text``, ``Structured`` or ``Event``."""
        return str(self.document["type"])

    @property
    def text(self) -> str:
        """Its text, or ""."""
        return str(self.document.get("text") or "")

    @property
    def content(self) -> tuple[Mapping[str, Any], ...]:
        """Attachments and responses to buttons."""
        return tuple(self.document.get("content") or ())

    @property
    def events(self) -> tuple[Mapping[str, Any], ...]:
        """Typing, presence and other events."""
        return tuple(self.document.get("events") or ())

    @property
    def metadata(self) -> Mapping[str, str]:
        """``metadata``: strings by name."""
        return self.document.get("metadata") or {}

    @property
    def presence(self) -> str:
        """The presence type of the first presence event (``Join``, ``Clear``, …), or ""."""
        return next((str(e["presence"]["type"]) for e in self.events if e["eventType"] == "Presence"), "")

    @property
    def is_typing(self) -> bool:
        """The guest is typing."""
        return any(event["eventType"] == "Typing" for event in self.events)

    @property
    def attachments(self) -> tuple[str, ...]:
        """Ids of the uploads that it carries."""
        return tuple(str(c["attachment"]["id"]) for c in self.content if c["contentType"] == "Attachment")


def attributes_of(channel: Mapping[str, Any]) -> Mapping[str, str]:
    """The custom attributes of a channel, of the frame or of the message."""
    found: Mapping[str, str] = (channel.get("metadata") or {}).get("customAttributes") or {}
    return found


def size_of(attributes: Mapping[str, str]) -> int:
    """Bytes of custom attributes, as JSON; that the platform counts them so is assumed."""
    return len(orjson.dumps(attributes)) if attributes else 0


def fault_of(message: Mapping[str, Any]) -> Fault | None:
    """What is wrong with a message, or None."""
    return (
        _word(message, "message.type", "type", client_words("message"))
        or _typed(message, "message.text", "text", str)
        or _strings(message.get("metadata"), "message.metadata")
        or channel_fault(message.get("channel"), "message.channel")
        or _each(message.get("content"), "message.content", _content_fault)
        or _each(message.get("events"), "message.events", _event_fault)
        or _emptiness(message)
    )


def channel_fault(channel: Any, where: str) -> Fault | None:
    """What is wrong with a ``channel``, or None."""
    if channel is None:
        return None
    if not isinstance(channel, dict):
        return Fault(BAD_REQUEST, f"{where} is not an object")
    metadata = channel.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        return Fault(BAD_REQUEST, f"{where}.metadata is not an object")
    return _strings((metadata or {}).get("customAttributes"), f"{where}.metadata.customAttributes")


def _emptiness(message: Mapping[str, Any]) -> Fault | None:
    """Which part each type can't do without (assumed)."""
    match message["type"]:
        case "Event":
            return None if message.get("events") else Fault(MISSING_PARAMETER, "message.events is missing")
        case "Structured":
            return None if message.get("content") else Fault(MISSING_PARAMETER, "message.content is missing")
    present = message.get("text") or message.get("content")
    return None if present else Fault(MISSING_PARAMETER, "message.text is missing")


def _content_fault(item: Mapping[str, Any], where: str) -> Fault | None:
    if fault := _word(item, f"{where}.contentType", "contentType", client_words("content")):
        return fault
    if item["contentType"] == "Attachment":
        return _part(item, where, "attachment") or _required(item["attachment"], f"{where}.attachment", "id")
    if fault := _part(item, where, "buttonResponse"):
        return fault
    inner, response = f"{where}.buttonResponse", item["buttonResponse"]
    # type is required in the swagger and optional in the SDK's model: taken as optional
    named = None if response.get("type") is None else _word(response, f"{inner}.type", "type", client_words("button"))
    return named or _required(response, inner, "text") or _required(response, inner, "payload")


def _event_fault(event: Mapping[str, Any], where: str) -> Fault | None:
    if fault := _word(event, f"{where}.eventType", "eventType", client_words("event")):
        return fault
    name = DETAILS.get(event["eventType"])
    if name is None:
        return None
    return _part(event, where, name) or _word(event[name], f"{where}.{name}.type", "type", client_words(name))


def _each(items: Any, where: str, fault: Callable[[Mapping[str, Any], str], Fault | None]) -> Fault | None:
    if items is None:
        return None
    if not isinstance(items, list):
        return Fault(BAD_REQUEST, f"{where} is not a list")
    if len(items) > ITEMS_MAX:
        return Fault(BAD_REQUEST, f"{where} has more than {ITEMS_MAX} items")
    for i, item in enumerate(items):
        found = (
            fault(item, f"{where}[{i}]")
            if isinstance(item, dict)
            else Fault(BAD_REQUEST, f"{where}[{i}] is not an object")
        )
        if found is not None:
            return found
    return None


def _word(of: Mapping[str, Any], where: str, name: str, words: tuple[str, ...]) -> Fault | None:
    value = of.get(name)
    if value is None:
        return Fault(MISSING_PARAMETER, f"{where} is missing")
    if not isinstance(value, str) or value not in words:
        return Fault(BAD_REQUEST, f"{where} is not one of {', '.join(words)}")
    return None


def _typed(of: Mapping[str, Any], where: str, name: str, type_: type) -> Fault | None:
    value = of.get(name)
    return None if value is None or isinstance(value, type_) else Fault(BAD_REQUEST, f"{where} is not a string")


def _required(of: Mapping[str, Any], where: str, name: str) -> Fault | None:
    missing = Fault(MISSING_PARAMETER, f"{where}.{name} is missing")
    return missing if of.get(name) is None else _typed(of, f"{where}.{name}", name, str)


def _part(of: Mapping[str, Any], where: str, name: str) -> Fault | None:
    value = of.get(name)
    if value is None:
        return Fault(MISSING_PARAMETER, f"{where}.{name} is missing")
    return None if isinstance(value, dict) else Fault(BAD_REQUEST, f"{where}.{name} is not an object")


def _strings(value: Any, where: str) -> Fault | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        return Fault(BAD_REQUEST, f"{where} is not an object of strings")
    return None
