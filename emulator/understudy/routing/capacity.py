"""How much an agent takes at once: utilization (models UtilizationResponse, MediaUtilization).

An agent takes at most ``maximumCapacity`` of a medium, and another medium only where each that he is busy with lists it
among its ``interruptableMediaTypes``. The user's own figures go before the org's, those before the limits' defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.conversations.media import MEDIA
from understudy.world.org import Org

UTILIZATION: Final = "routing.utilization"  # one entity, ``current``
OF_USERS: Final = "routing.utilization.users"  # by user id, only those who have their own
CURRENT: Final = "current"


def defaults(org: Org) -> dict[str, Any]:
    """The figures of an org that has set none. None interrupts another (assumed)."""
    return {
        media: {
            "maximumCapacity": int(org.limits.value("routing", f"{media}.capacity")),
            "interruptableMediaTypes": [],
            "includeNonAcd": False,
        }
        for media in MEDIA
    }


def utilization(org: Org, user: str) -> Mapping[str, Any]:
    """The figures that hold for an agent, by medium; a medium that is not configured has its default."""
    own = org.entities.get(OF_USERS, user) or org.entities.get(UTILIZATION, CURRENT)
    configured = own.body.get("utilization") if own else None
    given = configured if isinstance(configured, dict) else {}
    return {**defaults(org), **{key: value for key, value in given.items() if isinstance(value, dict)}}


def fits(org: Org, user: str, media: str, busy: Mapping[str, int]) -> bool:
    """Whether an agent who is busy with so many of each medium takes one more of ``media``."""
    figures = utilization(org, user)
    if busy.get(media, 0) >= int(figures[media].get("maximumCapacity") or 0):
        return False
    others = [one for one, count in busy.items() if count and one != media]
    return all(media in (figures[one].get("interruptableMediaTypes") or ()) for one in others)
