"""Issuing and revoking access tokens: commands on an org, and their handlers.

A token lives on the org's clock for the client's ``accessTokenValiditySeconds`` within the bounds of the limits file; a
user's may also have to be used now and then (``IdleTime``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from understudy.oauth.codes import codes
from understudy.oauth.refresh import refresh_tokens
from understudy.oauth.sign_in import sessions
from understudy.platform.engine import SINGLE
from understudy.world.org import Handler, Org
from understudy.world.tokens import Token
from understudy.world.world import World

TOKEN_LETTERS: Final = 86  # opaque; the length is not documented, 64 bytes in URL-safe Base64 are 86 letters
DEAD_TOKENS_KEPT: Final = 1000  # so that an expired token is told from an unknown one; older ones are forgotten
TOKENS_MAX: Final = 100_000  # of an org, dead and alive; the emulator's own bound
LOOKED_AFTER: Final = 100  # tokens: whenever so many more are there, dead ones are looked for
IDLE: Final = "oauth.idle"  # org.live[IDLE]: seconds that a user's token may lie unused; 0 is any time
TIMEOUT: Final = "tokens.timeout"  # the setting's resource


class Given(Protocol):
    """What was given to a client: an access token, a refresh token, a code."""

    @property
    def client(self) -> str:
        """The client's id."""

    @property
    def user(self) -> str | None:
        """The user's id; None for client credentials."""

    @property
    def family(self) -> str:
        """The sign-in that it comes from."""


@dataclass(frozen=True, slots=True)
class IssueToken:
    """A client (or a user through one) gets a token. Returns the Token. ``scoped``: ``scopes`` limit what it may do."""

    client: str
    seconds: int
    user: str | None = None
    scopes: tuple[str, ...] = ()
    scoped: bool = False
    family: str = ""


@dataclass(frozen=True, slots=True)
class RevokeTokens:
    """Revoke one token (``value``), or all that a client, a user or a sign-in (``family``) has: access tokens, refresh
    tokens and codes, and a user's sessions. Returns the list of revoked access Tokens."""

    value: str | None = None
    client: str | None = None
    user: str | None = None
    reason: str = ""
    family: str | None = None


@dataclass(frozen=True, slots=True)
class IdleTime:
    """Users' tokens, those that live too, die when they are left unused for so many seconds; 0 ends that rule."""

    seconds: float


def validity(org: Org, client: Mapping[str, Any]) -> int:
    """Seconds that a new token of this client lives (facts: platform-api §3, durations)."""
    wanted = client.get("accessTokenValiditySeconds")
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted <= 0:
        return int(org.limits.value("oauth", "token.seconds.default"))
    shortest = int(org.limits.value("oauth", "token.seconds.min"))
    longest = int(org.limits.value("oauth", "token.seconds.max"))
    return max(shortest, min(longest, wanted))


def issue_token(org: Org, command: IssueToken) -> Token:
    """Handler of ``IssueToken``."""
    now = org.now()
    value = org.ids.stream("token").word(TOKEN_LETTERS)
    token = Token(value, command.client, org.id, now, now + command.seconds, command.user, command.scopes)
    token.scoped, token.family = command.scoped, command.family
    if command.user is not None:
        token.idle, token.used = _idle_time(org), now
    org.tokens[value] = token
    org.changed("token.granted", client=command.client, user=command.user)
    return token


def revoke_tokens(org: Org, command: RevokeTokens) -> list[Token]:
    """Handler of ``RevokeTokens``."""
    revoked = [token for token in _named(org, command) if token.is_live(org.now())]
    for token in revoked:
        token.revoked = True
        org.changed("token.revoked", client=token.client, user=token.user, reason=command.reason)
    refresh_tokens(org).drop(lambda given: _is_meant(given, command))
    # A spent code stays, so that its next use is known for what it is.
    codes(org).drop(lambda code: not code.spent and _is_meant(code, command))
    if command.user is not None:
        sessions(org).drop(lambda session: session.user == command.user)
    return revoked


def set_idle_time(org: Org, command: IdleTime) -> None:
    """Handler of ``IdleTime``: tokens that are dead already stay dead, the others count from now."""
    now = org.now()
    for token in org.tokens.values():
        if token.user is not None and token.is_live(now):
            token.idle, token.used = command.seconds, now
    org.live[IDLE] = command.seconds


def idle_seconds(setting: Mapping[str, Any]) -> float:
    """What a body of IdleTokenTimeout says: seconds, or 0 where it is off."""
    return float(setting.get("idleTokenTimeoutSeconds") or 0) if setting.get("enableIdleTokenTimeout") else 0.0


def _idle_time(org: Org) -> float:
    known: float | None = org.live.get(IDLE)
    if known is None:  # nobody has set it; an org file may have written it
        setting = org.entities.get(TIMEOUT, SINGLE)
        known = org.live[IDLE] = idle_seconds(setting.body) if setting is not None else 0.0
    return known


def _named(org: Org, command: RevokeTokens) -> list[Token]:
    if command.value is not None:
        one = org.tokens.get(command.value)
        return [one] if one is not None else []
    return [token for token in org.tokens.values() if _is_meant(token, command)]


def _is_meant(given: Given, command: RevokeTokens) -> bool:
    return (
        (command.client is not None and given.client == command.client)
        or (command.user is not None and given.user == command.user)
        or (bool(command.family) and given.family == command.family)
    )


def make_known(world: World, org: Org, token: Token) -> None:
    """A new token opens the API; now and then dead ones are forgotten in its place."""
    world.tokens[token.value] = (org, token)
    if len(org.tokens) % LOOKED_AFTER == 0:  # each token adds one, so that no number is passed over
        forget_dead(world, org)


def forget_dead(world: World, org: Org) -> None:
    """Keep memory bounded: tokens stand in order of issue, so the first are the oldest. Live ones go only where there
    are more than ``TOKENS_MAX``, and the record is told."""
    if len(org.tokens) <= DEAD_TOKENS_KEPT:
        return
    now = org.now()
    dead = [value for value, token in org.tokens.items() if not token.is_live(now)]
    _forget(world, org, dead[: max(0, len(dead) - DEAD_TOKENS_KEPT)])
    surplus = list(org.tokens)[: max(0, len(org.tokens) - TOKENS_MAX)]
    if surplus:
        org.note("oauth.tokens_forgotten", count=len(surplus), kept=TOKENS_MAX)
        _forget(world, org, surplus)


def _forget(world: World, org: Org, values: Iterable[str]) -> None:
    for value in values:
        del org.tokens[value]
        world.tokens.pop(value, None)


HANDLERS: Final[Mapping[type, Handler]] = {
    IssueToken: issue_token,
    RevokeTokens: revoke_tokens,
    IdleTime: set_idle_time,
}
