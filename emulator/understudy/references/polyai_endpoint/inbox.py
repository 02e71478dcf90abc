"""From Genesys to the user: shows what came, in the order it came, and reports each delivery.

Order is that of arrival, not of ``channel.time``: Genesys promises none across retries (facts: messaging §1.3), and a
chat must not rewrite what the user has read already (OM-26: documented, not sorted).
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import Any, Final

from ..vendor_side.lanes import Lanes
from ..vendor_side.values import string
from .attachments import Attachments
from .content import read
from .operations import Operations, said
from .upstream import Upstream
from .users import Shown, User

CROSSTALK_SECONDS: Final = 0.5
REORDER_SECONDS: Final = 0.15
LOOPS_MAX: Final = 20
UNREADABLE: Final = ("UnsupportedMessage", "nothing in it could be shown")


class Inbox:
    """Deliveries for known users. ``arrivals`` carries what is shown, ``departures`` what is reported."""

    def __init__(
        self,
        operations: Operations,
        attachments: Attachments,
        upstream: Upstream,
        arrivals: Lanes,
        departures: Lanes,
        faults: frozenset[str],
    ) -> None:
        self._operations, self._attachments, self._upstream, self._faults = operations, attachments, upstream, faults
        self._arrivals, self._departures = arrivals, departures
        self._last: tuple[User, float] | None = None

    def accept(self, user: User, message: dict[str, Any]) -> bool:
        """Show the message soon, after those before it; False when there is no room for it."""
        user.reached += 1
        if "reorders" in self._faults and user.reached > 3 and user.reached % 2 == 0:
            late = threading.Timer(REORDER_SECONDS, self._deliver, (user, message))
            late.daemon = True
            late.start()
            return True
        return self._arrivals.put(user.id, lambda: self._deliver(user, message))

    def refuse(self, address: str, message: dict[str, Any]) -> None:
        """Tell Genesys that nobody has this address, instead of failing the whole chat (facts: messaging §7)."""
        reason = ("InvalidDestination", "nobody has this address")
        self._report(address, string(message.get("id")), "Failed", reason)

    def _deliver(self, user: User, message: dict[str, Any]) -> None:
        self._upstream.wait()
        shown = read(message, self._faults)[0]
        reached = [self._show(user, item) for item in shown]
        if any(reached):
            self._report(user.id, string(message.get("id")), "Delivered")
        elif shown or message.get("content"):
            self._report(user.id, string(message.get("id")), "Failed", UNREADABLE)
        if "bot_loop" in self._faults and message.get("originatingEntity") == "Bot" and user.loops < LOOPS_MAX:
            user.loops += 1
            answer = said(f"You said: {string(message.get('text'))}")
            self._departures.put(user.id, lambda: self._operations.message(user, answer))

    def _show(self, user: User, item: Shown) -> bool:
        """Whether the user got it; a file that can't be had becomes a notice."""
        problem = self._attachments.problem(item.attachment["url"]) if item.attachment else ""
        if problem:
            if "hides_failed_attachments" not in self._faults:
                user.notice(f"A file was sent to you, but {problem}.")
            return False
        user.show(item)
        if "crosstalk" in self._faults:
            self._leak(user, item)
        return True

    def _leak(self, user: User, item: Shown) -> None:
        last, self._last = self._last, (user, time.monotonic())
        if last and last[0] is not user and time.monotonic() - last[1] < CROSSTALK_SECONDS:
            last[0].show(item)

    def _report(self, address: str, message: str, status: str, reason: tuple[str, str] | None = None) -> None:
        if message and not (status == "Delivered" and "no_receipts" in self._faults):
            # A lane of its own: no text waits for a receipt.
            job = partial(self._operations.receipt, address, message, status, reason)
            self._departures.put(f"receipts {address}", job)
