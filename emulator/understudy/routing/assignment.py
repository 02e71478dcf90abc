"""Assignment: a waiting conversation meets an agent, who is alerted, accepts or lets it ring (facts: messaging §5)."""

from __future__ import annotations

from typing import Any

from understudy.conversations.calls import answered
from understudy.conversations.commands import (
    AgentAccept,
    AgentBusy,
    AgentFree,
    AgentNoAnswer,
    AssignWaiting,
    EnterQueue,
    ParticipantLeft,
    RoutingStatus,
)
from understudy.conversations.lifecycle import end, settle
from understudy.conversations.model import FAR, CommunicationState, Conversation, Participant
from understudy.conversations.parties import add, connect, find, find_participant, leg_media
from understudy.conversations.wrapup import prepare
from understudy.errors import Refused
from understudy.routing.agents import (
    STATUSES,
    has_room,
    load,
    next_agent,
    occupy,
    queues_of,
    release,
    set_status,
    status_body,
)
from understudy.routing.history import remember
from understudy.routing.waiting import Line, Waiting, lines_of, unassigned, waiting
from understudy.world.org import Handler, Org


def assign(org: Org, queues: list[str] | None = None) -> None:
    """Give waiting conversations, in their order, to the agents who can take them."""
    lines = [line for line in lines_of(org, queues) if has_room(org, *line)]
    full: set[Line] = set()
    for place in unassigned(org, lines):
        line = place.queue, place.media
        conversation = org.conversations.get(place.conversation)
        if line in full or conversation is None or place.alerting or waiting(org).get(place.acd) is not place:
            continue
        if not has_room(org, *line):
            full.add(line)
            if len(full) == len(lines):
                break
            continue
        agent = next_agent(org, place)
        if agent is not None:
            _offer(org, conversation, place, agent)
            if media_settings(org, place.queue, place.media).get("enableAutoAnswer") is True and place.alerting:
                org.perform(AgentAccept(conversation.id, place.alerting))


def alert(
    org: Org,
    conversation: Conversation,
    user: str,
    queue: str | None,
    media: str | None = None,
    *,
    purpose: str = "agent",
    direction: str = "inbound",
) -> Participant:
    """Ring a user: he is busy with it from now on, and has the queue's alerting timeout to accept."""
    media = media or leg_media(conversation.leg)
    entity = org.entities.get("users", user)
    participant = add(
        org,
        conversation,
        purpose,
        entity.name if entity else user,
        state=CommunicationState.ALERTING,
        direction=direction,
        user=user,
        queue=queue,
        media=media,
    )
    prepare(org, participant)
    ring(org, conversation, participant)
    return participant


def ring(org: Org, conversation: Conversation, participant: Participant) -> None:
    """Start the time that an alerting user has to accept."""
    media = participant.communication.media
    participant.alerting_timeout = _alerting_timeout(org, participant.queue, media)
    occupy(org, str(participant.user), participant.id, media, answered=False)
    due = org.now() + participant.alerting_timeout
    org.schedule.at(due, f"alert:{participant.id}", AgentNoAnswer(conversation.id, participant.id))


def accept(org: Org, command: AgentAccept) -> Participant:
    """An alerting agent answers: the acd participant whose place he takes is done."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    if participant.communication.state is not CommunicationState.ALERTING or participant.user is None:
        raise Refused(400, "postino.error.answer.not.alerting", f"Participant {participant.id} is not alerting.")
    org.schedule.cancel(f"alert:{participant.id}")
    place = waiting(org).pop(participant.offered, None)
    if place is not None:
        remember(org, place)
    connect(org, conversation, participant)
    if participant.communication.media == "call":
        answered(org, conversation)
    acd = conversation.participant(participant.offered)
    if acd is not None and acd.is_live:
        end(org, conversation, acd, "transfer")
    conversation.last_agent = participant.user
    occupy(org, participant.user, participant.id, participant.communication.media, answered=True)
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
    place = waiting(org).get(participant.offered)
    if place is not None:
        place.preferred = None
    end(org, conversation, participant, "transfer.noanswer")
    if place is not None:
        assign(org, [place.queue])
    else:
        _give_back(org, conversation, participant)
    return conversation


def left(org: Org, command: ParticipantLeft) -> None:
    """A participant was disconnected: no alert, no timer, no place in the queue, and none that rings for it."""
    for interval in ("alert", "callback", "park"):
        org.schedule.cancel(f"{interval}:{command.participant}")
    conversation = org.conversations[command.conversation]
    waiting(org).pop(command.participant, None)
    participant = conversation.participant(command.participant)
    place = waiting(org).get(participant.offered) if participant is not None else None
    if place is not None and place.alerting == command.participant:
        place.alerting = None


def free(org: Org, command: AgentFree) -> None:
    """An agent is done with a conversation: without another he is IDLE, and the oldest waiting one is his."""
    if release(org, command.user, command.participant):
        assign(org, queues_of(org, command.user))


def busy(org: Org, command: AgentBusy) -> None:
    """An agent began something by himself."""
    occupy(org, command.user, command.participant, command.media, answered=True)


def routing_status(org: Org, command: RoutingStatus) -> dict[str, Any]:
    """An agent goes on or off queue. IDLE while he still has conversations means INTERACTING."""
    if org.entities.get("users", command.user) is None:
        raise Refused(404, "not.found", f"There is no user {command.user}.", params={"userId": command.user})
    if command.status not in STATUSES:
        raise Refused(400, "invalid.value", f"{command.status!r} is not a routing status.")
    has_work = command.status == "IDLE" and any(load(org, command.user).values())
    set_status(org, command.user, "INTERACTING" if has_work else command.status)
    assign(org, queues_of(org, command.user))
    return status_body(org, command.user)


def assign_waiting(org: Org, command: AssignWaiting) -> None:
    """Queue membership changed."""
    assign(org, None if command.queue is None else [command.queue])


def media_settings(org: Org, queue: str | None, media: str) -> dict[str, Any]:
    """A queue's settings for one medium; empty where it has none."""
    entity = org.entities.get("routing.queues", queue) if queue else None
    settings = (entity.body.get("mediaSettings") or {}).get(media) if entity else None
    return settings if isinstance(settings, dict) else {}


def _offer(org: Org, conversation: Conversation, place: Waiting, agent: str) -> None:
    acd = conversation.participant(place.acd)
    direction = acd.communication.direction if acd is not None else "inbound"
    participant = alert(org, conversation, agent, place.queue, place.media, direction=direction)
    participant.offered, place.alerting = place.acd, participant.id
    if acd is not None:
        participant.consult, participant.consult_by = acd.consult, acd.consult_by
        participant.priority, participant.skills, participant.language = acd.priority, acd.skills, acd.language


def _give_back(org: Org, conversation: Conversation, participant: Participant) -> None:
    live = [p for p in conversation.participants if p.is_live and p.purpose not in FAR]
    if not live and participant.queue and org.entities.get("routing.queues", participant.queue):
        org.perform(EnterQueue(conversation.id, participant.queue, media=participant.communication.media))
    else:
        settle(org, conversation, "system")


def _alerting_timeout(org: Org, queue: str | None, media: str) -> float:
    seconds = media_settings(org, queue, media).get("alertingTimeoutSeconds")
    return (
        float(seconds) if isinstance(seconds, int) and seconds > 0 else org.limits.value("routing", "alerting.seconds")
    )


HANDLERS: dict[type, Handler] = {
    AgentAccept: accept,
    AgentNoAnswer: no_answer,
    ParticipantLeft: left,
    AgentFree: free,
    AgentBusy: busy,
    RoutingStatus: routing_status,
    AssignWaiting: assign_waiting,
}
