"""Participants of a conversation: how they are found, added and connected (facts: messaging §5)."""

from __future__ import annotations

from understudy.conversations.model import Communication, CommunicationState, Conversation, Leg, Participant
from understudy.errors import Refused
from understudy.world.org import Org

# ``type`` of a messages[] entry, by the interface of the leg; the same words name a channel's messengerType.
MESSENGER_TYPES = {"open_messaging": "open", "web_messaging": "webmessaging"}

# Prompts of the queue's acwSettings and of a participant differ in spelling (models AcwSettings and Participant).
WRAPUP_PROMPTS = {
    "MANDATORY": "mandatory",
    "OPTIONAL": "optional",
    "MANDATORY_TIMEOUT": "timeout",
    "MANDATORY_FORCED_TIMEOUT": "forcedTimeout",
    "AGENT_REQUESTED": "agentRequested",
}


def messenger_type(leg: Leg) -> str:
    """``open``, ``webmessaging``, or ``unknown``."""
    return MESSENGER_TYPES.get(leg.interface, "unknown")


def find(org: Org, conversation: str) -> Conversation:
    """A conversation; Refused 404 when there is none (or it is forgotten)."""
    found = org.conversations.get(conversation)
    if found is None:
        raise Refused(
            404,
            "conversation.error.conversation.not.found",
            f"Conversation {conversation} was not found.",
            params={"conversationId": conversation},
        )
    return found


def find_participant(conversation: Conversation, participant: str) -> Participant:
    """A participant; Refused 404 when the conversation has no such one."""
    found = conversation.participant(participant)
    if found is None:
        raise Refused(
            404,
            "conversation.error.not.conversation.participant",
            f"Participant {participant} is not in conversation {conversation.id}.",
            params={"participantId": participant, "conversationId": conversation.id},
        )
    return found


def find_communication(conversation: Conversation, communication: str) -> Participant:
    """The participant whose communication it is; Refused 404 when there is none."""
    for participant in conversation.participants:
        if participant.communication.id == communication:
            return participant
    raise Refused(
        404,
        "not.found",
        f"Communication {communication} is not in conversation {conversation.id}.",
        params={"communicationId": communication, "conversationId": conversation.id},
    )


def add(
    org: Org,
    conversation: Conversation,
    purpose: str,
    name: str,
    *,
    state: CommunicationState = CommunicationState.CONNECTED,
    direction: str = "inbound",
    user: str | None = None,
    queue: str | None = None,
) -> Participant:
    """Append a participant with its communication, connected or alerting; says so as two changes."""
    now = org.now()
    connected = now if state is CommunicationState.CONNECTED else None
    alerted = now if state is CommunicationState.ALERTING else None
    communication = Communication(
        org.ids.uuid("communication"),
        state,
        direction,
        messenger_type(conversation.leg),
        started=now,
        alerted=alerted,
        connected=connected,
    )
    participant = Participant(org.ids.uuid("participant"), purpose, name, now, communication, user=user, queue=queue)
    entity = org.entities.get("routing.queues", queue) if queue else None
    participant.queue_name = entity.name if entity else ""
    conversation.participants.append(participant)
    customer = conversation.leg.address
    org.changed(
        "participant.added",
        conversation=conversation.id,
        customer=customer,
        participant=participant.id,
        purpose=purpose,
        user=user,
        queue=queue,
        queueName=participant.queue_name,
    )
    tell_state(org, conversation, participant)
    return participant


def connect(org: Org, conversation: Conversation, participant: Participant) -> None:
    """An alerting participant answers."""
    communication = participant.communication
    communication.state, communication.connected = CommunicationState.CONNECTED, org.now()
    tell_state(org, conversation, participant)


def tell_state(org: Org, conversation: Conversation, participant: Participant) -> None:
    """Append ``participant.state``."""
    communication = participant.communication
    org.changed(
        "participant.state",
        conversation=conversation.id,
        customer=conversation.leg.address,
        participant=participant.id,
        purpose=participant.purpose,
        state=communication.state.value,
        communication=communication.id,
        disconnectType=communication.disconnect_type,
        user=participant.user,
        queue=participant.queue,
    )


def set_attributes(
    org: Org, conversation: Conversation, participant: Participant, attributes: dict[str, str]
) -> Participant:
    """Merge attributes; the change carries those that were set."""
    participant.attributes.update(attributes)
    org.changed(
        "participant.attributes",
        conversation=conversation.id,
        customer=conversation.leg.address,
        participant=participant.id,
        attributes=dict(attributes),
    )
    return participant
