"""Authorization requests: what the query of ``GET /oauth/authorize`` asks, and what is wrong with it.

Parameters: facts: platform-api §3; the errors that go back to the client by redirect are those of RFC 6749 §4.1.2.1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from understudy.oauth.codes import CHALLENGE
from understudy.oauth.messages import FORM_FIELDS_MAX, OAuthError
from understudy.oauth.sign_in import is_named, split_hint
from understudy.world.org import Org
from understudy.world.switches import switch

GRANT_TYPES: Final[Mapping[str, str]] = {"code": "CODE", "token": "TOKEN"}  # response_type → authorizedGrantType
DECIDING: Final = ("client_id", "redirect_uri")  # given twice, nobody knows where an error would have to go
IMPLICIT: Final = "token"


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The first value of each parameter; ``repeated`` names those that were given again."""

    parameters: Mapping[str, str]
    repeated: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> str:
        """A parameter's value; "" where it is missing."""
        return self.parameters.get(name, "")

    @property
    def is_implicit(self) -> bool:
        """Whether the answer goes into the fragment."""
        return self["response_type"] == IMPLICIT

    @property
    def wants_page(self) -> bool:
        """``prompt=login``: the person is to be asked even if a session is there."""
        return "login" in self["prompt"].split()


def parse_authorization(query: str) -> AuthorizationRequest | OAuthError:
    """Read a query, still percent-encoded; never raises."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS_MAX)
    except ValueError:  # UnicodeDecodeError too
        return OAuthError("invalid_request", "the query is not UTF-8 or has too many parameters")
    parameters = dict(reversed(pairs))
    repeated = {name for name, times in Counter(name for name, _ in pairs).items() if times > 1}
    for name in DECIDING:
        if name in repeated:
            return OAuthError("invalid_request", f"{name} is repeated")
    return AuthorizationRequest(parameters, frozenset(repeated))


def scopes_for(asked: str, client: Mapping[str, Any]) -> tuple[str, ...]:
    """What is granted: the scopes asked that the client has, or all of its own where none is asked for."""
    own = tuple(str(scope) for scope in client.get("scope") or ())
    wanted = asked.split()
    if not wanted:
        return own
    return tuple(dict.fromkeys(scope for scope in wanted if covers(own, scope)))


def is_limited(org: Org, client: Mapping[str, Any]) -> bool:
    """Whether scopes limit what the client gets of users: always, unless it has none and the switch says that none is
    all."""
    return bool(client.get("scope")) or switch(org, "oauth.no_scopes") == "none"


def covers(own: tuple[str, ...], scope: str) -> bool:
    """Whether these scopes include one: itself, or the one that it is the reading half of (``users:readonly``)."""
    return scope in own or "*" in own or (scope.endswith(":readonly") and scope.removesuffix(":readonly") in own)


def fault(asked: AuthorizationRequest, org: Org, client: Mapping[str, Any]) -> OAuthError | None:
    """What the client is told by redirect, or None where the request is in order."""
    if asked.repeated:
        return OAuthError("invalid_request", f"{min(asked.repeated)} is repeated")
    kind = asked["response_type"]
    if not kind:
        return OAuthError("invalid_request", "response_type is missing")
    if kind not in GRANT_TYPES:
        return OAuthError("unsupported_response_type", "response_type must be code or token")
    if client.get("state", "active") != "active":
        return OAuthError("unauthorized_client", "client is not active")
    if client.get("authorizedGrantType") != GRANT_TYPES[kind]:
        return OAuthError("unauthorized_client", f"the client is not authorized for response_type {kind}")
    if asked["scope"].split() and not scopes_for(asked["scope"], client):
        return OAuthError("invalid_scope", "the client has none of the scopes that are asked for")
    return _challenge_fault(asked) or _org_fault(asked, org)


def _challenge_fault(asked: AuthorizationRequest) -> OAuthError | None:
    challenge, method = asked["code_challenge"], asked["code_challenge_method"]
    if asked.is_implicit or not (challenge or method):
        return None
    if method != "S256":  # the only method that is documented; without one RFC 7636 §4.3 would mean plain
        return OAuthError("invalid_request", "code_challenge_method must be S256")
    if CHALLENGE.fullmatch(challenge) is None:
        return OAuthError("invalid_request", "code_challenge must be a SHA-256 in URL-safe Base64")
    return None


def _org_fault(asked: AuthorizationRequest, org: Org) -> OAuthError | None:
    """facts: platform-api §3: org and provider come together; every org that is named must be the client's own, since
    no org of the emulator trusts another."""
    if bool(asked["org"]) != bool(asked["provider"]):
        return OAuthError("invalid_request", "org and provider must be given together")
    for name in (asked["org"], asked["target"], split_hint(asked["login_hint"])[1]):
        if name and not is_named(org, name):
            return OAuthError("access_denied", "the organization that is named does not know this client")
    return None
