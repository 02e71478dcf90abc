"""The diagnosis of a division in which a token's roles do not hold: a note ``division.denied`` beside the refusal.

It names client (and user), division, thing, the flow that a conversation has its division from, what is missing, and
the remedy. That conversations take on the division of the flow that handles them is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from understudy.conversations.model import Conversation
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.tokens import Token

NOTE: Final = "division.denied"
DIVISIONS: Final = "authorization.divisions"
FLOWS: Final = "flows"


def deny_entity(org: Org, token: Token, operation: str, division: str, missing: Sequence[str], thing: Entity) -> None:
    """Note that an entity lies in a division that the token's roles do not cover."""
    flow = {"flow": thing.id, "flowName": thing.name} if thing.type == FLOWS else {}
    about = {"type": thing.type, "id": thing.id, **flow}
    org.note(NOTE, **_about(org, token, operation, division, missing, f"{thing.type} {thing.name!r}"), **about)


def deny_body(org: Org, token: Token, operation: str, division: str, missing: Sequence[str]) -> None:
    """Note that something would be put into such a division."""
    org.note(NOTE, **_about(org, token, operation, division, missing, "what is written"))


def deny_conversation(
    org: Org, token: Token, operation: str, missing: Sequence[str], conversation: Conversation, **more: Any
) -> None:
    """Note that a conversation lies in such a division, by the flow that handles it."""
    flow = {"flow": conversation.flow.get("id") or "", "flowName": conversation.flow.get("name") or ""}
    what = f"the conversation, handled by the flow {flow['flowName']!r}," if flow["flow"] else "the conversation"
    told = _about(org, token, operation, conversation.division, missing, what)
    ends = {"conversation": conversation.id, "customer": conversation.leg.address}
    org.note(NOTE, **ends, **told, **flow, **more)


def _about(org: Org, token: Token, operation: str, division: str, missing: Sequence[str], what: str) -> dict[str, Any]:
    found = org.entities.get(DIVISIONS, division)
    name = found.name if found is not None else division
    holder = f"user {token.user}" if token.user else f"OAuth client {token.client}"
    told = {
        "operation": operation,
        "client": token.client,
        "division": division,
        "divisionName": name,
        "missing": list(missing),
        "remedy": f"{what} lies in division {name!r}: give {holder} a role with one of the missing permissions in that "
        "division (or in all), or move the flow or thing to a division in which it has one",
    }
    return told | ({"user": token.user} if token.user else {})
