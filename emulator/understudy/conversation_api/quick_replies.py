"""Quick replies of an agent: answers that the customer picks from, sent with a text.

The public API's body has no field for them: how the platform's own desktop sends them is not documented. That the
operation takes ``content`` beside ``textBody``, in the shape that messages have everywhere else, is assumed.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.errors import Refused

REPLIES_MAX: Final = 20  # in one message; the emulator's own bound
TEXT_MAX: Final = 500  # characters of one reply; the emulator's own bound


def quick_replies(body: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The ``content`` of a message's body, read; empty without any. Refused 400 for what is no list of quick replies,
    and for one without a text."""
    given = body.get("content")
    if not given:
        return ()
    if not isinstance(given, list) or len(given) > REPLIES_MAX:
        raise Refused(400, "bad.request", f"content is a list of at most {REPLIES_MAX} quick replies.")
    if body.get("mediaIds") or not body.get("textBody"):
        raise Refused(400, "bad.request", "Quick replies go with textBody, and without mediaIds.")
    return tuple(_reply(one) for one in given)


def _reply(item: Any) -> dict[str, Any]:
    reply = item.get("quickReply") if isinstance(item, dict) and item.get("contentType") == "QuickReply" else None
    text = reply.get("text") if isinstance(reply, dict) else None
    payload = reply.get("payload") if isinstance(reply, dict) else None
    for value in (text, payload if payload is not None else text):
        if not isinstance(value, str) or not 0 < len(value) <= TEXT_MAX:
            message = (
                f"A quick reply is {{contentType: QuickReply, quickReply: {{text, payload}}}}, 1-{TEXT_MAX} letters."
            )
            raise Refused(400, "bad.request", message)
    return {"contentType": "QuickReply", "quickReply": {"text": text, "payload": payload or text, "action": "Message"}}
