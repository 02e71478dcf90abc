"""Into a queue and from hand to hand: transfer to ACD, and an agent's blind transfer (facts: messaging §4.1, §5)."""

from __future__ import annotations

from understudy.conversations.commands import EnterQueue, Transfer
from understudy.conversations.lifecycle import end
from understudy.conversations.model import CommunicationState, Conversation, Participant
from understudy.conversations.parties import add, find, find_participant
from understudy.errors import Refused
from understudy.routing.assignment import alert, assign
from understudy.routing.waiting import enter, waiting
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org


def enter_queue(org: Org, command: EnterQueue) -> Participant:
    """Add the acd participant; everyone but the customer leaves with ``transfer``, and an agent is looked for.

    Only a reply that was threaded into an ended conversation prefers its last agent: whoever transfers away does not
    get it back first.
    """
    conversation = _live(org, command.conversation)
    queue = _queue(org, command.queue)
    most = int(org.limits.value("routing", "priority.max"))
    if not -most <= command.priority <= most:
        raise Refused(400, "invalid.priority", f"Priority {command.priority} is not between {-most} and {most}.")
    preferred = None if _has_agent(conversation) else conversation.last_agent
    waiting(org).pop(conversation.id, None)  # before anyone leaves: an agent who comes free would be given it again
    leaving = _leaving(conversation)
    acd = add(org, conversation, "acd", queue.name, queue=queue.id)
    acd.priority = command.priority
    for participant in leaving:
        end(org, conversation, participant, "transfer")
    enter(org, conversation.id, queue.id, command.priority, preferred)
    assign(org, [queue.id])
    return acd


def transfer(org: Org, command: Transfer) -> Conversation:
    """Blind transfer: whoever has the conversation leaves at once, the queue or user gets it."""
    conversation = _live(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    connected = participant.communication.state is CommunicationState.CONNECTED
    if participant.purpose not in ("agent", "acd") or not connected:
        raise Refused(
            400,
            "postino.error.transfer.not.connected",
            f"Participant {participant.id} is no connected agent and does not wait in a queue.",
            params={"participantId": participant.id},
        )
    if command.user is not None:
        _to_user(org, conversation, participant, command.user)
    elif command.queue is not None:
        org.perform(EnterQueue(conversation.id, command.queue, from_participant=participant.id))
    else:
        raise Refused(400, "conversation.error.queue.required", "A transfer names a queue or a user.")
    return conversation


def _to_user(org: Org, conversation: Conversation, participant: Participant, user: str) -> None:
    if org.entities.get("users", user) is None:
        raise Refused(404, "not.found", f"There is no user {user}.", params={"userId": user})
    if participant.user == user:
        raise Refused(400, "conversation.error.cannot.transfer.to.self", "The agent has this conversation already.")
    waiting(org).pop(conversation.id, None)
    leaving = _leaving(conversation)
    alert(org, conversation, user, participant.queue)
    for leaver in leaving:
        end(org, conversation, leaver, "transfer")


def _live(org: Org, id_: str) -> Conversation:
    conversation = find(org, id_)
    if conversation.ended is not None:
        raise Refused(
            400,
            "conversation.error.participant.no.active.conversations",
            f"Conversation {conversation.id} has ended.",
            params={"conversationId": conversation.id},
        )
    return conversation


def _queue(org: Org, id_: str) -> Entity:
    queue = org.entities.get("routing.queues", id_)
    if queue is None:
        raise Refused(400, "queue.not.found", f"There is no queue {id_}.", params={"queueId": id_})
    return queue


def _leaving(conversation: Conversation) -> list[Participant]:
    return [p for p in conversation.participants if p.is_live and p.purpose != "customer"]


def _has_agent(conversation: Conversation) -> bool:
    rounds = [i for i, p in enumerate(conversation.participants) if p.purpose == "customer"]
    return any(p.purpose == "agent" for p in conversation.participants[rounds[-1] :])


HANDLERS: dict[type, Handler] = {EnterQueue: enter_queue, Transfer: transfer}
