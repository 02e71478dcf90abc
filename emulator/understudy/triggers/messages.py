"""What a trigger posts: ``{"topicName", "eventBody"}``, as EventBridge wraps the same events (the form is assumed).

The event is a body of ``v2.detail.events.conversation.{id}.*``, the topics that process-automation triggers and
EventBridge share with notifications (facts: messaging §1.5, platform-api §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event for one webhook. ``topic`` is the full name, its conversation's id filled in."""

    url: str
    topic: str
    payload: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The body as the webhook gets it."""
        return {"topicName": self.topic, "eventBody": dict(self.payload)}

    def __bytes__(self) -> bytes:
        return orjson.dumps(self.to_json())

    @classmethod
    def parse(cls, url: str, body: bytes) -> Trigger:
        """The inverse of ``bytes(...)``."""
        data = orjson.loads(body)
        return cls(url, data["topicName"], data["eventBody"])
