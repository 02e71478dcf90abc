"""What a message of the other side offers on the screen: text, options to click, a file (facts: messaging §2.3).

Content that is not known here shows nothing.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ..vendor_side.values import items, part, string

SENDERS: Final = {"Bot": "bot", "Human": "agent"}
TAG: Final = re.compile(r"<[^>]*>")

Option = dict[str, str]


def shown(body: dict[str, Any], faults: frozenset[str]) -> dict[str, Any] | None:
    """A message as the door lists it, without its id; None for one with nothing to show."""
    text = string(body.get("text"))
    options: list[Option] = []
    attachment: dict[str, str] | None = None
    strange: list[str] = []
    for content in items(body.get("content")):
        kind = string(content.get("contentType"))
        reader = READERS.get(kind)
        if kind == "Attachment":
            attachment = _file(part(content, "attachment")) or attachment
        elif reader is not None:
            said, found = reader(content)
            text, options = text or said, options + found
        else:
            strange.append(str(content))
    if "shows_unknown" in faults and strange:
        text = text or strange[0]
    if "renders_markup" in faults:
        text = TAG.sub("", text)
    if not text and not options and attachment is None:
        return None
    sender = SENDERS.get(string(body.get("originatingEntity")), "bot")
    item: dict[str, Any] = {"type": "text", "text": text, "from": sender}
    if options:
        item |= {"type": "options", "options": options}
    elif attachment is not None:
        item |= {"type": "attachment", "attachment": attachment}
    return item


def _file(attachment: dict[str, Any]) -> dict[str, str] | None:
    url = string(attachment.get("url"))
    return {"url": url, "mime": string(attachment.get("mime"))} if url else None


def _option(kind: str, action: dict[str, Any]) -> Option:
    if action.get("type") == "Link" or (action.get("url") and not action.get("payload")):
        return {"type": "Link", "text": string(action.get("text")), "payload": string(action.get("url"))}
    text = string(action.get("text"))
    return {"type": kind, "text": text, "payload": string(action.get("payload")) or text}


def _quick_reply(content: dict[str, Any]) -> tuple[str, list[Option]]:
    return "", [_option("QuickReply", part(content, "quickReply"))]


def _quick_replies(content: dict[str, Any]) -> tuple[str, list[Option]]:
    replies = part(content, "quickReplyV2")
    return string(replies.get("title")), [_option("QuickReply", one) for one in items(replies.get("actions"))]


def _card(card: dict[str, Any]) -> tuple[str, list[Option]]:
    lines = [string(card.get("title")), string(card.get("description"))]
    actions = [*items(card.get("actions")), *items([card.get("defaultAction")])]
    return "\n".join(line for line in lines if line), [_option("Button", one) for one in actions]


def _cards(content: dict[str, Any]) -> tuple[str, list[Option]]:
    read = [_card(one) for one in items(part(content, "carousel").get("cards"))]
    return "\n".join(text for text, _ in read), [option for _, options in read for option in options]


def _one_card(content: dict[str, Any]) -> tuple[str, list[Option]]:
    return _card(part(content, "card"))


def _text(content: dict[str, Any]) -> tuple[str, list[Option]]:
    return string(part(content, "text").get("body")), []


READERS: Final = {
    "QuickReply": _quick_reply,
    "QuickReplyV2": _quick_replies,
    "Card": _one_card,
    "Carousel": _cards,
    "Text": _text,
}
