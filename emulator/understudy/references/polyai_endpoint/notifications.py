"""How this side learns that a conversation ended or changed hands: the webhook has no such event (messaging §0).

After a gap of the socket every watched conversation is reported as ``gap`` and its owner looks for itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from ..vendor_side.subscriptions import Channels, Subscriptions

KINDS: Final = ("user.end", "customer.end", "acw")
PREFIX: Final = "v2.detail.events.conversation."

Listener = Callable[[str, str], None]  # conversation id, kind; called on the socket's thread: must not wait


class Notifications:
    """Watches conversations. Nothing is opened before the first."""

    def __init__(self, operations: Channels, listener: Listener, stopping: threading.Event, backoff: float) -> None:
        self._listener = listener
        self._subscriptions = Subscriptions(operations, self._heard, stopping, backoff)

    def watch(self, conversation: str) -> bool:
        """Report what happens to the conversation; False when Genesys would not let us. Waits for the socket."""
        return self._subscriptions.watch(conversation, [f"{PREFIX}{conversation}.{kind}" for kind in KINDS])

    def forget(self, conversation: str) -> None:
        """Report no more of it."""
        self._subscriptions.forget(conversation)

    def stop(self) -> None:
        """Close the socket; ``stopping`` is set by now."""
        self._subscriptions.stop()

    def _heard(self, conversation: str, topic: str, body: dict[str, Any]) -> None:
        self._listener(conversation, topic.removeprefix(f"{PREFIX}{conversation.lower()}.") or "gap")
