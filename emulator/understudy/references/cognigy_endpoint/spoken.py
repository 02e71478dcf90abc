"""What the bot says in a turn, before it has v1's or v2's form; and its structured messages.

Content has the names of Genesys' normalized messages (facts: messaging §1.3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

MENU: Final = "https://menu.example/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """``state`` is Complete, Failed or MoreData; ``slots`` are JSON values, ``error`` is (code, text). ``is_later``:
    v2 acknowledges now and says this by the Platform API."""

    state: str
    messages: tuple[dict[str, Any], ...] = ()
    intent: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    error: tuple[str, str] | None = None
    is_later: bool = False


def text(words: str) -> dict[str, Any]:
    """A text."""
    return {"type": "Text", "text": words}


def quick_replies(order: str, hand_off: str) -> dict[str, Any]:
    """Two drinks and a person to click; each payload does something that its text would not. ``order`` and
    ``hand_off`` are the phrases."""
    choices = (("Tea", f"{order} tea"), ("Coffee", f"{order} coffee"), ("A person", hand_off))
    content = [
        {"contentType": "QuickReply", "quickReply": {"text": label, "payload": payload, "action": "Message"}}
        for label, payload in choices
    ]
    return {"type": "Structured", "text": "What would you like: tea, coffee, or a person?", "content": content}


def card(order: str, hand_off: str) -> dict[str, Any]:
    """One card with a button and a link."""
    content = [{"contentType": "Card", "card": drink("Tea", f"{order} tea")}]
    return {"type": "Structured", "text": f"Tea: order it, or see {MENU}tea", "content": content}


def carousel(order: str, hand_off: str) -> dict[str, Any]:
    """Two cards."""
    cards = [drink("Tea", f"{order} tea"), drink("Coffee", f"{order} coffee")]
    content = [{"contentType": "Carousel", "carousel": {"cards": cards}}]
    return {"type": "Structured", "text": "Tea or coffee", "content": content}


def drink(name: str, payload: str) -> dict[str, Any]:
    """A card for a drink."""
    actions = [
        {"type": "Postback", "text": "Order", "payload": payload},
        {"type": "Link", "text": "See the menu", "url": f"{MENU}{name.lower()}"},
    ]
    return {"title": name, "description": f"A cup of {name.lower()}", "actions": actions}


def spoilt(message: dict[str, Any]) -> dict[str, Any]:
    """With the fault bad_structures: every action twice, and links that lead nowhere."""
    content = [dict(item) for item in message["content"]]
    for item in content:
        if "card" in item:
            actions = [{**action, "url": "/menu"} if "url" in action else action for action in item["card"]["actions"]]
            item["card"] = {**item["card"], "actions": actions * 2}
    return {**message, "content": content}
