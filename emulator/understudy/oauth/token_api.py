"""``/api/v2/tokens``: whose a token is, and its end (models TokenInfo, OrgOAuthClient)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.oauth.tokens import RevokeTokens
from understudy.platform.call import Action, Call
from understudy.platform.grants import CLIENTS, USERS
from understudy.platform.listings import named
from understudy.platform.messages import Answer

_SHOWN: Final = ("name", "authorizedGrantType", "scope", "roleDivisions", "state", "dateCreated", "dateModified")


def own_token(call: Call) -> Answer:
    """``GET …/tokens/me``. ``clonedUser`` is for users of another org that trusts this one; there are none here.

    Asking counts as use, unless ``preserveIdleTTL`` says that it doesn't.
    """
    token = call.token
    if token.user is not None and call.query.get("preserveIdleTTL", "").casefold() != "true":
        token.used = call.org.now()
    client = call.org.entities.get(CLIENTS, token.client)
    organization = {"id": call.org.id, "name": call.org.name}
    shown = {key: client.body[key] for key in _SHOWN if key in client.body} if client is not None else {}
    body: dict[str, Any] = {
        "organization": organization,
        "homeOrganization": organization,
        "authorizedScope": list(token.scopes),
        "OAuthClient": {"id": token.client, **shown, "organization": organization},
    }
    if token.idle:
        body["dateTokenIdles"] = iso(token.used + token.idle)
    return Answer(200, body)


def token_is_live(call: Call) -> Answer:
    """``HEAD …/tokens/me``: the pipeline has already refused a dead token."""
    return Answer(200)


def revoke_own_token(call: Call) -> Answer:
    """``DELETE …/tokens/me``: the token that asks dies, and with a user's all of the same sign-in (assumed)."""
    call.perform(RevokeTokens(value=call.token.value, reason="revoked by its owner"))
    if call.token.family:
        call.perform(RevokeTokens(family=call.token.family, reason="revoked by its owner"))
    return Answer()


def revoke_tokens_of_user(call: Call) -> Answer:
    """``DELETE …/tokens/{userId}``: every token of a user dies, refresh tokens and sessions too."""
    user = named(call, USERS, call.path["userId"], "User")
    call.perform(RevokeTokens(user=user.id, reason="revoked by an administrator"))
    return Answer()


ACTIONS: Final[Mapping[str, Action]] = {
    "getTokensMe": own_token,
    "headTokensMe": token_is_live,
    "deleteTokensMe": revoke_own_token,
    "deleteToken": revoke_tokens_of_user,
}
