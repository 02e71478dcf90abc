"""From an effect to what must go out: the webhook's body, or a customer of Genesys' own who is shown it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from understudy.conversations.model import Conversation, Message, Sender
from understudy.open_messaging.forward import CustomerSaw
from understudy.open_messaging.integration import RESOURCE, is_forward
from understudy.open_messaging.profile import refused_media
from understudy.open_messaging.webhook import Outbound, Party
from understudy.world.changes import Effect
from understudy.world.entities import Entity
from understudy.world.org import Org


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an effect is about. ``kind`` is deliver, receipt or forward; ``address`` the customer's."""

    kind: str
    integration: str
    address: str
    message: str
    conversation: str | None

    @classmethod
    def of(cls, effect: Effect) -> Subject:
        """From an effect of this interface."""
        data = effect.data
        address = effect.customer or str(data.get("address", ""))
        return cls(
            kind=effect.kind,
            integration=str(data["integration"]),
            address=address,
            message=str(data["message"]),
            conversation=effect.conversation,
        )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A body for the webhook."""

    body: Outbound


@dataclass(frozen=True, slots=True)
class Shown:
    """Not for the webhook: a customer of Genesys' own sees it."""

    command: CustomerSaw


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing goes out, for a reason; ``failed`` says whether the message failed by that."""

    reason: str
    failed: bool


def outgoing(org: Org, effect: Effect) -> Outgoing | Shown | Withheld:
    """What an effect ``deliver``, ``receipt`` or ``forward`` means now."""
    integration = org.entities.get(RESOURCE, str(effect.data["integration"]))
    if integration is None:
        return Withheld("the integration is gone", failed=True)
    if effect.kind == "receipt":
        return Outgoing(_receipt(effect, integration))
    if effect.kind == "forward":
        return Outgoing(_forwarded(effect, integration))
    return _delivery(org, effect, integration)


def _delivery(org: Org, effect: Effect, integration: Entity) -> Outgoing | Shown | Withheld:
    conversation = org.conversations.get(effect.conversation or "")
    message = conversation.messages.get(str(effect.data["message"])) if conversation else None
    if conversation is None or message is None:
        return Withheld("the message is gone", failed=True)
    if is_forward(integration):
        if message.type == "Event":
            return Withheld("typing is not shown to a customer of Genesys' own", failed=False)
        return Shown(_shown(conversation, message))
    if reason := refused_media(org, integration, message):
        return Withheld(reason, failed=True)
    return Outgoing(_message(conversation, message, integration))


def _party(integration: Entity) -> Party:
    return Party(id=integration.id, id_type="Opaque", nickname=integration.name)


def _message(conversation: Conversation, message: Message, integration: Entity) -> Outbound:
    leg = conversation.leg
    return Outbound(
        id=message.id,
        integration=integration.id,
        sender=_party(integration),
        to=Party(id=leg.address, id_type=leg.address_type, nickname=leg.nickname),
        time=message.at,
        type=message.type,
        text=message.text,
        content=message.content,
        events=message.events,
        originating="Human" if message.sender is Sender.AGENT else "Bot",
        metadata=message.metadata,
    )


def _receipt(effect: Effect, integration: Entity) -> Outbound:
    data: dict[str, Any] = effect.data
    status = str(data["status"])
    return Outbound(
        id=str(data["message"]),
        integration=integration.id,
        sender=_party(integration),
        to=Party(id=str(data["address"])),
        time=effect.at,
        type="Receipt",
        message_id=str(data.get("provider") or ""),
        status=status,
        reasons=tuple(data.get("reasons") or ()),
        is_final=status in ("Delivered", "Failed"),  # assumed: Published may still be followed by one of these
    )


def _forwarded(effect: Effect, integration: Entity) -> Outbound:
    data = effect.data
    return Outbound(
        id=str(data["message"]),
        integration=integration.id,
        sender=Party(id=effect.customer or "", nickname=str(data.get("nickname", ""))),
        to=_party(integration),
        time=effect.at,
        text=str(data["text"]),
        originating="Human",
        direction="Inbound",
        metadata=dict(data.get("metadata") or {}),
    )


def _shown(conversation: Conversation, message: Message) -> CustomerSaw:
    by_person = message.sender is Sender.AGENT and message.user is not None
    sender = "system" if message.sender is Sender.FLOW else "agent" if by_person else "bot"
    return CustomerSaw(
        conversation.leg.address,
        message.text,
        message.type,
        message.content,
        sender,
        message=message.id,
        conversation=conversation.id,
    )
