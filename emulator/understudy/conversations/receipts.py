"""What becomes of a message: the webhook's outcome, the vendor's receipts (facts: messaging §1.2, §1.4)."""

from __future__ import annotations

from typing import Any

from understudy.clock import iso
from understudy.conversations.commands import CustomerReceipt, Disconnect, MessageOutcome
from understudy.conversations.model import Conversation, Message
from understudy.conversations.parties import find
from understudy.conversations.retention import message_index
from understudy.errors import Refused
from understudy.world.org import Handler, Org
from understudy.world.switches import switch

RECEIPTS_KEPT = 20  # per message

# Receipt status (channel side) → messageStatus (conversation side).
STATUSES = {
    "Sent": "sent",
    "Delivered": "delivery-success",
    "Failed": "delivery-failed",
    "Read": "read",
    "Published": "published",
    "Removed": "removed",
}

# A later report does not undo what a stronger one has said: a receipt may overtake the answer to the webhook call.
_RANK = {"queued": 0, "sent": 1, "failed": 2, "published": 3, "delivery-success": 4, "delivery-failed": 4, "read": 5}


def receipt(org: Org, command: CustomerReceipt) -> Message:
    """Take a vendor's receipt for one of our messages; Refused 404 when it names none of this integration's."""
    conversation = org.conversations.get(message_index(org).get(command.message, ""))
    message = conversation.messages.get(command.message) if conversation else None
    foreign = conversation is None or conversation.leg.integration != command.integration
    if conversation is None or message is None or foreign or message.direction != "outbound":
        raise Refused(404, "not.found", f"There is no outbound message {command.message}.")
    status = STATUSES.get(command.status)
    if status is None:
        raise Refused(400, "invalid.value", f"{command.status!r} is not a receipt status.")
    if len(message.receipts) < RECEIPTS_KEPT:
        message.receipts.append(_normalized(org, conversation, command))
    org.changed(
        "receipt.received",
        conversation=conversation.id,
        customer=conversation.leg.address,
        message=message.id,
        status=command.status,
        final=command.is_final,
    )
    if status == "delivery-failed":
        message.error = _error(command.reasons)
    _set_status(org, conversation, message, status)
    return message


def outcome(org: Org, command: MessageOutcome) -> Message:
    """Take the driver's report: the delivery was accepted (``sent``) or given up (``failed``).

    A forum report says that a refused delivery ends the whole chat (facts: messaging §7). One report is thin: this is
    done only where the org's switch says so; else the message alone fails.
    """
    conversation = find(org, command.conversation)
    message = conversation.messages.get(command.message)
    if message is None:
        raise Refused(404, "not.found", f"There is no message {command.message}.")
    if command.status not in ("sent", "failed"):
        raise Refused(400, "invalid.value", f"{command.status!r} is not an outcome.")
    if command.status == "failed":
        message.error = {"code": "transport.failure", "message": command.detail, "status": command.http_status or 0}
    _set_status(org, conversation, message, command.status, attempts=command.attempts, detail=command.detail)
    if command.status == "failed" and switch(org, "open_messaging.failed_delivery") == "conversation":
        org.perform(Disconnect(conversation.id, kind="transport.failure"))
    return message


def _set_status(
    org: Org, conversation: Conversation, message: Message, status: str, *, attempts: int = 0, detail: str = ""
) -> None:
    if _RANK.get(status, 6) < _RANK.get(message.status, 6):
        return
    message.status = status
    org.changed(
        "message.status",
        conversation=conversation.id,
        customer=conversation.leg.address,
        message=message.id,
        status=status,
        attempts=attempts,
        detail=detail,
    )


def _normalized(org: Org, conversation: Conversation, command: CustomerReceipt) -> dict[str, Any]:
    return {
        "id": command.message,
        "channel": {
            "id": command.integration,
            "platform": "Open",
            "type": "Private",
            "to": {"id": conversation.leg.address, "idType": conversation.leg.address_type},
            "from": {"id": command.integration, "idType": "Opaque"},
            "time": iso(org.now()),
        },
        "type": "Receipt",
        "status": command.status,
        "reasons": [dict(reason) for reason in command.reasons],
        "isFinalReceipt": command.is_final,
        "direction": "Outbound",
    }


def _error(reasons: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    first = reasons[0] if reasons else {}
    code = str(first.get("code") or "GeneralError")
    return {"code": code, "message": str(first.get("message") or code), "status": 400}


HANDLERS: dict[type, Handler] = {CustomerReceipt: receipt, MessageOutcome: outcome}
