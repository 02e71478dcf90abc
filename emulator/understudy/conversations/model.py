"""Live objects of a conversation, as slots dataclasses (facts: messaging §5).

Order of participants is a contract: customer → workflow → acd → agent; vendors address them by path. Times are the
org's (POSIX seconds) and become ISO text only in responses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from understudy.conversations.media import Call, Callback, Email, Mail

FAR: Final = ("customer", "external")  # purposes of those outside; customer is who called or was called for a queue


class CommunicationState(StrEnum):
    """``state`` of a communication. Not every medium knows each: only calls dial, only callbacks are scheduled."""

    ALERTING = "alerting"
    DIALING = "dialing"
    CONTACTING = "contacting"
    CONNECTED = "connected"
    PARKED = "parked"
    SCHEDULED = "scheduled"
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
    """One ``messages[]``, ``calls[]``, ``callbacks[]`` or ``emails[]`` entry of a participant: its leg there.

    ``media`` says which of ``call``, ``callback`` and ``email`` is there; ``messages`` is for messages only.
    """

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
    initial: str = ""  # the state it began with
    held_since: float | None = None
    parked: float | None = None
    resumes: float | None = None  # when a parked one comes back by itself
    call: Call | None = None
    callback: Callback | None = None
    email: Email | None = None

    @property
    def is_live(self) -> bool:
        """Not disconnected yet."""
        return self.state is not CommunicationState.DISCONNECTED


@dataclass(slots=True)
class Participant:
    """One party. ``purpose`` is customer, workflow, acd, agent, …

    ``communication`` is what it came with; ``more`` are those in other media that it took up later (the call of a
    callback). ``consult`` and the like are participant ids.
    """

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
    skills: tuple[str, ...] = ()  # of an acd participant: what the agent must have
    language: str = ""
    preferred: str = ""  # of an acd participant: the agent who is asked first
    more: list[Communication] = field(default_factory=list)
    offered: str = ""  # the acd participant in whose place an agent rings
    consult: str = ""  # the participant that a consult transfer is about
    consult_by: str = ""  # who started the consult transfer
    monitored: str = ""
    coached: str = ""
    barged: str = ""
    external_contact: str = ""  # the external contact that this party is

    @property
    def communications(self) -> list[Communication]:
        """All of them, oldest first."""
        return [self.communication, *self.more]

    @property
    def is_live(self) -> bool:
        """Not disconnected yet, in one medium at least."""
        return self.communication.is_live or any(one.is_live for one in self.more)

    @property
    def is_party(self) -> bool:
        """Takes part, instead of only listening (monitoring, coaching)."""
        return not (self.monitored or self.coached)

    def of(self, media: str) -> Communication | None:
        """The newest communication in a medium."""
        return next((one for one in reversed(self.communications) if one.media == media), None)


@dataclass(slots=True)
class Leg:
    """A conversation's way to the outside: which interface, which integration, which address there."""

    interface: str  # open_messaging, web_messaging, …; call, callback and email where no interface carries it
    integration: str  # of a call or an e-mail: our own number or mailbox
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
    recording: str = "NONE"  # ACTIVE | PAUSED | NONE
    tag: str = ""
    label: str = ""  # utilization label
    secure: dict[str, str] = field(default_factory=dict)
    secure_version: int = 0
    custom: dict[str, dict[str, Any]] = field(default_factory=dict)  # custom attributes by their id
    mails: dict[str, Mail] = field(default_factory=dict)
    draft: Mail | None = None

    @property
    def media(self) -> str:
        """The medium it came in: that of the customer's leg, or of the first party where there is no customer."""
        return self.customer.communication.media

    @property
    def customer(self) -> Participant:
        """The customer's newest participant: a reply that is threaded into an ended conversation adds one (assumed).
        Of a call without a customer whoever is outside, else the first party."""
        for purpose in FAR:
            for participant in reversed(self.participants):
                if participant.purpose == purpose:
                    return participant
        return self.participants[0]

    def has(self, media: str) -> bool:
        """Whether any party has, or had, a communication in this medium."""
        return any(p.of(media) is not None for p in self.participants)

    def participant(self, id_: str) -> Participant | None:
        """A participant by its id."""
        return next((p for p in self.participants if p.id == id_), None)

    def live(self, purpose: str) -> Participant | None:
        """The newest live participant of a purpose."""
        return next((p for p in reversed(self.participants) if p.purpose == purpose and p.is_live), None)
