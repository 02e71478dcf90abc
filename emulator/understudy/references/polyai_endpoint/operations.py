"""The operations of the Platform API that this endpoint uses: paths and bodies, nothing decided.

Source: facts messaging §1.2 and §1.4, platform-api §5, and the SDK's models named there. The guide's role allows all of
them; ``GET /conversations/messages/{id}`` and notifications need no permission.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from urllib.parse import quote

from ..vendor_side.genesys import Answer, Genesys
from .users import User, now

MESSAGES: Final = "/api/v2/conversations/messages"
TYPING_MS: Final = 5000


@dataclass(frozen=True, slots=True)
class Said:
    """What a user said. ``id`` is its messageId, however often it is sent; ``attachment`` is as Genesys has it."""

    id: str
    text: str = ""
    attachment: dict[str, str] | None = None


def said(text: str = "", attachment: dict[str, str] | None = None) -> Said:
    """Something new that was said."""
    return Said(str(uuid.uuid4()), text, attachment)


class Operations:
    """Calls for one integration."""

    def __init__(self, genesys: Genesys, integration: str, faults: frozenset[str] = frozenset()) -> None:
        self._genesys, self._integration, self._faults = genesys, integration, faults
        self._open = f"{MESSAGES}/{quote(integration, safe='')}/inbound/open"

    def message(self, user: User, said: Said, context: dict[str, str] | None = None) -> Answer:
        """What the user said. With ``context`` it opens a hand-off, and the answer carries ``conversationId``."""
        body = self._message_body(user, said)
        if context is not None:
            body["channel"]["metadata"] = {"customAttributes": context} if context else {}
            return self._genesys.call("POST", f"{self._open}/message?prefetchConversationId=true", body)
        user.relayed += 1
        is_third = user.relayed % 3 == 0
        if is_third and "repeats_message_id" in self._faults:
            body["channel"]["messageId"] = "message-3"
        if is_third and "uses_deprecated" in self._faults:
            return self._genesys.call("POST", f"{MESSAGES}/inbound/open", self._deprecated(body))
        return self._genesys.call("POST", f"{self._open}/message", body)

    def typing(self, user: User) -> Answer:
        """The user is typing. There is no "Off"."""
        events = [{"eventType": "Typing", "typing": {"type": "On", "duration": TYPING_MS}}]
        return self._genesys.call("POST", f"{self._open}/event", {"channel": self._channel(user), "events": events})

    def click(self, user: User, kind: str, text: str, payload: str, platform_id: str) -> Answer:
        """The user chose an option of the message ``platform_id``; ``kind`` is QuickReply or Button."""
        if "click_as_text" in self._faults:
            return self.message(user, said(text))
        body = {
            "channel": {**self._channel(user), "messageId": str(uuid.uuid4())},
            "buttonResponse": {"type": kind, "text": text, "payload": payload},
            "originatingMessageId": platform_id,
        }
        return self._genesys.call("POST", f"{self._open}/structured/response", body)

    def receipt(self, address: str, platform_id: str, status: str, reason: tuple[str, str] | None = None) -> Answer:
        """What became of the message ``platform_id`` to ``address``: Delivered, or Failed with (code, text)."""
        body = {
            "id": platform_id,
            "channel": {"to": {"id": address}, "time": self._time()},
            "status": status,
            "reasons": [{"code": reason[0], "message": reason[1]}] if reason else [],
            "isFinalReceipt": True,
        }
        return self._genesys.call("POST", f"{self._open}/receipt", body)

    def agentless(self, address: str, text: str) -> Answer:
        """A text to a customer of Genesys, from nobody in particular."""
        body = {
            "fromAddress": self._integration,
            "toAddress": address,
            "toAddressMessengerType": "open",
            "textBody": text,
            "useExistingActiveConversation": True,
        }
        return self._genesys.call("POST", f"{MESSAGES}/agentless", body)

    def communication(self, conversation: str, communication: str, text: str) -> Answer:
        """A text into a conversation, by the leg of one who takes part."""
        path = f"{MESSAGES}/{quote(conversation, safe='')}/communications/{quote(communication, safe='')}/messages"
        return self._genesys.call("POST", path, {"textBody": text})

    def conversation(self, id_: str) -> Answer:
        """The conversation in its media-specific form, where state and purpose stand on the participant."""
        if "reads_whole_conversation" in self._faults:
            return self._genesys.call("GET", f"/api/v2/conversations/{quote(id_, safe='')}")
        return self._genesys.call("GET", f"{MESSAGES}/{quote(id_, safe='')}")

    def disconnect(self, conversation: str) -> Answer:
        """End the conversation from this side (facts: messaging §1.5)."""
        return self._genesys.call("PATCH", f"{MESSAGES}/{quote(conversation, safe='')}", {"state": "disconnected"})

    def open_channel(self) -> Answer:
        """A notification channel: ``id`` and ``connectUri``."""
        return self._genesys.call("POST", "/api/v2/notifications/channels")

    def subscribe(self, channel: str, topics: list[str], *, replace: bool = False) -> Answer:
        """Add topics to a channel, or make them its only ones."""
        path = f"/api/v2/notifications/channels/{quote(channel, safe='')}/subscriptions"
        return self._genesys.call("PUT" if replace else "POST", path, [{"id": topic} for topic in topics])

    def _message_body(self, user: User, said: Said) -> dict[str, Any]:
        body: dict[str, Any] = {"channel": {**self._channel(user), "messageId": said.id}}
        text, attachment = said.text, said.attachment
        if attachment and "attachment_as_text" in self._faults:
            text, attachment = f"{text} {attachment['url']}".strip(), None
        if text:
            body["text"] = text
        if attachment:
            body["content"] = [{"attachment": attachment}]
        return body

    def _deprecated(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = {"platform": "Open", "type": "Private", "to": {"id": self._integration}, **body["channel"]}
        content = [{"contentType": "Attachment", **item} for item in body.get("content", ())]
        old = {"channel": channel, "type": "Text", "text": body.get("text", ""), "direction": "Inbound"}
        return old | ({"content": content} if content else {})

    def _channel(self, user: User) -> dict[str, Any]:
        return {"from": {"id": user.id, "idType": "Opaque", "nickname": user.name or user.id}, "time": self._time()}

    def _time(self) -> str:
        if "local_time" in self._faults:
            return datetime.now(timezone(timedelta(hours=2))).isoformat(timespec="seconds")
        return now()
