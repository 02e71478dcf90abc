"""What the bot says in the form of v1 (``replymessages``, ``slotValues``) or v2 (``replyMessages``, ``entities``).

Facts: messaging §3.1 and §3.3. v1's states are in upper case, as Google and Kore send them; v2's as the SDK has them.
Values of v2 are strings, currencies JSON in a string.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ..vendor_side.server import Reply
from .spoken import Spoken
from .turn import Turn
from .words import folded

CONFIDENCE: Final = 0.9
TEST_WORD: Final = "hi"  # the faults of the form break only the answer to this: the rest goes on


class Answers:
    """Writes answers."""

    def __init__(self, faults: frozenset[str] = frozenset()) -> None:
        self._faults = faults

    def v1(self, turn: Turn, spoken: Spoken) -> Reply:
        """The synchronous answer of v1."""
        body: dict[str, Any] = {
            "botState": spoken.state.upper(),
            "replymessages": list(spoken.messages),
            "intent": spoken.intent,
            "confidence": CONFIDENCE,
            "slotValues": spoken.slots,
            "parameters": spoken.parameters,
        }
        if spoken.error is not None:
            body["errorInfo"] = {"errorCode": spoken.error[0], "errorMessage": spoken.error[1]}
        return self._sent(turn, body, "replymessages", "replyMessages")

    def v2(self, turn: Turn, spoken: Spoken, types: dict[str, str]) -> Reply:
        """The synchronous answer of v2; ``types`` are the slots' declared ones."""
        return self._sent(turn, self.digital(spoken, types), "replyMessages", "replymessages")

    def digital(self, spoken: Spoken, types: dict[str, str]) -> dict[str, Any]:
        """What v2's answers have in common, be they synchronous or not."""
        body: dict[str, Any] = {
            "botState": spoken.state,
            "replyMessages": list(spoken.messages),
            "intent": spoken.intent,
            "confidence": CONFIDENCE,
            "entities": [entity(name, types[name], value) for name, value in spoken.slots.items()],
            "parameters": spoken.parameters,
        }
        if spoken.error is not None:
            body["errorInfo"] = {"code": spoken.error[0], "message": spoken.error[1]}
        return {name: value for name, value in body.items() if value is not None}

    def _sent(self, turn: Turn, body: dict[str, Any], key: str, other: str) -> Reply:
        body = {name: value for name, value in body.items() if value is not None}
        if "answers_in_latin_1" in self._faults:
            return Reply(200, body, raw=json.dumps(body, ensure_ascii=False).encode("latin-1", "replace"))
        if folded(turn.utterance) != TEST_WORD:
            return Reply(200, body)
        if "odd_state" in self._faults:
            body["botState"] = "Finished"
        if "nested_parameters" in self._faults:
            body["parameters"] = {"customer": {"name": "Ann"}}
        if "percent_confidence" in self._faults:
            body["confidence"] = 90
        if "message_without_text" in self._faults:
            body[key] = [{"type": "Text"}]
        if "wrong_key" in self._faults:
            body[other] = body.pop(key)
        return Reply(200, body, {"Content-Type": "text/html"} if "wrong_content_type" in self._faults else {})


def entity(name: str, kind: str, value: Any) -> dict[str, Any]:
    """An entity of v2."""
    if isinstance(value, list):
        return {"name": name, "type": kind, "values": [written(one) for one in value]}
    return {"name": name, "type": kind, "value": written(value)}


def written(value: Any) -> str:
    """A value as v2 has it: a string."""
    return value if isinstance(value, str) else json.dumps(value)
