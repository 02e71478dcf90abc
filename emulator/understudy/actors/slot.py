"""A slot as a test sees it, and how waiting for it can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

PATIENCE = 5.0  # real seconds that an actor waits for what it expects, if not told otherwise


class NeverHappened(AssertionError):
    """What a test waited for did not happen in time."""


class NotApplicable(Exception):
    """The endpoint or its settings can't do what a check asks for; the check is skipped with this reason."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One vendor endpoint and the org configured for it, as ``verify`` hands it to a test worker."""

    org: str
    profile: str  # topology: channel | forward, v1 | v2, …
    kind: str  # reference | real
    integration: str
    user_side: bool
    side: str = ""  # base URL of the user side, for the switches that stand below it
    settings: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)  # of the org, by the variables that org.yaml uses
    env: Mapping[str, str] = field(default_factory=dict)
    max_wait: float = 20.0

    def to_json(self) -> dict[str, Any]:
        """The slot as it stands in the slots file."""
        return asdict(self)
