"""A conversation as analytics tells it: participants → sessions → segments and metrics (model AnalyticsConversation).

Computed from the live object each time it is asked for. A live conversation has no ``conversationEnd`` and what is
under way no ``segmentEnd``. The segment types of each purpose are assumed; enums are those of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.media import PROVIDERS
from understudy.conversations.message_form import present
from understudy.conversations.model import FAR, Communication, Conversation, Participant
from understudy.history.metrics import Session, session_metrics
from understudy.world.org import Org

Body = dict[str, Any]

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "message": "message",
    "call": "voice",
    "callback": "callback",
    "email": "email",
}
PURPOSES: Final = frozenset(
    (
        *("acd", "agent", "api", "botflow", "campaign", "customer", "dialer", "external", "fax", "group", "inbound"),
        *("ivr", "manual", "outbound", "station", "user", "voicemail", "voicesurveyflow", "workflow"),
    )
)
# From REST's disconnectType to that of a segment.
DISCONNECT_TYPES: Final[Mapping[str, str]] = {
    "transfer.conference": "conferenceTransfer",
    "transfer.consult": "consultTransfer",
    "transfer.forward": "forwardTransfer",
    "transfer.noanswer": "noAnswerTransfer",
    "transfer.notavailable": "notAvailableTransfer",
    "transfer.dnd": "dndTransfer",
    "transfer.donotdisturb": "dndTransfer",  # the word of the REST model of calls
    "endpoint.dnd": "dndEndpoint",
    "endpoint.donotdisturb": "dndEndpoint",
    "transport.failure": "transportFailure",
    "session.expired": "sessionExpired",
}
PLAIN_DISCONNECTS: Final = frozenset(
    (
        *("client", "endpoint", "error", "inactivity", "other", "peer"),
        *("spam", "system", "takeover", "timeout", "transfer", "uncallable"),
    )
)
FLOW_TYPES: Final[Mapping[str, str]] = {
    "message": "INBOUNDSHORTMESSAGE",
    "call": "INBOUNDCALL",
    "email": "INBOUNDEMAIL",
}
FLOW_PURPOSES: Final = ("workflow", "ivr")
# segment types of a communication that nobody has answered yet, by its first state
WAITING: Final[Mapping[str, str]] = {"scheduled": "scheduled", "dialing": "dialing", "contacting": "contacting"}


def document(org: Org, conversation: Conversation, *, attributes: bool = False) -> Body:
    """AnalyticsConversation, or AnalyticsConversationWithoutAttributes."""
    first = conversation.participants[0] if conversation.participants else None
    body: Body = {
        "conversationId": conversation.id,
        "conversationStart": iso(conversation.started),
        "divisionIds": [conversation.division] if conversation.division else [],
        "participants": [_participant(org, conversation, p, attributes) for p in conversation.participants],
    }
    if conversation.ended is not None:
        body["conversationEnd"] = iso(conversation.ended)
    if first is not None:
        body["originatingDirection"] = _direction(first.communication)
        body["customerParticipation"] = any(p.purpose == "customer" for p in conversation.participants)
        if first.purpose in PURPOSES:
            body["conversationInitiator"] = first.purpose
    return body


def documents(org: Org, conversations: Iterable[Conversation], *, attributes: bool = False) -> list[Body]:
    """The documents of several."""
    return [document(org, conversation, attributes=attributes) for conversation in conversations]


def media_type(communication: Communication) -> str:
    """``message``, ``voice``, ``callback``, ``email`` or ``unknown``."""
    return MEDIA_TYPES.get(communication.media, "unknown")


def disconnect_type(given: str | None) -> str:
    """REST's disconnectType as segments spell it."""
    given = given or "other"
    return DISCONNECT_TYPES.get(given) or (given if given in PLAIN_DISCONNECTS else "other")


def _participant(org: Org, conversation: Conversation, participant: Participant, attributes: bool) -> Body:
    body: Body = {
        "participantId": participant.id,
        "participantName": participant.name,
        "userId": participant.user,
        "sessions": [_session(Session(org, conversation, participant, one)) for one in participant.communications],
    }
    if participant.purpose in PURPOSES:
        body["purpose"] = participant.purpose
    if attributes:
        body["attributes"] = dict(participant.attributes)
    return present(body)


def _session(session: Session) -> Body:
    participant, communication, leg = session.participant, session.communication, session.conversation.leg
    inbound = communication.direction == "inbound"
    customer, ours = leg.address, leg.integration
    is_outside = participant.purpose in FAR
    body: Body = {
        "sessionId": communication.id,
        "mediaType": media_type(communication),
        "direction": _direction(communication),
        "provider": PROVIDERS.get(communication.media, PROVIDERS["message"]),
        "addressFrom": customer if inbound else ours,
        "addressTo": ours if inbound else customer,
        "remote": None if is_outside else customer,
        "messageType": communication.type if communication.media == "message" else None,
        "requestedRoutings": ["Standard"] if participant.purpose == "acd" else None,
        "usedRouting": "Standard" if participant.purpose == "agent" and participant.queue else None,
        "acwSkipped": participant.wrapup_skipped or None,
        "monitoredParticipantId": participant.monitored,
        "coachedParticipantId": participant.coached,
        "bargedParticipantId": participant.barged,
        "flow": _flow(session) if participant.purpose in FLOW_PURPOSES else None,
        "metrics": [metric.body() for metric in session_metrics(session)],
        "segments": [present(segment) for segment in _segments(session)],
    }
    if communication.media == "call":
        body |= {"ani": customer if inbound else ours, "dnis": ours if inbound else customer}
    return present(body)


def _flow(session: Session) -> Body:
    """AnalyticsFlow. Only the conversation's newest flow is known by its id; older rounds keep the name."""
    conversation, participant, communication = session.conversation, session.participant, session.communication
    newest = next((p for p in reversed(conversation.participants) if p.purpose in FLOW_PURPOSES), None)
    body: Body = {"flowName": participant.name, "flowType": FLOW_TYPES.get(communication.media), "entryType": "direct"}
    if newest is participant:
        id_ = conversation.flow.get("id")
        body["flowId"] = id_ if isinstance(id_, str) else None
    if communication.disconnected is not None:
        transferred = communication.disconnect_type == "transfer"
        body["exitReason"] = "TRANSFER" if transferred else "DISCONNECT"
        body["transferType"] = "ACD" if transferred else None
    return present(body)


def _segments(session: Session) -> Iterator[Body]:
    """alert → interact → wrapup for people; ``ivr`` for flows, ``interact`` for everyone else."""
    participant, communication = session.participant, session.communication
    ended = communication.disconnected
    if communication.alerted is not None:
        answered = communication.connected
        yield _segment(session, "alert", communication.alerted, answered or ended, is_last=answered is None)
    if communication.connected is not None:
        yield _segment(session, _talking(participant), communication.connected, ended, is_last=True)
    elif communication.alerted is None:
        kind = WAITING.get(communication.initial or communication.state.value, "unknown")
        yield _segment(session, kind, communication.started, ended, is_last=True)
    if participant.acw_started is not None and session.is_last:
        given = communication.wrapup or {}
        yield {
            **_segment(session, "wrapup", participant.acw_started, participant.acw_ended, is_last=False),
            "wrapUpCode": given.get("code"),
            "wrapUpNote": given.get("notes"),
            "wrapUpTags": given.get("tags") or None,
        }


def _segment(session: Session, kind: str, start: float, end: float | None, *, is_last: bool) -> Body:
    queue = session.participant.queue
    body: Body = {"segmentType": kind, "segmentStart": iso(start), "queueId": queue, "conference": False}
    if end is not None:
        body["segmentEnd"] = iso(end)
        if is_last and session.communication.disconnected is not None:
            body["disconnectType"] = disconnect_type(session.communication.disconnect_type)
    return body


def _talking(participant: Participant) -> str:
    if participant.purpose in FLOW_PURPOSES:
        return "ivr"
    if participant.monitored:
        return "monitoring"
    if participant.coached:
        return "coaching"
    return "barging" if participant.barged else "interact"


def _direction(communication: Communication) -> str:
    return "outbound" if communication.direction == "outbound" else "inbound"
