"""The user-side contract of a vendor (suites/USER_SIDE.md): what a user does, and what the user has been shown.

``UserAct.build`` makes a request's body, ``parse_seen`` reads the listing; both are checked against what the document
says, because a wrong listing would make every check about the user's screen worthless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.errors import UnderstudyError

TYPES: Final = ("text", "options", "attachment", "notice")
SENDERS: Final = ("bot", "agent", "system")
MEDIA_TYPES: Final = ("Image", "Video", "Audio", "File", "Link")
VERBS: Final[Mapping[str, str]] = {"say": "messages", "typing": "typing", "end": "end"}


class UserSideError(UnderstudyError):
    """The user side broke its contract; the text says where, and what would be right."""

    def __init__(self, where: str, problem: str) -> None:
        self.where, self.problem = where, problem
        super().__init__(f"user side: {where}: {problem} (see suites/USER_SIDE.md)")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAct:
    """A user writes, sends a file, or clicks. ``attachment`` is {url, mime, mediaType}, ``postback`` {text, payload,
    originatingMessageId}; both may be absent."""

    text: str = ""
    attachment: Mapping[str, str] | None = None
    postback: Mapping[str, str] | None = None

    def build(self) -> dict[str, Any]:
        """The body of ``POST …/users/{id}/messages``."""
        body: dict[str, Any] = {"text": self.text}
        if self.attachment is not None:
            body["attachment"] = dict(self.attachment)
        if self.postback is not None:
            body["postback"] = dict(self.postback)
        return body

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> UserAct:
        """The inverse of ``build``; raises ``UserSideError`` for what is neither text, file nor click."""
        text = body.get("text") or ""
        attachment, postback = body.get("attachment"), body.get("postback")
        if not isinstance(text, str) or not (text or attachment or postback):
            raise UserSideError("say", "needs a text, an attachment or a postback")
        if attachment is not None:
            _keys("say.attachment", attachment, ("url", "mime", "mediaType"))
            if attachment["mediaType"] not in MEDIA_TYPES:
                raise UserSideError("say.attachment.mediaType", f"give one of {', '.join(MEDIA_TYPES)}")
        if postback is not None:
            _keys("say.postback", postback, ("text", "payload", "originatingMessageId"))
        return cls(text=text, attachment=attachment, postback=postback)


def parse_seen(body: bytes) -> list[dict[str, Any]]:
    """``{"messages": [...]}`` as the vendor answers it, oldest first; unknown fields stay. Raises ``UserSideError``."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UserSideError("seen", f"is not JSON: {error}") from error
    messages = document.get("messages") if isinstance(document, dict) else None
    if not isinstance(messages, list):
        raise UserSideError("seen", 'must be {"messages": [...]}')
    return [_seen(f"seen.messages[{i}]", message) for i, message in enumerate(messages)]


def _seen(where: str, message: Any) -> dict[str, Any]:
    if not isinstance(message, dict):
        raise UserSideError(where, "must be an object")
    _keys(where, message, ("id", "type", "from"))
    if message["type"] not in TYPES:
        raise UserSideError(f"{where}.type", f"is {message['type']!r}; give one of {', '.join(TYPES)}")
    if message["from"] not in SENDERS:
        raise UserSideError(f"{where}.from", f"is {message['from']!r}; give one of {', '.join(SENDERS)}")
    if not isinstance(message.get("text", ""), str):
        raise UserSideError(f"{where}.text", "must be a string")
    if message["type"] == "attachment":
        _keys(f"{where}.attachment", message.get("attachment"), ("url", "mime"))
    options = [] if message.get("options") is None else message["options"]
    if not isinstance(options, list):
        raise UserSideError(f"{where}.options", "must be a list")
    for i, option in enumerate(options):
        _keys(f"{where}.options[{i}]", option, ("text", "payload"))
    return {"text": "", **message}


def _keys(where: str, value: Any, names: tuple[str, ...]) -> None:
    if not isinstance(value, dict):
        raise UserSideError(where, f"must be an object with {', '.join(names)}")
    for name in names:
        if not isinstance(value.get(name), str):
            raise UserSideError(f"{where}.{name}", "must be a string")
