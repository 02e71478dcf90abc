"""Operations on conversations: reading, agent actions, messages, wrap-up and transfers (facts: messaging §1.4, §5).

Agent actions take a client-credentials token too, where the permission is there: the emulator's agents are scripted and
have no desktop. With a user's token the actions are the user's as well; that he is the participant is not checked.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from understudy.attachments.store import attachments
from understudy.conversations.commands import (
    AgentAccept,
    Disconnect,
    Hold,
    SendMessage,
    SetAttributes,
    Transfer,
    Wrapup,
)
from understudy.conversations.model import CommunicationState, Conversation, Participant, Sender
from understudy.conversations.parties import find, find_communication, find_participant
from understudy.conversations.render import conversation_body, message_conversation_body, message_data
from understudy.conversations.retention import message_index
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.platform.queues import codes_of

BULK_MAX: Final = 1_000  # message ids in one request; the emulator's own bound
LISTED_MAX: Final = 200  # conversations in one listing: it has no pages (catalogue)


def list_conversations(call: Call) -> Answer:
    """``GET /conversations``: the live ones of the token's user; of the whole org for a client's token (assumed)."""
    wanted = call.query.get("communicationType", "")
    found = _active(call) if wanted.lower() in ("", "message") else []
    return _listing([conversation_body(conversation) for conversation in found], call)


def list_message_conversations(call: Call) -> Answer:
    """``GET /conversations/messages``."""
    return _listing([message_conversation_body(conversation) for conversation in _active(call)], call)


def get_conversation(call: Call) -> Answer:
    """``GET /conversations/{id}``."""
    return Answer(body=conversation_body(_conversation(call)))


def get_message_conversation(call: Call) -> Answer:
    """``GET /conversations/messages/{id}``."""
    return Answer(body=message_conversation_body(_conversation(call)))


def patch_conversation(call: Call) -> Answer:
    """``PATCH /conversations/messages/{id}`` {state: disconnected}: ends the conversation."""
    conversation = _conversation(call)
    state = _object(call).get("state")
    if state == "disconnected":
        call.perform(Disconnect(conversation.id))
    elif state is not None:
        raise Refused(400, "invalid.value", f"state {state!r}: only disconnected can be set.")
    return Answer(body=conversation_body(conversation))


def disconnect(call: Call) -> Answer:
    """``POST /conversations/{id}/disconnect`` and ``DELETE /conversations/{id}``."""
    call.perform(Disconnect(_conversation(call).id))
    return Answer(body="" if call.operation.response else None)


def patch_participant(call: Call) -> Answer:
    """``PATCH …/participants/{pid}`` {state, held, wrapup, wrapupSkipped}, in this order; also per communication."""
    conversation, participant = _participant(call)
    body = _object(call)
    state = body.get("state")
    if state == "connected" and participant.communication.state is CommunicationState.ALERTING:
        call.perform(AgentAccept(conversation.id, participant.id))
    elif state not in (None, "connected", "disconnected"):
        raise Refused(400, "invalid.value", f"state {state!r}: connected and disconnected can be set.")
    if body.get("held") is not None:
        call.perform(Hold(conversation.id, participant.id, body["held"] is True))
    if state == "disconnected":
        call.perform(Disconnect(conversation.id, participant.id))
    if body.get("wrapup") is not None:
        _wrap_up(call, conversation, participant, body["wrapup"])
    elif body.get("wrapupSkipped") is True:
        call.perform(Wrapup(conversation.id, participant.id))
    return Answer(body={} if call.operation.response else None)


def patch_attributes(call: Call) -> Answer:
    """``PATCH …/participants/{pid}/attributes`` {attributes}: merged."""
    conversation, participant = _participant(call)
    attributes = _object(call).get("attributes")
    if not isinstance(attributes, dict):
        raise _missing("attributes")
    call.perform(SetAttributes(conversation.id, participant.id, attributes))
    return Answer(body={"attributes": dict(participant.attributes)} if call.operation.response else None)


def send_message(call: Call) -> Answer:
    """``POST …/communications/{cid}/messages``: exactly one of textBody and mediaIds (templates are not for open)."""
    conversation, participant = _by_communication(call)
    body = _object(call)
    media, text = body.get("mediaIds") or [], body.get("textBody") or ""
    if body.get("messagingTemplate") is not None or bool(media) == bool(text):
        raise Refused(400, "bad.request", "Give exactly one of textBody and mediaIds; templates are not for open.")
    command = SendMessage(
        conversation.id,
        participant.communication.id,
        _sender(participant),
        text=text,
        content=attachments(call.org, media, call.origin),
        user=call.token.user,
    )
    return Answer(body=message_data(conversation, call.perform(command)))


def send_typing(call: Call) -> Answer:
    """``POST …/communications/{cid}/typing`` {typing{type: On, duration in ms}}."""
    conversation, participant = _by_communication(call)
    given = _object(call).get("typing")
    typing = given if isinstance(given, dict) else {}
    default = round(call.org.limits.value("open-messaging", "typing.duration") * 1000)
    duration = typing.get("duration")
    event = {"type": "On", "duration": default if duration is None else duration}
    command = SendMessage(
        conversation.id,
        participant.communication.id,
        _sender(participant),
        type="Event",
        events=({"eventType": "Typing", "typing": event},),
        user=call.token.user,
    )
    call.perform(command)
    return Answer()


def get_message(call: Call) -> Answer:
    """``GET /conversations/messages/{id}/messages/{mid}``."""
    conversation = _conversation(call)
    return Answer(body=_message(conversation, call.path["messageId"]))


def get_message_details(call: Call) -> Answer:
    """``GET /conversations/messages/{mid}/details``: the conversation is found by the message."""
    id_ = call.path["messageId"]
    conversation = call.org.conversations.get(message_index(call.org).get(id_, ""))
    if conversation is None:
        raise _no_message(id_)
    return Answer(body=_message(conversation, id_))


def bulk_messages(call: Call) -> Answer:
    """``POST /conversations/messages/{id}/messages/bulk`` [ids]: those that the conversation has."""
    conversation = _conversation(call)
    ids = call.body
    if not isinstance(ids, list) or len(ids) > BULK_MAX:
        raise Refused(400, "bad.request", f"Give a list of at most {BULK_MAX} message ids.")
    known = [conversation.messages[id_] for id_ in ids if isinstance(id_, str) and id_ in conversation.messages]
    return Answer(body={"entities": [message_data(conversation, message) for message in known]})


def get_wrapup(call: Call) -> Answer:
    """``GET …/wrapup``: an AssignedWrapupCode, empty where none was given."""
    _, participant = _participant(call)
    given = participant.communication.wrapup or {}
    keys = ("code", "notes", "tags", "durationSeconds", "endTime")
    return Answer(body={key: given[key] for key in keys if key in given})


def post_wrapup(call: Call) -> Answer:
    """``POST …/communications/{cid}/wrapup`` {code, notes}."""
    conversation, participant = _participant(call)
    _wrap_up(call, conversation, participant, call.body)
    return Answer()


def list_wrapup_codes(call: Call) -> Answer:
    """``GET …/participants/{pid}/wrapupcodes``: the codes of the participant's queue."""
    _, participant = _participant(call)
    chosen = codes_of(call.org, participant.queue or "")
    codes = [code for id_ in chosen if (code := call.org.entities.get("routing.wrapupcodes", id_))]
    return Answer(encoded=b"[" + b",".join(code.encoded for code in codes) + b"]")


def replace(call: Call) -> Answer:
    """``POST …/participants/{pid}/replace`` {userId | queueId}: a blind transfer; addresses are for calls."""
    body = _object(call)
    if body.get("address"):
        raise Refused(400, "postino.error.bad.address", "A message can't be transferred to an address.")
    return _transfer(call, body.get("queueId"), body.get("userId"))


def replace_queue(call: Call) -> Answer:
    """``POST …/replace/queue`` {queueId | queueName}."""
    body = _object(call)
    return _transfer(call, body.get("queueId") or _named(call, "routing.queues", body.get("queueName")), None)


def replace_agent(call: Call) -> Answer:
    """``POST …/replace/agent`` {userId | userName | userDisplayName}."""
    body = _object(call)
    name = body.get("userDisplayName") or body.get("userName")
    user = body.get("userId") or _user_named(call, name)
    if user is None:
        raise _missing("userId")
    return _transfer(call, None, user)


def assign(call: Call) -> Answer:
    """``POST /conversations/{id}/assign`` {id}: a waiting conversation goes to one user."""
    conversation = _conversation(call)
    acd = conversation.live("acd")
    if acd is None:
        raise Refused(400, "conversation.error.queue.required", "The conversation does not wait in a queue.")
    call.perform(Transfer(conversation.id, acd.id, user=str(_object(call).get("id") or "")))
    return Answer(body="")


def _transfer(call: Call, queue: str | None, user: str | None) -> Answer:
    conversation, participant = _participant(call)
    call.perform(Transfer(conversation.id, participant.id, queue, user))
    return Answer()


def _wrap_up(call: Call, conversation: Conversation, participant: Participant, wrapup: Any) -> None:
    given = wrapup if isinstance(wrapup, dict) else {}
    if not given.get("code"):
        raise Refused(400, "conversation.error.wrapup.code.required", "A wrap-up needs a code.")
    call.perform(Wrapup(conversation.id, participant.id, str(given["code"]), str(given.get("notes") or "")))


def _active(call: Call) -> list[Conversation]:
    live = [c for c in call.org.conversations.values() if c.ended is None]
    user = call.token.user
    if user is not None:
        live = [c for c in live if any(p.user == user and p.is_live for p in c.participants)]
    return live[:LISTED_MAX]


def _listing(bodies: list[dict[str, Any]], call: Call) -> Answer:
    size = len(bodies)
    uri = f"{call.operation.path}?pageSize={max(size, 1)}&pageNumber=1"
    page = {"entities": bodies, "pageSize": max(size, 1), "pageNumber": 1, "total": size, "pageCount": 1}
    return Answer(encoded=orjson.dumps({**page, "firstUri": uri, "lastUri": uri, "selfUri": uri}))


def _conversation(call: Call) -> Conversation:
    return find(call.org, call.path["conversationId"])


def _participant(call: Call) -> tuple[Conversation, Participant]:
    conversation = _conversation(call)
    participant = find_participant(conversation, call.path["participantId"])
    communication = call.path.get("communicationId", participant.communication.id)
    if communication != participant.communication.id:
        raise Refused(404, "not.found", f"Communication {communication} is not the participant's.")
    return conversation, participant


def _by_communication(call: Call) -> tuple[Conversation, Participant]:
    conversation = _conversation(call)
    return conversation, find_communication(conversation, call.path["communicationId"])


def _message(conversation: Conversation, id_: str) -> dict[str, Any]:
    message = conversation.messages.get(id_)
    if message is None:
        raise _no_message(id_)
    return message_data(conversation, message)


def _sender(participant: Participant) -> Sender:
    return Sender.AGENT if participant.purpose == "agent" else Sender.BOT


def _object(call: Call) -> dict[str, Any]:
    return call.body if isinstance(call.body, dict) else {}


def _named(call: Call, type_: str, name: Any) -> str | None:
    entity = call.org.entities.named(type_, str(name)) if name else None
    if name and entity is None:
        raise Refused(400, "queue.not.found", f"There is no queue {name!r}.", params={"queueName": str(name)})
    return entity.id if entity else None


def _user_named(call: Call, name: Any) -> str | None:
    users = call.org.entities.of("users").values()
    return next((u.id for u in users if name and name in (u.body.get("name"), u.body.get("username"))), None)


def _missing(field: str) -> Refused:
    return Refused(400, "required.field.missing", f"{field} is required.", params={"field": field})


def _no_message(id_: str) -> Refused:
    return Refused(404, "not.found", f"There is no message {id_}.", params={"messageId": id_})


ACTIONS: Final[dict[str, Action]] = {
    "getConversations": list_conversations,
    "getConversation": get_conversation,
    "deleteConversation": disconnect,
    "postConversationDisconnect": disconnect,
    "postConversationAssign": assign,
    "getConversationsMessages": list_message_conversations,
    "getConversationsMessage": get_message_conversation,
    "patchConversationsMessage": patch_conversation,
    "patchConversationParticipant": patch_participant,
    "patchConversationsMessageParticipant": patch_participant,
    "patchConversationsMessageParticipantCommunication": patch_participant,
    "patchConversationParticipantAttributes": patch_attributes,
    "patchConversationsMessageParticipantAttributes": patch_attributes,
    "postConversationsMessageCommunicationMessages": send_message,
    "postConversationsMessageCommunicationTyping": send_typing,
    "getConversationsMessageMessage": get_message,
    "getConversationsMessageDetails": get_message_details,
    "postConversationsMessageMessagesBulk": bulk_messages,
    "getConversationParticipantWrapup": get_wrapup,
    "getConversationsMessageParticipantWrapup": get_wrapup,
    "getConversationsMessageParticipantCommunicationWrapup": get_wrapup,
    "postConversationsMessageParticipantCommunicationWrapup": post_wrapup,
    "getConversationParticipantWrapupcodes": list_wrapup_codes,
    "getConversationsMessageParticipantWrapupcodes": list_wrapup_codes,
    "postConversationParticipantReplace": replace,
    "postConversationsMessageParticipantReplace": replace,
    "postConversationParticipantReplaceQueue": replace_queue,
    "postConversationParticipantReplaceAgent": replace_agent,
}
