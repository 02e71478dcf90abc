"""Which changes become triggers: the ends by which a vendor learns that an agent left, a customer left, or ACW is done.

The Open Messaging webhook has no end event (facts: messaging §1.5, §7), so vendors use process-automation triggers on
``user.end``, ``customer.end`` and ``acw``. The URL is the integration's hidden ``trigger_url``, else the org's
``live["triggers.url"]``; without one nothing is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from understudy.conversations.model import Conversation
from understudy.notifications.events import DETAIL, happenings
from understudy.open_messaging.integration import RESOURCE
from understudy.world.changes import Change
from understudy.world.org import Org

INTERFACE: Final = "triggers"
URL: Final = "triggers.url"
EVENTS: Final = ("user.end", "customer.end", "acw")
KINDS: Final = frozenset({"participant.state", "participant.acw"})


def fire(org: Org, changes: Sequence[Change]) -> int:
    """Say an effect ``fire`` for each change that is a trigger of this org; returns how many."""
    fired = 0
    for happening in happenings(org, [change for change in changes if change.kind in KINDS]):
        conversation = org.conversations.get(happening.conversation or "")
        if conversation is None or not _is_trigger(happening.topic, conversation.id):
            continue
        url = url_of(org, conversation)
        if url:
            org.say(
                INTERFACE,
                "fire",
                conversation=conversation.id,
                customer=happening.customer,
                url=url,
                topic=happening.topic,
                payload=happening.body(),
            )
            fired += 1
    return fired


def url_of(org: Org, conversation: Conversation) -> str:
    """Where the triggers of a conversation go; "" for nowhere."""
    integration = org.entities.get(RESOURCE, conversation.leg.integration)
    own = integration.hidden.get("trigger_url") if integration is not None else ""
    return str(own or org.live.get(URL) or "")


def _is_trigger(topic: str, conversation: str) -> bool:
    return topic in {f"{DETAIL}.conversation.{conversation}.{event}" for event in EVENTS}
