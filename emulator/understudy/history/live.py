"""What is going on right now, as rows that observations and activities count: who waits, rings, talks.

A row is one participant in a queue or with an agent: ``metric`` says what it counts for, ``since`` since when. Its
dimensions have the names of analytics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from understudy.clock import iso
from understudy.conversations.model import CommunicationState, Conversation, Participant
from understudy.history.documents import media_type
from understudy.platform.presence import LIVE as PRESENCE
from understudy.routing.agents import members, statuses
from understudy.routing.waiting import waiting
from understudy.world.org import Org


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that is going on. ``row`` holds its dimensions."""

    metric: str  # oWaiting | oAlerting | oInteracting
    since: float
    row: dict[str, Any] = field(default_factory=dict)


def activities(org: Org) -> list[Activity]:
    """Everyone in a queue, and every agent who rings or talks."""
    return [*_waiting(org), *_agents(org)]


def user_states(org: Org, queue: str) -> Iterator[tuple[str, bool, str, str]]:
    """The members of a queue as (user, joined, routing status, presence definition id or "")."""
    known, presences = statuses(org), org.live.get(PRESENCE, {})
    for user, joined in members(org, queue).items():
        definition = (presences.get(user) or {}).get("presenceDefinition") or {}
        yield user, joined, known.get(user, "OFF_QUEUE"), str(definition.get("id") or "")


def _waiting(org: Org) -> Iterator[Activity]:
    for place in waiting(org).values():
        conversation = org.conversations.get(place.conversation)
        acd = conversation.participant(place.acd) if conversation else None
        if conversation is not None and acd is not None:
            row = _row(conversation, acd) | {"queueId": place.queue, "routingPriority": place.priority}
            row["requestedRoutingSkillIds"] = list(place.skills)
            row["requestedLanguageId"] = place.language
            yield Activity("oWaiting", place.entered, _present(row))


def _agents(org: Org) -> Iterator[Activity]:
    for conversation in org.conversations.values():
        if conversation.ended is not None:
            continue
        for participant in conversation.participants:
            communication = participant.communication
            if participant.purpose not in ("agent", "user") or not participant.is_live:
                continue
            row = _present(_row(conversation, participant))
            if communication.state is CommunicationState.ALERTING:
                yield Activity("oAlerting", communication.alerted or communication.started, row)
            elif communication.connected is not None:
                yield Activity("oInteracting", communication.connected, row)


def _row(conversation: Conversation, participant: Participant) -> dict[str, Any]:
    communication, leg = participant.communication, conversation.leg
    inbound = communication.direction != "outbound"
    addresses = (leg.address, leg.integration) if inbound else (leg.integration, leg.address)
    return {
        "conversationId": conversation.id,
        "sessionId": communication.id,
        "mediaType": media_type(communication),
        "direction": "inbound" if inbound else "outbound",
        "queueId": participant.queue,
        "userId": participant.user,
        "participantName": conversation.customer.name,
        "addressFrom": addresses[0],
        "addressTo": addresses[1],
        "requestedRoutings": ["Standard"] if participant.purpose == "acd" else [],
        "usedRouting": "Standard" if participant.purpose == "agent" and participant.queue else None,
    }


def observation(activity: Activity) -> dict[str, Any]:
    """ObservationValue."""
    hidden = ("mediaType", "queueId")
    shown = {key: value for key, value in activity.row.items() if key not in hidden}
    return {"observationDate": iso(activity.since), **shown}


def _present(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in (None, "", [])}
