"""What was done to each flow, the oldest first; bounded per flow and in the number of flows."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.world.org import Org

LIVE: Final = "flows.history"  # org.live[LIVE]: dict[flow id, deque[HistoryEntry]]
ENTRIES_KEPT: Final = 200
FLOWS_KEPT: Final = 2000


def trail(org: Org, flow: str) -> deque[dict[str, Any]]:
    """The entries of a flow (HistoryEntry)."""
    known: dict[str, deque[dict[str, Any]]] = org.live.setdefault(LIVE, {})
    if flow not in known:
        known[flow] = deque(maxlen=ENTRIES_KEPT)
        while len(known) > FLOWS_KEPT:
            del known[next(iter(known))]
    return known[flow]


def leave(org: Org, flow: str, action: str, actor: Mapping[str, Any], version: str = "") -> None:
    """Add an entry. ``action`` is one of HistoryEntry's, ``actor`` what ``actor.who`` gives."""
    entry = {"action": action, "resource": "flow", "timestamp": iso(org.now()), **actor, "secure": False}
    trail(org, flow).append({**entry, "version": version} if version else entry)
