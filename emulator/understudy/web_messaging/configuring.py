"""``configureSession`` and ``configureAuthenticatedSession``: which guest a socket belongs to (facts: messaging §2.2 to
§2.4, §2.7).

A known token continues its session and its conversation, ``startNew`` ends the conversation first. Assumed where the
facts are silent: ``startNew`` ends a live one, too, and its answer says ``newSession``; a token is of one deployment; a
token whose session expired is 4006 for good; a resume token lets another token continue the session; a person who signs
in on a second device continues the session of the first; a guest who signs in keeps the session where the configuration
allows session upgrade, else begins a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_deployments.deployments import active_configuration
from understudy.web_messaging import guests as g
from understudy.web_messaging.codes import DOWNGRADE, FORBIDDEN, RATE, SESSION_EXPIRED, SESSION_NOT_FOUND, UNEXPECTED
from understudy.web_messaging.deployment import is_active, language_for, session_seconds, terms_of
from understudy.web_messaging.frames import SessionFacts
from understudy.web_messaging.guests import INTERFACE, Guest
from understudy.web_messaging.identity import Identity, identity_of
from understudy.web_messaging.intentions import Configured, RefuseSession
from understudy.web_messaging.messages import NAME_MAX, ConfigureAuthenticatedSession, ConfigureSession
from understudy.web_messaging.terms import NAMESPACE, GuestRates, Terms
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org

SIGNED_IN: Final = "signedIn"  # why other connections are closed (facts: messaging §2.3)
TOO_MANY: Final = "tooManyConnections"  # assumed


@dataclass(frozen=True, slots=True)
class ConfigureGuest:
    """A client configures the session of its socket. ``languages`` are those that its browser wants, best first.
    Returns (Guest, Configured), or (None, RefuseSession)."""

    deployment: str
    socket: int
    request: ConfigureSession | ConfigureAuthenticatedSession
    languages: tuple[str, ...] = ()


Answer = tuple[Guest, Configured] | tuple[None, RefuseSession]


@dataclass(frozen=True, slots=True)
class _Found:
    """Whose session it is: None for a new guest's. ``cleared``: one that there was is over."""

    guest: Guest | None
    identity: Identity | None = None
    cleared: bool = False


def configure(org: Org, command: ConfigureGuest) -> Answer:
    """Handler of ``ConfigureGuest``."""
    request = command.request
    deployment = org.entities.get(DEPLOYMENTS, command.deployment)
    if deployment is None or not is_active(deployment):
        return None, RefuseSession(FORBIDDEN, "the deployment is not active", request.tracing_id)
    found = _find(org, deployment, command)
    if isinstance(found, RefuseSession):
        return None, found
    guest = found.guest or _new_guest(org, deployment, command)
    if guest is None:
        return None, RefuseSession(UNEXPECTED, "too many guests are connected", request.tracing_id)
    if found.identity is not None:
        g.guests_of(org).identify(guest, found.identity)
    guest.journey = _journey(request) or guest.journey
    is_new = found.guest is None
    if request.start_new and not is_new:
        g.start_anew(org, guest)
        _reopen_others(org, deployment, guest, command.socket)
    _join(org, guest, command.socket)
    is_new = is_new or bool(request.start_new)
    terms = terms_of(org, deployment)
    facts = _facts(org, guest, terms, new=is_new, cleared=found.cleared)
    return guest, Configured(facts, guest.rates, request.tracing_id, terms)


def _journey(request: ConfigureSession | ConfigureAuthenticatedSession) -> str:
    """Who the client says its customer is (``journeyContext.customer.id``), "" where it says nothing of use."""
    context = request.journey_context if isinstance(request, ConfigureSession) else None
    customer = (context or {}).get("customer")
    name = customer.get("id") if isinstance(customer, dict) else None
    return name if isinstance(name, str) and len(name) <= NAME_MAX else ""


def _find(org: Org, deployment: Entity, command: ConfigureGuest) -> _Found | RefuseSession:
    request, known = command.request, g.guests_of(org)
    tracing_id = request.tracing_id
    guest = known.by_token.get(request.token)
    if guest is None and request.token in known.expired:
        return RefuseSession(SESSION_EXPIRED, "", tracing_id)
    if guest is None and request.resume_token:
        guest = known.by_resume.get(request.resume_token)
        if guest is None:
            return RefuseSession(SESSION_NOT_FOUND, "the resume token is not known", tracing_id)
    if guest is not None and guest.deployment != deployment.id:
        return RefuseSession(SESSION_NOT_FOUND, "the session is of another deployment", tracing_id)
    # a socket that has a session counted this request itself (``GuestSession``)
    if guest is not None and command.socket not in guest.sockets and (wait := guest.rates.configures.take(org.now())):
        return RefuseSession(RATE, "", tracing_id, wait)
    if isinstance(request, ConfigureAuthenticatedSession):
        return _signed_in(org, deployment, guest, command)
    if guest is not None and guest.identity is not None:
        return RefuseSession(DOWNGRADE, "", tracing_id)
    return _named(org, guest, request.token)


def _signed_in(org: Org, deployment: Entity, guest: Guest | None, command: ConfigureGuest) -> _Found | RefuseSession:
    request = command.request
    code = request.code if isinstance(request, ConfigureAuthenticatedSession) else ""
    identity = identity_of(org, deployment.id, code)
    if isinstance(identity, RefuseSession):
        return RefuseSession(identity.code, identity.reason, request.tracing_id)
    if guest is not None and guest.identity is not None and guest.identity.subject == identity.subject:
        return _named(org, guest, request.token, identity)
    settings = active_configuration(org, deployment).get("authenticationSettings") or {}
    if guest is not None and guest.identity is None and settings.get("allowSessionUpgrade"):
        _close_others(org, guest, command.socket)
        return _named(org, guest, request.token, identity)
    cleared = guest is not None
    if guest is not None:  # another person, or an anonymous session that may not be upgraded
        _close_others(org, guest, command.socket)
        g.forget(org, guest)
    same = g.guests_of(org).of_person(deployment.id, identity.subject)
    found = _named(org, same, request.token, identity)
    return _Found(found.guest, identity, cleared)


def _named(org: Org, guest: Guest | None, token: str, identity: Identity | None = None) -> _Found:
    if guest is not None:
        g.guests_of(org).rename(guest, token)
    return _Found(guest, identity)


def _new_guest(org: Org, deployment: Entity, command: ConfigureGuest) -> Guest | None:
    if not g.make_room(org):
        return None
    shown, duration = active_configuration(org, deployment), session_seconds(org, deployment)
    guest = Guest(
        id=org.ids.uuid("customer"),
        tokens=[command.request.token],
        deployment=deployment.id,
        expires=org.now() + duration,
        duration=duration,
        rates=GuestRates(terms_of(org, deployment)),
        language=language_for(shown, command.languages),
    )
    g.guests_of(org).add(guest)
    guest.rates.configures.take(org.now())
    g.watch(org, guest)
    return guest


def _join(org: Org, guest: Guest, socket: int) -> None:
    """The socket is the guest's newest connection; of too many the oldest goes (facts: messaging §2.6)."""
    if socket in guest.sockets:
        return
    guest.sockets.append(socket)
    most = int(org.limits.value(NAMESPACE, "connections.per.session"))
    while len(guest.sockets) > most:
        org.say(INTERFACE, "displaced", customer=guest.id, socket=guest.sockets.pop(0), reason=TOO_MANY)


def _close_others(org: Org, guest: Guest, socket: int) -> None:
    """Somebody signed in on this socket: the session's other connections are closed."""
    for other in [one for one in guest.sockets if one != socket]:
        guest.sockets.remove(other)
        org.say(INTERFACE, "displaced", customer=guest.id, socket=other, reason=SIGNED_IN)


def _reopen_others(org: Org, deployment: Entity, guest: Guest, socket: int) -> None:
    """This socket started a new conversation: those that the end of the last one made read-only go on with it. For
    them the session is not new, so that the conversation begins by itself once (facts: messaging §6c, WM-04)."""
    others = tuple(one for one in guest.sockets if one != socket)
    if others:
        facts = _facts(org, guest, terms_of(org, deployment))
        org.say(INTERFACE, "reopened", customer=guest.id, sockets=others, facts=facts)


def _facts(org: Org, guest: Guest, terms: Terms, *, new: bool = False, cleared: bool = False) -> SessionFacts:
    return SessionFacts(
        new=new,
        duration=guest.duration,
        expires_at=guest.expires,
        media=terms.media,
        attributes_max=terms.attributes_bytes,
        read_only=g.is_read_only(org, guest),
        cleared_existing=cleared,
    )


HANDLERS: Final[Mapping[type, Handler]] = {ConfigureGuest: configure}
