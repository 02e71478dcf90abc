"""The messages that a bot wants said: ``replymessages`` of v1, ``replyMessages`` of v2 (facts: messaging §3.1).

Types are Text and Structured, in any letter case (a blueprint sends ``text``). A message of another type can't be said:
its text is, where it has one, and the fault ``BC-09.type`` tells of it (assumed: whether the platform drops the message
or the whole answer is not documented). Structured content is kept as it came, after a look at what BC-37 asks of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from understudy.bot_connector.faults import Fault, Faults, Said

MOST: Final = 100  # messages of one answer; the emulator's own bound
TYPES: Final = {"text": "Text", "structured": "Structured"}
CONTENT_TYPES: Final = ("Attachment", "QuickReply", "Card", "Carousel", "GenericTemplate", "ListTemplate", "Location")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyMessage:
    """One message; a Structured one has ``content`` and its ``text`` is the fallback."""

    type: str
    text: str = ""
    content: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it stands on the wire."""
        return {"type": self.type, "text": self.text} | ({"content": list(self.content)} if self.content else {})


def read_replies(value: Any, key: str, faults: Faults) -> tuple[ReplyMessage, ...]:
    """The messages of an answer; null and an absent list are none (v2: facts §3.3; v1 assumed)."""
    if value is None:
        return ()
    if not isinstance(value, list):
        faults.add("BC-08", key, "an array or null", value)
        return ()
    if len(value) > MOST:
        faults.add("BC-09", key, f"an array of {MOST} messages at most", value)
        return ()
    read = (_message(item, f"{key}[{i}]", faults) for i, item in enumerate(value))
    return tuple(message for message in read if message is not None)


def _message(item: Any, path: str, faults: Faults) -> ReplyMessage | None:
    if not isinstance(item, dict):
        faults.add("BC-09", path, "an object", item)
        return None
    given = item.get("type")
    type_ = TYPES.get(given.casefold()) if isinstance(given, str) else None
    if type_ is None:
        expected = "an output type that can be said: Text or Structured"
        faults.add("BC-09.type", f"{path}.type", expected, given, is_fatal=False)
        told = item.get("text")
        return ReplyMessage(type="Text", text=told) if isinstance(told, str) and told else None
    if given != type_:
        faults.add("BC-09.case", f"{path}.type", f"spelled {type_}", given, is_fatal=False)
    text, content = item.get("text"), item.get("content")
    if not isinstance(text, str):
        faults.add("BC-09", f"{path}.text", "a string", text, is_fatal=type_ == "Text")
        text = ""
    if type_ == "Text":
        return ReplyMessage(type=type_, text=text)
    if not isinstance(content, list) or not content or not all(isinstance(one, dict) for one in content):
        faults.add("BC-09", f"{path}.content", "an array of objects that is not empty", content)
        return None
    for fault in structure_faults(content, path):
        faults.add(fault.rule, fault.path, fault.expected, Said(fault.observed), is_fatal=False)
    return ReplyMessage(type=type_, text=text, content=tuple(content))


def structure_faults(content: list[dict[str, Any]], path: str) -> Iterator[Fault]:
    """What BC-37 finds in one message: unknown content, actions that look alike, links that lead nowhere."""
    for i, one in enumerate(content):
        here = f"{path}.content[{i}]"
        if one.get("contentType") not in CONTENT_TYPES:
            known = ", ".join(CONTENT_TYPES)
            yield _fault(f"{here}.contentType", f"one of {known}", repr(one.get("contentType"))[:80])
        yield from _action_faults(here, one)


def _action_faults(here: str, one: dict[str, Any]) -> Iterator[Fault]:
    for card, where in _cards(one):
        actions = card.get("actions")
        listed = [action for action in actions if isinstance(action, dict)] if isinstance(actions, list) else []
        named = [(repr(action.get("text")), repr(action.get("payload"))) for action in listed]
        if len(set(named)) < len(named):
            yield _fault(f"{here}{where}.actions", "different in text and payload", "the same twice")
        for action in listed:
            if action.get("type") == "Link" and not _is_https(action.get("url")):
                yield _fault(f"{here}{where}.actions", "links with an absolute https URL", repr(action.get("url"))[:80])


def _cards(one: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(card := one.get("card"), dict):
        yield card, ".card"
    carousel = one.get("carousel")
    cards = carousel.get("cards") if isinstance(carousel, dict) else None
    for i, inner in enumerate(cards if isinstance(cards, list) else ()):
        if isinstance(inner, dict):
            yield inner, f".carousel.cards[{i}]"


def _is_https(url: Any) -> bool:
    if not isinstance(url, str):
        return False
    try:
        split = urlsplit(url)
    except ValueError:
        return False
    return split.scheme == "https" and bool(split.netloc)


def _fault(path: str, expected: str, observed: str) -> Fault:
    return Fault(rule="BC-37", path=path, expected=expected, observed=observed, is_fatal=False)
