"""Conversations that wait in queues, and their order.

One point of priority weighs as much as one minute of waiting (facts: messaging §4.1), so the order is that of
(time of entry - minutes of priority): who comes first stays first however long both wait.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Any

from understudy.world.org import Org

MINUTE = 60.0
RANK = attrgetter("rank")
Line = tuple[str, str]  # queue and medium


@dataclass(slots=True)
class Waiting:
    """One place in a queue. ``acd`` is the participant that holds it, ``alerting`` the agent participant that rings
    now, if any."""

    conversation: str
    acd: str
    queue: str
    entered: float
    order: int
    priority: int = 0
    preferred: str | None = None
    alerting: str | None = None
    media: str = "message"
    skills: tuple[str, ...] = ()
    language: str = ""

    @property
    def rank(self) -> tuple[float, int]:
        """What the queue is sorted by."""
        return self.entered - self.priority * MINUTE, self.order


class Places(dict[str, Waiting]):
    """Every place by its acd participant. Each line (a queue and a medium) is kept in order, and each conversation
    knows its own: ten thousand may wait, and an agent who is free looks at the first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Line, list[Waiting]] = {}
        self.by_conversation: dict[str, dict[str, Waiting]] = {}

    def __setitem__(self, acd: str, place: Waiting) -> None:
        self.pop(acd, None)
        super().__setitem__(acd, place)
        insort(self.lines.setdefault((place.queue, place.media), []), place, key=RANK)
        self.by_conversation.setdefault(place.conversation, {})[acd] = place

    def __delitem__(self, acd: str) -> None:
        place = self[acd]
        super().__delitem__(acd)
        line = self.lines[place.queue, place.media]
        del line[bisect_left(line, place.rank, key=RANK)]
        if not line:
            del self.lines[place.queue, place.media]
        own = self.by_conversation[place.conversation]
        del own[acd]
        if not own:
            del self.by_conversation[place.conversation]

    def pop(self, acd: str, default: Any = None) -> Any:
        """Give up a place; ``default`` where there is none."""
        place = self.get(acd)
        if place is None:
            return default
        del self[acd]
        return place

    def clear(self) -> None:
        """Give up every place."""
        super().clear()
        self.lines.clear()
        self.by_conversation.clear()


def waiting(org: Org) -> Places:
    """Every place in the queues of the org, by its acd participant."""
    found: Places | None = org.live.get("routing.waiting")
    if found is None:
        found = org.live["routing.waiting"] = Places()
    return found


def enter(
    org: Org,
    conversation: str,
    acd: str,
    queue: str,
    *,
    priority: int = 0,
    preferred: str | None = None,
    media: str = "message",
    skills: tuple[str, ...] = (),
    language: str = "",
) -> Waiting:
    """Put a conversation into a queue, at the place of one acd participant."""
    order: int = org.live.get("routing.order", 0)
    org.live["routing.order"] = order + 1
    place = Waiting(conversation, acd, queue, org.now(), order, priority, preferred, None, media, skills, language)
    waiting(org)[acd] = place
    return place


def leave(org: Org, conversation: str) -> None:
    """Give up every place of a conversation."""
    for place in places_of(org, conversation):
        del waiting(org)[place.acd]


def places_of(org: Org, conversation: str) -> list[Waiting]:
    """The places of one conversation: one for each acd participant, mostly one or none."""
    return list(waiting(org).by_conversation.get(conversation, {}).values())


def lines_of(org: Org, queues: list[str] | None = None) -> list[Line]:
    """The lines in which somebody waits; of some queues or of all."""
    return [line for line in waiting(org).lines if queues is None or line[0] in queues]


def unassigned(org: Org, lines: list[Line]) -> Iterator[Waiting]:
    """Those for whom nobody rings yet, in their order over some lines. Who enters or leaves meanwhile is not seen."""
    known = waiting(org).lines
    in_order = merge(*(list(known[line]) for line in lines if line in known), key=RANK)
    return (place for place in in_order if place.alerting is None)


def ahead(org: Org, queue: str, media: str | None = None) -> list[Waiting]:
    """Everyone in a queue, in order, whether somebody rings for them or not; of one medium or of all."""
    known = waiting(org).lines.items()
    return list(merge(*(line for (one, kind), line in known if one == queue and media in (None, kind)), key=RANK))
