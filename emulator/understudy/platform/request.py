"""One served HTTP exchange as behaviours see it: the request as it came, and what is to be answered and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.platform.catalogue import Operation
from understudy.platform.messages import Answer
from understudy.world.org import Org
from understudy.world.tokens import Token


@dataclass(slots=True)
class ApiRequest:
    """A request. ``target`` is the request target with its query, still percent-encoded; ``headers`` are looked up by
    their usual spelling (aiohttp's are case-insensitive). ``oversize`` says that the body was longer than the bound and
    was not read. ``origin`` is the public base URL without a slash at the end."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    origin: str = ""
    oversize: bool = False

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(slots=True)
class Outcome:
    """What is to be answered, and what the record is to know of the exchange beside its bytes.

    ``headers`` are sent beside those of the answer. ``data`` goes into both entries' data; ``delay`` is real seconds
    that the answer is held back (an injected fault). ``conversation`` and ``customer`` link both entries.
    """

    answer: Answer
    org: Org | None = None
    operation: Operation | None = None
    token: Token | None = None
    data: dict[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    correlation: str = ""
    conversation: str | None = None
    customer: str | None = None
    delay: float = 0.0
    is_quiet: bool = False  # nothing changed, so nobody need be told
