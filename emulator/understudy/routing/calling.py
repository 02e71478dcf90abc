"""Calls that users make, who else is called into them, and supervisors who join (facts: messaging §5).

Whoever makes a call on behalf of a queue is an ``agent`` and calls a ``customer``; without a queue a ``user`` calls
somebody ``external``. The caller is the first participant (assumed: no source states the order of outbound calls).
"""

from __future__ import annotations

from typing import Final

from understudy.conversations.calls import answered
from understudy.conversations.commands import AgentBusy, EnterQueue
from understudy.conversations.lifecycle import check_attributes
from understudy.conversations.media_commands import AddToCall, CallBack, Destination, Join, StartCall
from understudy.conversations.messaging import new_conversation
from understudy.conversations.model import CommunicationState, Conversation, Leg, Participant
from understudy.conversations.parties import add, add_communication, find_live, find_participant, set_attributes
from understudy.conversations.queueing import check_priority, queue_named
from understudy.conversations.retention import check_length
from understudy.conversations.wrapup import prepare
from understudy.errors import Refused
from understudy.routing.assignment import alert
from understudy.routing.transfer import check_user
from understudy.world.org import Handler, Org

ROLES: Final = ("barge", "monitor", "coach")
CONNECTED: Final = CommunicationState.CONNECTED


def start_call(org: Org, command: StartCall) -> Conversation:
    """A new conversation with its caller and everyone who is called."""
    _check(org, command)
    first = command.to[0]
    leg = Leg("call", command.caller_id, first.address or first.user or first.queue, "Phone", first.name)
    conversation = new_conversation(org, leg)
    conversation.label = command.label
    caller = _caller(org, conversation, command)
    for destination in command.to:
        called = call_in(
            org,
            conversation,
            destination,
            priority=command.priority,
            skills=command.skills,
            language=command.language,
            outside="customer" if command.queue else "external",
        )
        communication = called.of("call")
        if communication is not None and communication.call is not None:
            communication.call.uui = command.uui
    if command.attributes:
        far = conversation.customer
        set_attributes(org, conversation, far if far is not caller else caller, dict(command.attributes))
    return conversation


def add_to_call(org: Org, command: AddToCall) -> Participant:
    """A conference: somebody else is called into a live call."""
    conversation = live_call(org, command.conversation)
    check_destination(org, command.to)
    check_room(org, conversation, 1)
    return call_in(
        org, conversation, command.to, priority=command.priority, skills=command.skills, language=command.language
    )


def call_back(org: Org, command: CallBack) -> Conversation:
    """The agent who has a callback calls its number: he and the customer each take up a call."""
    conversation = find_live(org, command.conversation)
    agent = next((p for p in conversation.participants if _holds_callback(p, command.user)), None)
    calling = any(p.is_live and (call := p.of("call")) and call.is_live for p in conversation.participants)
    if agent is None or calling or not command.number:
        raise Refused(
            400,
            "conversation.error.callback.call.cannot.be.placed",
            "A callback is called by the agent who is connected to it, once at a time, at a number.",
        )
    add_communication(org, conversation, agent, "call", state=CommunicationState.CONTACTING, direction="outbound")
    far = add_communication(
        org, conversation, conversation.customer, "call", state=CommunicationState.DIALING, direction="outbound"
    )
    if far.call is not None:
        far.call.own = command.number
    return conversation


def join(org: Org, command: Join) -> Participant:
    """A supervisor joins the party he barges in on, monitors or coaches; who only listens is no party to the call."""
    conversation = find_live(org, command.conversation)
    check_room(org, conversation, 1)
    heard = find_participant(conversation, command.participant)
    if command.role not in ROLES:
        raise Refused(400, "invalid.value", f"{command.role!r} is none of {', '.join(ROLES)}.")
    check_user(org, command.user)
    if any(p.user == command.user and p.is_live for p in conversation.participants):
        raise Refused(400, "conversation.error.monitor.own.conversation", "The user is in this conversation himself.")
    communication = next((one for one in heard.communications if one.state is CONNECTED), None)
    if communication is None or heard.user is None:
        raise Refused(400, "bad.request", f"Participant {heard.id} is no connected agent.")
    entity = org.entities.get("users", command.user)
    name = entity.name if entity else command.user
    participant = add(org, conversation, "user", name, user=command.user, media=communication.media)
    match command.role:
        case "barge":
            participant.barged = heard.id
        case "monitor":
            participant.monitored = heard.id
        case _:
            participant.coached = heard.id
    if command.role == "monitor" and participant.communication.call is not None:
        participant.communication.call.muted = True
    return participant


def call_in(
    org: Org,
    conversation: Conversation,
    destination: Destination,
    *,
    priority: int = 0,
    skills: tuple[str, ...] = (),
    language: str = "",
    outside: str = "external",
    consult: str = "",
    consult_by: str = "",
) -> Participant:
    """Dial a number, ring a user, or wait in a queue, beside those who are there already."""
    if destination.queue:
        command = EnterQueue(
            conversation.id, destination.queue, priority, media="call", skills=skills, language=language,
            keeps=True, consult=consult, consult_by=consult_by,
        )  # fmt: skip
        acd: Participant = org.perform(command)
        answered(org, conversation)
        return acd
    if destination.user:
        called = alert(org, conversation, destination.user, None, "call", purpose="user")
    else:
        called = add(
            org,
            conversation,
            outside,
            destination.name or destination.address,
            state=CommunicationState.DIALING,
            direction="outbound",
            media="call",
            address=destination.address,
        )
    called.consult, called.consult_by = consult, consult_by
    return called


def live_call(org: Org, id_: str) -> Conversation:
    """A conversation with a call under way; Refused 400 when it has none."""
    conversation = find_live(org, id_)
    if not any((call := p.of("call")) and call.is_live for p in conversation.participants):
        raise Refused(400, "conversation.error.call.disconnected", f"Conversation {id_} has no call under way.")
    return conversation


def check_destination(org: Org, destination: Destination) -> None:
    """Refused 400 or 404 unless exactly one thing is named and exists."""
    named = [one for one in (destination.address, destination.user, destination.queue) if one]
    if len(named) != 1:
        raise Refused(400, "bad.request", "Name exactly one of a number, a user and a queue to call.")
    if destination.user:
        check_user(org, destination.user)
    if destination.queue:
        queue_named(org, destination.queue)


def check_room(org: Org, conversation: Conversation, more: int) -> None:
    """Refused 400 where a conference would have too many parties, or has had too many."""
    check_length(conversation)
    most = int(org.limits.value("calls", "conference.parties.max"))
    if sum(p.is_live for p in conversation.participants) + more > most:
        raise Refused(400, "conversation.error.cannot.create.conference", f"A call has at most {most} parties.")


def _check(org: Org, command: StartCall) -> None:
    check_user(org, command.user)
    check_priority(org, command.priority)
    check_attributes(command.attributes)
    if command.queue:
        queue_named(org, command.queue)
    most = int(org.limits.value("calls", "conference.parties.max"))
    if not 1 <= len(command.to) < most:
        raise Refused(400, "conversation.error.cannot.create.conference", f"Call 1 to {most - 1} parties.")
    for destination in command.to:
        check_destination(org, destination)
        if destination.user == command.user:
            raise Refused(400, "conversation.error.cannot.conference.self", "A user can't call himself.")


def _caller(org: Org, conversation: Conversation, command: StartCall) -> Participant:
    entity = org.entities.get("users", command.user)
    caller = add(
        org,
        conversation,
        "agent" if command.queue else "user",
        entity.name if entity else command.user,
        state=CommunicationState.CONTACTING,
        direction="outbound",
        user=command.user,
        queue=command.queue or None,
        media="call",
        address=command.caller_id,
    )
    prepare(org, caller)
    if command.queue:
        org.perform(AgentBusy(command.user, caller.id, "call"))
    return caller


def _holds_callback(participant: Participant, user: str | None) -> bool:
    callback = participant.of("callback")
    is_his = participant.user is not None and user in (None, participant.user)
    return is_his and callback is not None and callback.state is CONNECTED


HANDLERS: dict[type, Handler] = {
    StartCall: start_call,
    AddToCall: add_to_call,
    CallBack: call_back,
    Join: join,
}
