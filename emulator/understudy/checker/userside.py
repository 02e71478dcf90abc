"""What the vendor's user saw: the newest answer of the user side in a window, less what was there before.

The user side answers with ``{"messages": [{"id", "type", "text", "options"?, "attachment"?, "from", "time"}]}``: all
that was shown so far, in the user's order. Notices are what nobody said ("you are being connected").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from understudy.checker.evidence import Seen, values
from understudy.checker.scope import Window

INTERFACE: Final = "user_side"
DELIVERIES: Final = "open_messaging"
NOTICE: Final = "notice"


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the user saw it, and the entry that tells of it."""

    customer: str
    item: Mapping[str, Any]
    told: Seen

    @property
    def text(self) -> str:
        """Its text, "" where it has none."""
        text = self.item.get("text")
        return text if isinstance(text, str) else ""

    @property
    def is_notice(self) -> bool:
        """Nobody said it."""
        return self.item.get("type") == NOTICE


def looks(entries: Iterable[Seen]) -> list[Seen]:
    """The answers of the user side."""
    return [
        one
        for one in entries
        if one.entry.interface == INTERFACE and one.entry.direction == "in" and values(one, "body.messages")
    ]


def shown(window: Window) -> dict[str, list[Shown]] | None:
    """By customer, what is new in the window, in the user's order; None where nobody looked."""
    by_customer: dict[str, list[Seen]] = {}
    for one in looks(window.entries):
        by_customer.setdefault(one.customer or "", []).append(one)
    if not by_customer:
        return None
    return {customer: _new(customer, seen, window) for customer, seen in by_customer.items()}


def _new(customer: str, seen: Sequence[Seen], window: Window) -> list[Shown]:
    earlier = [one for one in looks(window.before) if (one.customer or "") == customer]
    first_delivery = next((o.place for o in window.entries if o.entry.interface == DELIVERIES and o.is_request), None)
    if earlier:
        known = set(_identities(earlier[-1]))
    elif first_delivery is not None and seen[0].place < first_delivery:
        known = set(_identities(seen[0]))
    else:
        known = set()
    return [Shown(customer, item, seen[-1]) for key, item in _identities(seen[-1]).items() if key not in known]


def _identities(look: Seen) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Messages under their id; a message that is shown twice under one id is two."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    turns: Counter[str] = Counter()
    messages = values(look, "body.messages")[0]
    for place, item in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(item, dict):
            name = str(item.get("id", f"#{place}"))
            found[name, turns[name]] = item
            turns[name] += 1
    return found
