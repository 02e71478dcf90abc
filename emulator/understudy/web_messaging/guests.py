"""Guests of messenger deployments: who a token stands for, what session it has, and how long that lives.

A guest's token is its secret: it finds the guest and is shown nowhere. What the rest of the org knows is the guest's
id, which is the address of the conversation's leg. Guests pass with a restore or reset, as conversations do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from understudy.conversations.commands import Disconnect
from understudy.conversations.model import Conversation, Leg
from understudy.conversations.retention import threads
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging.deployment import READ_ONLY, end_shown
from understudy.web_messaging.prepared import Prepared
from understudy.web_messaging.terms import MINUTE, NAMESPACE, GuestRates, Rate
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.web_messaging.identity import Identity

INTERFACE: Final = "web_messaging"
LIVE: Final = "web_messaging.guests"  # org.live[LIVE]: Guests
GUESTS_KEPT: Final = 20_000  # of one org; the emulator's own bound
EXPIRED_KEPT: Final = 20_000  # tokens whose session expired
CONVERSATIONS_KEPT: Final = 50  # of one guest
TOKENS_KEPT: Final = 20  # of one guest


@dataclass(slots=True, kw_only=True)
class Guest:
    """One guest's session. ``expires`` in the org's seconds, ``duration`` in seconds after the last message;
    ``conversation`` is the one that a message goes to ("" for none), ``conversations`` all of them, oldest first;
    ``sockets`` the numbers of its connections, oldest first; ``tokens`` what its clients call themselves, ``resume`` a
    token by which another client continues the session."""

    id: str
    tokens: list[str]
    deployment: str
    expires: float
    duration: int
    rates: GuestRates
    language: str = ""
    identity: Identity | None = None
    conversation: str = ""
    conversations: list[str] = field(default_factory=list)
    sockets: list[int] = field(default_factory=list)
    resume: str = ""
    journey: str = ""  # who its client says it is: journeyContext.customer.id

    @property
    def token(self) -> str:
        """The token that the session began with."""
        return self.tokens[0]


@dataclass(frozen=True, slots=True)
class SessionDue:
    """A guest's session may be over (timer); a session that was extended meanwhile goes on."""

    guest: str


class Guests:
    """The guests of one org, oldest first, and whose a token is."""

    def __init__(self) -> None:
        self.by_id: dict[str, Guest] = {}
        self.by_token: dict[str, Guest] = {}
        self.by_resume: dict[str, Guest] = {}
        self.by_person: dict[tuple[str, str], dict[str, Guest]] = {}  # (deployment, subject) → by id, oldest first
        self.expired: dict[str, None] = {}  # tokens, oldest first
        self.connecting: dict[str, Rate] = {}  # deployment → its upgrades
        self.prepared: dict[str, list[Prepared]] = {}  # guest → what a test has in store for its next frames

    def add(self, guest: Guest) -> None:
        """Keep one more; ``make_room`` for it first."""
        self.by_id[guest.id] = self.by_token[guest.token] = guest

    def drop(self, guest: Guest) -> None:
        """Forget a guest; its tokens are worth nothing."""
        self.by_id.pop(guest.id, None)
        self.prepared.pop(guest.id, None)
        self.by_resume.pop(guest.resume, None)
        for token in guest.tokens:
            self.by_token.pop(token, None)
        self._leave_person(guest)

    def rename(self, guest: Guest, token: str) -> None:
        """A further client continues the session under a token of its own; of many the newest are known."""
        if self.by_token.get(token) is guest:
            return
        self.by_token[token] = guest
        guest.tokens.append(token)
        if len(guest.tokens) > TOKENS_KEPT:
            self.by_token.pop(guest.tokens.pop(1), None)

    def identify(self, guest: Guest, identity: Identity) -> None:
        """The guest signed in."""
        self._leave_person(guest)
        guest.identity = identity
        self.by_person.setdefault((guest.deployment, identity.subject), {})[guest.id] = guest

    def of_person(self, deployment: str, subject: str) -> Guest | None:
        """The oldest session of a person who signed in."""
        return next(iter(self.by_person.get((deployment, subject), {}).values()), None)

    def resumable(self, guest: Guest, token: str) -> str:
        """The guest's resume token: ``token``, unless it has one."""
        if not guest.resume:
            guest.resume = token
            self.by_resume[token] = guest
        return guest.resume

    def expire(self, guest: Guest) -> None:
        """Forget a guest, but not that its session expired."""
        self.drop(guest)
        self.expired |= dict.fromkeys(guest.tokens)
        while len(self.expired) > EXPIRED_KEPT:
            del self.expired[next(iter(self.expired))]

    def _leave_person(self, guest: Guest) -> None:
        key = (guest.deployment, guest.identity.subject if guest.identity is not None else "")
        sessions = self.by_person.get(key, {})
        sessions.pop(guest.id, None)
        if not sessions:
            self.by_person.pop(key, None)


def guests_of(org: Org) -> Guests:
    """The org's guests."""
    found = org.live.get(LIVE)
    if found is None:
        found = org.live[LIVE] = Guests()
    assert isinstance(found, Guests)
    return found


def make_room(org: Org) -> bool:
    """Of too many guests the oldest without a connection goes; False where all that are kept have one."""
    known = guests_of(org)
    if len(known.by_id) < GUESTS_KEPT:
        return True
    idle = next((one for one in known.by_id.values() if not one.sockets), None)
    if idle is not None:
        org.schedule.cancel(_interval(idle))
        known.drop(idle)
    return idle is not None


def guest_of(org: Org, token: str) -> Guest | None:
    """Whom a token stands for, while the session lives."""
    return guests_of(org).by_token.get(token)


def guest_by_id(org: Org, id_: str) -> Guest | None:
    """A guest by the id that the org knows it by, while the session lives."""
    return guests_of(org).by_id.get(id_)


def guest_called(org: Org, journey: str) -> Guest | None:
    """The newest guest whose client says that it is ``journey``, while the session lives."""
    return next((one for one in reversed(guests_of(org).by_id.values()) if one.journey == journey), None)


def upgrade_wait(org: Org, deployment: str) -> int:
    """0, and one more connection of the deployment is counted; or in how many seconds there is room for it again."""
    rates = guests_of(org).connecting
    rate = rates.get(deployment)
    if rate is None:
        most = int(org.limits.value(NAMESPACE, "connections.per.deployment.per.minute"))
        rate = rates[deployment] = Rate(most, MINUTE)
    return rate.take(org.now())


def leg_of(guest: Guest) -> Leg:
    """The guest's way into a conversation; its language goes on to the flow."""
    name = guest.identity.name if guest.identity is not None else ""
    profile: dict[str, Any] = {"language": guest.language} if guest.language else {}
    return Leg(INTERFACE, guest.deployment, guest.id, "Opaque", name, profile)


def conversation_of(org: Org, guest: Guest) -> Conversation | None:
    """The conversation that the guest's next message goes to, as long as it is remembered."""
    return org.conversations.get(guest.conversation)


def is_read_only(org: Org, guest: Guest) -> bool:
    """The guest's conversation has ended, and the deployment lets nobody write into an ended one."""
    conversation = conversation_of(org, guest)
    return conversation is not None and conversation.ended is not None and end_of(org, guest) == READ_ONLY


def end_of(org: Org, guest: Guest) -> str:
    """How the end of the conversation is shown (``deployment.end_shown``); "" where the deployment is gone."""
    found = org.entities.get(DEPLOYMENTS, guest.deployment)
    return end_shown(org, found) if found is not None else ""


def extend(org: Org, guest: Guest) -> None:
    """Somebody said something: the session lives its whole duration again. Its interval, once set, finds that out when
    it is due, so that a message costs no place in the schedule."""
    guest.expires = org.now() + guest.duration


def watch(org: Org, guest: Guest) -> None:
    """Look at the session again when it would be over."""
    org.schedule.at(guest.expires, _interval(guest), SessionDue(guest.id))


def took_part(guest: Guest, conversation: Conversation) -> None:
    """What the guest said went into this conversation."""
    if guest.conversation != conversation.id:
        guest.conversation = conversation.id
        if conversation.id not in guest.conversations:
            guest.conversations = [*guest.conversations, conversation.id][-CONVERSATIONS_KEPT:]


def end_conversation(org: Org, guest: Guest, kind: str = "client") -> None:
    """The guest's conversation ends, where there is a live one, by the guest's side."""
    conversation = conversation_of(org, guest)
    if conversation is not None and conversation.ended is None:
        org.perform(Disconnect(conversation.id, conversation.customer.id, kind))


def start_anew(org: Org, guest: Guest) -> None:
    """What the guest says next begins a new conversation."""
    end_conversation(org, guest)
    threads(org).pop((guest.deployment, guest.id), None)
    guest.conversation = ""


def forget(org: Org, guest: Guest) -> None:
    """The session is cleared: its conversation ends, and its token stands for nobody."""
    org.schedule.cancel(_interval(guest))
    start_anew(org, guest)
    guests_of(org).drop(guest)


def _interval(guest: Guest) -> str:
    return f"{INTERFACE}/session/{guest.id}"
