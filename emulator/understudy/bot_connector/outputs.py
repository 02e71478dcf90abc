"""What a channel shows of a bot's structured messages (contracts/bot_connector/outputs.toml; facts: messaging §1.3,
§3.1).

Content is taken over field by field: what is unknown or of another type is left out, so that what a bot makes up never
stands in a conversation. Content that has no form any more is as unsupported as one of an unknown type.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from understudy.bot_connector.replies import ReplyMessage
from understudy.errors import ContractError
from understudy.material import material

FILE: Final = "contracts/bot_connector/outputs.toml"
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {  # the fields that are texts
    "Attachment": ("id", "mediaType", "url", "mime", "text", "sha256", "filename"),
    "QuickReply": ("text", "payload", "image", "action"),
    "Card": ("title", "description", "image", "video"),
    "action": ("type", "text", "payload", "url"),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {  # without these there is nothing to show
    "Attachment": ("mediaType", "url"),
    "QuickReply": ("text", "payload"),
    "Card": ("title",),
    "action": ("type", "text"),
}
ENUMS: Final[Mapping[tuple[str, str], frozenset[str]]] = {  # the models' words
    ("Attachment", "mediaType"): frozenset({"Image", "Video", "Audio", "File", "Link"}),
    ("QuickReply", "action"): frozenset({"Message"}),
    ("action", "type"): frozenset({"Link", "Postback"}),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Content that the channel does not show. ``path`` is within the message."""

    path: str
    type: str


def shown_in(interface: str, message: ReplyMessage) -> tuple[ReplyMessage | None, tuple[LeftOut, ...]]:
    """The message as the channel of ``interface`` shows it, or None, and what it leaves out."""
    if not message.content:
        return (message if message.text else None), ()
    kept: list[dict[str, Any]] = []
    left: list[LeftOut] = []
    for i, item in enumerate(message.content):
        type_ = item.get("contentType")
        taken = _taken(item) if type_ in types_of(interface) else None
        if taken is not None:
            kept.append(taken)
        else:
            left.append(LeftOut(f"content[{i}]", type_[:80] if isinstance(type_, str) else ""))
    if kept:
        return ReplyMessage(type="Structured", text=message.text, content=tuple(kept)), tuple(left)
    return (ReplyMessage(type="Text", text=message.text) if message.text else None), tuple(left)


@cache
def types_of(interface: str) -> frozenset[str]:
    """The content types that a channel shows; a channel that the file does not name shows none."""
    path = material("contracts") / "bot_connector" / "outputs.toml"
    try:
        channels = tomllib.loads(path.read_text("utf-8"))
        return frozenset(channels.get(interface, {}).get("types", ()))
    except (OSError, ValueError, AttributeError) as error:
        raise ContractError(f"{FILE}: {error}") from error


def _taken(item: Mapping[str, Any]) -> dict[str, Any] | None:
    type_ = str(item["contentType"])
    key = type_[0].lower() + type_[1:]
    inner = item.get(key)
    form = FORMS[type_](inner) if isinstance(inner, dict) else None
    return None if form is None else {"contentType": type_, key: form}


def _texts(kind: str, given: Mapping[str, Any]) -> dict[str, Any] | None:
    kept = {name: given[name] for name in TEXTS[kind] if isinstance(given.get(name), str)}
    for name in list(kept):
        if kept[name] not in ENUMS.get((kind, name), (kept[name],)):
            del kept[name]
    return kept if all(kept.get(name) for name in NEEDED[kind]) else None


def _card(given: Mapping[str, Any]) -> dict[str, Any] | None:
    card = _texts("Card", given)
    if card is None:
        return None
    if actions := _each(given.get("actions"), _action):
        card["actions"] = actions
    if isinstance(default := given.get("defaultAction"), dict) and (action := _action(default)) is not None:
        card["defaultAction"] = action
    return card


def _action(given: Mapping[str, Any]) -> dict[str, Any] | None:
    return _texts("action", given)


def _carousel(given: Mapping[str, Any]) -> dict[str, Any] | None:
    cards = _each(given.get("cards"), _card)
    return {"cards": cards} if cards else None


def _each(given: Any, take: Callable[[Mapping[str, Any]], dict[str, Any] | None]) -> list[dict[str, Any]]:
    taken = (take(one) for one in given if isinstance(one, dict)) if isinstance(given, list) else ()
    return [one for one in taken if one is not None]


FORMS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]]] = {
    "Attachment": lambda given: _texts("Attachment", given),
    "QuickReply": lambda given: _texts("QuickReply", given),
    "Card": _card,
    "Carousel": _carousel,
}
