"""Conversations as they are listed, read and ended, whole or in the form of one medium."""

from __future__ import annotations

from typing import Any, Final

import orjson

from understudy.conversation_api.target import conversation_in, given, media_of, text
from understudy.conversations.commands import Disconnect, Transfer
from understudy.conversations.media_commands import Record
from understudy.conversations.model import Conversation
from understudy.conversations.render import conversation_body, media_conversation_body
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

LISTED_MAX: Final = 200  # conversations in one listing: it has no pages (catalogue)


def list_conversations(call: Call) -> Answer:
    """``GET /conversations``: the live ones of the token's user; of the whole org for a client's token (assumed)."""
    wanted = call.query.get("communicationType", "").lower()
    return _listing([conversation_body(conversation) for conversation in _active(call, wanted)], call)


def list_of_medium(call: Call) -> Answer:
    """``GET /conversations/{calls | callbacks | emails | messages}``."""
    media = media_of(call)
    return _listing([media_conversation_body(conversation, media) for conversation in _active(call, media)], call)


def get_conversation(call: Call) -> Answer:
    """``GET /conversations/{id}``."""
    return Answer(body=conversation_body(conversation_in(call)))


def get_of_medium(call: Call) -> Answer:
    """``GET /conversations/{medium}/{id}``."""
    return Answer(body=media_conversation_body(conversation_in(call), media_of(call)))


def patch_conversation(call: Call) -> Answer:
    """``PATCH /conversations/{medium}/{id}`` {state: disconnected, recordingState}."""
    conversation, body = conversation_in(call), given(call)
    state, recording = body.get("state"), text(body, "recordingState")
    if state not in (None, "disconnected"):
        raise Refused(400, "invalid.value", f"state {state!r}: only disconnected can be set.")
    if recording:
        call.perform(Record(conversation.id, recording))
    if state == "disconnected":
        call.perform(Disconnect(conversation.id))
    return Answer(body=conversation_body(conversation))


def disconnect(call: Call) -> Answer:
    """``POST /conversations/{id}/disconnect`` and ``DELETE /conversations/{id}``."""
    call.perform(Disconnect(conversation_in(call).id))
    return Answer(body="" if call.operation.response else None)


def assign(call: Call) -> Answer:
    """``POST /conversations/{id}/assign`` {id}: a waiting conversation goes to one user."""
    conversation = conversation_in(call)
    acd = conversation.live("acd")
    if acd is None:
        raise Refused(400, "conversation.error.queue.required", "The conversation does not wait in a queue.")
    call.perform(Transfer(conversation.id, acd.id, user=text(given(call), "id")))
    return Answer(body="")


def _active(call: Call, media: str) -> list[Conversation]:
    live = [c for c in call.org.conversations.values() if c.ended is None and (not media or c.has(media))]
    user = call.token.user
    if user is not None:
        live = [c for c in live if any(p.user == user and p.is_live for p in c.participants)]
    return live[:LISTED_MAX]


def _listing(bodies: list[dict[str, Any]], call: Call) -> Answer:
    size = len(bodies)
    uri = f"{call.operation.path}?pageSize={max(size, 1)}&pageNumber=1"
    page = {"entities": bodies, "pageSize": max(size, 1), "pageNumber": 1, "total": size, "pageCount": 1}
    return Answer(encoded=orjson.dumps({**page, "firstUri": uri, "lastUri": uri, "selfUri": uri}))


ACTIONS: Final[dict[str, Action]] = {
    "getConversations": list_conversations,
    "getConversationsCalls": list_of_medium,
    "getConversationsCallbacks": list_of_medium,
    "getConversationsEmails": list_of_medium,
    "getConversationsMessages": list_of_medium,
    "getConversation": get_conversation,
    "getConversationsCall": get_of_medium,
    "getConversationsCallback": get_of_medium,
    "getConversationsEmail": get_of_medium,
    "getConversationsMessage": get_of_medium,
    "patchConversationsCall": patch_conversation,
    "patchConversationsCallback": patch_conversation,
    "patchConversationsEmail": patch_conversation,
    "patchConversationsMessage": patch_conversation,
    "deleteConversation": disconnect,
    "postConversationDisconnect": disconnect,
    "postConversationAssign": assign,
}
