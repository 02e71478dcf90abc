"""Messages: sent, typed and read; and a message conversation that an agent begins."""

from __future__ import annotations

from typing import Any, Final

from understudy.attachments.store import attachments
from understudy.conversation_api.quick_replies import quick_replies
from understudy.conversation_api.target import acting_user, check_acting, conversation_in, given, owner_in, text
from understudy.conversations.commands import SendMessage
from understudy.conversations.media_commands import StartMessage
from understudy.conversations.message_form import message_data
from understudy.conversations.model import Conversation, Leg, Participant, Sender
from understudy.conversations.retention import message_index
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

BULK_MAX: Final = 1_000  # message ids in one request; the emulator's own bound
OPEN: Final = "messaging.integrations.open"


def start(call: Call) -> Answer:
    """``POST /conversations/messages`` {queueId, toAddress, toAddressMessengerType}: open only. The messages come from
    the open recipient of the queue's outboundMessagingAddresses, or else from the org's only integration (assumed)."""
    user, body = acting_user(call), given(call)
    if text(body, "toAddressMessengerType") != "open":
        raise Refused(400, "invalid.value", "Only toAddressMessengerType open is carried by an interface here.")
    queue = text(body, "queueId")
    leg = Leg("open_messaging", _integration(call, queue), text(body, "toAddress"))
    command = StartMessage(leg, user, queue, body.get("useExistingConversation") is True)
    conversation: Conversation = call.perform(command)
    return Answer(body={"id": conversation.id, "selfUri": f"/api/v2/conversations/messages/{conversation.id}"})


def send_message(call: Call) -> Answer:
    """``POST …/communications/{cid}/messages``: exactly one of textBody and mediaIds (templates are not for open).
    Quick replies may go with a text."""
    conversation, participant = owner_in(call)
    check_acting(call, conversation, participant)
    body = given(call)
    media, said = body.get("mediaIds") or [], body.get("textBody") or ""
    if body.get("messagingTemplate") is not None or bool(media) == bool(said):
        raise Refused(400, "bad.request", "Give exactly one of textBody and mediaIds; templates are not for open.")
    replies = quick_replies(body)
    command = SendMessage(
        conversation.id,
        participant.communication.id,
        _sender(participant),
        text=said,
        type="Structured" if replies else "Text",
        content=replies or attachments(call.org, media, call.origin),
        user=call.token.user,
    )
    return Answer(body=message_data(conversation, call.perform(command)))


def send_typing(call: Call) -> Answer:
    """``POST …/communications/{cid}/typing`` {typing{type: On, duration in ms}}."""
    conversation, participant = owner_in(call)
    check_acting(call, conversation, participant)
    sent = given(call).get("typing")
    typing = sent if isinstance(sent, dict) else {}
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
    return Answer(body=_message(conversation_in(call), call.path["messageId"]))


def get_message_details(call: Call) -> Answer:
    """``GET /conversations/messages/{mid}/details``: the conversation is found by the message."""
    id_ = call.path["messageId"]
    conversation = call.org.conversations.get(message_index(call.org).get(id_, ""))
    if conversation is None:
        raise _no_message(id_)
    return Answer(body=_message(conversation, id_))


def bulk_messages(call: Call) -> Answer:
    """``POST /conversations/messages/{id}/messages/bulk`` [ids]: those that the conversation has."""
    conversation = conversation_in(call)
    ids = call.body
    if not isinstance(ids, list) or len(ids) > BULK_MAX:
        raise Refused(400, "bad.request", f"Give a list of at most {BULK_MAX} message ids.")
    known = [conversation.messages[id_] for id_ in ids if isinstance(id_, str) and id_ in conversation.messages]
    return Answer(body={"entities": [message_data(conversation, message) for message in known]})


def _integration(call: Call, queue: str) -> str:
    entity = call.org.entities.get("routing.queues", queue)
    addresses = entity.body.get("outboundMessagingAddresses") if entity else None
    recipient = addresses.get("openMessagingRecipient") if isinstance(addresses, dict) else None
    if isinstance(recipient, dict) and recipient.get("id"):
        return str(recipient["id"])
    only = list(call.org.entities.of(OPEN))
    if len(only) != 1:
        raise Refused(400, "bad.request", f"Queue {queue} has no openMessagingRecipient to write from.")
    return only[0]


def _message(conversation: Conversation, id_: str) -> dict[str, Any]:
    message = conversation.messages.get(id_)
    if message is None:
        raise _no_message(id_)
    return message_data(conversation, message)


def _sender(participant: Participant) -> Sender:
    return Sender.AGENT if participant.purpose == "agent" else Sender.BOT


def _no_message(id_: str) -> Refused:
    return Refused(404, "not.found", f"There is no message {id_}.", params={"messageId": id_})


ACTIONS: Final[dict[str, Action]] = {
    "postConversationsMessages": start,
    "postConversationsMessageCommunicationMessages": send_message,
    "postConversationsMessageCommunicationTyping": send_typing,
    "getConversationsMessageMessage": get_message,
    "getConversationsMessageDetails": get_message_details,
    "postConversationsMessageMessagesBulk": bulk_messages,
}
