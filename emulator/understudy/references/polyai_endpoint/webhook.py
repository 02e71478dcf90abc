"""The webhook: what is taken, refused, ignored, and what is asked for again.

Genesys retries on a timeout, 429 and 5xx, and takes any other refusal for good, up to losing the whole chat (facts:
messaging §1.3, §7). So: 401 without a right signature, 400 for what is no JSON object, 503 while our own side is down,
and 200 for everything else, understood or not. Work that takes time is done after the answer.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Final

from ..vendor_side.journal import log
from ..vendor_side.values import part, string
from .content import unknown_parts
from .forward import Forward
from .inbox import Inbox
from .signature import Verifier
from .upstream import Upstream
from .users import Shown, Users

Reply = tuple[int, dict[str, Any]]

SEEN_MAX: Final = 20_000
UPSTREAM_MORE: Final = 1.5  # with the fault waits_for_upstream
KNOWN_FIELDS: Final = frozenset(
    {
        "id",
        "channel",
        "type",
        "text",
        "content",
        "events",
        "direction",
        "originatingEntity",
        "originatingMessageId",
        "metadata",
        "status",
        "reasons",
        "isFinalReceipt",
        "conversationId",
    }
)  # fmt: skip - with the fault strict_fields


class Seen:
    """The deliveries taken, by (id, time): a retry repeats both, and the same id with a newer time is a new message
    (facts: messaging §1.2; OM-10)."""

    def __init__(self, most: int = SEEN_MAX) -> None:
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def is_new(self, key: tuple[str, str]) -> bool:
        """Whether this is its first time; remembers it."""
        with self._lock:
            if key in self._seen:
                return False
            self._seen[key] = None
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
            return True

    def forget(self, key: tuple[str, str]) -> None:
        """It was not taken after all."""
        with self._lock:
            self._seen.pop(key, None)


class Webhook:
    """Takes deliveries. ``forward`` is there in that topology only."""

    def __init__(
        self,
        verifier: Verifier,
        users: Users,
        inbox: Inbox,
        forward: Forward | None,
        upstream: Upstream,
        faults: frozenset[str],
    ) -> None:
        self._verifier, self._users, self._inbox, self._forward = verifier, users, inbox, forward
        self._upstream, self._faults = upstream, faults
        self._seen = Seen()

    def receive(self, headers: Iterable[tuple[str, str]], raw: bytes) -> Reply:
        """Answer a POST."""
        if not self._verifier.is_genuine(headers, raw):
            log("webhook: refused: the signature is missing or wrong (is the webhook secret the integration's?)")
            return 401, {"error": "the signature is missing or wrong"}
        try:
            message = json.loads(raw)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            log("webhook: refused: the body is not a JSON object")
            return 500 if "malformed_is_500" in self._faults else 400, {"error": "the body is not a JSON object"}
        if "strict_fields" in self._faults and not _has_usual_fields(message):
            return 400, {"error": "a field is unknown or missing"}
        return self._take(message)

    def _take(self, message: dict[str, Any]) -> Reply:
        unknown = unknown_parts(message)
        if unknown:
            log(f"webhook: ignored: {', '.join(unknown)[:500]}")
            if "unknown_is_400" in self._faults:
                return 400, {"error": f"unknown: {unknown[0]}"}
        match message.get("type"):
            case "Text" | "Structured":
                return self._take_message(message)
            case "Event" | "Receipt" as kind if not unknown:
                return self._ignore(message, kind)
        return 200, {"status": "ignored"}

    def _ignore(self, message: dict[str, Any], kind: str) -> Reply:
        """Typing and receipts are nothing that a user reads."""
        user = self._users.find(address_of(message))
        if user and kind == "Event" and "shows_typing" in self._faults:
            user.show(Shown(kind="text", text="The agent is typing."))
        if user and kind == "Receipt" and "shows_receipts" in self._faults:
            user.show(Shown(kind="text", text=f"Your message: {string(message.get('status'))}"))
        if kind == "Receipt" and "receipt_is_404" in self._faults:
            return 404, {"error": "no such type"}
        return 200, {"status": "ignored"}

    def _take_message(self, message: dict[str, Any]) -> Reply:
        if self._upstream.fails():
            return self._refuse_for_now()
        key = self._key(message)
        if key[0] and not self._seen.is_new(key) and "no_dedupe" not in self._faults:
            return 200, {"status": "duplicate"}
        reply = self._pass_on(message)
        if reply[0] == 503:
            self._seen.forget(key)
        return reply

    def _key(self, message: dict[str, Any]) -> tuple[str, str]:
        moment = "" if "dedupe_ignores_time" in self._faults else string(part(message, "channel").get("time"))
        return string(message.get("id")), moment

    def _pass_on(self, message: dict[str, Any]) -> Reply:
        if message.get("direction") == "Inbound":
            return self._pass_to_bot(message)
        address = address_of(message)
        user = self._users.find(address)
        if user is None:
            if "crashes_on_unknown_user" in self._faults:
                return 500, {"error": "KeyError"}
            log("webhook: nobody has the address of this message")
            if address:
                self._inbox.refuse(address, message)
            return 200, {"status": "undeliverable"}
        if not self._inbox.accept(user, message):
            return 503, {"error": "too much is waiting"}
        if "waits_for_upstream" in self._faults:
            self._upstream.wait(UPSTREAM_MORE)
        is_word = message.get("originatingEntity") == "Bot" and string(message.get("text")).isalpha()
        return 404 if is_word and "word_is_404" in self._faults else 200, {"status": "accepted"}

    def _refuse_for_now(self) -> Reply:
        """Our own side is down: Genesys shall come again."""
        if "upstream_failure_loses" in self._faults:
            self._upstream.set(0, 0)  # nothing comes again, so nothing more may be lost
            return 200, {"status": "accepted"}
        if "upstream_failure_is_400" in self._faults:
            self._upstream.set(0, 0)
            return 400, {"error": "our own side is down"}
        return 503, {"error": "our own side is down"}

    def _pass_to_bot(self, message: dict[str, Any]) -> Reply:
        address = string(part(part(message, "channel"), "from").get("id"))
        if self._forward is None or not address:
            log(
                "webhook: ignored: a customer's message, though the users are ours" if address else "webhook: no sender"
            )
            return 200, {"status": "ignored"}
        user = self._users.admit(address)
        user.name = string(part(part(message, "channel"), "from").get("nickname")) or user.name
        if not self._forward.accept(user, message):
            return 503, {"error": "too much is waiting"}
        return 200, {"status": "accepted"}


def address_of(message: dict[str, Any]) -> str:
    """``channel.to.id``: the user an outbound message is for."""
    return string(part(part(message, "channel"), "to").get("id"))


def _has_usual_fields(message: dict[str, Any]) -> bool:
    return set(message) <= KNOWN_FIELDS and "nickname" in part(part(message, "channel"), "from")
