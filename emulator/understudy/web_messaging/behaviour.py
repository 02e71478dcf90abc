"""What guests do, as commands of the org: they say, type, join, end, clear, leave (facts: messaging §2.2, §2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.conversations.commands import CustomerEvent, CustomerMessage
from understudy.conversations.model import Conversation, Message
from understudy.errors import Refused
from understudy.web_messaging import configuring
from understudy.web_messaging import guests as g
from understudy.web_messaging.guests import INTERFACE, Guest, SessionDue
from understudy.world.org import Handler, Org

LEFT: Final = "closedSession"  # why the other connections are closed; assumed
SIGNED_OUT: Final = "signedOut"


@dataclass(frozen=True, slots=True)
class GuestSays:
    """A text, a click, or a join, which begins the conversation without a text. Returns (Conversation, Message);
    Refused 404 when the session is gone."""

    guest: str
    type: str
    text: str = ""
    content: tuple[dict[str, Any], ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuestTypes:
    """Typing. Returns the Conversation, or None where there is none to see it."""

    guest: str
    events: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class GuestEnds:
    """The guest ends the conversation, where there is a live one; the session goes on."""

    guest: str


@dataclass(frozen=True, slots=True)
class GuestClears:
    """The guest clears the conversation: it ends, and the session with it (that the token then begins a session of a
    new guest is assumed)."""

    guest: str


@dataclass(frozen=True, slots=True)
class GuestLeaves:
    """A connection has left its session, or is gone; ``everywhere``: the session's other connections are closed. The
    session and its conversation go on."""

    guest: str
    socket: int
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class SocketDue:
    """A silent socket's time may be over (timer)."""

    socket: int


@dataclass(frozen=True, slots=True)
class WatchSocket:
    """Look at a socket again at ``at`` (the org's seconds), or no more (None)."""

    socket: int
    at: float | None


@dataclass(frozen=True, slots=True)
class GuestsLogOut:
    """A sign-in was revoked: the sessions that rest on it are over."""

    sign_in: str


def says(org: Org, command: GuestSays) -> tuple[Conversation, Message]:
    """Handler of ``GuestSays``."""
    guest = _guest(org, command.guest)
    said = CustomerMessage(
        g.leg_of(guest),
        command.type,
        command.text,
        command.content,
        metadata=dict(command.metadata),
        attributes=dict(command.attributes),
        events=command.events,
    )
    found: tuple[Conversation, Message] = org.perform(said)
    g.took_part(guest, found[0])
    g.extend(org, guest)
    return found


def types(org: Org, command: GuestTypes) -> Conversation | None:
    """Handler of ``GuestTypes``."""
    found: Conversation | None = org.perform(CustomerEvent(g.leg_of(_guest(org, command.guest)), command.events))
    return found


def ends(org: Org, command: GuestEnds) -> None:
    """Handler of ``GuestEnds``."""
    g.end_conversation(org, _guest(org, command.guest))


def clears(org: Org, command: GuestClears) -> None:
    """Handler of ``GuestClears``."""
    g.forget(org, _guest(org, command.guest))


def leaves(org: Org, command: GuestLeaves) -> None:
    """Handler of ``GuestLeaves``; silent for who has left already."""
    guest = g.guest_by_id(org, command.guest)
    if guest is None:
        return
    if command.socket in guest.sockets:
        guest.sockets.remove(command.socket)
    while command.everywhere and guest.sockets:
        org.say(INTERFACE, "displaced", customer=guest.id, socket=guest.sockets.pop(0), reason=LEFT)


def session_due(org: Org, command: SessionDue) -> None:
    """Handler of ``SessionDue``: who is connected hears of the end before the conversation ends."""
    guest = g.guest_by_id(org, command.guest)
    if guest is None:
        return
    if guest.expires > org.now():
        g.watch(org, guest)
        return
    g.guests_of(org).expire(guest)
    org.say(INTERFACE, "expired", customer=guest.id, sockets=tuple(guest.sockets))
    org.changed("guest.expired", conversation=guest.conversation or None, customer=guest.id)
    g.end_conversation(org, guest, "session.expired")


def socket_due(org: Org, command: SocketDue) -> None:
    """Handler of ``SocketDue``."""
    org.say(INTERFACE, "due", socket=command.socket)


def watch_socket(org: Org, command: WatchSocket) -> None:
    """Handler of ``WatchSocket``."""
    key = f"{INTERFACE}/socket/{command.socket}"
    if command.at is None:
        org.schedule.cancel(key)
    else:
        org.schedule.at(command.at, key, SocketDue(command.socket))


def log_out(org: Org, command: GuestsLogOut) -> None:
    """Handler of ``GuestsLogOut``."""
    known = list(g.guests_of(org).by_id.values())
    for guest in [one for one in known if one.identity is not None and one.identity.sign_in == command.sign_in]:
        org.say(INTERFACE, "logged_out", customer=guest.id, sockets=tuple(guest.sockets), reason=SIGNED_OUT)
        g.forget(org, guest)


def _guest(org: Org, id_: str) -> Guest:
    guest = g.guest_by_id(org, id_)
    if guest is None:
        raise Refused(404, "not.found", f"There is no session of guest {id_}.", params={"guestId": id_})
    return guest


HANDLERS: Final[Mapping[type, Handler]] = {
    **configuring.HANDLERS,
    GuestSays: says,
    GuestTypes: types,
    GuestEnds: ends,
    GuestClears: clears,
    GuestLeaves: leaves,
    SessionDue: session_due,
    SocketDue: socket_due,
    WatchSocket: watch_socket,
    GuestsLogOut: log_out,
}
