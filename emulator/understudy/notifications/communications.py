"""A communication in a snapshot: on the participant itself, or as an entry of its ``calls[]``, ``messages[]``, ….

Source: the models ``*MediaParticipant`` of the per-media topics and the entries of ConversationEventTopicParticipant.
Numbers and addresses are those that REST shows (``conversations/entries.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.media import Call, Callback, Email
from understudy.conversations.model import Communication, Conversation, Message, Participant
from understudy.notifications.media import MEDIA, medium_of

Body = dict[str, Any]
Part = Callable[[Conversation, Participant, Communication], Body]


def flat(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    """The fields that a participant of the per-media topic has of its communication."""
    own = FLAT[medium_of(communication).word](conversation, participant, communication)
    return _state(communication) | own


def entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    """One entry of a participant's array."""
    is_agent = participant.purpose == "agent"
    body = {
        **_state(communication),
        "id": communication.id,
        "disconnectedTime": when(communication.disconnected),
        "wrapup": wrapup(communication),
        "afterCallWork": _after_call_work(participant) if communication is participant.communication else None,
        "afterCallWorkRequired": participant.wrapup_required if is_agent else None,
        **ENTRIES[medium_of(communication).word](conversation, participant, communication),
    }
    return present(body)


def _state(communication: Communication) -> Body:
    return {
        "state": communication.state.value,
        "initialState": communication.initial,
        "direction": communication.direction,
        "held": communication.held,
        "startHoldTime": when(communication.held_since),
        "disconnectType": (communication.disconnect_type or "").replace("donotdisturb", "dnd"),  # REST's word for calls
        "provider": medium_of(communication).provider,
        "connectedTime": when(communication.connected),
    }


def _flat_message(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    said = [{"message": {"id": one.id}, **_message(one)} for one in _messages(conversation, communication)]
    return {"type": communication.type, "messages": said, **_parked(communication)}


def _message_entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    leg = conversation.leg
    said = [{"messageId": one.id, **_message(one)} for one in _messages(conversation, communication)]
    return {
        "type": communication.type,
        "fromAddress": _address(leg.address),
        "toAddress": _address(leg.integration),
        "messages": said,
        **_parked(communication),
    }


def _call(communication: Communication) -> Body:
    call = communication.call or Call()
    return {
        "muted": call.muted,
        "confined": call.confined,
        "recording": call.recording == "active",
        "recordingState": call.recording,
    }


def _flat_call(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    leg = conversation.leg
    ends = (leg.address, leg.integration) if communication.direction == "inbound" else (leg.integration, leg.address)
    return {
        **_call(communication),
        "ani": ends[0],
        "dnis": ends[1],
        "monitoredParticipantId": participant.monitored,
        "coachedParticipantId": participant.coached,
        "bargedParticipantId": participant.barged,
        "bargedTime": when(communication.connected) if participant.barged else None,
        "consultParticipantId": participant.consult,
    }


def _call_entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    call = communication.call or Call()
    return {
        **_call(communication),
        "uuiData": call.uui,
        "self": _address(call.own, call.own_name),
        "other": _address(call.other, call.other_name),
    }


def _callback(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    """What both forms of a callback have."""
    callback = communication.callback or Callback()
    return {
        "callbackNumbers": list(callback.numbers),
        "callbackUserName": callback.user_name,
        "callbackScheduledTime": when(callback.scheduled),
        "automatedCallbackConfigId": callback.automated,
    }


def _callback_entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    callback = communication.callback or Callback()
    more = {"scriptId": callback.script, "callerId": callback.caller_id, "callerIdName": callback.caller_id_name}
    return _callback(conversation, participant, communication) | more


def _email(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    """What both forms of an e-mail have."""
    email = communication.email or Email()
    return {
        "subject": email.subject,
        "messagesSent": email.sent,
        "autoGenerated": email.auto_generated,
        "messageId": email.message,
        **_parked(communication),
    }


FLAT: Final[Mapping[str, Part]] = {
    "message": _flat_message,
    "call": _flat_call,
    "callback": _callback,
    "email": _email,
}
ENTRIES: Final[Mapping[str, Part]] = {
    "message": _message_entry,
    "call": _call_entry,
    "callback": _callback_entry,
    "email": _email,
}
assert set(FLAT) == set(ENTRIES) == set(MEDIA)
_WRAPUP: Final[Mapping[str, type]] = {"code": str, "notes": str, "durationSeconds": int, "endTime": str, "tags": list}


def wrapup(communication: Communication) -> Body | None:
    """Wrapup of a communication, or None."""
    given = communication.wrapup or {}
    return {key: given[key] for key, type_ in _WRAPUP.items() if isinstance(given.get(key), type_)} or None


def when(at: float | None) -> str | None:
    """A time of the org as ISO text."""
    return None if at is None else iso(at)


def present(body: Body) -> Body:
    """A body without what is empty."""
    return {key: value for key, value in body.items() if value not in (None, "")}


def _after_call_work(participant: Participant) -> Body | None:
    if participant.acw_started is None:
        return None
    done = "skipped" if participant.wrapup_skipped else "complete"
    state = "pending" if participant.in_wrapup else done
    return present({"state": state, "startTime": when(participant.acw_started), "endTime": when(participant.acw_ended)})


def _parked(communication: Communication) -> Body:
    return {"parkTime": when(communication.parked), "resumeTime": when(communication.resumes)}


def _address(address: str, name: str = "") -> Body | None:
    return present({"name": name, "addressNormalized": address, "addressRaw": address}) if address else None


def _messages(conversation: Conversation, communication: Communication) -> list[Message]:
    known = conversation.messages
    return [known[id_] for id_ in communication.messages if id_ in known]


def _message(message: Message) -> Body:
    return {"messageTime": iso(message.at), "messageStatus": message.status, "messageSegmentCount": 1}
