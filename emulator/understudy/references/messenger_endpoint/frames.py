"""What a guest's client says: JSON text frames with ``action`` and ``token`` (facts: messaging §2.2)."""

from __future__ import annotations

import json
from typing import Any, Final

ATTRIBUTES_MAX: Final = 2048  # bytes of custom attributes (facts: messaging §2.6)
HEALTH_TRACING: Final = "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ="  # of a health check, as the mobile SDK has it


def configure(deployment: str, customer: str, tracing: str, *, start_new: bool = False) -> dict[str, Any]:
    """``configureSession``; the journey says who the page's visitor is."""
    journey = {
        "customer": {"id": customer, "idType": "cookie"},
        "customerSession": {"id": f"visit-{customer}"[:200], "type": "web"},
    }
    frame: dict[str, Any] = {"action": "configureSession", "deploymentId": deployment, "tracingId": tracing}
    frame["journeyContext"] = journey
    return {**frame, "startNew": True} if start_new else frame


def message(said: dict[str, Any], tracing: str, attributes: dict[str, str] | None = None) -> dict[str, Any]:
    """``onMessage``; custom attributes stand in the message's channel, as the mobile SDK has them."""
    if attributes:
        said = {**said, "channel": {"metadata": {"customAttributes": attributes}}}
    return {"action": "onMessage", "message": said, "tracingId": tracing}


def text(said: str) -> dict[str, Any]:
    """A text message."""
    return {"type": "Text", "text": said}


def attached(attachment: str, said: str = "") -> dict[str, Any]:
    """A message that carries an upload."""
    content = [{"contentType": "Attachment", "attachment": {"id": attachment}}]
    return {"type": "Text", "text": said, "content": content} if said else {"type": "Text", "content": content}


def clicked(kind: str, said: str, payload: str) -> dict[str, Any]:
    """An option was clicked; ``kind`` is QuickReply or Button."""
    response = {"type": kind, "text": said, "payload": payload}
    return {
        "type": "Structured",
        "text": said,
        "content": [{"contentType": "ButtonResponse", "buttonResponse": response}],
    }


def presence(kind: str) -> dict[str, Any]:
    """Join or Disconnect."""
    return {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": kind}}]}


def typing() -> dict[str, Any]:
    """A key was pressed."""
    return {"type": "Event", "events": [{"eventType": "Typing", "typing": {"type": "On"}}]}


def health() -> dict[str, Any]:
    """A health check."""
    return {"action": "echo", "message": text("ping"), "tracingId": HEALTH_TRACING}


def trimmed(attributes: dict[str, str], most: int = ATTRIBUTES_MAX) -> dict[str, str]:
    """As many attributes as fit into ``most`` bytes of JSON, in their order."""
    kept: dict[str, str] = {}
    for name, value in attributes.items():
        wider = {**kept, name: value}
        if len(json.dumps(wider, ensure_ascii=False).encode()) > most:
            break
        kept = wider
    return kept
