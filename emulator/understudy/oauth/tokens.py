"""Issuing and revoking access tokens: commands on an org, and their handlers.

A token lives on the org's clock for the client's ``accessTokenValiditySeconds`` within the bounds of the limits file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.world.org import Handler, Org
from understudy.world.tokens import Token
from understudy.world.world import World

TOKEN_LETTERS: Final = 86  # opaque; the length is not documented, 64 bytes in URL-safe Base64 are 86 letters
DEAD_TOKENS_KEPT: Final = 1000  # so that an expired token is told from an unknown one; older ones are forgotten


@dataclass(frozen=True, slots=True)
class IssueToken:
    """A client (or a user through one) gets a token. Returns the Token."""

    client: str
    seconds: int
    user: str | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevokeTokens:
    """Revoke one token (``value``), or all live ones of a client or of a user. Returns the list of revoked Tokens."""

    value: str | None = None
    client: str | None = None
    user: str | None = None
    reason: str = ""


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
    org.tokens[value] = token
    org.changed("token.granted", client=command.client, user=command.user)
    return token


def revoke_tokens(org: Org, command: RevokeTokens) -> list[Token]:
    """Handler of ``RevokeTokens``."""
    revoked = [token for token in _named(org, command) if token.is_live(org.now())]
    for token in revoked:
        token.revoked = True
        org.changed("token.revoked", client=token.client, user=token.user, reason=command.reason)
    return revoked


def _named(org: Org, command: RevokeTokens) -> list[Token]:
    if command.value is not None:
        one = org.tokens.get(command.value)
        return [one] if one is not None else []
    return [
        token
        for token in org.tokens.values()
        if (command.client is not None and token.client == command.client)
        or (command.user is not None and token.user == command.user)
    ]


def forget_dead(world: World, org: Org) -> None:
    """Keep memory bounded: tokens stand in order of issue, so the first dead ones are the oldest."""
    if len(org.tokens) <= DEAD_TOKENS_KEPT:
        return
    now = org.now()
    dead = [value for value, token in org.tokens.items() if not token.is_live(now)]
    for value in dead[: max(0, len(dead) - DEAD_TOKENS_KEPT)]:
        del org.tokens[value]
        world.tokens.pop(value, None)


HANDLERS: Final[Mapping[type, Handler]] = {IssueToken: issue_token, RevokeTokens: revoke_tokens}
