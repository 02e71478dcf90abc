"""The vendor's users and what each has been shown. Everything here is bounded: the oldest goes first."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

USERS_MAX: Final = 10_000
SHOWN_MAX: Final = 1_000  # messages kept per user
SAID_MAX: Final = 10  # texts kept for the context of a hand-off


class Mode(StrEnum):
    """Whom the user talks to."""

    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Option:
    """Something to click. ``kind`` is QuickReply or Button (both are sent back) or Link (which has a url instead)."""

    kind: str
    text: str
    payload: str = ""
    url: str = ""

    def to_json(self) -> dict[str, str]:
        """For the user side, where a link has its url as payload."""
        return {"type": self.kind, "text": self.text, "payload": self.url if self.kind == "Link" else self.payload}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as the user sees it. ``platform_id`` is Genesys' id of the message it came with."""

    kind: str  # text | options | attachment | notice
    text: str = ""
    sender: str = "agent"  # bot | agent | system
    options: tuple[Option, ...] = ()
    attachment: dict[str, str] | None = None
    platform_id: str = ""

    def to_json(self, number: int, moment: str) -> dict[str, Any]:
        """For the user side. Text is text: a page that shows it must escape it."""
        item: dict[str, Any] = {"id": f"s{number}", "type": self.kind, "text": self.text, "from": self.sender}
        item["time"] = moment
        if self.platform_id:
            item["platformId"] = self.platform_id
        if self.options:
            item["options"] = [option.to_json() for option in self.options]
        if self.attachment is not None:
            item["attachment"] = self.attachment
        return item


@dataclass(slots=True)
class User:
    """One user. Whoever changes ``mode`` or ``conversation`` holds ``lock``."""

    id: str
    name: str = ""
    language: str = "en"
    mode: Mode = Mode.BOT
    conversation: str = ""
    typed: float = float("-inf")  # monotonic, of the last typing event sent
    hand_offs: int = 0
    relayed: int = 0  # texts sent after the one that handed off
    reached: int = 0  # texts taken from Genesys
    loops: int = 0  # with the fault bot_loop: answers to a bot so far
    said: deque[str] = field(default_factory=lambda: deque(maxlen=SAID_MAX))
    lock: threading.RLock = field(default_factory=threading.RLock)
    _items: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=SHOWN_MAX))
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def show(self, shown: Shown) -> None:
        """Put a message before the user."""
        with self.lock:
            self._items.append(shown.to_json(next(self._numbers), now()))

    def notice(self, text: str) -> None:
        """Tell the user something that nobody said."""
        self.show(Shown(kind="notice", text=text, sender="system"))

    def items(self) -> list[dict[str, Any]]:
        """All that is kept, oldest first."""
        with self.lock:
            return list(self._items)

    def offered(self, platform_id: str, payload: str, text: str) -> tuple[str, dict[str, str]] | None:
        """The newest option to send back with this payload: (id of its message, option). Text and id narrow it where
        given."""
        for item in reversed(self.items()):
            if platform_id and item.get("platformId") != platform_id:
                continue
            for option in item.get("options", ()):
                if option["type"] != "Link" and option["payload"] == payload and text in ("", option["text"]):
                    return item.get("platformId", ""), option
        return None


class Users:
    """The users by id; the one who has been quiet longest makes room for a new one."""

    def __init__(self, most: int = USERS_MAX) -> None:
        self._users: OrderedDict[str, User] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def find(self, id_: str) -> User | None:
        """The user, or None."""
        with self._lock:
            return self._users.get(id_)

    def admit(self, id_: str) -> User:
        """The user, made if need be."""
        with self._lock:
            user = self._users.setdefault(id_, User(id_, name=id_))
            self._users.move_to_end(id_)
            while len(self._users) > self._most:
                self._users.popitem(last=False)
            return user


def now() -> str:
    """The time as Genesys writes it: ISO-8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
