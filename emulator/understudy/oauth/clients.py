"""Lifecycle of OAuth clients: secret, roles, state, and the index by which a token request finds its org.

Facts: platform-api §3 (durations, states); the bounds of ``accessTokenValiditySeconds`` come from the limits file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.ids import secret
from understudy.oauth.authorized import ForgetAuthorization
from understudy.oauth.redirects import is_sound
from understudy.oauth.tokens import RevokeTokens
from understudy.platform.call import Action, Call
from understudy.platform.grants import CLIENTS, DIVISIONS, ROLES, home_division
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.world.configuration import store
from understudy.world.entities import Entity


def defaults(call: Call, body: dict[str, Any]) -> None:
    """A new client gets its secret, its token life and its state."""
    body["secret"] = secret()
    body.setdefault("accessTokenValiditySeconds", int(call.org.limits.value("oauth", "token.seconds.default")))
    body.setdefault("state", "active")
    body.setdefault("scope", [])
    body.setdefault("registeredRedirectUri", [])


def check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """Refuse a token life out of bounds, roles or divisions that do not exist, and redirect URIs that are none. Also
    spells out the roles in place: this is the one hook that creating and replacing have in common."""
    if after is None:
        return
    _check_validity(call, after.get("accessTokenValiditySeconds"))
    _check_redirects(after.get("registeredRedirectUri") or ())
    for role in after.get("roleIds") or ():
        _check_exists(call, ROLES, role, "roleIds")
    for pair in after.get("roleDivisions") or ():
        _check_exists(call, ROLES, pair.get("roleId"), "roleDivisions.roleId")
        if pair.get("divisionId") != "*":
            _check_exists(call, DIVISIONS, pair.get("divisionId"), "roleDivisions.divisionId")
    _spell_out_roles(after, home_division(call.org))


def consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """Index the client; a deleted or disabled one loses its tokens. (A request has no secret: it stays.)"""
    call.org.grants_version += 1
    if after is None:
        if before is not None:
            call.world.clients.pop(before.id, None)
            call.perform(RevokeTokens(client=before.id, reason="client deleted"))
            call.perform(ForgetAuthorization(before.id))
        return
    call.world.clients[after.id] = call.org
    if after.body.get("state") == "disabled":  # "inactive" only stops new ones
        call.perform(RevokeTokens(client=after.id, reason="client disabled"))


def new_secret(call: Call) -> Answer:
    """``POST /api/v2/oauth/clients/{clientId}/secret``: the old one is void at once; live tokens stay (assumed)."""
    client = named(call, CLIENTS, call.path["clientId"], "OAuthClient")
    return Answer(200, encoded=store(call.org, CLIENTS, client.id, {**client.body, "secret": secret()}).encoded)


def _spell_out_roles(body: dict[str, Any], home: str) -> None:
    """``roleIds`` and ``roleDivisions`` say the same: a role without a division is granted in the home division."""
    pairs = list(body.get("roleDivisions") or ())
    placed = {pair.get("roleId") for pair in pairs}
    pairs += [{"roleId": role, "divisionId": home} for role in body.get("roleIds") or () if role not in placed]
    body["roleDivisions"] = pairs
    body["roleIds"] = list(dict.fromkeys(str(pair.get("roleId")) for pair in pairs))


def _check_validity(call: Call, seconds: object) -> None:
    if seconds is None:
        return
    shortest = int(call.org.limits.value("oauth", "token.seconds.min"))
    longest = int(call.org.limits.value("oauth", "token.seconds.max"))
    if not isinstance(seconds, int) or not shortest <= seconds <= longest:
        raise Refused(
            400,
            "invalid.value",
            f"accessTokenValiditySeconds must be between {shortest} and {longest}",
            params={"field": "accessTokenValiditySeconds", "value": str(seconds)},
        )


def _check_redirects(uris: Iterable[object]) -> None:
    """RFC 6749 §3.1.2: absolute and without a fragment; that the platform looks when a client is saved is assumed."""
    for uri in uris:
        if not is_sound(uri):
            message = "registeredRedirectUri must hold absolute URIs without a fragment"
            raise Refused(400, "invalid.value", message, params={"field": "registeredRedirectUri", "value": str(uri)})


def _check_exists(call: Call, type_: str, id_: object, field: str) -> None:
    if call.org.entities.get(type_, str(id_)) is None:
        raise Refused(
            400,
            "invalid.value",
            f"{field} names {id_}, which does not exist",
            params={"field": field, "value": str(id_)},
        )


RULES: Final[Mapping[str, Lifecycle]] = {CLIENTS: Lifecycle(defaults, check, consequence)}
ACTIONS: Final[Mapping[str, Action]] = {"postOauthClientSecret": new_secret}
