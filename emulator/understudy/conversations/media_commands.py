"""Commands on calls, callbacks and e-mails, beside those of ``commands`` that every medium shares."""

from __future__ import annotations

from dataclasses import dataclass, field

from understudy.conversations.media import Callback, Mail
from understudy.conversations.model import Leg


@dataclass(frozen=True, slots=True)
class Routing:
    """What ACD is asked for."""

    queue: str
    priority: int = 0
    skills: tuple[str, ...] = ()
    language: str = ""
    preferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """Whom a call goes to: exactly one of a number, a user and a queue."""

    address: str = ""
    user: str = ""
    queue: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class StartCall:
    """A user calls. With ``queue`` on behalf of that queue. Returns the Conversation."""

    user: str
    to: tuple[Destination, ...]
    queue: str = ""
    caller_id: str = ""
    caller_id_name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    uui: str = ""
    priority: int = 0
    skills: tuple[str, ...] = ()
    language: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class AddToCall:
    """Somebody else is called into a call. Returns the new Participant."""

    conversation: str
    to: Destination
    priority: int = 0
    skills: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class CallBack:
    """The agent of a callback calls the customer. Returns the Conversation."""

    conversation: str
    number: str
    user: str | None = None


@dataclass(frozen=True, slots=True)
class CallProgress:
    """What the far end of a call did (SIP, a telephone, a test): ``state`` is contacting, connected or disconnected.
    Returns the Participant."""

    conversation: str
    participant: str
    state: str
    kind: str = "endpoint"  # disconnectType


@dataclass(frozen=True, slots=True)
class Mute:
    """Mute a connected party of a call, or take it back. Returns the Participant."""

    conversation: str
    participant: str
    muted: bool
    communication: str = ""


@dataclass(frozen=True, slots=True)
class Confine:
    """Put a connected party of a call into a private talk, or take it back. Returns the Participant."""

    conversation: str
    participant: str
    confined: bool
    communication: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Recording of a conversation becomes ACTIVE, PAUSED or NONE. Returns the Conversation."""

    conversation: str
    state: str


@dataclass(frozen=True, slots=True)
class SendDigits:
    """DTMF into a call. Returns the Participant."""

    conversation: str
    participant: str
    digits: str


@dataclass(frozen=True, slots=True)
class Consult:
    """A connected agent (``by``) talks to somebody before handing ``object`` over. Returns the new Participant."""

    conversation: str
    object: str
    by: str
    to: Destination
    speak_to: str = "DESTINATION"  # DESTINATION | OBJECT | BOTH | CONFERENCE


@dataclass(frozen=True, slots=True)
class SpeakTo:
    """Whom the consulting agent speaks to now. Returns the consulted Participant."""

    conversation: str
    object: str
    speak_to: str


@dataclass(frozen=True, slots=True)
class CancelConsult:
    """The consult transfer is taken back. Returns the Conversation."""

    conversation: str
    object: str


@dataclass(frozen=True, slots=True)
class Join:
    """A supervisor barges in on, monitors or coaches a party. Returns the new Participant."""

    conversation: str
    participant: str
    user: str
    role: str  # barge | monitor | coach


@dataclass(frozen=True, slots=True)
class Park:
    """Park a connected agent's message or e-mail, until ``resumes`` (the org's time) if given. Returns the
    Participant."""

    conversation: str
    participant: str
    resumes: float | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """A parked communication goes back to its agent: connected where he asks for it, alerting where its time has come
    (``is_due``). Returns the Participant, or None where it is parked no more."""

    conversation: str
    participant: str
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class StartCallback:
    """Somebody wants to be called back: a new conversation. Returns the Conversation."""

    callback: Callback
    routing: Routing
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddCallback:
    """A participant of a live conversation wants to be called back. Returns the acd Participant."""

    conversation: str
    participant: str
    callback: Callback
    routing: Routing
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeCallback:
    """Another time, other numbers, another queue or a wanted agent for a callback that nobody has answered yet.
    ``None`` leaves as it is. Returns the Conversation."""

    conversation: str
    scheduled: float | None = None
    numbers: tuple[str, ...] | None = None
    queue: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class CallbackDue:
    """The time of a scheduled callback has come."""

    conversation: str
    participant: str


@dataclass(frozen=True, slots=True)
class StartEmail:
    """An e-mail conversation. Inbound ones wait in the queue of ``routing``; an outbound one is ``user``'s, on behalf
    of that queue. Returns the Conversation."""

    direction: str  # inbound | outbound
    routing: Routing
    mailbox: str
    address: str
    name: str = ""
    subject: str = ""
    mail: Mail | None = None
    user: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddMail:
    """One more e-mail in a conversation: the customer's, or the reply of a connected agent. Returns the Mail."""

    conversation: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class Reconnect:
    """A user takes up an e-mail conversation that has ended. Returns the Conversation."""

    conversation: str
    user: str


@dataclass(frozen=True, slots=True)
class StartMessage:
    """An agent writes first: an outbound message conversation on a leg. Returns the Conversation."""

    leg: Leg
    user: str
    queue: str
    use_existing: bool = False
