"""What the world may want a guest's socket to do: what ``session.py`` takes in ``send``."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.web_messaging.frames import ServerFrame, SessionFacts
from understudy.web_messaging.terms import GuestRates, Terms


@dataclass(frozen=True, slots=True)
class Configured:
    """The session is there. ``rates`` are the guest's, shared by its connections; ``terms`` those of the deployment
    now, where they may differ from the upgrade's."""

    facts: SessionFacts
    rates: GuestRates
    tracing_id: str | None = None
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class RefuseSession:
    """The client can't have this session (4006, 4007, 4017, 401, …)."""

    code: int
    reason: str = ""
    tracing_id: str | None = None
    retry_after: int = 0  # seconds, where the code is RATE


@dataclass(frozen=True, slots=True)
class Extended:
    """Somebody said something; the session lives until ``expires_at`` (the org's seconds)."""

    expires_at: float


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The conversation ended, and the deployment has Conversation Disconnect on."""

    time: float
    id: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Reopened:
    """Another connection of the session started a new conversation. Says nothing to a socket that is not read-only."""

    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class Cleared:
    """The conversation is cleared."""


@dataclass(frozen=True, slots=True)
class ClosedElsewhere:
    """Say ConnectionClosedEvent and close: a fourth connection, a sign-in, a closeSession elsewhere."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """Intention and output: close the socket with this code and reason."""

    code: int = 1000
    reason: str = ""


Intention = (
    Configured | RefuseSession | Extended | Disconnected | Reopened | Cleared | ClosedElsewhere | Close | ServerFrame
)
