"""The user side: how a test plays the vendor's user and reads what that user sees (suites/USER_SIDE.md).

    POST /users/{id}/messages  {"text"?, "attachment"?: {"url", "mime", "filename"?, "mediaType"?},
                                "name"?, "language"?}                                                       → 202
                               {"postback": {"payload", "text"?, "originatingMessageId"?}}                  → 202
    POST /users/{id}/typing    POST /users/{id}/end                                                         → 202
    GET  /users/{id}/messages  → {"mode": "bot|agent", "messages": [{"id", "type": "text|options|attachment|notice",
                               "text", "from": "bot|agent|system", "time", "options"?, "attachment"?, "platformId"?}]}

``options`` are {"type": "QuickReply|Button|Link", "text", "payload"}; a link has its url as payload and can't be sent
back.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ..vendor_side.values import part, string
from .channel import Channel
from .operations import said
from .users import User, Users

Reply = tuple[int, dict[str, Any]]

ID_MAX: Final = 255  # characters
NAME_MAX: Final = 100
LANGUAGE_MAX: Final = 35  # the longest well-formed language tag that RFC 5646 §4.4.1 asks to allow for
MEDIA: Final = {"image": "Image", "video": "Video", "audio": "Audio"}


class UserSide:
    """Takes what users do. ``channel`` is there in that topology only."""

    def __init__(self, users: Users, channel: Channel | None) -> None:
        self._users, self._channel = users, channel

    def read(self, id_: str) -> Reply:
        """What the user sees; nobody has seen nothing."""
        user = self._users.find(id_)
        return 200, {"mode": user.mode if user else "bot", "messages": user.items() if user else []}

    def act(self, id_: str, action: str, raw: bytes) -> Reply:
        """The user does something: messages, typing or end."""
        if self._channel is None:
            return 409, {"error": "TOPOLOGY is forward: the customers are Genesys'; write as one of them there"}
        if not id_ or len(id_) > ID_MAX:
            return 400, {"error": f"the user's id is empty or longer than {ID_MAX} characters"}
        if action == "typing":
            return taken(self._channel.type(self._users.admit(id_)))
        if action == "end":
            return taken(self._channel.end(self._users.admit(id_)))
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return 400, {"error": "the body is not a JSON object"}
        return self._message(self._channel, id_, body)

    def _message(self, channel: Channel, id_: str, body: dict[str, Any]) -> Reply:
        text, attachment = string(body.get("text")), attachment_of(part(body, "attachment"))
        if "postback" in body:
            return self._click(channel, id_, part(body, "postback"))
        if not text and attachment is None:
            return 400, {"error": "give text, an attachment with url and mime, or a postback with payload"}
        user = self._users.admit(id_)
        user.name = string(body.get("name"))[:NAME_MAX] or user.name
        user.language = string(body.get("language"))[:LANGUAGE_MAX] or user.language
        return taken(channel.say(user, said(text, attachment)))

    def _click(self, channel: Channel, id_: str, postback: dict[str, Any]) -> Reply:
        """The option must be one the user was offered; a message that carries it twice is told apart by its text."""
        user: User = self._users.admit(id_)
        payload, text = postback.get("payload"), string(postback.get("text"))
        found = user.offered(string(postback.get("originatingMessageId")), string(payload), text)
        if not isinstance(payload, str) or found is None:
            return 400, {"error": "no message offered this user an option with this payload"}
        return taken(channel.click(user, found[1], found[0]))


def attachment_of(body: dict[str, Any]) -> dict[str, str] | None:
    """A file as Genesys wants it (OpenContentAttachment), or None when url or mime is missing."""
    url, mime = string(body.get("url")), string(body.get("mime"))
    if not url or not mime:
        return None
    media = string(body.get("mediaType")) or MEDIA.get(mime.partition("/")[0], "File")
    attachment = {"mediaType": media, "url": url, "mime": mime}
    return attachment | ({"filename": name} if (name := string(body.get("filename"))) else {})


def taken(has_room: bool) -> Reply:
    """202, or 429 when too much is waiting."""
    return (202, {"accepted": True}) if has_room else (429, {"error": "too much is waiting"})
