"""OAuth of Genesys Cloud: the client-credentials grant, and the token's own resource (facts: platform-api §3).

No I/O: ``OAuth(world).grant(request, host)`` gives the answer to a token request; ``ACTIONS`` serve
``/api/v2/tokens/me``. Order of the checks (not documented; RFC 6749 §5.2 names the codes): the form, the client, its
secret, its state, the grant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Final

from understudy.ids import Ids
from understudy.oauth import clients, tokens
from understudy.oauth.messages import Credentials, OAuthError, TokenRequest, build_token, parse_token_request
from understudy.oauth.regions import asked_region, home_region
from understudy.oauth.tokens import IssueToken, RevokeTokens, forget_dead, validity
from understudy.platform.call import Action, Call
from understudy.platform.grants import CLIENTS
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.messages import Answer
from understudy.platform.request import ApiRequest, Outcome
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org
from understudy.world.switches import switch
from understudy.world.tokens import Token
from understudy.world.world import World

# Two real bodies (facts: platform-api §3); the others are assumed, in the same shape.
NOT_FOUND: Final = OAuthError("invalid_client", "client not found")
BAD_SECRET: Final = OAuthError("invalid_client", "authentication failed")
NO_CLIENT: Final = OAuthError("invalid_client", "client authentication is missing")
NOT_ACTIVE: Final = OAuthError("invalid_client", "client is not active")
NOT_ITS_GRANT: Final = OAuthError("unauthorized_client", "the client is not authorized for this grant type")
GRANT: Final = "client_credentials"
GRANT_TYPE: Final = "CLIENT-CREDENTIALS"  # OAuthClient.authorizedGrantType


TOKEN_PATH: Final = "/oauth/token"


@dataclass(frozen=True, slots=True)
class TokenReply:
    """The answer to a token request, and whose it is as far as that is known."""

    status: int
    body: Mapping[str, Any]
    org: Org | None = None
    client: str = ""
    token: Token | None = None


class OAuth:
    """Token requests of all orgs on the one port; a client id names its org."""

    def __init__(self, world: World, ids: Ids | None = None) -> None:
        self.world = world
        self._correlations = (ids or Ids(0, "oauth")).stream("correlation")

    def answer(self, request: ApiRequest) -> Outcome:
        """Answer one request to ``/oauth/…``; never raises for what a peer sent."""
        correlation = self._correlations.uuid()
        if error := _misplaced(request):
            return Outcome(error, correlation=correlation)
        headers = request.headers
        asked = parse_token_request(
            request.body, headers.get("Content-Type", ""), headers.get("Authorization", ""), oversize=request.oversize
        )
        reply = self.grant(asked, headers.get("Host", ""))
        data = {"client": reply.client}
        if isinstance(asked, TokenRequest):
            data["grant_type"] = asked.grant_type[:64]
        if "error" in reply.body:
            data |= {"error": reply.body["error"], "description": reply.body["description"]}
        return Outcome(
            Answer(reply.status, reply.body), reply.org, token=reply.token, data=data, correlation=correlation
        )

    def grant(self, request: TokenRequest | OAuthError, host: str = "") -> TokenReply:
        """Answer a token request. ``host`` is the Host header, which may name a region (``login.mypurecloud.de``)."""
        if isinstance(request, OAuthError):
            return _refusal(request, None, "")
        if request.client is None:
            return _refusal(NO_CLIENT, None, "")
        org = self.world.clients.get(request.client.id)
        if org is None:
            return _refusal(NOT_FOUND, None, request.client.id)
        asked, home = asked_region(org, host), home_region(org)
        if asked and home and asked != home:
            # Another region's login has never heard of this client, and says no more (facts: platform-api §8).
            org.note("oauth.wrong_region", client=request.client.id, asked=asked, actual=home)
            return _refusal(NOT_FOUND, org, request.client.id)
        return self._grant(org, request, request.client)

    def _grant(self, org: Org, request: TokenRequest, credentials: Credentials) -> TokenReply:
        client = org.entities.get(CLIENTS, credentials.id)
        if client is None:
            return _refusal(NOT_FOUND, org, credentials.id)
        if fault := _fault(org, client, request, credentials):
            org.note("oauth.refused", client=client.id, error=fault.error, description=fault.description)
            return _refusal(fault, org, client.id)
        forget_dead(self.world, org)
        seconds = validity(org, client.body)
        token: Token = org.perform(IssueToken(client.id, seconds))
        self.world.tokens[token.value] = (org, token)
        return TokenReply(200, build_token(token.value, seconds), org, client.id, token)


def _fault(org: Org, client: Entity, request: TokenRequest, credentials: Credentials) -> OAuthError | None:
    if credentials.place == "body" and switch(org, "oauth.client_auth_in_body") == "reject":
        return NO_CLIENT
    secret = str(client.body.get("secret") or "")
    if not secret or not compare_digest(secret.encode(), credentials.secret.encode()):
        return BAD_SECRET
    if client.body.get("state", "active") != "active":
        return NOT_ACTIVE
    if request.grant_type != GRANT:
        return OAuthError("unsupported_grant_type", f"grant type {request.grant_type} is not supported")
    if client.body.get("authorizedGrantType", GRANT_TYPE) != GRANT_TYPE:
        return NOT_ITS_GRANT
    return None


def _misplaced(request: ApiRequest) -> Answer | None:
    """The answer to a request that is none for a token: another path, another method."""
    path = request.path.rstrip("/")
    if path.endswith("/oauth/authorize"):
        error = OAuthError("unsupported_response_type", "Understudy has no grant that a person gives in a browser yet")
        return Answer(501, error.body())
    if not path.endswith(TOKEN_PATH):
        return Answer(
            404, OAuthError("not_found", f"{path} is not a path of the login service: use {TOKEN_PATH}").body()
        )
    if request.method != "POST":
        error = OAuthError("invalid_request", f"method {request.method} is not allowed: use POST")
        return Answer(405, error.body(), headers={"Allow": "POST"})
    return None


def _refusal(error: OAuthError, org: Org | None, client: str) -> TokenReply:
    return TokenReply(int(switch(org, "oauth.error_status")), error.body(), org, client)


def own_token(call: Call) -> Answer:
    """``GET /api/v2/tokens/me`` → TokenInfo."""
    client = call.org.entities.get(CLIENTS, call.token.client)
    organization = {"id": call.org.id, "name": call.org.name}
    shown = {key: client.body[key] for key in _SHOWN if key in client.body} if client is not None else {}
    return Answer(
        200,
        {
            "organization": organization,
            "homeOrganization": organization,
            "authorizedScope": list(call.token.scopes),
            "OAuthClient": {"id": call.token.client, **shown, "organization": organization},
        },
    )


_SHOWN: Final = ("name", "authorizedGrantType", "scope", "roleDivisions", "state", "dateCreated", "dateModified")


def token_is_live(call: Call) -> Answer:
    """``HEAD /api/v2/tokens/me``: the pipeline has already refused a dead token."""
    return Answer(200)


def revoke_own_token(call: Call) -> Answer:
    """``DELETE /api/v2/tokens/me``: the token that asks dies."""
    call.perform(RevokeTokens(value=call.token.value, reason="revoked by its owner"))
    return Answer()


def revoke_tokens_of_user(call: Call) -> Answer:
    """``DELETE /api/v2/tokens/{userId}``: every token of a user dies."""
    call.perform(RevokeTokens(user=call.path["userId"], reason="revoked by an administrator"))
    return Answer()


HANDLERS: Final[Mapping[type, Handler]] = tokens.HANDLERS
RULES: Final[Mapping[str, Lifecycle]] = clients.RULES
ACTIONS: Final[Mapping[str, Action]] = {
    "getTokensMe": own_token,
    "headTokensMe": token_is_live,
    "deleteTokensMe": revoke_own_token,
    "deleteToken": revoke_tokens_of_user,
    **clients.ACTIONS,
}
