"""What AI Copilot has heard of each conversation. Bounded: the oldest conversation and the oldest message go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from ..vendor_side.values import items, part, string

CONVERSATIONS_MAX: Final = 1_000
MESSAGES_MAX: Final = 500
WORDS: Final = ("Text", "Structured")  # types of messages that say something


@dataclass(slots=True)
class Heard:
    """One conversation. ``is_watched``: its topics are subscribed. ``is_due``: somebody looks at it soon."""

    id: str
    messages: dict[str, dict[str, str]] = field(default_factory=dict)  # by message id, in order of their time
    is_watched: bool = False
    is_due: bool = False

    def lacks(self, ids: list[str]) -> list[str]:
        """Those of the messages that are not known."""
        return [id_ for id_ in ids if id_ not in self.messages]

    def add(self, messages: list[dict[str, str]]) -> None:
        """Take messages in; they may come in any order."""
        together = list(self.messages.values()) + [one for one in messages if one["id"] not in self.messages]
        together.sort(key=lambda one: one["time"])
        self.messages = {one["id"]: one for one in together[-MESSAGES_MAX:]}


class Conversations:
    """The conversations there are."""

    def __init__(self, most: int = CONVERSATIONS_MAX) -> None:
        self._all: OrderedDict[str, Heard] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def find(self, id_: str) -> Heard | None:
        """The conversation, or None."""
        with self._lock:
            return self._all.get(id_)

    def admit(self, id_: str) -> Heard:
        """The conversation, made if need be."""
        with self._lock:
            heard = self._all.setdefault(id_, Heard(id_))
            while len(self._all) > self._most:
                self._all.popitem(last=False)
            return heard

    def ids(self) -> list[str]:
        """All of them."""
        with self._lock:
            return list(self._all)


def message_ids(conversation: dict[str, Any]) -> list[str]:
    """The newest messages that a conversation names, in order of their time: on the participants (``GET
    /conversations/messages/{id}``), or on their legs (``GET /conversations/{id}``)."""
    parties = items(conversation.get("participants"))
    flat = [one for party in parties for one in items(party.get("messages"))]
    nested = [one for leg in flat for one in items(leg.get("messages"))]
    named = [(string(one.get("messageTime")), string(one.get("messageId"))) for one in [*flat, *nested]]
    ids = [id_ for _, id_ in sorted(named) if id_]
    return list(dict.fromkeys(ids))[-MESSAGES_MAX:]


def read_messages(entities: object) -> list[dict[str, str]]:
    """What somebody said, of a list of MessageData: id, time, from (customer, agent or bot) and text."""
    return [one for item in items(entities) if (one := _message(item))["id"]]


def _message(item: dict[str, Any]) -> dict[str, str]:
    normalized = part(item, "normalizedMessage")
    sender = "bot" if normalized.get("originatingEntity") == "Bot" else "agent"
    return {
        "id": string(item.get("id")),
        "from": "customer" if item.get("direction") == "inbound" else sender,
        "text": string(normalized.get("text")) or string(item.get("textBody")),
        "time": string(item.get("timestamp")),
        "type": string(normalized.get("type")) or "Text",
    }
