"""Requests, answers and error bodies of the Platform API (facts: platform-api §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from understudy.errors import Refused


@dataclass(frozen=True, slots=True)
class Answer:
    """What a behaviour answers: either ``body`` (encoded later) or ``encoded`` (bytes ready to send), not both.

    ``generic`` marks content that the emulator made up from the model alone.
    """

    status: int = 200
    body: Any = None
    encoded: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    generic: bool = False

    def payload(self) -> bytes:
        """The bytes of the body; empty for none."""
        if self.encoded is not None:
            return self.encoded
        return b"" if self.body is None else orjson.dumps(self.body)


def error_body(refused: Refused, correlation: str) -> dict[str, Any]:
    """Genesys' ErrorBody; ``contextId`` repeats the correlation id (inferred)."""
    body: dict[str, Any] = {
        "message": refused.message,
        "code": refused.code,
        "status": refused.status,
        "messageParams": refused.params,
        "contextId": correlation,
        "details": list(refused.details),
        "errors": [],
    }
    if refused.limit is not None:
        body["limit"] = dict(refused.limit)
    return body
