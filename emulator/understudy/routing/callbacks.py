"""Callbacks: somebody wants to be called, now or at a time, and ACD looks for an agent (models Callback, RoutingData).

The acd participant of a scheduled one is ``scheduled`` too, and enters the queue at its time (assumed).
"""

from __future__ import annotations

from understudy.conversations.commands import EnterQueue
from understudy.conversations.lifecycle import check_attributes
from understudy.conversations.media import Callback
from understudy.conversations.media_commands import AddCallback, CallbackDue, ChangeCallback, Routing, StartCallback
from understudy.conversations.messaging import new_conversation
from understudy.conversations.model import Communication, CommunicationState, Conversation, Leg, Participant
from understudy.conversations.parties import (
    add,
    add_communication,
    connect,
    find_live,
    find_participant,
    set_attributes,
    tell_state,
)
from understudy.conversations.queueing import check_priority, queue_named
from understudy.conversations.retention import check_length
from understudy.errors import Refused
from understudy.routing.assignment import assign
from understudy.routing.waiting import enter, waiting
from understudy.world.org import Handler, Org

SCHEDULED = CommunicationState.SCHEDULED
CONNECTED = CommunicationState.CONNECTED


def start(org: Org, command: StartCallback) -> Conversation:
    """A conversation that is nothing but a callback."""
    _check(org, command.callback, command.routing)
    check_attributes(command.attributes)
    callback = command.callback
    leg = Leg("callback", callback.caller_id, callback.numbers[0], "Phone", callback.user_name)
    conversation = new_conversation(org, leg)
    state = SCHEDULED if callback.scheduled is not None else CONNECTED
    name = callback.user_name or callback.numbers[0]
    customer = add(org, conversation, "customer", name, state=state, address=callback.numbers[0])
    customer.communication.callback = callback
    if command.attributes:
        set_attributes(org, conversation, customer, dict(command.attributes))
    _queue(org, conversation, callback, command.routing)
    return conversation


def attach(org: Org, command: AddCallback) -> Participant:
    """A callback for somebody who is in a conversation already: one more medium of his."""
    conversation = find_live(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    if participant.purpose == "acd":
        raise Refused(400, "conversation.error.cannot.callback.acd", "A queue can't be called back.")
    check_length(conversation)
    known = participant.of("callback")
    if not participant.is_live or (known is not None and known.is_live):
        raise Refused(400, "bad.request", f"Participant {participant.id} has left, or has a callback already.")
    _check(org, command.callback, command.routing)
    check_attributes(command.attributes, participant.attributes)
    state = SCHEDULED if command.callback.scheduled is not None else CONNECTED
    communication = add_communication(org, conversation, participant, "callback", state=state)
    communication.callback = command.callback
    if command.attributes:
        set_attributes(org, conversation, participant, dict(command.attributes))
    return _queue(org, conversation, command.callback, command.routing)


def change(org: Org, command: ChangeCallback) -> Conversation:
    """Other numbers, time or queue for a callback that waits; who rings or is answered is changed no more."""
    conversation = find_live(org, command.conversation)
    acd = next((p for p in conversation.participants if _waits(p)), None)
    place = waiting(org).get(acd.id) if acd is not None else None
    if acd is None or (place is not None and place.alerting is not None):
        raise Refused(400, "bad.request", f"Conversation {conversation.id} has no callback that waits.")
    if command.numbers is not None:
        _check_numbers(org, command.numbers)
    if command.queue is not None:
        queue = queue_named(org, command.queue)
        acd.queue, acd.queue_name, acd.name = queue.id, queue.name, queue.name
    if command.scheduled is not None:
        _check_time(org, command.scheduled)
    for communication in _callbacks(conversation):
        if communication.callback is not None:
            communication.callback.numbers = command.numbers or communication.callback.numbers
            communication.callback.scheduled = command.scheduled or communication.callback.scheduled
    acd.preferred = command.agent or acd.preferred
    waiting(org).pop(acd.id, None)
    if command.scheduled is not None:
        for participant in conversation.participants:
            _turn(org, conversation, participant, SCHEDULED)
        _at(org, conversation, acd, command.scheduled)
    elif acd.communication.state is CONNECTED:
        _wait(org, conversation, acd)
    return conversation


def due(org: Org, command: CallbackDue) -> None:
    """The time has come; silent where the callback is gone."""
    conversation = org.conversations.get(command.conversation)
    acd = conversation.participant(command.participant) if conversation else None
    if conversation is None or acd is None or acd.communication.state is not SCHEDULED:
        return
    for participant in conversation.participants:
        _turn(org, conversation, participant, CONNECTED)
    _wait(org, conversation, acd)


def _queue(org: Org, conversation: Conversation, callback: Callback, routing: Routing) -> Participant:
    preferred = routing.preferred[0] if routing.preferred else ""
    if callback.scheduled is None:
        acd: Participant = org.perform(
            EnterQueue(
                conversation.id, routing.queue, routing.priority, media="callback", skills=routing.skills,
                language=routing.language, preferred=preferred or None, keeps=True,
            )
        )  # fmt: skip
        acd.preferred = preferred
        return acd
    queue = queue_named(org, routing.queue)
    acd = add(org, conversation, "acd", queue.name, state=SCHEDULED, queue=queue.id, media="callback")
    acd.priority, acd.skills, acd.language = routing.priority, routing.skills, routing.language
    acd.preferred = preferred
    _at(org, conversation, acd, callback.scheduled)
    return acd


def _at(org: Org, conversation: Conversation, acd: Participant, when: float) -> None:
    org.schedule.at(when, f"callback:{acd.id}", CallbackDue(conversation.id, acd.id))


def _wait(org: Org, conversation: Conversation, acd: Participant) -> None:
    enter(
        org,
        conversation.id,
        acd.id,
        str(acd.queue),
        priority=acd.priority,
        preferred=acd.preferred or None,
        media="callback",
        skills=acd.skills,
        language=acd.language,
    )
    assign(org, [str(acd.queue)])


def _turn(org: Org, conversation: Conversation, participant: Participant, state: CommunicationState) -> None:
    """A live callback becomes scheduled, or is due."""
    communication = participant.of("callback")
    if communication is None or not communication.is_live or communication.state is state:
        return
    if state is CONNECTED:
        connect(org, conversation, participant, communication)
    else:
        communication.state = state
        tell_state(org, conversation, participant, communication)


def _waits(participant: Participant) -> bool:
    return participant.purpose == "acd" and participant.is_live and participant.communication.media == "callback"


def _callbacks(conversation: Conversation) -> list[Communication]:
    return [one for p in conversation.participants for one in p.communications if one.media == "callback"]


def _check(org: Org, callback: Callback, routing: Routing) -> None:
    _check_numbers(org, callback.numbers)
    queue_named(org, routing.queue)
    check_priority(org, routing.priority)
    if callback.scheduled is not None:
        _check_time(org, callback.scheduled)


def _check_numbers(org: Org, numbers: tuple[str, ...]) -> None:
    most = int(org.limits.value("callbacks", "numbers.max"))
    if not 1 <= len(numbers) <= most or not all(numbers):
        raise Refused(400, "invalid.value", f"Give 1 to {most} callbackNumbers.", params={"field": "callbackNumbers"})


def _check_time(org: Org, when: float) -> None:
    if not org.now() < when <= org.now() + org.limits.value("callbacks", "ahead.max"):
        raise Refused(400, "invalid.date", "callbackScheduledTime has passed, or is too far ahead.")


HANDLERS: dict[type, Handler] = {
    StartCallback: start,
    AddCallback: attach,
    ChangeCallback: change,
    CallbackDue: due,
}
