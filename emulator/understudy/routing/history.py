"""How long conversations waited in a queue, and what that lets the next one expect (model PredictionResults).

The estimate is the mean of the newest waits that ended with an agent, times the place in the queue
(``POSITION-IN-QUEUE``; how the platform weighs its history is not documented). Without history there is no estimate.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from understudy.routing.waiting import Waiting, ahead
from understudy.world.org import Org

LIVE: Final = "routing.history"  # org.live[LIVE]: dict[(queue, media), deque[seconds]]
FORMULA: Final = "POSITION-IN-QUEUE"


def remember(org: Org, place: Waiting) -> None:
    """A wait ended with an agent who accepted."""
    kept = int(org.limits.value("routing", "waits.remembered"))
    known: dict[tuple[str, str], deque[float]] = org.live.setdefault(LIVE, {})
    known.setdefault((place.queue, place.media), deque(maxlen=kept)).append(org.now() - place.entered)


def forget_queue(org: Org, queue: str) -> None:
    """A queue is gone."""
    known: dict[tuple[str, str], deque[float]] = org.live.get(LIVE, {})
    for key in [key for key in known if key[0] == queue]:
        del known[key]


def estimate(org: Org, queue: str, media: str | None, conversation: str | None = None) -> int | None:
    """Seconds that a conversation may expect to wait: one that waits already, or the next one that comes. ``media``
    None means all. None without history."""
    known: dict[tuple[str, str], deque[float]] = org.live.get(LIVE, {})
    waits = [wait for (one, kind), kept in known.items() if one == queue and media in (None, kind) for wait in kept]
    if not waits:
        return None
    places = ahead(org, queue, media)
    own = [at for at, place in enumerate(places, 1) if place.conversation == conversation]
    return round(sum(waits) / len(waits) * (own[0] if own else len(places) + 1))
