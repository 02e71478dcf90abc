"""The topology ``channel``: this side has the users. A bot talks to them until one asks for an agent; then every text
is relayed to Genesys until the conversation ends there.

A conversation has ended when Genesys says that nobody is left in it: a mere transfer makes the same ``user.end``
(facts: messaging §7, OM-41), so this side looks before it leaves.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Final

from ..vendor_side.journal import log
from ..vendor_side.lanes import Lanes
from ..vendor_side.values import items, string
from .context import context_of
from .notifications import Notifications
from .operations import Operations, Said
from .settings import Settings
from .users import USERS_MAX, Mode, Shown, User, Users

GRACE_SECONDS: Final = 1.5  # in which a new agent may follow the one who left
TYPING_SECONDS: Final = 5.1  # Genesys' figure is 5 (OM-36); the rest is for the way there
GONE: Final = ("disconnected", "terminated")

CONNECTING: Final = "You are being connected to an agent."
NOT_CONNECTED: Final = "No agent can be reached now. You are still talking to the assistant."
NOT_DELIVERED: Final = "Your message could not be delivered."
ENDED: Final = "The conversation with the agent has ended. You are talking to the assistant again."
GOODBYE: Final = "The conversation has ended."


class Channel:
    """What users do, and what becomes of their conversations."""

    def __init__(
        self, settings: Settings, users: Users, operations: Operations, departures: Lanes, stopping: threading.Event
    ) -> None:
        self._settings, self._faults = settings, settings.faults
        self._users, self._operations, self._departures, self._stopping = users, operations, departures, stopping
        self._lock = threading.Lock()
        self._talking: dict[str, str] = {}  # conversation id → user id
        self._notifications = Notifications(operations, self.happened, stopping, settings.backoff)

    def say(self, user: User, said: Said) -> bool:
        """The user says something; False when there is no room for it."""
        return self._departures.put(user.id, lambda: self._hear(user, said))

    def type(self, user: User) -> bool:
        """The user presses a key."""
        return self._departures.put(user.id, lambda: self._type(user))

    def click(self, user: User, option: dict[str, str], platform_id: str) -> bool:
        """The user chooses an option of the message ``platform_id``."""

        def choose() -> None:
            if not self._operations.click(user, option["type"], option["text"], option["payload"], platform_id).is_ok:
                user.notice(NOT_DELIVERED)

        return self._departures.put(user.id, choose)

    def end(self, user: User) -> bool:
        """The user leaves."""
        return self._departures.put(user.id, lambda: self._leave(user))

    def stop(self) -> None:
        """Close the socket."""
        self._notifications.stop()

    def happened(self, conversation: str, kind: str) -> None:
        """A notification came, or notifications may have been missed (``gap``)."""
        user = self._users.find(self._talking.get(conversation, ""))
        if user is None or "relays_after_end" in self._faults:
            return
        if kind == "user.end" and "ends_on_transfer" in self._faults:
            self._finish(user, conversation, ENDED)
        else:
            self._departures.put(f"watch {conversation}", lambda: self._look(user, conversation, kind))

    def _hear(self, user: User, said: Said) -> None:
        phrase = said.text.strip().casefold()
        if phrase == self._settings.end_phrase.casefold():
            self._leave(user)
        elif user.mode is Mode.AGENT:
            self._relay(user, said)
        elif self._settings.handoff_phrase.casefold() in phrase and self._may_hand_off(user):
            self._hand_off(user, said)
        else:
            user.said.append(said.text or "(a file)")
            user.show(Shown(kind="text", text=reply_to(said.text), sender="bot"))

    def _relay(self, user: User, said: Said) -> None:
        if not self._operations.message(user, said).is_ok:
            user.notice(NOT_DELIVERED)

    def _may_hand_off(self, user: User) -> bool:
        return user.hand_offs == 0 or "hands_off_once" not in self._faults

    def _hand_off(self, user: User, said: Said) -> None:
        user.said.append(said.text)
        context = {} if "no_context" in self._faults else context_of(user)
        user.notice(CONNECTING)  # first, so that it stands before what the flow says
        answer = self._operations.message(user, said, context)
        if not answer.is_ok:
            user.notice(NOT_CONNECTED)
            return
        conversation = string(answer.body.get("conversationId"))
        with user.lock:
            user.mode, user.conversation = Mode.AGENT, conversation
        user.hand_offs += 1
        self._watch(user, conversation)

    def _watch(self, user: User, conversation: str) -> None:
        if not conversation:
            log("channel: no conversationId came back, so the end of this conversation will not be noticed")
            return
        with self._lock:
            self._talking[conversation] = user.id
            if len(self._talking) > USERS_MAX:
                del self._talking[next(iter(self._talking))]
        if not self._notifications.watch(conversation):
            log(f"channel: no notifications of conversation {conversation}")
        self.happened(conversation, "start")  # it may have ended before the topics were subscribed

    def _type(self, user: User) -> None:
        moment = time.monotonic()
        if user.mode is Mode.AGENT and ("typing_flood" in self._faults or moment - user.typed >= TYPING_SECONDS):
            user.typed = moment
            self._operations.typing(user)

    def _leave(self, user: User) -> None:
        conversation = user.conversation
        if user.mode is Mode.BOT:
            user.notice(GOODBYE)
            return
        if conversation:
            self._operations.disconnect(conversation)
        self._finish(user, conversation, GOODBYE)

    def _look(self, user: User, conversation: str, kind: str) -> None:
        """End the relay if the conversation is over; one that only lost its agent gets GRACE_SECONDS for another."""
        if conversation not in self._talking:
            return  # one of several events of the same end was first
        state = state_of(self._operations.conversation(conversation))
        if state == "unknown" and kind == "customer.end":
            state = "over"
        if state == "deserted" and kind != "start" and not self._stopping.wait(GRACE_SECONDS):
            later = state_of(self._operations.conversation(conversation))
            state = "over" if later == "deserted" else later
        if state == "over":
            self._finish(user, conversation, ENDED)

    def _finish(self, user: User, conversation: str, notice: str) -> None:
        """Back to the bot, once for each conversation."""
        with user.lock:
            if user.mode is Mode.BOT or user.conversation != conversation:
                return
            user.mode, user.conversation = Mode.BOT, ""
        with self._lock:
            self._talking.pop(conversation, None)
        self._notifications.forget(conversation)
        user.notice(notice)
        log(f"channel: conversation {conversation} is over")


def reply_to(text: str) -> str:
    """What the bot answers: it has nothing of its own to say."""
    return f"You said: {text}" if text else "Thank you for the file."


def state_of(answer: Any) -> str:
    """``over`` (the customer is gone, or it does not exist), ``deserted`` (nobody but the customer), ``alive``, or
    ``unknown`` (Genesys did not say)."""
    if answer.status == 404:
        return "over"
    participants = list(items(answer.body.get("participants")))
    if not answer.is_ok or not participants:
        return "unknown"
    here = {string(one.get("purpose")) for one in participants if is_here(one)}
    if not here & {"customer", "external"}:
        return "over"
    return "alive" if here - {"customer", "external"} else "deserted"


def is_here(participant: dict[str, Any]) -> bool:
    """Whether the participant takes part still: by its own state (media form), else by that of its newest leg."""
    if participant.get("endTime"):
        return False
    legs = list(items(participant.get("messages")))
    state = string(participant.get("state")) or (string(legs[-1].get("state")) if legs else "")
    return state not in GONE
