"""Assignment: a waiting conversation meets an agent, who is alerted, accepts or lets it ring (facts: messaging §5)."""

from __future__ import annotations

from typing import Any

from understudy.conversations.commands import (
    AgentAccept,
    AgentFree,
    AgentNoAnswer,
    AssignWaiting,
    EnterQueue,
    ParticipantLeft,
    RoutingStatus,
)
from understudy.conversations.lifecycle import end, settle
from understudy.conversations.model import CommunicationState, Conversation, Participant
from understudy.conversations.parties import add, connect, find, find_participant
from understudy.conversations.wrapup import prepare
from understudy.errors import Refused
from understudy.routing.agents import STATUSES, load, next_agent, queues_of, set_status, status_body, statuses
from understudy.routing.waiting import unassigned, waiting
from understudy.world.org import Handler, Org


def assign(org: Org, queues: list[str] | None = None) -> None:
    """Give waiting conversations, in their order, to the agents who can take them."""
    for place in unassigned(org, queues):
        conversation = org.conversations.get(place.conversation)
        if conversation is None or place.alerting is not None or waiting(org).get(place.conversation) is not place:
            continue
        agent = next_agent(org, place.queue, place.preferred)
        if agent is not None:
            place.alerting = alert(org, conversation, agent, place.queue).id
            if _message_settings(org, place.queue).get("enableAutoAnswer"):
                org.perform(AgentAccept(conversation.id, place.alerting))


def alert(org: Org, conversation: Conversation, user: str, queue: str | None) -> Participant:
    """Ring an agent: he is busy with it from now on, and has the queue's alerting timeout to accept."""
    entity = org.entities.get("users", user)
    name = entity.name if entity else user
    participant = add(org, conversation, "agent", name, state=CommunicationState.ALERTING, user=user, queue=queue)
    prepare(org, participant)
    participant.alerting_timeout = _alerting_timeout(org, queue)
    load(org, user)[participant.id] = False
    due = org.now() + participant.alerting_timeout
    org.schedule.at(due, f"alert:{participant.id}", AgentNoAnswer(conversation.id, participant.id))
    return participant


def accept(org: Org, command: AgentAccept) -> Participant:
    """An alerting agent answers: the acd participant is done."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    if participant.communication.state is not CommunicationState.ALERTING or participant.user is None:
        raise Refused(400, "postino.error.answer.not.alerting", f"Participant {participant.id} is not alerting.")
    org.schedule.cancel(f"alert:{participant.id}")
    waiting(org).pop(conversation.id, None)
    connect(org, conversation, participant)
    acd = conversation.live("acd")
    if acd is not None:
        end(org, conversation, acd, "transfer")
    conversation.last_agent = participant.user
    load(org, participant.user)[participant.id] = True
    if statuses(org).get(participant.user) == "IDLE":
        set_status(org, participant.user, "INTERACTING")
    return participant


def no_answer(org: Org, command: AgentNoAnswer) -> Conversation | None:
    """The alert ran out or was declined: the agent is NOT_RESPONDING, the conversation waits on for another.

    Silent where the participant rings no more. An alert of a direct transfer goes back to the queue it came from.
    """
    conversation = org.conversations.get(command.conversation)
    participant = conversation.participant(command.participant) if conversation else None
    if conversation is None or participant is None or participant.user is None:
        return None
    if participant.communication.state is not CommunicationState.ALERTING:
        return conversation
    set_status(org, participant.user, "NOT_RESPONDING")
    place = waiting(org).get(conversation.id)
    if place is not None:
        place.preferred = None
    end(org, conversation, participant, "transfer.noanswer")
    if place is not None:
        assign(org, [place.queue])
    else:
        _give_back(org, conversation, participant)
    return conversation


def left(org: Org, command: ParticipantLeft) -> None:
    """A participant was disconnected: no alert, no place in the queue."""
    org.schedule.cancel(f"alert:{command.participant}")
    conversation = org.conversations[command.conversation]
    place = waiting(org).get(conversation.id)
    if place is None:
        return
    if place.alerting == command.participant:
        place.alerting = None
    if conversation.live("acd") is None:
        del waiting(org)[conversation.id]


def free(org: Org, command: AgentFree) -> None:
    """An agent is done with a conversation: without another he is IDLE, and the oldest waiting one is his."""
    busy = load(org, command.user)
    if command.participant not in busy:
        return
    del busy[command.participant]
    if not any(busy.values()) and statuses(org).get(command.user) == "INTERACTING":
        set_status(org, command.user, "IDLE")
    assign(org, queues_of(org, command.user))


def routing_status(org: Org, command: RoutingStatus) -> dict[str, Any]:
    """An agent goes on or off queue. IDLE while he still has conversations means INTERACTING."""
    if org.entities.get("users", command.user) is None:
        raise Refused(404, "not.found", f"There is no user {command.user}.", params={"userId": command.user})
    if command.status not in STATUSES:
        raise Refused(400, "invalid.value", f"{command.status!r} is not a routing status.")
    busy = command.status == "IDLE" and any(load(org, command.user).values())
    set_status(org, command.user, "INTERACTING" if busy else command.status)
    assign(org, queues_of(org, command.user))
    return status_body(org, command.user)


def assign_waiting(org: Org, command: AssignWaiting) -> None:
    """Queue membership changed."""
    assign(org, None if command.queue is None else [command.queue])


def _give_back(org: Org, conversation: Conversation, participant: Participant) -> None:
    live = [p for p in conversation.participants if p.is_live and p.purpose != "customer"]
    if not live and participant.queue and org.entities.get("routing.queues", participant.queue):
        org.perform(EnterQueue(conversation.id, participant.queue))
    else:
        settle(org, conversation, "system")


def _message_settings(org: Org, queue: str | None) -> dict[str, Any]:
    entity = org.entities.get("routing.queues", queue) if queue else None
    settings = (entity.body.get("mediaSettings") or {}).get("message") if entity else None
    return settings if isinstance(settings, dict) else {}


def _alerting_timeout(org: Org, queue: str | None) -> float:
    seconds = _message_settings(org, queue).get("alertingTimeoutSeconds")
    return (
        float(seconds) if isinstance(seconds, int) and seconds > 0 else org.limits.value("routing", "alerting.seconds")
    )


HANDLERS: dict[type, Handler] = {
    AgentAccept: accept,
    AgentNoAnswer: no_answer,
    ParticipantLeft: left,
    AgentFree: free,
    RoutingStatus: routing_status,
    AssignWaiting: assign_waiting,
}
