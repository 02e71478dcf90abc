"""E-mail conversations: begun by a provider or an agent, e-mails in and out (models Email, EmailMessage).

E-mails are kept in the conversation and told as changes; no mail server takes part.
"""

from __future__ import annotations

from understudy.conversations.commands import AgentBusy, EnterQueue
from understudy.conversations.lifecycle import check_attributes
from understudy.conversations.media import Email, Mail
from understudy.conversations.media_commands import AddMail, Reconnect, StartEmail
from understudy.conversations.messaging import new_conversation
from understudy.conversations.model import CommunicationState, Conversation, Leg
from understudy.conversations.parties import add, find, find_live, set_attributes
from understudy.conversations.queueing import check_priority, queue_named
from understudy.conversations.retention import check_length, keep_mail
from understudy.conversations.wrapup import prepare
from understudy.errors import Refused
from understudy.world.org import Handler, Org


def start(org: Org, command: StartEmail) -> Conversation:
    """Inbound: the customer, then the queue. Outbound: the agent who writes, then the customer (order assumed)."""
    check_attributes(command.attributes)
    queue_named(org, command.routing.queue)
    check_priority(org, command.routing.priority)
    conversation = new_conversation(org, Leg("email", command.mailbox, command.address, "Email", command.name))
    if command.direction == "outbound":
        _agent(org, conversation, command.user, command.routing.queue)
    customer = add(
        org, conversation, "customer", command.name or command.address, direction=command.direction,
        address=command.address,
    )  # fmt: skip
    for participant in conversation.participants:
        participant.communication.email = Email(command.subject)
    if command.attributes:
        set_attributes(org, conversation, customer, dict(command.attributes))
    if command.mail is not None and command.direction == "inbound":
        _keep(org, conversation, command.mail)
    elif command.mail is not None:
        conversation.draft = command.mail
    if command.direction == "inbound":
        routing = command.routing
        org.perform(
            EnterQueue(
                conversation.id, routing.queue, routing.priority, skills=routing.skills, language=routing.language
            )
        )
    return conversation


def add_mail(org: Org, command: AddMail) -> Mail:
    """An e-mail of the customer's, or what a connected agent sends; that sends the draft away."""
    conversation = find_live(org, command.conversation)
    if not conversation.has("email"):
        raise Refused(400, "bad.request", f"Conversation {conversation.id} is no e-mail conversation.")
    if command.mail.direction == "outbound":
        agent = conversation.live("agent")
        email = agent.communication.email if agent else None
        if agent is None or email is None or agent.communication.state is not CommunicationState.CONNECTED:
            raise Refused(
                403, "conversation.error.forbidden.not.active.participant", "No agent is connected to the e-mail."
            )
        email.sent += 1
        conversation.draft = None
    _keep(org, conversation, command.mail)
    return command.mail


def reconnect(org: Org, command: Reconnect) -> Conversation:
    """The customer and the user are connected anew; both stand behind those who have left."""
    conversation = find(org, command.conversation)
    before = conversation.customer
    if conversation.ended is None or before.communication.email is None:
        raise Refused(400, "bad.request", f"Conversation {conversation.id} is no e-mail that has ended.")
    check_length(conversation)
    queue = next((p.queue for p in reversed(conversation.participants) if p.queue), None)
    conversation.ended = conversation.disconnected = None
    customer = add(org, conversation, "customer", before.name, direction="outbound", address=before.address)
    customer.attributes = dict(before.attributes)
    _agent(org, conversation, command.user, queue)
    return conversation


def _agent(org: Org, conversation: Conversation, user: str | None, queue: str | None) -> None:
    entity = org.entities.get("users", user or "")
    if entity is None:
        raise Refused(400, "not.a.user", "An outbound e-mail needs a user who writes it.")
    agent = add(org, conversation, "agent", entity.name, direction="outbound", user=entity.id, queue=queue)
    prepare(org, agent)
    org.perform(AgentBusy(entity.id, agent.id, "email"))


def _keep(org: Org, conversation: Conversation, mail: Mail) -> None:
    keep_mail(conversation, mail)
    for participant in conversation.participants:
        email = participant.communication.email
        if email is not None and participant.is_live:
            email.message = mail.id
    org.changed(
        "email.received" if mail.direction == "inbound" else "email.sent",
        conversation=conversation.id,
        customer=conversation.leg.address,
        mail=mail.id,
        subject=mail.subject,
    )


HANDLERS: dict[type, Handler] = {StartEmail: start, AddMail: add_mail, Reconnect: reconnect}
