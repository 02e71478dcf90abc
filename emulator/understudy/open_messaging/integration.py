"""An Open Messaging integration as the world knows it: its entity, what hangs on it, and the commands about it.

Body: ``OpenIntegration`` of the API. Hidden: ``topology`` ("channel" or "forward"), ``mode`` (see ``lane.Mode``),
``receipts`` (whether the webhook is told of the vendor's own messages) and ``reply_operation`` (forward only).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.open_messaging.lane import Mode
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org
from understudy.world.world import World

RESOURCE: Final = "messaging.integrations.open"
RECIPIENTS: Final = "routing.message.recipients"
INTERFACE: Final = "open_messaging"
NAMESPACE: Final = "open-messaging"
HIDDEN: Final[Mapping[str, Any]] = {"topology": "channel", "mode": Mode.IN_ORDER.value, "receipts": True}


@dataclass(frozen=True, slots=True)
class CompleteIntegration:
    """The asynchronous creation of an integration is over. Returns the Entity, or None when it was deleted."""

    integration: str


@dataclass(frozen=True, slots=True)
class TellReceipt:
    """The webhook is told what became of one of the vendor's own messages (facts: messaging §1.3: "receipts also
    arrive on the webhook"). Returns nothing."""

    integration: str
    address: str
    message: str  # the platform's id
    status: str
    conversation: str | None = None
    provider: str = ""  # the vendor's channel.messageId


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Perform ``due`` when the org's clock shows ``at`` (the gap between two attempts). Returns nothing."""

    key: str
    at: float
    due: object


def find(org: Org, integration: str) -> Entity:
    """The integration; ``Refused`` 404 when the org has none of that id."""
    found = org.entities.get(RESOURCE, integration)
    if found is None:
        raise Refused(
            404,
            "not.found",
            f"The open messaging integration {integration} was not found.",
            params={"integrationId": integration},
        )
    return found


def usable(org: Org, integration: str) -> Entity:
    """The integration once its creation is complete. Before that it is answered as if it was not there (assumed)."""
    found = find(org, integration)
    if found.body.get("createStatus") == "Initiated":
        raise Refused(404, "not.found", f"The open messaging integration {integration} is still being created.")
    return found


def is_forward(integration: Entity) -> bool:
    """Genesys owns the customers of this integration (assumed topology)."""
    return integration.hidden.get("topology") == "forward"


def mode(integration: Entity) -> Mode:
    """The order of deliveries; an unknown word means in-order."""
    named = integration.hidden.get("mode", "")
    return next((known for known in Mode if known.value == named), Mode.IN_ORDER)


def adopt(world: World, org: Org, integration: Entity) -> None:
    """Make a stored integration reachable: its id names its org, and its recipient can be bound to a flow."""
    world.integrations[integration.id] = org
    if org.entities.get(RECIPIENTS, integration.id) is None:
        recipient = {
            "id": integration.id,
            "name": integration.name,
            "messengerType": "open",
            "dateCreated": iso(org.now()),
            "selfUri": f"/api/v2/routing/message/recipients/{integration.id}",
        }
        store(org, RECIPIENTS, integration.id, recipient)


def abandon(world: World, org: Org, integration: Entity) -> None:
    """The inverse of ``adopt``, after the integration was deleted."""
    world.integrations.pop(integration.id, None)
    org.schedule.cancel(creation_key(integration.id))
    forget(org, RECIPIENTS, integration.id)


def creation_key(integration: str) -> str:
    """The schedule's key of an unfinished creation."""
    return f"{INTERFACE}/create/{integration}"


def _complete(org: Org, command: CompleteIntegration) -> Entity | None:
    integration = org.entities.get(RESOURCE, command.integration)
    if integration is None:
        return None
    done = {
        "createStatus": "Completed",
        "status": "Active",
        "recipient": {"id": integration.id, "selfUri": f"/api/v2/routing/message/recipients/{integration.id}"},
    }
    return store(org, RESOURCE, integration.id, {**integration.body, **done})


def _tell_receipt(org: Org, command: TellReceipt) -> None:
    org.say(
        INTERFACE,
        "receipt",
        conversation=command.conversation,
        customer=command.address,
        integration=command.integration,
        address=command.address,
        message=command.message,
        status=command.status,
        provider=command.provider,
    )


def _retry_later(org: Org, command: RetryLater) -> None:
    org.schedule.at(command.at, command.key, command.due)


HANDLERS: Final[Mapping[type, Handler]] = {
    CompleteIntegration: _complete,
    TellReceipt: _tell_receipt,
    RetryLater: _retry_later,
}
