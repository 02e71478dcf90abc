"""Agents: routing status, queue membership, and how many conversations each is busy with.

An agent takes conversations while IDLE, or INTERACTING below the capacity for messages; never when OFF_QUEUE or
NOT_RESPONDING. Live state of the org: ``routing.status`` user → status, ``queue.members`` queue → user → joined,
``routing.since`` user → when the status began, ``routing.load`` user → participant id → answered.
"""

from __future__ import annotations

from typing import Any

from understudy.clock import iso
from understudy.world.org import Org

STATUSES = ("OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING", "COMMUNICATING")


def statuses(org: Org) -> dict[str, str]:
    """Routing status by user; who is not in it is OFF_QUEUE."""
    found: dict[str, str] = org.live.setdefault("routing.status", {})
    return found


def members(org: Org, queue: str) -> dict[str, bool]:
    """The members of a queue, and whether each has joined it."""
    queues: dict[str, dict[str, bool]] = org.live.setdefault("queue.members", {})
    return queues.get(queue, {})


def queues_of(org: Org, user: str) -> list[str]:
    """The queues that a user has joined."""
    queues: dict[str, dict[str, bool]] = org.live.setdefault("queue.members", {})
    return [queue for queue, joined in queues.items() if joined.get(user)]


def load(org: Org, user: str) -> dict[str, bool]:
    """The participants that keep an agent busy (after-call work included), and whether he has answered each."""
    loads: dict[str, dict[str, bool]] = org.live.setdefault("routing.load", {})
    return loads.setdefault(user, {})


def set_status(org: Org, user: str, status: str) -> None:
    """Change a routing status; the same status again changes nothing."""
    if statuses(org).get(user, "OFF_QUEUE") == status:
        return
    statuses(org)[user] = status
    _since(org)[user] = org.now()
    org.changed("user.routingStatus", user=user, status=status)


def status_body(org: Org, user: str) -> dict[str, Any]:
    """The RoutingStatus model of a user."""
    body = {"userId": user, "status": statuses(org).get(user, "OFF_QUEUE")}
    since = _since(org).get(user)
    return {**body, "startTime": iso(since)} if since is not None else body


def takes_more(org: Org, user: str) -> bool:
    """Whether routing may give this agent one more conversation."""
    status, busy = statuses(org).get(user, "OFF_QUEUE"), len(load(org, user))
    if status not in ("IDLE", "INTERACTING"):
        return False
    return busy < int(org.limits.value("routing", "message.capacity"))


def next_agent(org: Org, queue: str, preferred: str | None) -> str | None:
    """The agent for a conversation of ``queue``: the preferred one if he can, else the least busy, longest idle one."""
    able = [user for user, joined in members(org, queue).items() if joined and takes_more(org, user)]
    if preferred in able:
        return preferred
    since = _since(org)
    return min(able, key=lambda user: (len(load(org, user)), since.get(user, 0.0)), default=None)


def _since(org: Org) -> dict[str, float]:
    found: dict[str, float] = org.live.setdefault("routing.since", {})
    return found
