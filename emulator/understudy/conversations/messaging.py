"""What is said to a customer: agents, flows, the API and agentless sends (facts: messaging §1.3, §1.4).

Every message becomes one effect ``deliver`` for the interface that owns the conversation's leg.
"""

from __future__ import annotations

from itertools import takewhile

from understudy.conversations.commands import AgentlessMessage, SendMessage
from understudy.conversations.lifecycle import end, settle
from understudy.conversations.model import CommunicationState, Conversation, Leg, Message, Participant, Sender
from understudy.conversations.parties import add, find, find_communication
from understudy.conversations.retention import check_room, keep, threads
from understudy.errors import Refused
from understudy.world.org import Handler, Org

MINUTE = 60.0


def send(org: Org, command: SendMessage) -> Message:
    """Say something on a connected communication; Refused when ended, not connected, empty, too long or too often."""
    conversation = find(org, command.conversation)
    participant = find_communication(conversation, command.communication)
    _check_connected(conversation, participant)
    _check_text(org, conversation.leg, command)
    message = Message(
        org.ids.uuid("message"),
        conversation.id,
        participant.communication.id,
        "outbound",
        command.sender,
        command.type,
        org.now(),
        text=command.text,
        content=command.content,
        events=command.events,
        metadata=dict(command.metadata),
        user=command.user,
    )
    if command.type == "Event":
        _say_event(org, conversation, message)
    else:
        _say(org, conversation, participant, message)
    return message


def agentless(org: Org, command: AgentlessMessage) -> tuple[Conversation, Message]:
    """``POST …/messages/agentless``: in the active conversation where that is asked for, else in a new one.

    A new one ends at once, since nobody is in it: the customer's reply threads into it and runs the flow (assumed).
    """
    leg = command.leg
    draft = SendMessage("", "", Sender.SYSTEM, text=command.text)
    _check_text(org, leg, draft)
    known = org.conversations.get(threads(org).get((leg.integration, leg.address), ""))
    active = known if known is not None and known.ended is None else None
    conversation = active if command.use_existing and active else outbound_conversation(org, leg)
    if active is None:
        threads(org)[leg.integration, leg.address] = conversation.id
    api = add(org, conversation, "api", "Agentless", direction="outbound")
    message = Message(
        org.ids.uuid("message"),
        conversation.id,
        api.communication.id,
        "outbound",
        Sender.SYSTEM,
        "Text",
        org.now(),
        text=command.text,
    )
    _say(org, conversation, api, message)
    end(org, conversation, api, "system")
    settle(org, conversation, "system")
    return conversation, message


def new_conversation(org: Org, leg: Leg) -> Conversation:
    """An empty conversation on a leg; says that it started and which customer it belongs to."""
    check_room(org)
    conversation = Conversation(org.ids.uuid("conversation"), org.now(), leg, division=home_division(org))
    org.conversations[conversation.id] = conversation
    org.changed(
        "conversation.started",
        conversation=conversation.id,
        customer=leg.address,
        integration=leg.integration,
        address=leg.address,
        interface=leg.interface,
    )
    org.note("link", conversation=conversation.id, customer=leg.address, integration=leg.integration)
    return conversation


def add_customer(org: Org, conversation: Conversation, direction: str = "inbound") -> Participant:
    """The customer's participant of a new round, with the attributes of the round before."""
    leg = conversation.leg
    before = next((p for p in reversed(conversation.participants) if p.purpose == "customer"), None)
    full_name = " ".join(str(leg.profile[key]) for key in ("firstName", "lastName") if leg.profile.get(key))
    customer = add(org, conversation, "customer", leg.nickname or full_name or leg.address, direction=direction)
    customer.address = leg.address
    if before is not None:
        customer.attributes = dict(before.attributes)
    return customer


def home_division(org: Org) -> str:
    """The division of new conversations: the org's home division, or none."""
    divisions = org.entities.of("authorization.divisions").values()
    return next((division.id for division in divisions if division.body.get("homeDivision")), "")


def typing_relayed(org: Org, integration: str, direction: str) -> bool:
    """Whether the integration's messaging setting turns typing on for ``inbound`` or ``outbound``.

    Without a setting, its own or the default that was chosen, it is off, as a customer finds it (inferred: connectors
    patch it on; facts: platform-api §7).
    """
    entity = org.entities.get("messaging.integrations.open", integration)
    if entity is None:
        return True
    default = org.live.get("messaging.defaults", {}).get("messaging.settings", "")
    reference = (entity.body.get("messagingSetting") or {}).get("id") or default
    setting = org.entities.get("messaging.settings", reference)
    typing = ((setting.body.get("event") or {}).get("typing") or {}) if setting else {}
    return bool((typing.get("on") or {}).get(direction) == "Enabled")


def _say(org: Org, conversation: Conversation, participant: Participant, message: Message) -> None:
    keep(org, conversation, message)
    participant.communication.messages.append(message.id)
    org.changed(
        "message.sent",
        conversation=conversation.id,
        customer=conversation.leg.address,
        message=message.id,
        text=message.text,
        type=message.type,
        sender=message.sender.value,
    )
    _deliver(org, conversation, message)


def _say_event(org: Org, conversation: Conversation, message: Message) -> None:
    _check_typing_rate(org, conversation, message)
    keep(org, conversation, message)  # for its driver; never listed among the communication's messages
    duration = next((e["typing"].get("duration") for e in message.events if isinstance(e.get("typing"), dict)), None)
    org.changed(
        "typing",
        conversation=conversation.id,
        customer=conversation.leg.address,
        **{"from": message.sender.value, "duration": duration},
    )
    if typing_relayed(org, conversation.leg.integration, "outbound"):
        _deliver(org, conversation, message)
    else:
        org.note("typing.off", conversation=conversation.id, customer=conversation.leg.address, direction="outbound")


def _deliver(org: Org, conversation: Conversation, message: Message) -> None:
    leg = conversation.leg
    org.say(
        leg.interface,
        "deliver",
        conversation=conversation.id,
        customer=leg.address,
        message=message.id,
        integration=leg.integration,
    )


def outbound_conversation(org: Org, leg: Leg) -> Conversation:
    """A new conversation that we begin; the customer is in it."""
    conversation = new_conversation(org, leg)
    add_customer(org, conversation, "outbound")
    return conversation


def _check_connected(conversation: Conversation, participant: Participant) -> None:
    if conversation.ended is not None:
        raise Refused(
            400,
            "conversation.error.participant.no.active.conversations",
            f"Conversation {conversation.id} has ended.",
            params={"conversationId": conversation.id},
        )
    connected = participant.communication.state is CommunicationState.CONNECTED
    if not connected or participant.purpose == "customer":
        raise Refused(
            403,
            "conversation.error.forbidden.not.active.participant",
            f"Communication {participant.communication.id} is not connected or is the customer's.",
            params={"communicationId": participant.communication.id},
        )


def _check_text(org: Org, leg: Leg, command: SendMessage) -> None:
    if not (command.text or command.content or command.events):
        raise Refused(400, "required.field.missing", "A message needs text or content.", params={"field": "textBody"})
    limit = org.limits.limit("open-messaging", "outbound.characters.max")
    if len(command.text) > limit.value:
        most = int(limit.value)
        raise Refused(
            400,
            "constraint.validation",
            f"The text has {len(command.text)} characters, more than {most}.",
            limit={"key": limit.key, "namespace": limit.namespace, "value": most},
        )


def _check_typing_rate(org: Org, conversation: Conversation, message: Message) -> None:
    if message.sender is not Sender.AGENT:
        return
    now = org.now()
    said = takewhile(lambda m: m.at > now - MINUTE, reversed(conversation.messages.values()))
    recent = [m.at for m in said if m.type == "Event" and m.sender is Sender.AGENT]
    limit = org.limits.limit("open-messaging", "agent.typing.per.minute")
    if len(recent) >= limit.value:
        wait = max(1, int(recent[-1] + MINUTE - now))
        raise Refused(
            429,
            "too.many.requests",
            f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds",
            limit={"key": limit.key, "namespace": limit.namespace, "value": int(limit.value)},
            headers={"Retry-After": str(wait)},
        )


HANDLERS: dict[type, Handler] = {SendMessage: send, AgentlessMessage: agentless}
