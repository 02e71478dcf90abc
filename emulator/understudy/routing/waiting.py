"""Conversations that wait in queues, and their order.

One point of priority weighs as much as one minute of waiting (facts: messaging §4.1), so the order is that of
(time of entry - minutes of priority): who comes first stays first however long both wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from understudy.world.org import Org

MINUTE = 60.0


@dataclass(slots=True)
class Waiting:
    """One conversation in a queue. ``alerting`` is the agent participant that rings now, if any."""

    conversation: str
    queue: str
    entered: float
    order: int
    priority: int = 0
    preferred: str | None = None
    alerting: str | None = None

    @property
    def rank(self) -> tuple[float, int]:
        """What the queue is sorted by."""
        return self.entered - self.priority * MINUTE, self.order


def waiting(org: Org) -> dict[str, Waiting]:
    """Every waiting conversation of the org, by its id."""
    found: dict[str, Waiting] = org.live.setdefault("routing.waiting", {})
    return found


def enter(org: Org, conversation: str, queue: str, priority: int, preferred: str | None) -> Waiting:
    """Put a conversation into a queue; a conversation waits in one queue only."""
    order: int = org.live.get("routing.order", 0)
    org.live["routing.order"] = order + 1
    place = Waiting(conversation, queue, org.now(), order, priority, preferred)
    waiting(org)[conversation] = place
    return place


def unassigned(org: Org, queues: list[str] | None = None) -> list[Waiting]:
    """Those for whom nobody rings yet, in their order; of some queues or of all."""
    places = [w for w in waiting(org).values() if w.alerting is None and (queues is None or w.queue in queues)]
    return sorted(places, key=lambda place: place.rank)
