"""Topology ``forward`` (assumed, from the words of one vendor guide): the customer is Genesys' own.

The customer's text goes to the webhook with direction ``Inbound``. The vendor's reply comes back by the operation that
the integration's hidden ``reply_operation`` names: ``agentless``, ``inbound`` or ``communication``. An inbound post
that carries customAttributes, or comes where another operation is named, is a handoff: it starts a conversation as in
topology ``channel``, and from then on the customer talks to that conversation until it ends. All of this is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg
from understudy.open_messaging.integration import INTERFACE, usable
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org

INBOX: Final = "forward.inbox"  # org.live[INBOX]: dict[customer, list[message]]
HANDOFFS: Final = "forward.handoffs"  # org.live[HANDOFFS]: dict[(integration, customer), conversation id]
INBOX_MAX: Final = 1000  # messages kept for one customer; the emulator's own bound
CUSTOMERS_MAX: Final = 100_000
REPLY_OPERATIONS: Final = ("agentless", "inbound", "communication")


@dataclass(frozen=True, slots=True)
class CustomerSays:
    """A customer of Genesys' own says a text. Returns the message's id."""

    integration: str
    customer: str
    text: str
    nickname: str = ""


@dataclass(frozen=True, slots=True)
class CustomerSaw:
    """A customer of Genesys' own is shown a message. ``sender`` is bot, agent or system; ``operation`` is how it came.
    Returns the message as it stands in the inbox."""

    customer: str
    text: str
    type: str = "Text"
    content: tuple[dict[str, Any], ...] = ()
    sender: str = "bot"
    operation: str = ""
    message: str = ""
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class ForwardOutcome:
    """The driver reports what became of a forwarded text: sent or failed. Returns nothing."""

    customer: str
    message: str
    status: str
    attempts: int
    detail: str = ""
    conversation: str | None = None


def reply_operation(integration: Entity) -> str:
    """The operation by which this integration's vendor replies; ``agentless`` unless another is named."""
    named = str(integration.hidden.get("reply_operation", ""))
    return named if named in REPLY_OPERATIONS else "agentless"


def remember_handoff(org: Org, integration: str, customer: str, conversation: str) -> None:
    """From now on this customer talks to ``conversation``, until it ends."""
    handoffs: dict[tuple[str, str], str] = org.live.setdefault(HANDOFFS, {})
    handoffs.pop((integration, customer), None)
    handoffs[integration, customer] = conversation
    _bound(handoffs)


def _handed_off(org: Org, integration: str, customer: str) -> Conversation | None:
    id_ = org.live.get(HANDOFFS, {}).get((integration, customer))
    found = org.conversations.get(id_) if id_ else None
    return found if found is not None and found.ended is None else None


def _says(org: Org, command: CustomerSays) -> str:
    integration = usable(org, command.integration)
    leg = Leg(INTERFACE, integration.id, command.customer, nickname=command.nickname)
    if _handed_off(org, integration.id, command.customer) is not None:
        return str(org.perform(CustomerMessage(leg, text=command.text))[1].id)
    message, conversation, metadata = org.ids.uuid("message"), None, {}
    if reply_operation(integration) == "communication":
        joined, said = org.perform(CustomerMessage(leg, text=command.text))
        message, conversation = said.id, joined.id
        metadata = {"conversationId": joined.id} | _communication(joined)
    org.changed(
        "customer.said", conversation=conversation, customer=command.customer, message=message, text=command.text
    )
    org.say(
        INTERFACE,
        "forward",
        conversation=conversation,
        customer=command.customer,
        integration=integration.id,
        message=message,
        text=command.text,
        nickname=command.nickname,
        metadata=metadata,
    )
    return message


def _communication(conversation: Conversation) -> dict[str, str]:
    """On which communication a reply may be sent: the newest live one that isn't the customer's."""
    live = [p.communication.id for p in conversation.participants if p.is_live and p.purpose != "customer"]
    return {"communicationId": live[-1]} if live else {}


def _saw(org: Org, command: CustomerSaw) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": command.message or org.ids.uuid("message"),
        "type": command.type,
        "text": command.text,
        "content": list(command.content),
        "from": command.sender,
        "operation": command.operation,
        "time": iso(org.now()),
    }
    inboxes: dict[str, list[dict[str, Any]]] = org.live.setdefault(INBOX, {})
    inbox = inboxes.setdefault(command.customer, [])
    inbox.append(message)
    del inbox[:-INBOX_MAX]
    _bound(inboxes)
    org.changed("customer.saw", conversation=command.conversation, customer=command.customer, **message)
    return message


def _outcome(org: Org, command: ForwardOutcome) -> None:
    org.changed(
        "message.status",
        conversation=command.conversation,
        customer=command.customer,
        message=command.message,
        status=command.status,
        attempts=command.attempts,
        detail=command.detail,
    )


def _bound(table: dict[Any, Any]) -> None:
    if len(table) > CUSTOMERS_MAX:
        del table[next(iter(table))]


HANDLERS: Final[Mapping[type, Handler]] = {CustomerSays: _says, CustomerSaw: _saw, ForwardOutcome: _outcome}
