"""Commands on conversations: the arguments of ``org.perform``.

Every way to do a thing (Platform API, control API, a flow, a timer) becomes one of these. Handlers are in
``conversations``, ``routing`` and ``architect``; each returns what its docstring says or raises ``Refused``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from understudy.conversations.model import Leg, Sender


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """The customer's message arrived on a leg. Threads into a conversation or starts one, and runs its flow.
    Returns (Conversation, Message)."""

    leg: Leg
    type: str = "Text"
    text: str = ""
    content: tuple[dict[str, Any], ...] = ()
    provider_id: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)  # customAttributes → participant attributes
    at: float | None = None  # channel.time, for the record
    events: tuple[dict[str, Any], ...] = ()  # of a message of type Event: a join, which begins without a text


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """Typing and the like from the customer. Returns the Conversation, or None where there is none."""

    leg: Leg
    events: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CustomerReceipt:
    """The vendor reports a delivery of one of our messages. Returns the Message; Refused 404 when unknown."""

    integration: str
    message: str
    status: str
    reasons: tuple[dict[str, Any], ...] = ()
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Agent, flow or API says something to the customer. Returns the Message (status ``queued``)."""

    conversation: str
    communication: str
    sender: Sender
    text: str = ""
    type: str = "Text"
    content: tuple[dict[str, Any], ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    user: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentlessMessage:
    """``POST …/messages/agentless``. Returns (Conversation, Message)."""

    leg: Leg
    text: str
    use_existing: bool = False


@dataclass(frozen=True, slots=True)
class MessageOutcome:
    """A driver reports the final outcome of a delivery: delivered, refused or timed out. Returns the Message."""

    conversation: str
    message: str
    status: str  # sent | failed
    detail: str = ""
    http_status: int | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class SetAttributes:
    """Participant attributes, merged. Returns the Participant."""

    conversation: str
    participant: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Disconnect:
    """End one participant (``participant``, or of it one ``communication``) or the whole conversation. ``kind`` is a
    disconnectType. Returns the Conversation."""

    conversation: str
    participant: str | None = None
    kind: str = "client"
    communication: str = ""


@dataclass(frozen=True, slots=True)
class AgentAccept:
    """An alerting agent answers. Returns the Participant."""

    conversation: str
    participant: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold a connected participant, or take it back. Returns the Participant."""

    conversation: str
    participant: str
    held: bool
    communication: str = ""


@dataclass(frozen=True, slots=True)
class AgentNoAnswer:
    """An alert ran out (timer): the agent is NOT_RESPONDING, the conversation back in its queue."""

    conversation: str
    participant: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Blind transfer from an agent to a queue, a user, or (calls only) a number. Returns the Conversation."""

    conversation: str
    participant: str
    queue: str | None = None
    user: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Wrapup:
    """After-call work is done: ``code`` is a wrap-up code id. A ``provisional`` code is stored, the work goes on.
    Returns the Participant."""

    conversation: str
    participant: str
    code: str | None = None
    notes: str = ""
    tags: tuple[str, ...] = ()
    provisional: bool = False
    communication: str = ""


@dataclass(frozen=True, slots=True)
class RoutingStatus:
    """An agent goes IDLE (on queue), OFF_QUEUE, … Returns the status body."""

    user: str
    status: str


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Transfer to ACD: the conversation waits in ``queue``. Whoever has it leaves, unless it is kept (``keeps``: a
    conference, a consult transfer). Returns the acd Participant."""

    conversation: str
    queue: str
    priority: int = 0
    from_participant: str | None = None
    media: str = ""  # that of the leg
    skills: tuple[str, ...] = ()
    language: str = ""
    preferred: str | None = None
    keeps: bool = False
    consult: str = ""  # participant that a consult transfer is about
    consult_by: str = ""


@dataclass(frozen=True, slots=True)
class IntervalDue:
    """An interval of an interface's own (a webhook's retry gap): becomes an effect ``interval`` for its driver."""

    interface: str
    key: str


@dataclass(frozen=True, slots=True)
class FlowTimer:
    """A wait inside a flow is over."""

    conversation: str
    step: str


@dataclass(frozen=True, slots=True)
class ThreadExpired:
    """The threading window of an address is over."""

    conversation: str


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Run the flow of the conversation's address from its start; a failure is a note, never an error."""

    conversation: str


@dataclass(frozen=True, slots=True)
class FlowMessage:
    """The customer wrote again: a flow that waits for it goes on. Silent where none does."""

    conversation: str
    message: str


@dataclass(frozen=True, slots=True)
class FlowLeft:
    """A flow's participant was just disconnected while its run was under way: what the run is with lets go of it."""

    conversation: str
    participant: str


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """A participant was just disconnected: routing forgets its alert, its place in the queue or its agent's load."""

    conversation: str
    participant: str


@dataclass(frozen=True, slots=True)
class AgentFree:
    """An agent is done with a conversation, after-call work included."""

    user: str
    participant: str


@dataclass(frozen=True, slots=True)
class AgentBusy:
    """An agent began a conversation of his own: it counts against his capacity like one that routing gave him."""

    user: str
    participant: str
    media: str


@dataclass(frozen=True, slots=True)
class AcwDue:
    """After-call work ran out of time. Silent when it is done already."""

    conversation: str
    participant: str


@dataclass(frozen=True, slots=True)
class AssignWaiting:
    """The members of a queue (``None``: of any) changed: whoever waits may now have an agent."""

    queue: str | None = None
