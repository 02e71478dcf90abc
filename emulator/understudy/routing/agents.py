"""Agents: routing status, queue membership, and how many conversations each is busy with.

An agent takes conversations while IDLE, or INTERACTING below the capacity for the medium; never when OFF_QUEUE or
NOT_RESPONDING. Live state of the org: ``routing.status`` user → status, ``queue.members`` queue → user → joined,
``routing.since`` user → when the status began, ``routing.load`` user → participant id → answered, ``routing.media``
participant id → medium of who is in a load.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from understudy.clock import iso
from understudy.routing.capacity import fits
from understudy.routing.skill import has_all, proficiency
from understudy.routing.waiting import Waiting
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


def occupy(org: Org, user: str, participant: str, media: str, *, answered: bool) -> None:
    """An agent is busy with one more participant of his; one that he answered makes an IDLE agent INTERACTING."""
    load(org, user)[participant] = answered
    _media(org)[participant] = media
    if answered and statuses(org).get(user) == "IDLE":
        set_status(org, user, "INTERACTING")


def release(org: Org, user: str, participant: str) -> bool:
    """An agent is busy with a participant no more; without another answered one he is IDLE. Says whether he was."""
    busy = load(org, user)
    if participant not in busy:
        return False
    del busy[participant]
    _media(org).pop(participant, None)
    if not any(busy.values()) and statuses(org).get(user) == "INTERACTING":
        set_status(org, user, "IDLE")
    return True


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


def takes_more(org: Org, user: str, media: str = "message") -> bool:
    """Whether routing may give this agent one more conversation of a medium."""
    if statuses(org).get(user, "OFF_QUEUE") not in ("IDLE", "INTERACTING"):
        return False
    kinds = _media(org)
    return fits(org, user, media, Counter(kinds.get(one, "message") for one in load(org, user)))


def has_room(org: Org, queue: str, media: str) -> bool:
    """Whether any agent of a queue may be given one more conversation of a medium."""
    return any(joined and takes_more(org, user, media) for user, joined in members(org, queue).items())


def next_agent(org: Org, place: Waiting) -> str | None:
    """The agent for a place in a queue: the preferred one if he can, else who fits best: least busy, then (where the
    queue evaluates skills as BEST) most proficient, then longest idle."""
    able = [user for user, joined in members(org, place.queue).items() if joined and _can(org, user, place)]
    if place.preferred in able:
        return place.preferred
    since = _since(org)
    return min(
        able,
        key=lambda user: (len(load(org, user)), -proficiency(org, user, place), since.get(user, 0.0)),
        default=None,
    )


def _can(org: Org, user: str, place: Waiting) -> bool:
    return takes_more(org, user, place.media) and has_all(org, user, place)


def _media(org: Org) -> dict[str, str]:
    found: dict[str, str] = org.live.setdefault("routing.media", {})
    return found


def _since(org: Org) -> dict[str, float]:
    found: dict[str, float] = org.live.setdefault("routing.since", {})
    return found
