"""What one guest sees: messages of the other side in the order of their time, notices, and the guest's own texts.

Everything is bounded: the oldest goes first.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any, Final

SHOWN_MAX: Final = 1_000


class Screen:
    """Told by any thread."""

    def __init__(self, faults: frozenset[str]) -> None:
        self._faults, self._lock = faults, threading.Lock()
        self._items: list[tuple[str, int, dict[str, Any]]] = []  # (time, arrival, item), in the guest's order
        self._own: dict[str, dict[str, str]] = {}  # by tracing id
        self._ids: dict[str, None] = {}
        self._number = 0
        self._typing_until = 0.0  # monotonic

    def show(self, id_: str, moment: str, item: dict[str, Any]) -> bool:
        """A message of the other side, once; it stands where its time says. False for one that was there."""
        with self._lock:
            if id_ and id_ in self._ids:
                return False
            self._typing_until = 0.0  # who says something has stopped typing
            self._put(id_, moment, item)
            return True

    def typing(self, seconds: float) -> None:
        """The other side is typing, for so long."""
        self._typing_until = time.monotonic() + seconds

    def notice(self, text: str) -> None:
        """Tell the guest something that nobody said; it stands below what is there."""
        with self._lock:
            self._put("", "", {"type": "notice", "text": text, "from": "system"})

    def own(self, tracing: str, text: str, state: str) -> None:
        """What the guest wrote: ``sending``, ``sent`` or ``failed``."""
        with self._lock:
            self._own[tracing] = {"text": text, "state": state}
            while len(self._own) > SHOWN_MAX:
                del self._own[next(iter(self._own))]

    def listing(self) -> dict[str, Any]:
        """For the door."""
        with self._lock:
            is_typing = self._typing_until > (0 if "types_forever" in self._faults else time.monotonic())
            messages = [item for _, _, item in self._items]
            return {"messages": messages, "own": list(self._own.values()), "typing": is_typing}

    def offered(self, id_: str, payload: str, text: str) -> dict[str, str] | None:
        """The newest option with this payload; message id and text narrow it where given."""
        with self._lock:
            for _, _, item in reversed(self._items):
                if id_ and item["id"] != id_:
                    continue
                for option in item.get("options", ()):
                    if option["type"] != "Link" and option["payload"] == payload and text in ("", option["text"]):
                        return dict(option)
        return None

    def clear(self) -> None:
        """Nothing is there any more."""
        with self._lock:
            self._items.clear()
            self._own.clear()
            self._ids.clear()

    def _put(self, id_: str, moment: str, item: dict[str, Any]) -> None:
        self._number += 1
        newest = max((one[0] for one in self._items), default="")
        key = moment if moment and "shows_as_comes" not in self._faults else newest
        name = id_ or f"s{self._number}"
        self._ids[name] = None
        self._items.append((key, self._number, {"id": name, **item, "time": moment or now()}))
        if "shows_as_comes" not in self._faults:
            self._items.sort(key=lambda one: one[:2])
        while len(self._items) > SHOWN_MAX:
            self._ids.pop(self._items.pop(0)[2]["id"], None)


def now() -> str:
    """The time as Genesys writes it: ISO-8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
