"""What ACD is asked for, checked before anything begins: a queue that exists, a priority within bounds."""

from __future__ import annotations

from understudy.errors import Refused
from understudy.world.entities import Entity
from understudy.world.org import Org


def queue_named(org: Org, id_: str) -> Entity:
    """A queue by its id; Refused 400 when there is none."""
    queue = org.entities.get("routing.queues", id_)
    if queue is None:
        raise Refused(400, "queue.not.found", f"There is no queue {id_}.", params={"queueId": id_})
    return queue


def check_priority(org: Org, priority: int) -> None:
    """Refused 400 where a priority is out of bounds (facts: messaging §4.1)."""
    most = int(org.limits.value("routing", "priority.max"))
    if not -most <= priority <= most:
        raise Refused(400, "invalid.priority", f"Priority {priority} is not between {-most} and {most}.")
