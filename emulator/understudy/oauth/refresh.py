"""Refresh tokens: a client gets a further access token without its user (RFC 6749 §6).

Their life (``oauth."refresh.seconds"``) and whether one is replaced when it is used (switch ``oauth.refresh_rotation``)
are not documented (facts: platform-api §9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from understudy.oauth.expiring import Expiring
from understudy.world.org import Handler, Org

LIVE: Final = "oauth.refresh"  # org.live[LIVE]: Expiring[RefreshToken]
REFRESH_MAX: Final = 50_000  # the emulator's own bound
REFRESH_LETTERS: Final = 86  # opaque; the length is not documented


@dataclass(slots=True)
class RefreshToken:
    """Whose it is. ``is_public``: it was given to a client that proved itself by PKCE alone."""

    client: str
    user: str
    scopes: tuple[str, ...]
    family: str
    is_public: bool
    expires: float


@dataclass(frozen=True, slots=True)
class IssueRefresh:
    """A client gets a refresh token beside its access token. Returns its value."""

    client: str
    user: str
    scopes: tuple[str, ...]
    family: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class ForgetRefresh:
    """A refresh token has been replaced."""

    value: str


def refresh_tokens(org: Org) -> Expiring[RefreshToken]:
    """The refresh tokens of an org."""
    found: Expiring[RefreshToken] = org.live.setdefault(LIVE, Expiring(REFRESH_MAX))
    return found


def issue_refresh(org: Org, command: IssueRefresh) -> str:
    """Handler of ``IssueRefresh``."""
    now = org.now()
    value = org.ids.stream("token").word(REFRESH_LETTERS)
    expires = now + org.limits.value("oauth", "refresh.seconds")
    kept = RefreshToken(command.client, command.user, command.scopes, command.family, command.is_public, expires)
    refresh_tokens(org).put(value, kept, now)
    return value


def forget_refresh(org: Org, command: ForgetRefresh) -> None:
    """Handler of ``ForgetRefresh``."""
    refresh_tokens(org).pop(command.value)


HANDLERS: Final[Mapping[type, Handler]] = {IssueRefresh: issue_refresh, ForgetRefresh: forget_refresh}
