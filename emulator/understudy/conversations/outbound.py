"""An agent writes to a customer first: an outbound message conversation (facts: messaging §1.4)."""

from __future__ import annotations

from understudy.conversations.commands import AgentBusy
from understudy.conversations.media_commands import StartMessage
from understudy.conversations.messaging import outbound_conversation
from understudy.conversations.model import Conversation
from understudy.conversations.parties import add
from understudy.conversations.queueing import queue_named
from understudy.conversations.retention import threads
from understudy.conversations.wrapup import prepare
from understudy.errors import Refused
from understudy.world.org import Handler, Org


def start_message(org: Org, command: StartMessage) -> Conversation:
    """The customer's address and the agent, both connected. A live conversation of that address is taken as it is where
    that is asked for, and refused otherwise: an address has one live conversation."""
    leg = command.leg
    known = org.conversations.get(threads(org).get((leg.integration, leg.address), ""))
    if known is not None and known.ended is None:
        if command.use_existing:
            return known
        raise Refused(409, "general.conflict", f"{leg.address} has the live conversation {known.id}.")
    queue, user = queue_named(org, command.queue), org.entities.get("users", command.user)
    if user is None:
        raise Refused(404, "not.found", f"There is no user {command.user}.", params={"userId": command.user})
    conversation = outbound_conversation(org, leg)
    threads(org)[leg.integration, leg.address] = conversation.id
    agent = add(org, conversation, "agent", user.name, direction="outbound", user=user.id, queue=queue.id)
    prepare(org, agent)
    conversation.last_agent = user.id
    org.perform(AgentBusy(user.id, agent.id, "message"))
    return conversation


HANDLERS: dict[type, Handler] = {StartMessage: start_message}
