"""How participants and conversations end, attributes, hold, and intervals of an interface's own.

Facts: messaging §1.5, §5.

A conversation ends when nobody but the customer is left in it; a call also when one party is left alone. Which side is
said to have hung up (``client``) and which was left (``peer``) is convention (inferred).
"""

from __future__ import annotations

from understudy.conversations.commands import (
    AgentNoAnswer,
    Disconnect,
    FlowLeft,
    Hold,
    IntervalDue,
    ParticipantLeft,
    SetAttributes,
    ThreadExpired,
)
from understudy.conversations.consulting import initiator_leaves, released
from understudy.conversations.model import FAR, Communication, CommunicationState, Conversation, Participant
from understudy.conversations.parties import communication_of, find, find_participant, set_attributes, tell_state
from understudy.conversations.retention import forget_oldest, threads
from understudy.conversations.window import timeline
from understudy.conversations.wrapup import begin
from understudy.errors import Refused
from understudy.world.org import Handler, Org

ATTRIBUTES_MAX = 1_000  # per participant; the emulator's own bound

# disconnectType of the participants, as the Message and Call models list them (catalogue).
DISCONNECT_TYPES = frozenset(
    {
        "endpoint",
        "endpoint.donotdisturb",
        "client",
        "system",
        "timeout",
        "transfer",
        "transfer.conference",
        "transfer.consult",
        "transfer.donotdisturb",
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

TOLD_OF_THE_END = ("web_messaging",)  # interfaces on which the customer hears of it (facts: messaging §0, §2.3)
BY_THE_SYSTEM = ("system", "error", "timeout", "inactivity", "transport.failure")


def end(org: Org, conversation: Conversation, participant: Participant, kind: str) -> None:
    """Disconnect one live participant in every medium; the conversation goes on until ``settle`` says otherwise."""
    for communication in participant.communications:
        if communication.is_live:
            _close(org, communication, kind)
            participant.ended = org.now()
            tell_state(org, conversation, participant, communication)
    _gone(org, conversation, participant)


def settle(org: Org, conversation: Conversation, customer_kind: str = "peer") -> None:
    """End the conversation once it is over; the threading window starts then."""
    if conversation.ended is not None:
        return
    _dismiss_listeners(org, conversation)
    live = [p for p in conversation.participants if p.is_live]
    if not _is_over(live):
        return
    for participant in live:
        end(org, conversation, participant, customer_kind)
    conversation.ended = conversation.disconnected = org.now()
    org.changed("conversation.ended", conversation=conversation.id, customer=conversation.leg.address)
    leg = conversation.leg
    if leg.interface in TOLD_OF_THE_END:
        org.say(leg.interface, "ended", conversation=conversation.id, customer=leg.address)
    if threads(org).get((leg.integration, leg.address)) == conversation.id:
        expires = conversation.disconnected + timeline(org, leg)
        org.schedule.at(expires, f"thread:{conversation.id}", ThreadExpired(conversation.id))
    forget_oldest(org, conversation)


def disconnect(org: Org, command: Disconnect) -> Conversation:
    """End one participant, one of its communications, or all; of what has ended already nothing changes."""
    conversation = find(org, command.conversation)
    if command.kind not in DISCONNECT_TYPES:
        raise Refused(400, "invalid.value", f"{command.kind!r} is not a disconnectType.")
    if command.participant is None:
        _end_all(org, conversation, command.kind)
        return conversation
    participant = find_participant(conversation, command.participant)
    communication = communication_of(participant, command.communication)
    if not communication.is_live:
        return conversation
    rest = "system" if command.kind in BY_THE_SYSTEM else "peer"
    if any(one.is_live for one in participant.communications if one is not communication) and command.communication:
        _leave_medium(org, conversation, participant, communication, command.kind)
    elif participant.purpose in FAR and not _goes_on_without(conversation, participant):
        _end_all(org, conversation, "peer", customer_kind=command.kind)
    elif participant.user is not None and communication.state is CommunicationState.ALERTING:
        # An alerting agent who hangs up declines: not documented; taken as an alert that was not answered.
        org.perform(AgentNoAnswer(conversation.id, participant.id))
    else:
        kind = "transfer.consult" if initiator_leaves(conversation, participant) else command.kind
        end(org, conversation, participant, kind)
        settle(org, conversation, rest)
    return conversation


def set_participant_attributes(org: Org, command: SetAttributes) -> Participant:
    """Merge attributes; also on an ended conversation."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    check_attributes(command.attributes, participant.attributes)
    return set_attributes(org, conversation, participant, command.attributes)


def check_attributes(given: dict[str, str], known: dict[str, str] | None = None) -> None:
    """Refused 400 unless attributes are strings, and with those known not too many."""
    if any(value is None for value in given.values()):
        raise Refused(400, "conversation.error.participant.attribute.null", "An attribute value may not be null.")
    if any(not isinstance(value, str) for value in given.values()):
        raise Refused(400, "invalid.value", "Attribute values are strings.")
    if len((known or {}).keys() | given.keys()) > ATTRIBUTES_MAX:
        raise Refused(400, "constraint.validation", f"A participant has at most {ATTRIBUTES_MAX} attributes.")


def hold(org: Org, command: Hold) -> Participant:
    """Only who is connected can be held."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    communication = communication_of(participant, command.communication)
    if communication.state is not CommunicationState.CONNECTED:
        raise Refused(400, "conversation.error.hold.alerting", f"Participant {participant.id} is not connected.")
    if communication.held != command.held:
        communication.held = command.held
        communication.held_since = org.now() if command.held else None
        tell_state(org, conversation, participant, communication)
    return participant


def interval_due(org: Org, command: IntervalDue) -> None:
    """An interface's own interval is over: tell its driver."""
    org.say(command.interface, "interval", key=command.key)


def _close(org: Org, communication: Communication, kind: str) -> None:
    communication.state = CommunicationState.DISCONNECTED
    communication.disconnected = org.now()
    communication.disconnect_type, communication.held, communication.held_since = kind, False, None
    communication.resumes = None


def _gone(org: Org, conversation: Conversation, participant: Participant) -> None:
    org.perform(ParticipantLeft(conversation.id, participant.id))
    if participant.purpose == "workflow" and conversation.flow.get("run") is not None:
        org.perform(FlowLeft(conversation.id, participant.id))
    released(org, conversation, participant)
    if participant.user is not None:
        begin(org, conversation, participant)


def _is_over(live: list[Participant]) -> bool:
    """Nobody inside is left; or a call, which two can go on with wherever they are, has one party."""
    if any(one.is_live and one.media == "call" for p in live for one in p.communications):
        return len(live) < 2
    return all(p.purpose in FAR for p in live)


def _leave_medium(
    org: Org, conversation: Conversation, participant: Participant, communication: Communication, kind: str
) -> None:
    """One medium of a party ends and the party stays in another. Who is then alone in that medium leaves it too."""
    _close(org, communication, kind)
    tell_state(org, conversation, participant, communication)
    media = communication.media
    there = [(p, c) for p in conversation.participants for c in p.communications if c.media == media and c.is_live]
    if len(there) > 1:
        return
    for other, left in there:
        if any(one.is_live for one in other.communications if one is not left):
            _close(org, left, "peer")
            tell_state(org, conversation, other, left)
        else:
            end(org, conversation, other, "peer")
    settle(org, conversation)


def _dismiss_listeners(org: Org, conversation: Conversation) -> None:
    """Whoever monitors or coaches a party that left leaves too."""
    for listener in [p for p in conversation.participants if p.is_live and not p.is_party]:
        heard = conversation.participant(listener.monitored or listener.coached)
        if heard is None or not heard.is_live:
            end(org, conversation, listener, "peer")


def _goes_on_without(conversation: Conversation, participant: Participant) -> bool:
    """A conference loses one party; any other conversation ends with the one outside."""
    if participant.of("call") is None:
        return False
    return sum(p.is_live and p.is_party for p in conversation.participants) > 2


def _end_all(org: Org, conversation: Conversation, kind: str, customer_kind: str | None = None) -> None:
    # Whoever waits goes first: an agent who comes free would otherwise be given this very conversation.
    leaving = [p for p in conversation.participants if p.is_live and p.purpose not in FAR]
    for participant in sorted(leaving, key=lambda p: p.user is not None):
        if participant.is_live:
            end(org, conversation, participant, kind)
    last = customer_kind or ("system" if kind in BY_THE_SYSTEM else "peer")
    for participant in [p for p in conversation.participants if p.is_live]:
        end(org, conversation, participant, last)
    settle(org, conversation, last)


HANDLERS: dict[type, Handler] = {
    Disconnect: disconnect,
    SetAttributes: set_participant_attributes,
    Hold: hold,
    IntervalDue: interval_due,
}
