"""What Open Messaging's four inbound endpoints, the deprecated one and the agentless send do (facts: messaging §1.2).

Success status: none is documented; 200 unless the switch ``open_messaging.inbound_status`` says 202.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.commands import AgentlessMessage, CustomerEvent, CustomerMessage, CustomerReceipt
from understudy.conversations.model import Leg, Message
from understudy.errors import Refused
from understudy.open_messaging import forward
from understudy.open_messaging.fields import name_of, object_of, one_of, optional_text, refused, text_of
from understudy.open_messaging.integration import INTERFACE, NAMESPACE, TellReceipt, is_forward, usable
from understudy.open_messaging.messages import (
    SUPPORTED_STATUSES,
    Customer,
    DeprecatedInbound,
    InboundEvent,
    InboundMessage,
    InboundReceipt,
    InboundResponse,
)
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import switch

PROBED: Final = "open_messaging.probed"  # org.live[PROBED]: dict[message id, None], messages that only a probe sent
MESSENGER_TYPES: Final = ("sms", "whatsapp", "open", "webmessaging", "apple")


def message(call: Call) -> Answer:
    """``POST …/inbound/open/message``."""
    integration = usable(call.org, call.path["integrationId"])
    inbound = InboundMessage.parse(call.body)
    body, conversation = _receive(call, integration, inbound)
    if call.query.get("prefetchConversationId", "").lower() == "true" and conversation is not None:
        body["conversationId"] = conversation
    return _answer(call, body)


def event(call: Call) -> Answer:
    """``POST …/inbound/open/event``."""
    integration = usable(call.org, call.path["integrationId"])
    inbound = InboundEvent.parse(call.body)
    call.perform(CustomerEvent(_leg(integration, inbound.customer), inbound.events))
    channel = _channel(integration, inbound.customer, inbound.time)
    body = {"id": call.org.ids.uuid("message"), "channel": channel, "type": "Event", "events": list(inbound.events)}
    return _answer(call, body)


def receipt(call: Call) -> Answer:
    """``POST …/inbound/open/receipt``."""
    integration = usable(call.org, call.path["integrationId"])
    return _answer(call, _take_receipt(call, integration, InboundReceipt.parse(call.body)))


def structured_response(call: Call) -> Answer:
    """``POST …/inbound/open/structured/response``: the text of the button becomes the message's text."""
    integration = usable(call.org, call.path["integrationId"])
    inbound = InboundResponse.parse(call.body)
    button = inbound.button() | {"originatingMessageId": inbound.originating}
    command = CustomerMessage(
        _leg(integration, inbound.customer),
        "Structured",
        inbound.text,
        ({"contentType": "ButtonResponse", "buttonResponse": button},),
        inbound.message_id,
        attributes=inbound.attributes,
        at=inbound.time,
    )
    stored = _say(call.org, integration, command)
    body = {
        "id": stored.id,
        "channel": _channel(integration, inbound.customer, inbound.time, inbound.message_id),
        "type": "Structured",
        "direction": "Inbound",
        "content": [{"contentType": "ButtonResponse", "buttonResponse": inbound.button()}],
    }
    return _answer(call, body)


def deprecated(call: Call) -> Answer:
    """``POST /api/v2/conversations/messages/inbound/open``: still answered, and noted as deprecated (OM-45)."""
    call.org.note("deprecation.warning", operation=call.operation.id, instead="…/{integrationId}/inbound/open/message")
    inbound = DeprecatedInbound.parse(call.body)
    integration = usable(call.org, inbound.integration)
    if isinstance(inbound.inner, InboundReceipt):
        return _answer(call, _take_receipt(call, integration, inbound.inner))
    body, _ = _receive(call, integration, inbound.inner)
    return _answer(call, body | {"direction": "Inbound"})


def agentless(call: Call) -> Answer:
    """``POST …/conversations/messages/agentless``, for ``open`` only: text, no template (facts: messaging §1.4)."""
    data = object_of(call.body, "")
    messenger = one_of(text_of(data, "toAddressMessengerType", ""), MESSENGER_TYPES, "toAddressMessengerType")
    if messenger != "open":
        raise refused(f"toAddressMessengerType {messenger} is not emulated; open is", "invalid.value")
    integration = usable(call.org, name_of(data, "fromAddress", ""))
    address = name_of(data, "toAddress", "")
    text = optional_text(data, "textBody", "")
    if not text:
        raise refused(
            "textBody is required for open; messaging templates and media are not supported", "required.field.missing"
        )
    existing = data.get("useExistingActiveConversation") is True
    body: dict[str, Any] = {"fromAddress": integration.id, "toAddress": address, "messengerType": "open"}
    if is_forward(integration) and forward.reply_operation(integration) == "agentless":
        _check_length(call.org, text)
        shown = call.perform(forward.CustomerSaw(address, text, operation="agentless"))
        body["id"] = shown["id"]
    else:
        leg = Leg(INTERFACE, integration.id, address)
        conversation, said = call.perform(AgentlessMessage(leg, text, existing))
        body |= {"id": said.id, "conversationId": conversation.id}
        body["selfUri"] = f"/api/v2/conversations/messages/{said.id}/details"
    return Answer(body=body | {"useExistingActiveConversation": existing, "timestamp": iso(call.org.now())})


def _receive(call: Call, integration: Entity, inbound: InboundMessage) -> tuple[dict[str, Any], str | None]:
    """Take a customer's message; returns the normalized message and the conversation, None in a forwarded reply."""
    org = call.org
    _check_sizes(org, inbound)
    content = tuple({"contentType": "Attachment", "attachment": item} for item in inbound.attachments)
    body: dict[str, Any] = {
        "channel": _channel(integration, inbound.customer, inbound.time, inbound.message_id),
        "type": "Text",
    }
    body |= {"text": inbound.text} if inbound.text else {}
    body |= {"content": list(content)} if content else {}
    body |= {"metadata": inbound.metadata} if inbound.metadata else {}
    if _is_reply(integration, inbound):
        saw = forward.CustomerSaw(inbound.customer.id, inbound.text, content=content, operation="inbound")
        return {"id": org.perform(saw)["id"]} | body, None
    command = CustomerMessage(
        _leg(integration, inbound.customer),
        "Text",
        inbound.text,
        content,
        inbound.message_id,
        inbound.metadata,
        inbound.attributes,
        inbound.time,
    )
    stored = _say(org, integration, command)
    return {"id": stored.id} | body, stored.conversation


def _say(org: Org, integration: Entity, command: CustomerMessage) -> Message:
    """Carry out the customer's message; tell the webhook that it is published, and remember a handoff."""
    conversation, stored = org.perform(command)
    if is_forward(integration):
        forward.remember_handoff(org, integration.id, command.leg.address, conversation.id)
    elif integration.hidden.get("receipts"):
        told = TellReceipt(
            integration.id, command.leg.address, stored.id, "Published", conversation.id, command.provider_id
        )
        org.perform(told)
    found: Message = stored
    return found


def _is_reply(integration: Entity, inbound: InboundMessage) -> bool:
    replies_inbound = is_forward(integration) and forward.reply_operation(integration) == "inbound"
    return replies_inbound and not inbound.attributes


def _take_receipt(call: Call, integration: Entity, inbound: InboundReceipt) -> dict[str, Any]:
    org = call.org
    if inbound.status not in SUPPORTED_STATUSES:
        org.note("receipt.unsupported", message=inbound.message, status=inbound.status)
    if inbound.message not in org.live.get(PROBED, ()):
        call.perform(
            CustomerReceipt(integration.id, inbound.message, inbound.status, inbound.reasons, inbound.is_final)
        )
    party = {"id": integration.id, "idType": "Opaque", "nickname": integration.name}
    channel = {"id": integration.id, "platform": "Open", "type": "Private", "to": {"id": inbound.to}, "from": party}
    body: dict[str, Any] = {"id": inbound.message, "channel": channel | {"time": iso(inbound.time)}, "type": "Receipt"}
    body |= {"status": inbound.status, "isFinalReceipt": inbound.is_final, "direction": "Outbound"}
    return body | ({"reasons": list(inbound.reasons)} if inbound.reasons else {})


def _leg(integration: Entity, customer: Customer) -> Leg:
    return Leg(INTERFACE, integration.id, customer.id, customer.id_type, customer.nickname, customer.profile())


def _channel(integration: Entity, customer: Customer, time: float, message_id: str = "") -> dict[str, Any]:
    channel: dict[str, Any] = {"id": integration.id, "platform": "Open", "type": "Private"}
    channel |= {"messageId": message_id} if message_id else {}
    return channel | {"to": {"id": integration.id}, "from": customer.to_json(), "time": iso(time)}


def _check_sizes(org: Org, inbound: InboundMessage) -> None:
    attributes = sum(len(key.encode()) + len(value.encode()) for key, value in inbound.attributes.items())
    for key, size in (("inbound.bytes.max", len(inbound.text.encode())), ("custom.attributes.bytes.max", attributes)):
        limit = org.limits.limit(NAMESPACE, key)
        if size > limit.value:
            most = int(limit.value)
            shown = {"key": limit.key, "namespace": limit.namespace, "value": most}
            raise Refused(400, "constraint.validation", f"{key}: {size} bytes are more than {most}.", limit=shown)


def _check_length(org: Org, text: str) -> None:
    most = int(org.limits.value(NAMESPACE, "outbound.characters.max"))
    if len(text) > most:
        raise Refused(400, "constraint.validation", f"The text has {len(text)} characters, more than {most}.")


def _answer(call: Call, body: dict[str, Any]) -> Answer:
    return Answer(int(switch(call.org, "open_messaging.inbound_status")), body)


ACTIONS: Final[Mapping[str, Action]] = {
    "postConversationsMessageInboundOpenMessage": message,
    "postConversationsMessageInboundOpenEvent": event,
    "postConversationsMessageInboundOpenReceipt": receipt,
    "postConversationsMessageInboundOpenStructuredResponse": structured_response,
    "postConversationsMessagesInboundOpen": deprecated,
    "postConversationsMessagesAgentless": agentless,
}
