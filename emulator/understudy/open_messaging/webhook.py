"""The body that Genesys posts to the vendor's webhook: "Outbound Open NormalizedMessage" (facts: messaging §1.3).

``bytes(body)`` is compact JSON with non-ASCII left as it is, so that a verifier that signs the re-serialised body
agrees with one that signs the raw bytes. ``parse`` is its inverse. Bodies of receipts are not documented: the shape is
assumed from the vendor-side receipt (``id`` the platform's message id, ``channel.messageId`` the vendor's own).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from understudy.clock import iso, parse_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of ``channel``: the integration or the customer."""

    id: str
    id_type: str = "Opaque"
    nickname: str = ""

    def to_json(self) -> dict[str, str]:
        """As it stands on the wire."""
        nickname = {"nickname": self.nickname} if self.nickname else {}
        return {**nickname, "id": self.id, "idType": self.id_type}

    @classmethod
    def parse(cls, data: dict[str, str]) -> Party:
        """The inverse of ``to_json``."""
        return cls(id=data["id"], id_type=data["idType"], nickname=data.get("nickname", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One body. ``type`` is Text, Structured, Event or Receipt; ``time`` POSIX seconds; ``originating`` Human or Bot
    (in the SDK model, not in any example: inferred). ``status``, ``reasons`` and ``is_final`` belong to receipts."""

    id: str
    integration: str
    sender: Party
    to: Party
    time: float
    type: str = "Text"
    text: str = ""
    content: tuple[dict[str, Any], ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    originating: str = ""
    direction: str = "Outbound"
    message_id: str = ""  # channel.messageId where it differs from ``id``
    metadata: dict[str, str] = field(default_factory=dict)
    status: str = ""
    reasons: tuple[dict[str, Any], ...] = ()
    is_final: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """The body; absent parts are left out, a Text always has its ``text``."""
        optional: dict[str, Any] = {
            "content": list(self.content),
            "events": list(self.events),
            "status": self.status,
            "reasons": list(self.reasons),
            "isFinalReceipt": self.is_final,
            "originatingEntity": self.originating,
        }
        text = {"text": self.text} if self.text or self.type == "Text" else {}
        shown = {key: value for key, value in optional.items() if value not in ("", [], None)}
        metadata = {"metadata": self.metadata} if self.metadata else {}
        return {"id": self.id, "channel": self._channel(), "type": self.type, **text, **shown} | {
            "direction": self.direction,
            **metadata,
        }

    def _channel(self) -> dict[str, Any]:
        return {
            "id": self.integration,
            "platform": "Open",
            "type": "Private",
            "to": self.to.to_json(),
            "from": self.sender.to_json(),
            "time": iso(self.time),
            "messageId": self.message_id or self.id,
        }

    def __bytes__(self) -> bytes:
        return compact(self.to_json())

    @classmethod
    def parse(cls, body: bytes) -> Outbound:
        """The inverse of ``bytes(...)``, for bodies that this emulator built."""
        data = orjson.loads(body)
        channel = data["channel"]
        return cls(
            id=data["id"],
            integration=channel["id"],
            sender=Party.parse(channel["from"]),
            to=Party.parse(channel["to"]),
            time=parse_iso(channel["time"]),
            type=data["type"],
            text=data.get("text", ""),
            content=tuple(data.get("content", ())),
            events=tuple(data.get("events", ())),
            originating=data.get("originatingEntity", ""),
            direction=data["direction"],
            message_id="" if channel["messageId"] == data["id"] else channel["messageId"],
            metadata=data.get("metadata", {}),
            status=data.get("status", ""),
            reasons=tuple(data.get("reasons", ())),
            is_final=data.get("isFinalReceipt"),
        )


def compact(value: Any) -> bytes:
    """JSON without blanks and without escaped non-ASCII, as UTF-8: byte for byte what JavaScript's stringify writes."""
    return orjson.dumps(value)
