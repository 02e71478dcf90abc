"""What Genesys posts to a bot for each turn (facts: messaging §3.1, §3.3).

v1 goes to the Handle Utterance URI, v2 to ``{base}/messages`` and has a ``messageId``. ``to_json`` and ``parse`` are
inverse. The body is compact JSON in UTF-8. Fields that only some captures have (``chatBot``) are sent where given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson


class Variant(StrEnum):
    """The two contracts that are called Bot Connector."""

    V1 = "v1"  # legacy: one URI, the bot list is pushed
    V2 = "v2"  # digital: a base URI, the bot list is pulled, replies may come later


class ClickShape(StrEnum):
    """Where a button click stands in ``inputMessage``: sources disagree (facts: messaging §3.1). The values are those
    of the switch ``bot_connector.click_shape``."""

    CONTENT = "content"  # content[{contentType, buttonResponse}], as Google's adapter reads it
    DIRECT = "direct"  # inputMessage.buttonResponse, as a design modelled on Kore's server has it
    BOTH = "both"  # in both places


@dataclass(frozen=True, slots=True, kw_only=True)
class InputMessage:
    """What the customer said: ``type`` Text or Structured (v2's type definitions know more), ``text`` may be empty (the
    first turn of an auto-started messenger). ``button`` is ``buttonResponse`` where it stands directly."""

    type: str = "Text"
    text: str = ""
    content: tuple[dict[str, Any], ...] = ()
    button: dict[str, str] | None = None

    @classmethod
    def click(
        cls, text: str, payload: str, kind: str = "QuickReply", shape: ClickShape = ClickShape.CONTENT
    ) -> InputMessage:
        """The customer pressed a button."""
        button = {"type": kind, "text": text, "payload": payload}
        return cls.said(text, ({"contentType": "ButtonResponse", "buttonResponse": button},), shape)

    @classmethod
    def said(
        cls, text: str, content: tuple[dict[str, Any], ...] = (), shape: ClickShape = ClickShape.CONTENT
    ) -> InputMessage:
        """What the customer of a conversation said, with the content that its message has."""
        type_ = "Structured" if content else "Text"
        if shape is ClickShape.CONTENT:
            return cls(type=type_, text=text, content=content)
        clicks = [one for one in content if one.get("contentType") == "ButtonResponse"]
        button = next((one["buttonResponse"] for one in clicks if isinstance(one.get("buttonResponse"), dict)), None)
        rest = content if shape is ClickShape.BOTH else tuple(one for one in content if one not in clicks)
        return cls(type=type_, text=text, content=rest, button=button)

    @classmethod
    def attachment(cls, attachment: dict[str, Any], text: str = "") -> InputMessage:
        """The customer sent a file; its URL is passed to the bot (facts: messaging §3.3)."""
        return cls(type="Structured", text=text, content=({"contentType": "Attachment", "attachment": attachment},))

    def to_json(self) -> dict[str, Any]:
        """As it stands on the wire."""
        content = {"content": list(self.content)} if self.content else {}
        button = {"buttonResponse": self.button} if self.button is not None else {}
        return {"type": self.type, "text": self.text, **content, **button}

    @classmethod
    def parse(cls, data: dict[str, Any]) -> InputMessage:
        """The inverse of ``to_json``, for messages that this emulator built."""
        content = tuple(data.get("content", ()))
        return cls(type=data["type"], text=data.get("text", ""), content=content, button=data.get("buttonResponse"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One turn. ``session`` is a UUID for each run of the flow's bot action, not the conversation's id; ``timeout`` is
    in minutes (SDK); ``parameters`` are the session variables, None where a turn leaves them out (later ones do).
    """

    bot: str
    version: str
    session: str
    conversation: str
    message: InputMessage
    language: str
    timeout: int
    parameters: dict[str, str] | None = None
    message_id: str = ""  # v2 only
    chat_bot: dict[str, Any] = field(default_factory=dict)  # in Google's model and Kore's capture

    def to_json(self) -> dict[str, Any]:
        """The body."""
        parameters = {"parameters": self.parameters} if self.parameters is not None else {}
        message_id = {"messageId": self.message_id} if self.message_id else {}
        chat_bot = {"chatBot": self.chat_bot} if self.chat_bot else {}
        return {
            "botId": self.bot,
            "botVersion": self.version,
            "botSessionId": self.session,
            **message_id,
            "inputMessage": self.message.to_json(),
            "languageCode": self.language,
            "botSessionTimeout": self.timeout,
            "genesysConversationId": self.conversation,
            **parameters,
            **chat_bot,
        }

    def __bytes__(self) -> bytes:
        return orjson.dumps(self.to_json())

    @classmethod
    def parse(cls, body: bytes) -> Utterance:
        """The inverse of ``bytes(...)``, for bodies that this emulator built."""
        data = orjson.loads(body)
        return cls(
            bot=data["botId"],
            version=data["botVersion"],
            session=data["botSessionId"],
            conversation=data["genesysConversationId"],
            message=InputMessage.parse(data["inputMessage"]),
            language=data["languageCode"],
            timeout=data["botSessionTimeout"],
            parameters=data.get("parameters"),
            message_id=data.get("messageId", ""),
            chat_bot=data.get("chatBot", {}),
        )
