"""A turn as it comes: what of it must be there, what is made up for, what is refused.

Facts: messaging §3.1 (v1), §3.3 (v2). Unknown fields are ignored, and so are optional ones of a wrong type.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from ..vendor_side.values import items, object_of, part, string

ID_MAX: Final = 255  # characters
TEXT_MAX: Final = 65_536  # characters; more than a customer writes, less than hurts
PARAMETERS_MAX: Final = 100
VALUE_MAX: Final = 4_096  # characters of a session variable
MINUTES_MAX: Final = 60 * 24 * 30
MINUTES: Final = 60.0  # where the turn says nothing of a timeout (assumed)
KNOWN_FIELDS: Final = frozenset(
    {
        "botId",
        "botVersion",
        "botSessionId",
        "inputMessage",
        "languageCode",
        "botSessionTimeout",
        "genesysConversationId",
        "parameters",
        "messageId",
    }
)  # with the fault strict_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn. ``payload`` is that of the button that was clicked, ``files`` the names of attachments, ``timeout`` in
    minutes, ``digest`` the same for the same bytes."""

    bot: str
    version: str
    session: str
    text: str = ""
    payload: str | None = None
    files: tuple[str, ...] = ()
    language: str = ""
    timeout: float = MINUTES
    parameters: dict[str, str] = field(default_factory=dict)
    conversation: str = ""
    message_id: str = ""
    digest: str = ""

    @property
    def utterance(self) -> str:
        """What the customer means: a click means its payload, whatever stands on the button."""
        return self.text if self.payload is None else self.payload


class Unfit(Exception):
    """The body is no turn; the text says what is wrong with it. ``status`` is the answer's."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def read_turn(raw: bytes, faults: frozenset[str] = frozenset()) -> Turn:
    """The turn in a body; raises Unfit."""
    body = object_of(raw)
    if body is None:
        raise Unfit("the body is not a JSON object", 500 if "malformed_is_500" in faults else 400)
    if "strict_fields" in faults and (unknown := set(body) - KNOWN_FIELDS):
        raise Unfit(f"unknown: {min(unknown)[:100]}")
    status = 500 if "missing_is_500" in faults else 400
    message = body.get("inputMessage")
    if not isinstance(message, dict):
        raise Unfit("inputMessage is missing or not an object", status)
    text = message.get("text")
    if text is not None and not isinstance(text, str):
        raise Unfit("inputMessage.text is not a string")
    if text is not None and len(text) > TEXT_MAX:
        raise Unfit(f"inputMessage.text is longer than {TEXT_MAX} characters", 413)
    return Turn(
        bot=_id(body, "botId", status),
        version=string(body.get("botVersion")),
        session=_id(body, "botSessionId", status),
        text=text or "",
        payload=_payload(message, faults),
        files=tuple(_files(message)),
        language=string(body.get("languageCode")),
        timeout=_minutes(body.get("botSessionTimeout")),
        parameters=_parameters(body.get("parameters")),
        conversation=string(body.get("genesysConversationId"))[:ID_MAX],
        message_id=string(body.get("messageId"))[:ID_MAX],
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _id(body: dict[str, Any], name: str, status: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value or len(value) > ID_MAX:
        raise Unfit(f"{name} is missing, empty, not a string, or longer than {ID_MAX} characters", status)
    return value


def _payload(message: dict[str, Any], faults: frozenset[str]) -> str | None:
    """Of a click in either shape: in ``content[]`` (Google) or directly (Kore) (facts: messaging §3.1, conflict)."""
    clicks = [part(item, "buttonResponse") for item in items(message.get("content"))]
    direct = part(message, "buttonResponse")
    if direct and "direct_click_is_500" in faults:
        raise Unfit("KeyError: 'content'", 500)
    payloads = [click["payload"] for click in [*clicks, direct] if isinstance(click.get("payload"), str)]
    return payloads[0] if payloads and "ignores_payload" not in faults else None


def _files(message: dict[str, Any]) -> list[str]:
    """The names of attachments, which are not fetched: nobody here reads them."""
    found = [item for item in items(message.get("content")) if item.get("contentType") == "Attachment"]
    return [string(part(item, "attachment").get("filename"))[:ID_MAX] for item in found]


def _minutes(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MINUTES_MAX:
        return MINUTES
    return float(value)


def _parameters(value: object) -> dict[str, str]:
    given = value if isinstance(value, dict) else {}
    kept = [(name[:ID_MAX], text[:VALUE_MAX]) for name, text in given.items() if isinstance(text, str)]
    return dict(kept[:PARAMETERS_MAX])
