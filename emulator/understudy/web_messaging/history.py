"""What a guest reads back of its conversations: ``GET /api/v2/webmessaging/messages`` (facts: messaging §2.5, §2.6).

Newest first: a mobile client puts each page, reversed, before what it has. Typing and presence are no part of it
(assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.conversations.model import Message
from understudy.errors import Refused
from understudy.web_messaging.guests import Guest
from understudy.web_messaging.outgoing import echoed, told
from understudy.web_messaging.terms import MINUTE, Rate
from understudy.world.org import Org

LIVE: Final = "web_messaging.history"  # org.live[LIVE]: dict[guest, Rate]
KEPT: Final = 10_000  # rates of one org; the oldest go first; the emulator's own bound
PER_MINUTE: Final = ("web_messaging", "history.per.session.per.minute")
SECONDS: Final = ("web_messaging", "history.seconds")
TYPES: Final = ("Text", "Structured")
# status of a message of a conversation → status of WebMessagingMessage
STATUSES: Final[Mapping[str, str]] = {
    "sent": "Sent",
    "published": "Published",
    "delivery-success": "Delivered",
    "read": "Read",
    "failed": "Failed",
    "delivery-failed": "Failed",
    "removed": "Removed",
}
# fields that WebMessagingMessage and WebMessagingChannel share with what the socket says
SAME: Final = ("id", "type", "text", "direction", "originatingEntity", "metadata")
CHANNEL: Final = ("from", "to", "time", "messageId")
# contentType → the field of WebMessagingContent that holds it
CONTENTS: Final[Mapping[str, str]] = {
    "Attachment": "attachment",
    "QuickReply": "quickReply",
    "ButtonResponse": "buttonResponse",
    "GenericTemplate": "generic",
    "Card": "card",
    "Carousel": "carousel",
    "DatePicker": "datePicker",
    "ListPicker": "listPicker",
    "Form": "form",
}


def history(org: Org, guest: Guest) -> list[dict[str, Any]]:
    """The messages (model WebMessagingMessage) of a guest's conversations, newest first; those that are too old are
    gone. That every guest is an ephemeral contact, whose history is the short one, is assumed."""
    oldest = org.now() - org.limits.value(*SECONDS)
    known = [org.conversations[id_] for id_ in guest.conversations if id_ in org.conversations]
    said = [one for conversation in known for one in conversation.messages.values()]
    chosen = [one for one in said if one.type in TYPES and one.at >= oldest]
    return [message_view(org, guest, one) for one in sorted(chosen, key=lambda one: one.at)[::-1]]


def count(org: Org, guest: Guest) -> None:
    """One more look at the history; Refused 429 where there were too many within a minute."""
    rates: dict[str, Rate] = org.live.setdefault(LIVE, {})
    rate = rates.get(guest.id)
    if rate is None:
        rate = rates[guest.id] = Rate(int(org.limits.value(*PER_MINUTE)), MINUTE)
        if len(rates) > KEPT:
            del rates[next(iter(rates))]
    if wait := rate.take(org.now()):
        message = f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
        raise Refused(429, "too.many.requests", message, headers={"Retry-After": str(wait)})


def message_view(org: Org, guest: Guest, message: Message) -> dict[str, Any]:
    """One message as WebMessagingMessage: what the guest's connections were told of it, and its status."""
    is_inbound = message.direction == "inbound"
    told_ = echoed(message, guest, {}).to_json() if is_inbound else told(org, message, guest).body
    view = {name: told_[name] for name in SAME if name in told_}
    view["channel"] = {name: told_["channel"][name] for name in CHANNEL if name in told_["channel"]}
    content = [item for one in message.content if (item := _content(one))]
    if content:
        view["content"] = content
    if message.status in STATUSES:
        view["status"] = STATUSES[message.status]
    return view


def _content(item: Mapping[str, Any]) -> dict[str, Any] | None:
    type_ = str(item.get("contentType"))
    name = CONTENTS.get(type_)
    held = item.get(name) if name is not None else None
    if name is None or not isinstance(held, dict):
        return None
    if name == "attachment":
        held = {key: value for key, value in held.items() if key != "contentSizeBytes"}
        if (size := item[name].get("contentSizeBytes")) is not None:
            held["fileSize"] = size
    elif name == "buttonResponse":
        held = {"originatingMessageId": "", **held}  # the model requires it; clients don't send it
    return {"contentType": type_, name: held}
