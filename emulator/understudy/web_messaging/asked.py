"""What happens on a guest's socket, for the world to decide: the events of ``session.py``."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.web_messaging.messages import (
    ConfigureAuthenticatedSession,
    ConfigureSession,
    DeleteAttachment,
    DisconnectCustomer,
    GetAttachment,
    GetConfiguration,
    GetJwt,
    OnAttachment,
    OnMessage,
    ResumeToken,
)


@dataclass(frozen=True, slots=True)
class ConfigureAsked:
    """Answer with ``Configured`` or ``RefuseSession``. The world knows whether the token is new, counts the session's
    connections, and displaces the oldest where there is one too many (``ClosedElsewhere``). It also counts a socket's
    first request: ``GuestRates.configures`` is not known here before ``Configured``."""

    request: ConfigureSession | ConfigureAuthenticatedSession

    @property
    def starts_new(self) -> bool:
        """The guest wants a new conversation, whatever there was."""
        return bool(self.request.start_new)


@dataclass(frozen=True, slots=True)
class Said:
    """A text or a click: keep it, and send it back to every connection with its tracing id."""

    request: OnMessage


@dataclass(frozen=True, slots=True)
class Typed:
    """The guest is typing."""

    request: OnMessage


@dataclass(frozen=True, slots=True)
class Joined:
    """Presence Join: the conversation may begin without a text."""

    request: OnMessage


@dataclass(frozen=True, slots=True)
class Signalled:
    """Any other event of a guest: sign-in, co-browsing, video, reactions."""

    request: OnMessage


@dataclass(frozen=True, slots=True)
class ClearAsked:
    """The guest wants the conversation cleared; the deployment allows it. Answer with ``Cleared``."""

    request: OnMessage


@dataclass(frozen=True, slots=True)
class DisconnectAsked:
    """The guest ends the conversation."""

    request: OnMessage | DisconnectCustomer


@dataclass(frozen=True, slots=True)
class UploadAsked:
    """A file that may be uploaded: answer with ``presigned_url``."""

    request: OnAttachment


@dataclass(frozen=True, slots=True)
class Asked:
    """Answer with ``presigned_url`` or ``generate_url_error``, ``attachment_deleted``, ``jwt``, ``resume_token`` or
    ``configuration``."""

    request: GetAttachment | DeleteAttachment | GetJwt | ResumeToken | GetConfiguration


@dataclass(frozen=True, slots=True)
class Left:
    """``closeSession``, already answered; ``everywhere``: the other connections get ``ClosedElsewhere``."""

    everywhere: bool


@dataclass(frozen=True, slots=True)
class Faulted:
    """The client did what it must not, and has its answer: error code and reason. ``rule`` names the contract rule."""

    rule: str
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The session's time is over; the client knows."""


@dataclass(frozen=True, slots=True)
class PeerClosed:
    """The client closed the socket, or it broke (1006)."""

    code: int


Event = (
    ConfigureAsked
    | Said
    | Typed
    | Joined
    | Signalled
    | ClearAsked
    | DisconnectAsked
    | UploadAsked
    | Asked
    | Left
    | Faulted
    | Expired
    | PeerClosed
)


def meaning_of(request: OnMessage) -> Event:
    """What a guest's message is to the world: its type, or of an event the first presence, tells."""
    said = request.said
    if said.type != "Event":
        return Said(request)
    match said.presence:
        case "Join":
            return Joined(request)
        case "Disconnect":
            return DisconnectAsked(request)
        case "Clear":
            return ClearAsked(request)
    return Typed(request) if said.is_typing else Signalled(request)
