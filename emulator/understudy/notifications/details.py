"""Bodies of ``v2.detail.events.conversation.{id}.*``: flat, with milliseconds and upper-case enums.

Source: facts platform-api §5 and the models ``*DetailEventTopic*`` of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from understudy.conversations.model import Communication, Conversation, Participant
from understudy.notifications.media import medium_of

MESSAGE_TYPES: Final = frozenset(
    {"SMS", "TWITTER", "FACEBOOK", "LINE", "WHATSAPP", "WEBMESSAGING", "OPEN", "INSTAGRAM", "APPLE", "LINKEDIN"}
)
# From REST's disconnectType to the detail events' enum (models *DetailEventTopic*EndEvent).
DISCONNECT_TYPES: Final[Mapping[str, str]] = {
    "endpoint": "ENDPOINT",
    "client": "CLIENT",
    "system": "SYSTEM",
    "timeout": "TIMEOUT",
    "transfer": "TRANSFER",
    "transfer.conference": "CONFERENCE_TRANSFER",
    "transfer.consult": "CONSULT_TRANSFER",
    "transfer.forward": "FORWARD_TRANSFER",
    "transfer.noanswer": "NO_ANSWER_TRANSFER",
    "transfer.notavailable": "NOT_AVAILABLE_TRANSFER",
    "transfer.dnd": "DND_TRANSFER",
    "transport.failure": "TRANSPORT_FAILURE",
    "error": "ERROR",
    "peer": "PEER",
    "other": "OTHER",
    "spam": "SPAM",
    "uncallable": "UNCALLABLE",
    "transfer.donotdisturb": "DND_TRANSFER",  # the word of the REST model of calls
    "endpoint.dnd": "DND_ENDPOINT",
    "endpoint.donotdisturb": "DND_ENDPOINT",
    "inactivity": "INACTIVITY",
    "session.expired": "SESSION_EXPIRED",
    "takeover": "TAKEOVER",
}
# A flow's exitReason, from how its participant left: a customer who leaves, a flow that ends, or a transfer.
EXIT_REASONS: Final[Mapping[str, str]] = {
    "TRANSFER": "TRANSFER",
    "SYSTEM": "FLOW_DISCONNECT",
    "ERROR": "FLOW_ERROR_DISCONNECT",
    "SESSION_EXPIRED": "SESSION_EXPIRE_DISCONNECT",
}
Body = dict[str, Any]


def detail(conversation: Conversation, participant: Participant, at: float) -> Body:
    """What every detail event of a participant carries. ``at`` is the org's time, POSIX seconds."""
    communication = participant.communication
    medium = medium_of(communication)
    inbound = communication.direction == "inbound"
    return {
        "eventTime": millis(at),
        "conversationId": conversation.id,
        "participantId": participant.id,
        "sessionId": communication.id,
        "mediaType": medium.detail,
        "provider": medium.provider,
        "direction": "INBOUND" if inbound else "OUTBOUND",
        **OWN[medium.word](conversation, communication),
    }


def seen_in(participant: Participant, communication: Communication) -> Participant:
    """A participant as one of its communications has it: what a detail event of that session is about."""
    if communication is participant.communication:
        return participant
    return replace(participant, communication=communication, more=[])


def _of_message(conversation: Conversation, communication: Communication) -> Body:
    type_ = communication.type.upper()
    return _ends("address", conversation, communication) | {
        "messageType": type_ if type_ in MESSAGE_TYPES else "UNKNOWN"
    }


def _of_call(conversation: Conversation, communication: Communication) -> Body:
    ends = _ends("", conversation, communication)
    return {"ani": ends["From"], "dnis": ends["To"]}


def _of_callback(conversation: Conversation, communication: Communication) -> Body:
    callback = communication.callback
    if callback is None:
        return {}
    body: Body = {"callbackNumbers": list(callback.numbers), "callbackUserName": callback.user_name}
    if callback.scheduled is not None:
        body["callbackScheduledTime"] = millis(callback.scheduled)
    return body


def _of_email(conversation: Conversation, communication: Communication) -> Body:
    subject = {"subject": communication.email.subject} if communication.email is not None else {}
    return _ends("address", conversation, communication) | subject


def _ends(word: str, conversation: Conversation, communication: Communication) -> Body:
    """Whom it goes to and whom it is from: an inbound leg comes from the customer."""
    leg = conversation.leg
    ends = (leg.integration, leg.address) if communication.direction == "inbound" else (leg.address, leg.integration)
    return {f"{word}To": ends[0], f"{word}From": ends[1]}


OWN: Final[Mapping[str, Callable[[Conversation, Communication], Body]]] = {
    "message": _of_message,
    "call": _of_call,
    "callback": _of_callback,
    "email": _of_email,
}


def customer_start(conversation: Conversation, participant: Participant, at: float) -> Body:
    """CustomerStartEvent."""
    return detail(conversation, participant, at) | _division(conversation)


def customer_end(conversation: Conversation, participant: Participant, at: float) -> Body:
    """CustomerEndEvent."""
    spent = {"interactingDurationMs": _spent(participant)}
    return customer_start(conversation, participant, at) | _disconnect(participant) | spent


def flow_start(conversation: Conversation, participant: Participant, at: float) -> Body:
    """FlowStartEvent."""
    body = detail(conversation, participant, at) | _division(conversation)
    body = {key: value for key, value in body.items() if not key.startswith("callback")}  # no field of the flow models
    body["flowType"] = medium_of(participant.communication).flow
    flow = conversation.flow.get("id")
    return body | ({"flowId": flow} if isinstance(flow, str) else {})


def flow_end(conversation: Conversation, participant: Participant, at: float) -> Body:
    """FlowEndEvent."""
    left = _disconnect(participant)
    body = flow_start(conversation, participant, at) | left | {"connectedDurationMs": _spent(participant)}
    body["exitReason"] = EXIT_REASONS.get(left["disconnectType"], "DISCONNECT")
    if left["disconnectType"] == "TRANSFER":
        body["transferType"] = "ACD"
    return body


def contact(conversation: Conversation, participant: Participant, at: float) -> Body:
    """ContactUpdateEvent: the external contact that a party is."""
    body = customer_start(conversation, participant, at)
    return body | ({"externalContactId": participant.external_contact} if participant.external_contact else {})


def acd_start(conversation: Conversation, participant: Participant, at: float) -> Body:
    """AcdStartEvent."""
    return detail(conversation, participant, at) | _division(conversation) | _queue(participant)


def acd_end(conversation: Conversation, participant: Participant, at: float) -> Body:
    """AcdEndEvent. Answered when a user took the conversation over, else abandoned."""
    body = acd_start(conversation, participant, at) | _disconnect(participant)
    body["connectedDurationMs"] = _spent(participant)
    answered = participant.communication.disconnect_type == "transfer"
    body["acdOutcome"] = "ANSWERED" if answered else "ABANDON"
    agent = conversation.live("agent") if answered else None
    return body | ({"answeredUserId": agent.user} if agent is not None and agent.user else {})


def user_start(conversation: Conversation, participant: Participant, at: float) -> Body:
    """UserStartEvent."""
    return acd_start(conversation, participant, at) | _user(participant)


def user_end(conversation: Conversation, participant: Participant, at: float) -> Body:
    """UserEndEvent."""
    communication = participant.communication
    body = user_start(conversation, participant, at) | _disconnect(participant)
    if communication.connected is not None:
        body["interactingDurationMs"] = _spent(participant)
    if communication.alerted is not None:
        until = communication.connected or communication.disconnected or at
        body["alertingDurationMs"] = millis(until - communication.alerted)
    return body


def acw(conversation: Conversation, participant: Participant, at: float) -> Body:
    """AfterCallWorkEvent."""
    body = wrapup(conversation, participant, at) | _user(participant)
    if participant.acw_started is not None:
        until = participant.acw_ended if participant.acw_ended is not None else at
        body["wrapupDurationMs"] = millis(until - participant.acw_started)
    return body


def wrapup(conversation: Conversation, participant: Participant, at: float) -> Body:
    """WrapupEvent."""
    given = participant.communication.wrapup or {}
    body = detail(conversation, participant, at) | _queue(participant)
    named = {"wrapupCode": given.get("code"), "wrapupNotes": given.get("notes")}
    return body | {key: value for key, value in named.items() if isinstance(value, str) and value}


def attributes(conversation: Conversation, participant: Participant, at: float) -> Body:
    """AttributeUpdateEvent."""
    return {
        "eventTime": millis(at),
        "conversationId": conversation.id,
        "participantId": participant.id,
        "attributes": dict(participant.attributes),
        "communications": [{"id": one.id, "mediaType": medium_of(one).detail} for one in participant.communications],
        "participantStartTime": millis(participant.started),
    }


def flow_outcome(conversation: Conversation, participant: Participant, at: float, outcome: Mapping[str, Any]) -> Body:
    """FlowOutcomeEvent. ``outcome`` is the data of a change ``flow.outcome``: ``outcome`` (an id), ``value`` (SUCCESS,
    FAILURE) and ``started`` (the org's time)."""
    body = flow_start(conversation, participant, at)
    value = str(outcome.get("value") or "").upper()
    started = outcome.get("started")
    return body | {
        "flowOutcomeId": str(outcome.get("outcome") or ""),
        "flowOutcomeStartTime": millis(started if isinstance(started, int | float) else at),
        "flowOutcomeEndTime": millis(at),
        "flowOutcomeValue": value if value in ("SUCCESS", "FAILURE") else "UNKNOWN",
        "flowMilestones": [],
    }


def _disconnect(participant: Participant) -> dict[str, str]:
    given = participant.communication.disconnect_type or ""
    return {"disconnectType": DISCONNECT_TYPES.get(given, "UNKNOWN")}


def _division(conversation: Conversation) -> dict[str, str]:
    return {"divisionId": conversation.division} if conversation.division else {}


def _queue(participant: Participant) -> dict[str, str]:
    return {"queueId": participant.queue} if participant.queue else {}


def _user(participant: Participant) -> dict[str, str]:
    return {"userId": participant.user} if participant.user else {}


def _spent(participant: Participant) -> int:
    communication = participant.communication
    start = communication.connected if communication.connected is not None else communication.started
    end = communication.disconnected if communication.disconnected is not None else participant.ended
    return max(0, millis(end - start)) if end is not None else 0


def millis(seconds: float) -> int:
    """Seconds → whole milliseconds, the unit of detail events."""
    return round(seconds * 1000)


Detail = Callable[[Conversation, Participant, float], Body]


@dataclass(frozen=True, slots=True)
class Party:
    """A purpose in the words of the detail events: its part of the topic, its bodies at the start and at the end."""

    word: str
    start: Detail
    end: Detail


PURPOSES: Final[Mapping[str, Party]] = {
    "customer": Party("customer", customer_start, customer_end),
    "workflow": Party("flow", flow_start, flow_end),
    "acd": Party("acd", acd_start, acd_end),
    "agent": Party("user", user_start, user_end),
    "user": Party("user", user_start, user_end),
}
