"""Calls: begun, joined, recorded, and those of the past."""

from __future__ import annotations

from typing import Any, Final

from understudy.clock import iso
from understudy.conversation_api.target import (
    acting_user,
    attributes_of,
    conversation_in,
    given,
    missing,
    participant_in,
    text,
    texts,
)
from understudy.conversations.entries import FLAT_DISCONNECTS
from understudy.conversations.media_commands import AddToCall, CallBack, Destination, Join, Record, StartCall
from understudy.conversations.message_form import present
from understudy.conversations.model import Conversation, Participant
from understudy.conversations.render import conversation_body
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.listings import page
from understudy.platform.messages import Answer


def start(call: Call) -> Answer:
    """``POST /conversations/calls`` and ``…/calls/user/{userId}`` {phoneNumber | callUserId | callQueueId |
    participants[]}: the far end stays ``dialing`` until the command ``CallProgress`` says what becomes of it. Merging
    ``conversationIds`` is not done."""
    user, body = call.path.get("userId") or acting_user(call), given(call)
    if body.get("conversationIds"):
        raise Refused(400, "conversation.error.cannot.create.conference", "Calls can't be merged here.")
    command = StartCall(
        user,
        _destinations(body),
        queue=text(body, "callFromQueueId"),
        caller_id=text(body, "callerId"),
        caller_id_name=text(body, "callerIdName"),
        attributes=attributes_of(body),
        uui=text(body, "uuiData"),
        priority=_whole(body, "priority"),
        skills=texts(body, "routingSkillsIds"),
        language=text(body, "languageId"),
        label=text(body, "label"),
    )
    conversation: Conversation = call.perform(command)
    return Answer(body={"id": conversation.id, "selfUri": f"/api/v2/conversations/calls/{conversation.id}"})


def call_back(call: Call) -> Answer:
    """``POST /conversations/calls/{id}`` {callNumber}: the agent of a callback calls its number."""
    conversation = call.org.conversations.get(call.path["conversationId"])
    if conversation is None or not conversation.has("callback"):
        conversation = conversation_in(call)
    call.perform(CallBack(conversation.id, text(given(call), "callNumber"), call.token.user))
    return Answer(body=conversation_body(conversation))


def add_participants(call: Call) -> Answer:
    """``POST /conversations/calls/{id}/participants`` {participants: [{address | userId | queueId}]}: a conference."""
    conversation = conversation_in(call)
    named = given(call).get("participants")
    wanted = [_destination(one) for one in named if isinstance(one, dict)] if isinstance(named, list) else []
    if not wanted:
        raise missing("participants")
    for destination in wanted:
        call.perform(AddToCall(conversation.id, destination))
    return Answer(body=conversation_body(conversation))


def barge(call: Call) -> Answer:
    """``POST …/participants/{pid}/barge``."""
    return _join(call, "barge")


def monitor(call: Call) -> Answer:
    """``POST …/participants/{pid}/monitor``."""
    return _join(call, "monitor")


def coach(call: Call) -> Answer:
    """``POST …/participants/{pid}/coach``."""
    return _join(call, "coach")


def barge_conversation(call: Call) -> Answer:
    """``POST /conversations/{id}/barge``: in on the agent who is connected."""
    user, conversation = acting_user(call), conversation_in(call)
    agents = [p for p in conversation.participants if p.user is not None and p.is_live and p.is_party]
    if not agents:
        raise Refused(400, "conversation.error.participant.no.active.conversations", "No agent is in the call.")
    call.perform(Join(conversation.id, agents[0].id, user, "barge"))
    return Answer()


def put_recording(call: Call) -> Answer:
    """``PUT …/recordingstate`` and ``PATCH /conversations/{id}/recordingstate`` {recordingState}."""
    conversation = conversation_in(call)
    state = text(given(call), "recordingState")
    if not state:
        raise missing("recordingState")
    call.perform(Record(conversation.id, state))
    return Answer(body="" if call.operation.response else None)


def conference_parties(call: Call) -> Answer:
    """``GET …/calls/maximumconferenceparties``."""
    return Answer(body={"maxParticipants": int(call.org.limits.value("calls", "conference.parties.max"))})


def history(call: Call) -> Answer:
    """``GET …/calls/history``: the ended calls of the token's user, newest first; all of them for a client's token."""
    ended = [c for c in call.org.conversations.values() if c.ended is not None and c.has("call")]
    user = call.token.user
    mine = [c for c in ended if user is None or any(p.user == user for p in c.participants)]
    mine.sort(key=lambda c: c.started, reverse=True)
    return page(call, [_past(conversation, user) for conversation in mine])


def _join(call: Call, role: str) -> Answer:
    user = acting_user(call)
    conversation, participant = participant_in(call)
    call.perform(Join(conversation.id, participant.id, user, role))
    return Answer()


def _destinations(body: dict[str, Any]) -> tuple[Destination, ...]:
    named = Destination(text(body, "phoneNumber"), text(body, "callUserId"), text(body, "callQueueId"))
    listed = body.get("participants")
    others = [_destination(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    found = [named, *others] if named != Destination() else others
    if not found:
        raise Refused(400, "bad.request", "Name a phoneNumber, callUserId, callQueueId or participants to call.")
    return tuple(found)


def _destination(body: dict[str, Any]) -> Destination:
    return Destination(text(body, "address"), text(body, "userId"), text(body, "queueId"), text(body, "name"))


def _whole(body: dict[str, Any], field: str) -> int:
    value = body.get(field)
    return value if isinstance(value, int) else 0


def _past(conversation: Conversation, user: str | None) -> dict[str, Any]:
    """CallHistoryConversation."""
    parties = [p for p in conversation.participants if p.of("call") is not None]
    own = next((p for p in parties if p.user is not None and user in (None, p.user)), parties[0])
    call = own.of("call")
    return {
        "id": conversation.id,
        "participants": [_past_party(conversation, p) for p in parties],
        "direction": call.direction if call else "inbound",
        "wentToVoicemail": False,
        "missedCall": call is not None and call.connected is None and call.direction == "inbound",
        "startTime": iso(conversation.started),
        "wasConference": sum(p.is_party and p.purpose != "acd" for p in parties) > 2,
        "wasCallback": conversation.has("callback"),
        "hadScreenShare": False,
        "hadCobrowse": False,
        "wasOutboundCampaign": False,
        "selfUri": f"/api/v2/conversations/calls/{conversation.id}",
    }


def _past_party(conversation: Conversation, participant: Participant) -> dict[str, Any]:
    call, leg = participant.of("call"), conversation.leg
    inbound = call is not None and call.direction == "inbound"
    kind = (call.disconnect_type if call else "") or ""
    body = {
        "id": participant.id,
        "name": participant.name,
        "address": participant.address,
        "startTime": iso(participant.started),
        "endTime": iso(participant.ended) if participant.ended is not None else None,
        "purpose": participant.purpose,
        "direction": call.direction if call else None,
        "ani": leg.address if inbound else leg.integration,
        "dnis": leg.integration if inbound else leg.address,
        "disconnectType": FLAT_DISCONNECTS.get(kind, kind),
        "didInteract": call is not None and call.connected is not None,
    }
    return present(body)


ACTIONS: Final[dict[str, Action]] = {
    "postConversationsCalls": start,
    "postConversationsCallsUserUserId": start,
    "postConversationsCall": call_back,
    "postConversationsCallParticipants": add_participants,
    "postConversationsCallParticipantBarge": barge,
    "postConversationsCallParticipantMonitor": monitor,
    "postConversationsCallParticipantCoach": coach,
    "postConversationsMessageParticipantMonitor": monitor,
    "postConversationBarge": barge_conversation,
    "patchConversationRecordingstate": put_recording,
    "putConversationsCallRecordingstate": put_recording,
    "putConversationsCallbackRecordingstate": put_recording,
    "putConversationsEmailRecordingstate": put_recording,
    "putConversationsMessageRecordingstate": put_recording,
    "getConversationsCallsMaximumconferenceparties": conference_parties,
    "getConversationsCallsHistory": history,
}
