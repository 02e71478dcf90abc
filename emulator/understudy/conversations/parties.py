"""Participants of a conversation: how they are found, added and connected (facts: messaging §5)."""

from __future__ import annotations

from dataclasses import replace

from understudy.conversations.media import MEDIA, Call, Callback, Email
from understudy.conversations.model import (
    FAR,
    Communication,
    CommunicationState,
    Conversation,
    Leg,
    Participant,
)
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


def leg_media(leg: Leg) -> str:
    """The medium of a leg: a messaging interface carries messages, the others are named as their medium."""
    return leg.interface if leg.interface in MEDIA else "message"


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


def find_live(org: Org, conversation: str) -> Conversation:
    """A conversation that has not ended; Refused 404, or 400 when it has."""
    found = find(org, conversation)
    if found.ended is not None:
        raise Refused(
            400,
            "conversation.error.participant.no.active.conversations",
            f"Conversation {found.id} has ended.",
            params={"conversationId": found.id},
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
        if any(one.id == communication for one in participant.communications):
            return participant
    raise Refused(
        404,
        "not.found",
        f"Communication {communication} is not in conversation {conversation.id}.",
        params={"communicationId": communication, "conversationId": conversation.id},
    )


def communication_of(participant: Participant, id_: str = "") -> Communication:
    """A participant's communication by its id; without one its first live one. Refused 404 when it is another's."""
    if not id_:
        return next((one for one in participant.communications if one.is_live), participant.communication)
    for one in participant.communications:
        if one.id == id_:
            return one
    raise Refused(404, "not.found", f"Communication {id_} is not the participant's.", params={"communicationId": id_})


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
    media: str | None = None,
    address: str = "",
) -> Participant:
    """Append a participant with its communication, by default in the medium of the leg; says so as two changes."""
    media = media or leg_media(conversation.leg)
    communication = open_communication(org, conversation, media, state, direction)
    id_ = org.ids.uuid("participant")
    participant = Participant(id_, purpose, name, org.now(), communication, address=address, user=user, queue=queue)
    entity = org.entities.get("routing.queues", queue) if queue else None
    participant.queue_name = entity.name if entity else ""
    if communication.call is not None:
        address_call(conversation, participant, communication.call)
    conversation.participants.append(participant)
    org.changed(
        "participant.added",
        conversation=conversation.id,
        customer=conversation.leg.address,
        participant=participant.id,
        purpose=purpose,
        user=user,
        queue=queue,
        queueName=participant.queue_name,
        media=media,
    )
    tell_state(org, conversation, participant)
    return participant


def add_communication(
    org: Org,
    conversation: Conversation,
    participant: Participant,
    media: str,
    *,
    state: CommunicationState = CommunicationState.CONNECTED,
    direction: str = "inbound",
) -> Communication:
    """A participant takes up another medium."""
    communication = open_communication(org, conversation, media, state, direction)
    if communication.call is not None:
        address_call(conversation, participant, communication.call)
    participant.more.append(communication)
    participant.ended = None
    tell_state(org, conversation, participant, communication)
    return communication


def open_communication(
    org: Org, conversation: Conversation, media: str, state: CommunicationState, direction: str
) -> Communication:
    """A communication that begins now; what its medium adds is as that of the others in the conversation."""
    now = org.now()
    communication = Communication(
        org.ids.uuid("communication"),
        state,
        direction,
        messenger_type(conversation.leg) if media == "message" else "",
        media,
        started=now,
        alerted=now if state is CommunicationState.ALERTING else None,
        connected=now if state is CommunicationState.CONNECTED else None,
        initial=state.value,
    )
    known = next((one for p in conversation.participants if (one := p.of(media)) is not None), None)
    match media:
        case "call":
            communication.call = Call(recording=conversation.recording.lower())
        case "callback":
            communication.callback = replace(known.callback) if known and known.callback else Callback()
        case "email":
            subject = known.email.subject if known and known.email else ""
            communication.email = Email(subject)
    return communication


def address_call(conversation: Conversation, participant: Participant, call: Call) -> None:
    """Who a call's party is and whom it speaks to: those outside speak to our number, all others to the customer."""
    leg = conversation.leg
    if participant.purpose in FAR:
        call.own, call.own_name = participant.address or leg.address, participant.name
        call.other = leg.integration
    else:
        call.own, call.own_name = participant.address or leg.integration, participant.name
        call.other, call.other_name = leg.address, leg.nickname


def connect(
    org: Org, conversation: Conversation, participant: Participant, communication: Communication | None = None
) -> None:
    """A participant answers, by default in what it came with."""
    communication = communication or participant.communication
    communication.state = CommunicationState.CONNECTED
    communication.connected = communication.connected if communication.connected is not None else org.now()
    tell_state(org, conversation, participant, communication)


def tell_state(
    org: Org, conversation: Conversation, participant: Participant, communication: Communication | None = None
) -> None:
    """Append ``participant.state``."""
    communication = communication or participant.communication
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
        media=communication.media,
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
        media=communication_of(participant).media,
    )
    return participant
