"""How participants and conversations end, attributes, and intervals of an interface's own (facts: messaging §1.5, §5).

A conversation ends when nobody but the customer is left in it. Which side is said to have hung up (``client``) and
which was left (``peer``) is convention (inferred).
"""

from __future__ import annotations

from understudy.conversations.commands import (
    AgentNoAnswer,
    Disconnect,
    Hold,
    IntervalDue,
    ParticipantLeft,
    SetAttributes,
    ThreadExpired,
)
from understudy.conversations.model import CommunicationState, Conversation, Participant
from understudy.conversations.parties import find, find_participant, set_attributes, tell_state
from understudy.conversations.retention import forget_oldest
from understudy.conversations.window import timeline
from understudy.conversations.wrapup import begin
from understudy.errors import Refused
from understudy.world.org import Handler, Org

ATTRIBUTES_MAX = 1_000  # per participant; the emulator's own bound

# disconnectType of the participants, as the Message model lists them (catalogue).
DISCONNECT_TYPES = frozenset(
    {
        "endpoint",
        "client",
        "system",
        "timeout",
        "transfer",
        "transfer.conference",
        "transfer.consult",
        "transfer.forward",
        "transfer.noanswer",
        "transfer.notavailable",
        "transport.failure",
        "error",
        "peer",
        "other",
        "spam",
        "uncallable",
        "inactivity",
        "session.expired",
        "takeover",
    }
)

BY_THE_SYSTEM = ("system", "error", "timeout", "inactivity", "transport.failure")


def end(org: Org, conversation: Conversation, participant: Participant, kind: str) -> None:
    """Disconnect one live participant; the conversation goes on until ``settle`` says otherwise."""
    communication = participant.communication
    communication.state = CommunicationState.DISCONNECTED
    communication.disconnected = participant.ended = org.now()
    communication.disconnect_type, communication.held = kind, False
    tell_state(org, conversation, participant)
    org.perform(ParticipantLeft(conversation.id, participant.id))
    if participant.purpose == "agent":
        begin(org, conversation, participant)


def settle(org: Org, conversation: Conversation, customer_kind: str = "peer") -> None:
    """End the conversation once no live participant but the customer is left; the threading window starts then."""
    live = [p for p in conversation.participants if p.is_live]
    if conversation.ended is not None or any(p.purpose != "customer" for p in live):
        return
    for participant in live:
        end(org, conversation, participant, customer_kind)
    conversation.ended = conversation.disconnected = org.now()
    org.changed("conversation.ended", conversation=conversation.id, customer=conversation.leg.address)
    expires = conversation.disconnected + timeline(org, conversation.leg)
    org.schedule.at(expires, f"thread:{conversation.id}", ThreadExpired(conversation.id))
    forget_oldest(org, conversation)


def disconnect(org: Org, command: Disconnect) -> Conversation:
    """End one participant or all; of an ended conversation or participant nothing changes."""
    conversation = find(org, command.conversation)
    if command.kind not in DISCONNECT_TYPES:
        raise Refused(400, "invalid.value", f"{command.kind!r} is not a disconnectType.")
    if command.participant is None:
        _end_all(org, conversation, command.kind)
        return conversation
    participant = find_participant(conversation, command.participant)
    if not participant.is_live:
        return conversation
    if participant.purpose == "customer":
        _end_all(org, conversation, "peer", customer_kind=command.kind)
    elif _declines(conversation, participant):
        org.perform(AgentNoAnswer(conversation.id, participant.id))
    else:
        end(org, conversation, participant, command.kind)
        settle(org, conversation, "system" if command.kind in BY_THE_SYSTEM else "peer")
    return conversation


def set_participant_attributes(org: Org, command: SetAttributes) -> Participant:
    """Merge attributes; also on an ended conversation."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    if any(value is None for value in command.attributes.values()):
        raise Refused(400, "conversation.error.participant.attribute.null", "An attribute value may not be null.")
    if any(not isinstance(value, str) for value in command.attributes.values()):
        raise Refused(400, "invalid.value", "Attribute values are strings.")
    if len(participant.attributes.keys() | command.attributes.keys()) > ATTRIBUTES_MAX:
        raise Refused(400, "constraint.validation", f"A participant has at most {ATTRIBUTES_MAX} attributes.")
    return set_attributes(org, conversation, participant, command.attributes)


def hold(org: Org, command: Hold) -> Participant:
    """Only who is connected can be held."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    communication = participant.communication
    if communication.state is not CommunicationState.CONNECTED:
        raise Refused(400, "conversation.error.hold.alerting", f"Participant {participant.id} is not connected.")
    if communication.held != command.held:
        communication.held = command.held
        tell_state(org, conversation, participant)
    return participant


def interval_due(org: Org, command: IntervalDue) -> None:
    """An interface's own interval is over: tell its driver."""
    org.say(command.interface, "interval", key=command.key)


def _end_all(org: Org, conversation: Conversation, kind: str, customer_kind: str | None = None) -> None:
    # Whoever waits goes first: an agent who comes free would otherwise be given this very conversation.
    leaving = [p for p in conversation.participants if p.is_live and p.purpose != "customer"]
    for participant in sorted(leaving, key=lambda p: p.purpose == "agent"):
        if participant.is_live:
            end(org, conversation, participant, kind)
    settle(org, conversation, customer_kind or ("system" if kind in BY_THE_SYSTEM else "peer"))


def _declines(conversation: Conversation, participant: Participant) -> bool:
    # An alerting agent who hangs up declines: not documented for messages; taken as an alert that was not answered.
    alerting = participant.communication.state is CommunicationState.ALERTING
    return participant.purpose == "agent" and alerting


HANDLERS: dict[type, Handler] = {
    Disconnect: disconnect,
    SetAttributes: set_participant_attributes,
    Hold: hold,
    IntervalDue: interval_due,
}
