"""A message of a conversation as guests read it: the body of a frame of class ``StructuredMessage`` (facts: messaging
§2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from understudy.clock import iso


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredMessage:
    """A message of a conversation. ``time`` in the org's seconds; ``sender`` and ``recipient`` have ``nickname``,
    ``firstName``, ``lastName``, ``image``; ``originating_entity`` is ``Bot``, ``Human`` or ""."""

    type: str
    direction: str
    time: float
    id: str = ""
    text: str = ""
    content: Sequence[Mapping[str, Any]] = ()
    events: Sequence[Mapping[str, Any]] = ()
    metadata: Mapping[str, str] | None = None
    sender: Mapping[str, str] | None = None
    recipient: Mapping[str, str] | None = None
    attributes: Mapping[str, str] | None = None
    originating_entity: str = ""
    originating_message: str = ""

    def to_json(self) -> dict[str, Any]:
        """The body of the frame; text stays in a text message even if it is empty."""
        channel: dict[str, Any] = {"time": iso(self.time), "messageId": self.id, "type": "Private"}
        channel |= {"from": self.sender, "to": self.recipient}
        channel["metadata"] = {"customAttributes": self.attributes} if self.attributes else None
        body = {
            "text": self.text if self.text or self.type == "Text" else None,
            "type": self.type,
            "direction": self.direction,
            "id": self.id or None,
            "channel": {name: value for name, value in channel.items() if value},
            "content": list(self.content) or None,
            "events": list(self.events) or None,
            "metadata": self.metadata,
            "originatingEntity": self.originating_entity or None,
            "originatingMessageId": self.originating_message or None,
        }
        return {name: value for name, value in body.items() if value is not None}
