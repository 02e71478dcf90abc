"""What the media add to a participant: ``calls[]``, ``callbacks[]``, ``emails[]``, ``messages[]`` entries and their
flattened form (models Call, Callback, Email, Message and *MediaParticipant)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.media import PROVIDERS
from understudy.conversations.message_form import details, present
from understudy.conversations.model import Communication, CommunicationState, Conversation, Leg, Participant

ARRAYS: Final[Mapping[str, str]] = {
    "call": "calls", "callback": "callbacks", "email": "emails", "message": "messages"
}  # fmt: skip
# The flattened forms know no state ``scheduled`` and no disconnectType for these two (catalogue).
FLAT_STATES: Final = {CommunicationState.SCHEDULED: "none"}
FLAT_DISCONNECTS: Final = {"timeout": "other", "uncallable": "other"}

Body = dict[str, Any]
_Part = Callable[[Conversation, Participant, Communication], Body]


def entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    """One entry of a participant's array."""
    body = {
        "id": communication.id,
        **_state(communication),
        "initialState": communication.initial or "connected",
        "disconnectedTime": when(communication.disconnected),
        "connectedTime": when(communication.connected),
        **_OWN[communication.media](conversation, participant, communication),
        "wrapup": communication.wrapup,
        "afterCallWork": _after_call_work(participant) if communication is participant.communication else None,
        "afterCallWorkRequired": participant.wrapup_required if participant.purpose == "agent" else None,
    }
    return present(body)


def flattened(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    """The same on the participant itself, as the medium's own form has it."""
    state = _state(communication)
    state["state"] = FLAT_STATES.get(communication.state, state["state"])
    kind = communication.disconnect_type or ""
    state["disconnectType"] = FLAT_DISCONNECTS.get(kind, kind)
    body = {
        **state,
        "connectedTime": when(communication.connected),
        "parkTime": when(communication.parked),
        "resumeTime": when(communication.resumes),
        **_FLAT[communication.media](conversation, participant, communication),
        "wrapup": communication.wrapup,
    }
    return present(body)


def when(at: float | None) -> str | None:
    """A time of the org as ISO text."""
    return None if at is None else iso(at)


def _state(communication: Communication) -> Body:
    return {
        "state": communication.state.value,
        "direction": communication.direction,
        "held": communication.held,
        "startHoldTime": when(communication.held_since),
        "startAlertingTime": when(communication.alerted),
        "disconnectType": communication.disconnect_type,
        "provider": PROVIDERS[communication.media],
    }


def _message(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    leg = conversation.leg
    return {
        "type": communication.type,
        **_addresses(leg, communication),
        "messages": details(conversation, communication),
    }


def _message_entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    return {
        **_message(conversation, participant, communication),
        "parkTime": when(communication.parked),
        "resumeTime": when(communication.resumes),
    }


def _call(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    call = communication.call
    if call is None:
        return {}
    return {
        "recording": call.recording == "active",
        "recordingState": call.recording,
        "muted": call.muted,
        "confined": call.confined,
        "uuiData": call.uui,
    }


def _call_entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    call = communication.call
    if call is None:
        return {}
    return {
        **_call(conversation, participant, communication),
        "self": _address(call.own, call.own_name),
        "other": _address(call.other, call.other_name),
    }


def _call_flat(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    inbound = communication.direction == "inbound"
    leg = conversation.leg
    return {
        **_call(conversation, participant, communication),
        "ani": leg.address if inbound else leg.integration,
        "dnis": leg.integration if inbound else leg.address,
        "monitoredParticipantId": participant.monitored,
        "coachedParticipantId": participant.coached,
        "bargedParticipantId": participant.barged,
        "bargedTime": when(communication.connected) if participant.barged else None,
        "consultParticipantId": participant.consult,
    }


def _callback(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    callback = communication.callback
    if callback is None:
        return {}
    return {
        "callbackNumbers": list(callback.numbers),
        "callbackUserName": callback.user_name,
        "callbackScheduledTime": when(callback.scheduled),
        "automatedCallbackConfigId": callback.automated,
        "externalCampaign": False,
        "skipEnabled": False,
    }


def _callback_entry(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    callback = communication.callback
    if callback is None:
        return {}
    return {
        **_callback(conversation, participant, communication),
        "scriptId": callback.script,
        "callerId": callback.caller_id,
        "callerIdName": callback.caller_id_name,
    }


def _callback_flat(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    callback = communication.callback
    script = {"id": callback.script} if callback is not None and callback.script else None
    return {**_callback(conversation, participant, communication), "script": script}


def _email(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    email = communication.email
    if email is None:
        return {}
    return {
        "subject": email.subject,
        "messagesSent": email.sent,
        "autoGenerated": email.auto_generated,
        "messageId": email.message,
        "spam": False,
        "parkTime": when(communication.parked),
    }


def _address(raw: str, name: str) -> Body | None:
    return present({"name": name, "addressNormalized": raw, "addressRaw": raw}) or None


def _addresses(leg: Leg, communication: Communication) -> Body:
    customer = {"name": leg.nickname, "addressNormalized": leg.address, "addressRaw": leg.address}
    ours = {"addressNormalized": leg.integration, "addressRaw": leg.integration}
    inbound = communication.direction == "inbound"
    return {"fromAddress": customer, "toAddress": ours} if inbound else {"fromAddress": ours, "toAddress": customer}


def _after_call_work(participant: Participant) -> Body | None:
    if participant.acw_started is None:
        return None
    done = "skipped" if participant.wrapup_skipped else "complete"
    body = {
        "state": "pending" if participant.in_wrapup else done,
        "startTime": iso(participant.acw_started),
        "endTime": when(participant.acw_ended),
    }
    return present(body)


_OWN: Final[Mapping[str, _Part]] = {
    "message": _message_entry,
    "call": _call_entry,
    "callback": _callback_entry,
    "email": _email,
}
_FLAT: Final[Mapping[str, _Part]] = {
    "message": _message,
    "call": _call_flat,
    "callback": _callback_flat,
    "email": _email,
}
