"""Callbacks: wanted, put off, and added to a conversation."""

from __future__ import annotations

import re
from typing import Any, Final

from understudy.conversation_api.target import (
    attributes_of,
    given,
    missing,
    participant_in,
    text,
    texts,
    time_of,
)
from understudy.conversations.media import Callback
from understudy.conversations.media_commands import AddCallback, ChangeCallback, Routing, StartCallback
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

NUMBER: Final = re.compile(r"\+?[0-9][0-9 ()./-]{1,30}")  # what validateCallbackNumbers takes (assumed)


def start(call: Call) -> Answer:
    """``POST /conversations/callbacks`` (CreateCallbackCommand): ``data`` becomes the customer's attributes."""
    body = given(call)
    conversation: Conversation = call.perform(
        StartCallback(_callback(body), _routing(body), attributes_of(body, "data"))
    )
    return Answer(body=_created(conversation))


def add(call: Call) -> Answer:
    """``POST /conversations/{id}/participants/{pid}/callbacks``: one more medium in a conversation."""
    conversation, participant = participant_in(call)
    body = given(call)
    data = attributes_of(body, "data")
    call.perform(AddCallback(conversation.id, participant.id, _callback(body), _routing(body), data))
    return Answer()


def change(call: Call) -> Answer:
    """``PATCH /conversations/callbacks`` (PatchCallbackRequest): another time, other numbers, another queue;
    ``agentId`` is asked first."""
    body = given(call)
    agent = text(body, "agentId")
    if call.org.entities.get("users", agent) is None:
        raise Refused(404, "not.found", f"There is no user {agent}.", params={"agentId": agent})
    _check_numbers(body)
    command = ChangeCallback(
        text(body, "conversationId"),
        time_of(body, "callbackScheduledTime"),
        texts(body, "callbackNumbers") or None,
        text(body, "queueId") or None,
        agent,
    )
    return Answer(body=_created(call.perform(command)))


def _callback(body: dict[str, Any]) -> Callback:
    _check_numbers(body)
    return Callback(
        texts(body, "callbackNumbers"),
        text(body, "callbackUserName"),
        time_of(body, "callbackScheduledTime"),
        text(body, "scriptId"),
        caller_id=text(body, "callerId"),
        caller_id_name=text(body, "callerIdName"),
    )


def _check_numbers(body: dict[str, Any]) -> None:
    if body.get("validateCallbackNumbers") is True:
        wrong = [number for number in texts(body, "callbackNumbers") if not NUMBER.fullmatch(number)]
        if wrong:
            raise Refused(400, "invalid.value", f"{wrong[0]!r} is no number.", params={"field": "callbackNumbers"})


def _routing(body: dict[str, Any]) -> Routing:
    """``routingData``, or a bare ``queueId``; one of them must be there."""
    sent = body.get("routingData")
    data: dict[str, Any] = sent if isinstance(sent, dict) else {}
    queue = text(data, "queueId") or text(body, "queueId")
    if not queue:
        raise missing("queueId")
    scored = data.get("scoredAgents")
    agents = sorted(
        (one for one in scored if isinstance(one, dict) and isinstance(one.get("agent"), dict))
        if isinstance(scored, list)
        else (),
        key=lambda one: -(one.get("score") or 0),
    )
    preferred = (*texts(data, "preferredAgentIds"), *(text(one["agent"], "id") for one in agents))
    priority = data.get("priority")
    weight = priority if isinstance(priority, int) else 0
    return Routing(queue, weight, texts(data, "skillIds"), text(data, "languageId"), preferred)


def _created(conversation: Conversation) -> dict[str, Any]:
    callbacks = [p.of("callback") for p in conversation.participants if p.purpose == "acd"]
    ids = [one.id for one in callbacks if one is not None]
    return {
        "conversation": {"id": conversation.id, "selfUri": f"/api/v2/conversations/callbacks/{conversation.id}"},
        "callbackIdentifiers": [{"type": "ACD", "id": id_} for id_ in ids[-1:]],
    }


ACTIONS: Final[dict[str, Action]] = {
    "postConversationsCallbacks": start,
    "patchConversationsCallbacks": change,
    "postConversationParticipantCallbacks": add,
}
