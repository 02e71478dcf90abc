"""The threading timeline: for how long a reply joins the ended conversation (facts: messaging §1.5).

0 to 72 h in steps of a minute, one figure per messenger type, default 72 h; 0 makes every reply a new conversation.
"""

from __future__ import annotations

from understudy.conversations.model import Leg
from understudy.conversations.parties import messenger_type
from understudy.errors import Refused
from understudy.world.org import Org

MINUTE = 60


def timelines(org: Org) -> dict[str, int]:
    """Minutes by messenger type, as configured; the live dictionary of the org."""
    configured: dict[str, int] = org.live.setdefault("threading", {})
    return configured


def timeline(org: Org, leg: Leg) -> float:
    """The timeline of a leg's channel in seconds."""
    minutes = timelines(org).get(messenger_type(leg))
    return org.limits.value("threading", "timeline.default") if minutes is None else float(minutes * MINUTE)


def set_timeline(org: Org, messenger: str, minutes: int) -> None:
    """Configure one channel; Refused 400 outside 0 … the limit."""
    most = int(org.limits.value("threading", "timeline.max")) // MINUTE
    if not 0 <= minutes <= most:
        raise Refused(400, "invalid.value", f"timeoutInMinutes is {minutes}, not a number from 0 to {most}.")
    timelines(org)[messenger] = minutes
