"""The topology ``forward``: Genesys has the customers and posts what they write to the webhook, and the bot's answer
goes back by one operation of the Platform API. Assumed from the guide's words; no document of Genesys describes it.

A hand-off is an inbound message with context, which brings the customer into the flow. What is forwarded after it is
the bot's business again: Genesys would not forward what is meant for an agent (assumed).
"""

from __future__ import annotations

from typing import Any

from ..vendor_side.genesys import Answer
from ..vendor_side.journal import log
from ..vendor_side.lanes import Lanes
from ..vendor_side.values import items, part, string
from .channel import is_here, reply_to
from .context import context_of
from .operations import Operations, said
from .settings import Settings
from .users import User

GOODBYE = "The conversation has ended."


class Forward:
    """Answers customers, and hands off those who ask for an agent."""

    def __init__(self, settings: Settings, operations: Operations, departures: Lanes) -> None:
        self._settings, self._operations, self._departures = settings, operations, departures

    def accept(self, user: User, message: dict[str, Any]) -> bool:
        """Answer the customer's message soon, after those before it; False when there is no room for it."""
        return self._departures.put(user.id, lambda: self._answer(user, message))

    def _answer(self, user: User, message: dict[str, Any]) -> None:
        """Refusals are logged by ``genesys``; the customer is Genesys', so nobody here can be told."""
        text = string(message.get("text"))
        if not text or (message.get("originatingEntity") == "Bot" and "bot_loop" not in self._settings.faults):
            return
        user.said.append(text)
        phrase = text.strip().casefold()
        if self._settings.handoff_phrase.casefold() in phrase:
            context = {} if "no_context" in self._settings.faults else context_of(user)
            self._operations.message(user, said(text), context)
        elif "never_replies" not in self._settings.faults:
            is_end = phrase == self._settings.end_phrase.casefold()
            self._send(user, GOODBYE if is_end else reply_to(text), message)

    def _send(self, user: User, text: str, message: dict[str, Any]) -> Answer:
        match self._settings.reply_operation:
            case "inbound":
                return self._operations.message(user, said(text))
            case "communication":
                return self._by_communication(message, text)
        return self._operations.agentless(user.id, text)

    def _by_communication(self, message: dict[str, Any], text: str) -> Answer:
        conversation, communication = named(message, "conversationId"), named(message, "communicationId")
        if conversation and not communication:
            communication = communication_of(self._operations.conversation(conversation).body)
        if not communication:
            log(f"forward: no leg to answer by in conversation {conversation or '(the message names none)'}")
            return Answer(0, error="no communication")
        return self._operations.communication(conversation, communication, text)


def named(message: dict[str, Any], name: str) -> str:
    """An id that a forwarded message names (assumed: nothing documents where; these are the places looked at)."""
    places = (message, part(message, "metadata"), part(part(message, "channel"), "metadata"))
    return next((id_ for place in places if (id_ := string(place.get(name)))), "")


def communication_of(conversation: dict[str, Any]) -> str:
    """The leg of whoever takes part beside the customer, the newest first."""
    for participant in reversed(list(items(conversation.get("participants")))):
        if participant.get("purpose") in ("customer", "external") or not is_here(participant):
            continue
        for leg in items(participant.get("messages")):
            if id_ := string(leg.get("id")):
                return id_
    return ""
