"""Injected faults: answers that the emulator gives in place of its own, to see how an endpoint copes.

``org.live["faults"]`` is a list of them; the pipeline asks it after authentication, the oldest fault that matches wins.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.catalogue import Operation
from understudy.platform.request import ApiRequest
from understudy.world.org import Org
from understudy.world.tokens import Token

LIVE: Final = "faults"  # org.live[LIVE]: list[Fault]
FOREVER: Final = -1

# facts: platform-api §4, codes documented on every operation
CODES: Final = {
    400: "bad.request",
    401: "bad.credentials",
    403: "not.authorized",
    404: "not.found",
    409: "general.conflict",
    413: "request.too.large",
    415: "unsupported.media.type",
    429: "too.many.requests",
    500: "internal.server.error",
    503: "service.unavailable",
    504: "request.timeout",
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. Empty selectors match all: ``operation`` an operationId, ``path`` the beginning of a path, ``method``,
    ``client`` an OAuth client. ``status`` 0 answers as usual, only later. ``times`` counts down (-1: for ever).
    ``retry_after`` and ``delay`` are seconds; ``delay`` is real time."""

    operation: str = ""
    path: str = ""
    method: str = ""
    client: str = ""
    status: int = 500
    code: str = ""
    message: str = ""
    times: int = 1
    retry_after: float | None = None
    delay: float = 0.0

    def matches(self, operation: Operation, request: ApiRequest, client: str) -> bool:
        """Whether this request is to meet the fault."""
        return (
            self.times != 0
            and self.operation in ("", operation.id)
            and self.method.upper() in ("", request.method)
            and request.path.startswith(self.path)
            and self.client in ("", client)
        )

    def refusal(self) -> Refused:
        """The error body of the fault."""
        headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        code = self.code or CODES.get(self.status, "internal.server.error")
        message = self.message or f"The server answered {self.status} because a fault was injected"
        return Refused(self.status, code, message, headers=headers)

    def to_json(self) -> dict[str, Any]:
        """The fault as the control API shows it."""
        return asdict(self)


def inject(org: Org, fault: Fault) -> None:
    """Add a fault behind those that wait."""
    org.live.setdefault(LIVE, []).append(fault)


def clear(org: Org) -> int:
    """Forget all faults; returns how many there were."""
    return len(org.live.pop(LIVE, ()))


def take(org: Org, operation: Operation, request: ApiRequest, token: Token | None) -> Fault | None:
    """The fault that this request meets, counted down and noted as ``fault.injected``; None almost always."""
    waiting: list[Fault] | None = org.live.get(LIVE)
    if not waiting:
        return None
    client = token.client if token is not None else ""
    fault = next((fault for fault in waiting if fault.matches(operation, request, client)), None)
    if fault is None:
        return None
    if fault.times > 0:
        fault.times -= 1
        if fault.times == 0:
            waiting.remove(fault)
    org.note("fault.injected", operation=operation.id, status=fault.status, delay=fault.delay)
    return fault
