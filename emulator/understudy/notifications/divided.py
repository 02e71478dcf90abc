"""Topics of a conversation and its division: who may not see the conversation may not hear of it (assumed).

The permission that reads the topic must be held in the conversation's division, as for reading it by REST. In an org
with one division there is nothing to tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from understudy.conversations.model import Conversation
from understudy.notifications.topics import Topic
from understudy.platform.grants import ALL_DIVISIONS, DIVISIONS, divisions_of
from understudy.world.org import Org

PREFIXES: Final = ("v2.conversations.{id}.", "v2.detail.events.conversation.{id}.")


def out_of_reach(org: Org, subject: str, name: str, topic: Topic, needed: Sequence[str]) -> Conversation | None:
    """The conversation of a full topic name (folded) if the subject holds none of ``needed`` in its division."""
    if not needed or not topic.pattern.startswith(PREFIXES) or len(org.entities.of(DIVISIONS)) < 2:
        return None
    conversation = org.conversations.get(name.split(".")[topic.pattern.split(".").index("{id}")])
    if conversation is None or not conversation.division:
        return None
    held = (divisions_of(org, subject, permission) for permission in needed)
    is_seen = any(not {ALL_DIVISIONS, conversation.division}.isdisjoint(divisions) for divisions in held)
    return None if is_seen else conversation
