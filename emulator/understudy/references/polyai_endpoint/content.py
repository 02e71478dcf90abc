"""What a delivery says, as things to show (facts: messaging §1.3, Outbound). Pure: no network, no state.

Wrong types inside a well-signed message are no reason to fail: what can't be read is left out and named in ``unknown``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from ..vendor_side.values import items, string
from .users import Option, Shown

TYPES: Final = ("Text", "Structured", "Event", "Receipt")
TRUNCATED: Final = 1_000  # characters, with the fault of that name
_MARKUP: Final = re.compile(r"<[^>]*>")


@dataclass(slots=True)
class Reading:
    """Attachments and options in the order they came, and the names of what is not understood."""

    texts: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    attachments: list[dict[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read(message: dict[str, Any], faults: frozenset[str] = frozenset()) -> tuple[list[Shown], list[str]]:
    """(what to show, names of what is not understood) of a Text or Structured message."""
    reading = Reading()
    for item in items(message.get("content")):
        read_content(item, reading, faults)
    text = shaped(joined(string(message.get("text")), reading.texts), faults)
    sender = "bot" if message.get("originatingEntity") == "Bot" else "agent"
    id_ = string(message.get("id"))
    shown: list[Shown] = []
    if reading.options:
        options = tuple(reading.options)
        shown.append(Shown(kind="options", text=text, sender=sender, options=options, platform_id=id_))
    elif text or ("shows_empty" in faults and message.get("type") == "Text" and not reading.attachments):
        shown.append(Shown(kind="text", text=text, sender=sender, platform_id=id_))
    for attachment in reading.attachments:
        shown.append(Shown(kind="attachment", sender=sender, attachment=attachment, platform_id=id_))
    return shown, reading.unknown


def joined(text: str, more: Iterable[str]) -> str:
    """``text``, then on lines of their own those of ``more`` that it does not say already (it is their fallback)."""
    for line in more:
        if line and line not in text:
            text = f"{text}\n{line}" if text else line
    return text


def read_content(item: dict[str, Any], reading: Reading, faults: frozenset[str]) -> None:
    """Add one part of ``content[]``."""
    kind = string(item.get("contentType"))
    if not kind and "attachment" in item:
        kind = "Attachment"  # the model of a text message names the part only by its key
    reader = READERS.get(kind)
    body = item.get(kind[:1].lower() + kind[1:])
    if reader is None or not isinstance(body, dict):
        reading.unknown.append(f"contentType {kind or 'missing'}")
    else:
        reader(body, reading, faults)


def _text(body: dict[str, Any], reading: Reading, faults: frozenset[str]) -> None:
    reading.texts.append(string(body.get("body")))


def _attachment(body: dict[str, Any], reading: Reading, faults: frozenset[str]) -> None:
    if "ignores_attachments" not in faults:
        reading.attachments.append({key: string(body.get(key)) for key in ("url", "mime", "filename", "mediaType")})
        reading.texts.append(string(body.get("text")))


def _quick_reply(body: dict[str, Any], reading: Reading, faults: frozenset[str]) -> None:
    if "ignores_quick_replies" not in faults:
        reading.options.append(Option("QuickReply", string(body.get("text")), string(body.get("payload"))))


def _quick_reply_v2(body: dict[str, Any], reading: Reading, faults: frozenset[str]) -> None:
    if "ignores_quick_replies_v2" in faults:
        return
    reading.texts.append(string(body.get("title")))
    for action in items(body.get("actions")):
        reading.options.append(Option("QuickReply", string(action.get("text")), string(action.get("payload"))))


def _card(body: dict[str, Any], reading: Reading, faults: frozenset[str]) -> None:
    reading.texts += [string(body.get("title")), string(body.get("description"))]
    for action in items(body.get("actions")):
        text, url = string(action.get("text")), string(action.get("url"))
        if action.get("type") == "Postback":
            reading.options.append(Option("Button", text, string(action.get("payload"))))
        elif action.get("type") == "Link":
            reading.options += [] if "ignores_card_links" in faults else [Option("Link", text, url=url)]
        else:
            reading.unknown.append(f"card action {string(action.get('type')) or 'missing'}")


def _carousel(body: dict[str, Any], reading: Reading, faults: frozenset[str]) -> None:
    for card in items(body.get("cards")):
        _card(card, reading, faults)
    if "merges_carousel" in faults:
        reading.options[:] = {option.text: option for option in reading.options}.values()


Reader = Callable[[dict[str, Any], Reading, frozenset[str]], None]
READERS: Final[dict[str, Reader]] = {
    "Text": _text,
    "Attachment": _attachment,
    "QuickReply": _quick_reply,
    "QuickReplyV2": _quick_reply_v2,
    "Card": _card,
    "Carousel": _carousel,
}


def shaped(text: str, faults: frozenset[str]) -> str:
    """The text as it came, unless a fault spoils it."""
    if "strips_markup" in faults:
        text = _MARKUP.sub("", text)
    if "truncates_text" in faults:
        text = text[:TRUNCATED]
    if "capitalises_text" in faults and text.isalpha():
        text = text.capitalize()
    return text


def unknown_parts(message: dict[str, Any]) -> list[str]:
    """What of a delivery is not understood: its type, its events, its content."""
    kind = message.get("type")
    if kind not in TYPES:
        return [f"type {string(kind) or 'missing'}"]
    if kind == "Event":
        events = [string(event.get("eventType")) for event in items(message.get("events"))]
        return [f"event {event or 'missing'}" for event in events if event != "Typing"]
    return read(message)[1] if kind in ("Text", "Structured") else []
