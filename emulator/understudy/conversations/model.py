"""Live objects of a conversation, as slots dataclasses (facts: messaging §5).

Order of participants is a contract: customer → workflow → acd → agent; vendors address them by path. Times are the
org's (POSIX seconds) and become ISO text only in responses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class CommunicationState(StrEnum):
    """``state`` of a messages[] entry."""

    ALERTING = "alerting"
    CONNECTED = "connected"
    PARKED = "parked"
    DISCONNECTED = "disconnected"


class Sender(StrEnum):
    """Who a message comes from."""

    CUSTOMER = "customer"
    FLOW = "workflow"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


@dataclass(slots=True)
class Message:
    """One message of a conversation. ``content`` holds normalized content items (facts: messaging §1.3)."""

    id: str
    conversation: str
    communication: str
    direction: str  # inbound | outbound
    sender: Sender
    type: str  # Text | Structured | Event | Receipt
    at: float
    text: str = ""
    content: tuple[dict[str, Any], ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    status: str = "queued"  # queued sent failed received delivery-success delivery-failed read removed published
    provider_id: str = ""  # the vendor's channel.messageId
    receipts: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None
    user: str | None = None  # the agent who wrote it
    provider_time: float | None = None  # the vendor's channel.time; with provider_id it names the vendor's message


@dataclass(slots=True)
class Communication:
    """One ``messages[]``, ``calls[]``, ``callbacks[]`` or ``emails[]`` entry of a participant: its leg there."""

    id: str
    state: CommunicationState
    direction: str
    type: str = "open"
    media: str = "message"  # message | call | callback | email
    started: float = 0.0
    alerted: float | None = None
    connected: float | None = None
    disconnected: float | None = None
    held: bool = False
    disconnect_type: str | None = None
    messages: list[str] = field(default_factory=list)  # ids of Message
    wrapup: dict[str, Any] | None = None


@dataclass(slots=True)
class Participant:
    """One party. ``purpose`` is customer, workflow, acd, agent, …"""

    id: str
    purpose: str
    name: str
    started: float
    communication: Communication
    address: str = ""
    user: str | None = None
    queue: str | None = None
    queue_name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    ended: float | None = None
    wrapup_required: bool = False
    wrapup_prompt: str = "optional"
    in_wrapup: bool = False
    wrapup_skipped: bool = False
    wrapup_timeout: float | None = None  # seconds
    acw_started: float | None = None
    acw_ended: float | None = None
    alerting_timeout: float | None = None  # seconds
    priority: int = 0  # of an acd participant

    @property
    def is_live(self) -> bool:
        """Not disconnected yet."""
        return self.communication.state is not CommunicationState.DISCONNECTED


@dataclass(slots=True)
class Leg:
    """A conversation's way to the outside: which interface, which integration, which address there."""

    interface: str  # open_messaging, web_messaging, …
    integration: str
    address: str  # the customer's id on that channel
    address_type: str = "Opaque"
    nickname: str = ""
    profile: dict[str, Any] = field(default_factory=dict)  # firstName, lastName, image, email


@dataclass(slots=True)
class Conversation:
    """One conversation. ``ended`` is set once no live participant is left."""

    id: str
    started: float
    leg: Leg
    division: str = ""
    participants: list[Participant] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    ended: float | None = None
    disconnected: float | None = None  # when agent or system ended it: the threading window starts here
    flow: dict[str, Any] = field(default_factory=dict)  # state of the running flow (architect)
    last_agent: str | None = None

    @property
    def media(self) -> str:
        """The medium of the customer's leg: message, call, callback or email."""
        return self.customer.communication.media

    @property
    def customer(self) -> Participant:
        """The customer's newest participant: a reply that is threaded into an ended conversation adds one (assumed)."""
        return next(p for p in reversed(self.participants) if p.purpose == "customer")

    def participant(self, id_: str) -> Participant | None:
        """A participant by its id."""
        return next((p for p in self.participants if p.id == id_), None)

    def live(self, purpose: str) -> Participant | None:
        """The newest live participant of a purpose."""
        return next((p for p in reversed(self.participants) if p.purpose == purpose and p.is_live), None)
