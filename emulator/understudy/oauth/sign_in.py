"""Who signs in: the people of an org, the hints that name one, and the sessions of their browsers.

A session lives ``oauth."session.seconds"`` of the limits file on the org's clock; its value is the browser's cookie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.ids import secret
from understudy.oauth.expiring import Expiring
from understudy.platform.grants import USERS
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org
from understudy.world.switches import ORGANIZATIONS

LIVE: Final = "oauth.sessions"  # org.live[LIVE]: Expiring[Session]
SESSIONS_MAX: Final = 10_000  # the emulator's own bound


@dataclass(slots=True)
class Session:
    """A browser that a user signed in with."""

    user: str
    expires: float


@dataclass(frozen=True, slots=True)
class SignIn:
    """A user signed in on the page. Returns the session's value."""

    user: str


@dataclass(frozen=True, slots=True)
class SignOut:
    """A browser's session ends; ``value`` may be of none."""

    value: str


def sessions(org: Org) -> Expiring[Session]:
    """The sessions of an org."""
    found: Expiring[Session] = org.live.setdefault(LIVE, Expiring(SESSIONS_MAX))
    return found


def is_active(user: Entity | None) -> bool:
    """Whether there is such a user and nobody made it inactive."""
    return user is not None and user.body.get("state", "active") == "active"


def people(org: Org) -> Iterator[Entity]:
    """The users who can sign in, in order of creation."""
    return (user for user in org.entities.of(USERS).values() if is_active(user))


def person(org: Org, address: str) -> Entity | None:
    """The active user with this e-mail address or user name, whatever its case."""
    folded = address.strip().casefold()
    if not folded:
        return None
    return next((user for user in people(org) if folded in _addresses(user.body)), None)


def split_hint(hint: str) -> tuple[str, str]:
    """``login_hint`` as (e-mail address, org): it is ``email``, ``org`` or ``email:org`` (facts: platform-api §3).

    >>> split_hint("ann@acme.example:Acme")
    ('ann@acme.example', 'Acme')
    """
    if "@" not in hint:
        return "", hint.strip()
    address, _, org = hint.partition(":")
    return address.strip(), org.strip()


def is_named(org: Org, name: str) -> bool:
    """Whether ``name`` is the org's: its name, its third-party name, or its id; case does not count (assumed)."""
    organization = org.entities.get(ORGANIZATIONS, org.id)
    body = organization.body if organization is not None else {}
    known = (org.id, org.name, body.get("name"), body.get("thirdPartyOrgName"))
    return name.strip().casefold() in {str(one).casefold() for one in known if one}


def sign_in(org: Org, command: SignIn) -> str:
    """Handler of ``SignIn``."""
    now, value = org.now(), secret()
    sessions(org).put(value, Session(command.user, now + org.limits.value("oauth", "session.seconds")), now)
    org.note("oauth.signed_in", user=command.user)
    return value


def sign_out(org: Org, command: SignOut) -> None:
    """Handler of ``SignOut``."""
    sessions(org).pop(command.value)


def _addresses(body: Mapping[str, Any]) -> set[str]:
    return {str(body[key]).casefold() for key in ("email", "username") if body.get(key)}


HANDLERS: Final[Mapping[type, Handler]] = {SignIn: sign_in, SignOut: sign_out}
