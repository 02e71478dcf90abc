"""What a customer says, and into which conversation it goes (facts: messaging §1.2, §1.5).

The thread is (integration, from.id). A live conversation is joined; an ended one is opened again within the threading
window, with the same id and a new round of participants; otherwise a new conversation starts.
"""

from __future__ import annotations

from understudy.conversations.commands import CustomerEvent, CustomerMessage, FlowMessage, StartFlow, ThreadExpired
from understudy.conversations.messaging import add_customer, new_conversation, typing_relayed
from understudy.conversations.model import Conversation, Leg, Message, Sender
from understudy.conversations.parties import set_attributes
from understudy.conversations.retention import PARTICIPANTS_KEPT, keep, threads
from understudy.conversations.window import timeline
from understudy.world.org import Handler, Org

REMEMBERED = 50  # messages in which a repeated one is looked for


def customer_message(org: Org, command: CustomerMessage) -> tuple[Conversation, Message]:
    """Store the customer's message where it belongs; a new round of a conversation runs its flow."""
    conversation = _threaded(org, command.leg)
    if conversation is not None and (repeated := _repeated(conversation, command)):
        org.note("message.repeated", conversation=conversation.id, customer=command.leg.address, message=repeated.id)
        return conversation, repeated
    starts = conversation is None or conversation.ended is not None
    if conversation is None:
        conversation = new_conversation(org, command.leg)
        threads(org)[command.leg.integration, command.leg.address] = conversation.id
    conversation.leg = command.leg
    if starts:
        _open(org, conversation)
    if command.attributes:
        set_attributes(org, conversation, conversation.customer, dict(command.attributes))
    message = _receive(org, conversation, command)
    if starts:
        org.perform(StartFlow(conversation.id))
    elif conversation.flow.get("run") is not None:
        org.perform(FlowMessage(conversation.id, message.id))
    return conversation, message


def customer_event(org: Org, command: CustomerEvent) -> Conversation | None:
    """Typing in a live conversation; without one there is nobody to see it."""
    conversation = _threaded(org, command.leg)
    if conversation is None or conversation.ended is not None:
        return None
    if not typing_relayed(org, command.leg.integration, "inbound"):
        org.note("typing.off", conversation=conversation.id, customer=command.leg.address, direction="inbound")
        return conversation
    for event in command.events:
        typing = event.get("typing")
        org.changed(
            "typing",
            conversation=conversation.id,
            customer=command.leg.address,
            **{"from": "customer", "duration": typing.get("duration") if isinstance(typing, dict) else None},
        )
    return conversation


def thread_expired(org: Org, command: ThreadExpired) -> None:
    """The window is over: the next message starts a new conversation."""
    conversation = org.conversations.get(command.conversation)
    if conversation is None or conversation.ended is None:
        return
    key = (conversation.leg.integration, conversation.leg.address)
    if threads(org).get(key) == conversation.id:
        del threads(org)[key]


def _threaded(org: Org, leg: Leg) -> Conversation | None:
    """The conversation that a message on this leg belongs to: live, or ended within the window."""
    conversation = org.conversations.get(threads(org).get((leg.integration, leg.address), ""))
    if conversation is None or conversation.ended is None:
        return conversation
    since = conversation.ended if conversation.disconnected is None else conversation.disconnected
    if org.now() - since >= timeline(org, leg) or len(conversation.participants) > PARTICIPANTS_KEPT:
        return None
    return conversation


def _open(org: Org, conversation: Conversation) -> None:
    org.schedule.cancel(f"thread:{conversation.id}")
    conversation.ended = conversation.disconnected = None
    conversation.flow = {}
    add_customer(org, conversation)


def _repeated(conversation: Conversation, command: CustomerMessage) -> Message | None:
    # The pair of message id and time is unique (facts: messaging §1.2): the same pair is the same message.
    if not command.provider_id or command.at is None:
        return None
    newest = list(reversed(conversation.messages.values()))[:REMEMBERED]
    wanted = (command.provider_id, command.at)
    return next((m for m in newest if (m.provider_id, m.provider_time) == wanted), None)


def _receive(org: Org, conversation: Conversation, command: CustomerMessage) -> Message:
    customer = conversation.customer
    message = Message(
        org.ids.uuid("message"),
        conversation.id,
        customer.communication.id,
        "inbound",
        Sender.CUSTOMER,
        command.type,
        org.now(),
        text=command.text,
        content=command.content,
        events=command.events,
        metadata=dict(command.metadata),
        status="received",
        provider_id=command.provider_id,
        provider_time=command.at,
    )
    keep(org, conversation, message)
    customer.communication.messages.append(message.id)
    org.changed(
        "message.received",
        conversation=conversation.id,
        customer=conversation.leg.address,
        message=message.id,
        text=message.text,
        type=message.type,
        providerId=message.provider_id,
    )
    return message


HANDLERS: dict[type, Handler] = {
    CustomerMessage: customer_message,
    CustomerEvent: customer_event,
    ThreadExpired: thread_expired,
}
