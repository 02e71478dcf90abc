"""Wrap-up: the code of a participant's communication, and the codes to choose from."""

from __future__ import annotations

from typing import Any, Final

from understudy.conversation_api.target import check_acting, communication_in, participant_in, text, texts
from understudy.conversations.commands import Wrapup
from understudy.conversations.model import Conversation, Participant
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.platform.queues import codes_of

SHOWN: Final = ("code", "notes", "tags", "durationSeconds", "endTime")


def get_wrapup(call: Call) -> Answer:
    """``GET …/wrapup``: an AssignedWrapupCode, empty where none was given."""
    _, participant = participant_in(call)
    found = communication_in(call, participant).wrapup or {}
    return Answer(body={key: found[key] for key in SHOWN if key in found})


def post_wrapup(call: Call) -> Answer:
    """``POST …/communications/{cid}/wrapup`` {code, notes, tags, provisional}."""
    conversation, participant = participant_in(call)
    check_acting(call, conversation, participant)
    wrap_up(call, conversation, participant, call.body, call.path["communicationId"])
    return Answer()


def list_codes(call: Call) -> Answer:
    """``GET …/participants/{pid}/wrapupcodes``: the codes of the participant's queue."""
    _, participant = participant_in(call)
    chosen = codes_of(call.org, participant.queue or "")
    codes = [code for id_ in chosen if (code := call.org.entities.get("routing.wrapupcodes", id_))]
    return Answer(encoded=b"[" + b",".join(code.encoded for code in codes) + b"]")


def wrap_up(call: Call, conversation: Conversation, participant: Participant, wrapup: Any, communication: str) -> None:
    """Carry out a WrapupInput on one communication."""
    body: dict[str, Any] = wrapup if isinstance(wrapup, dict) else {}
    if not body.get("code"):
        raise Refused(400, "conversation.error.wrapup.code.required", "A wrap-up needs a code.")
    command = Wrapup(
        conversation.id,
        participant.id,
        text(body, "code"),
        text(body, "notes"),
        texts(body, "tags"),
        body.get("provisional") is True,
        communication,
    )
    call.perform(command)


ACTIONS: Final[dict[str, Action]] = {
    "getConversationParticipantWrapup": get_wrapup,
    "getConversationsCallParticipantWrapup": get_wrapup,
    "getConversationsCallParticipantCommunicationWrapup": get_wrapup,
    "getConversationsCallbackParticipantWrapup": get_wrapup,
    "getConversationsCallbackParticipantCommunicationWrapup": get_wrapup,
    "getConversationsEmailParticipantWrapup": get_wrapup,
    "getConversationsEmailParticipantCommunicationWrapup": get_wrapup,
    "getConversationsMessageParticipantWrapup": get_wrapup,
    "getConversationsMessageParticipantCommunicationWrapup": get_wrapup,
    "postConversationsCallParticipantCommunicationWrapup": post_wrapup,
    "postConversationsCallbackParticipantCommunicationWrapup": post_wrapup,
    "postConversationsEmailParticipantCommunicationWrapup": post_wrapup,
    "postConversationsMessageParticipantCommunicationWrapup": post_wrapup,
    "getConversationParticipantWrapupcodes": list_codes,
    "getConversationsCallParticipantWrapupcodes": list_codes,
    "getConversationsCallbackParticipantWrapupcodes": list_codes,
    "getConversationsEmailParticipantWrapupcodes": list_codes,
    "getConversationsMessageParticipantWrapupcodes": list_codes,
}
