"""Into a queue and from hand to hand: transfer to ACD, and an agent's blind transfer (facts: messaging §4.1, §5)."""

from __future__ import annotations

from understudy.conversations.commands import EnterQueue, Transfer
from understudy.conversations.lifecycle import end
from understudy.conversations.model import FAR, CommunicationState, Conversation, Participant
from understudy.conversations.parties import add, find_live, find_participant, leg_media
from understudy.conversations.queueing import check_priority, queue_named
from understudy.conversations.retention import check_length
from understudy.errors import Refused
from understudy.routing.assignment import alert, assign
from understudy.routing.waiting import enter, leave
from understudy.world.org import Handler, Org


def enter_queue(org: Org, command: EnterQueue) -> Participant:
    """Add the acd participant; everyone inside leaves with ``transfer``, and an agent is looked for.

    Only a reply that was threaded into an ended conversation prefers its last agent: whoever transfers away does not
    get it back first.
    """
    conversation = find_live(org, command.conversation)
    queue = queue_named(org, command.queue)
    check_priority(org, command.priority)
    media = command.media or leg_media(conversation.leg)
    preferred = command.preferred or (None if _has_agent(conversation) else conversation.last_agent)
    leaving: list[Participant] = []
    if not command.keeps:
        leave(org, conversation.id)  # before anyone leaves: an agent who comes free would be given it again
        leaving = inside(conversation)
    acd = add(org, conversation, "acd", queue.name, queue=queue.id, media=media)
    acd.priority, acd.skills, acd.language = command.priority, command.skills, command.language
    acd.consult, acd.consult_by = command.consult, command.consult_by
    for participant in leaving:
        end(org, conversation, participant, "transfer")
    enter(
        org,
        conversation.id,
        acd.id,
        queue.id,
        priority=command.priority,
        preferred=preferred,
        media=media,
        skills=command.skills,
        language=command.language,
    )
    assign(org, [queue.id])
    return acd


def transfer(org: Org, command: Transfer) -> Conversation:
    """Blind transfer: whoever has the conversation leaves at once, the queue, user or number gets it."""
    conversation = find_live(org, command.conversation)
    check_length(conversation)
    participant = find_participant(conversation, command.participant)
    connected = any(one.state is CommunicationState.CONNECTED for one in participant.communications)
    if participant.purpose not in ("agent", "user", "acd") or not connected or not participant.is_party:
        raise Refused(
            400,
            "postino.error.transfer.not.connected",
            f"Participant {participant.id} is no connected agent and does not wait in a queue.",
            params={"participantId": participant.id},
        )
    if command.user is not None:
        _to_user(org, conversation, participant, command.user)
    elif command.queue is not None:
        media = participant.communication.media
        org.perform(EnterQueue(conversation.id, command.queue, from_participant=participant.id, media=media))
    elif command.address is not None:
        _to_address(org, conversation, participant, command.address)
    else:
        raise Refused(400, "conversation.error.queue.required", "A transfer names a queue or a user.")
    return conversation


def check_user(org: Org, user: str) -> None:
    """Refused 404 when there is no such user."""
    if org.entities.get("users", user) is None:
        raise Refused(404, "not.found", f"There is no user {user}.", params={"userId": user})


def inside(conversation: Conversation) -> list[Participant]:
    """The live participants that are ours: not the customer, not who was called outside."""
    return [p for p in conversation.participants if p.is_live and p.purpose not in FAR]


def _to_user(org: Org, conversation: Conversation, participant: Participant, user: str) -> None:
    check_user(org, user)
    if participant.user == user:
        raise Refused(400, "conversation.error.cannot.transfer.to.self", "The agent has this conversation already.")
    leave(org, conversation.id)
    leaving = inside(conversation)
    media, purpose = participant.communication.media, "agent" if participant.queue else participant.purpose
    alert(org, conversation, user, participant.queue, media, purpose=purpose)
    for leaver in leaving:
        end(org, conversation, leaver, "transfer")


def _to_address(org: Org, conversation: Conversation, participant: Participant, address: str) -> None:
    if participant.of("call") is None:
        raise Refused(400, "postino.error.bad.address", "Only a call can be transferred to an address.")
    leave(org, conversation.id)
    leaving = inside(conversation)
    add(
        org,
        conversation,
        "external",
        address,
        state=CommunicationState.DIALING,
        direction="outbound",
        media="call",
        address=address,
    )
    for leaver in leaving:
        end(org, conversation, leaver, "transfer")


def _has_agent(conversation: Conversation) -> bool:
    rounds = [i for i, p in enumerate(conversation.participants) if p.purpose == "customer"]
    return any(p.purpose == "agent" for p in conversation.participants[rounds[-1] if rounds else 0 :])


HANDLERS: dict[type, Handler] = {EnterQueue: enter_queue, Transfer: transfer}
