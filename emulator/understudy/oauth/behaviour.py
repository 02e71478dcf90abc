"""The login service of Genesys Cloud without I/O: ``/oauth/token``, ``/oauth/authorize``, ``/logout``; and the tables
of the OAuth family (facts: platform-api §3).

``OAuth(world).answer(request)`` answers any request to it; a client id names its org.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.ids import Ids, secret
from understudy.oauth import authorized, clients, codes, idle, refresh, scopes_api, sign_in, token_api, tokens
from understudy.oauth.authorize import METHODS, Authorize
from understudy.oauth.grants import GRANTS, NO_CLIENT, client_fault
from understudy.oauth.logout import Logout
from understudy.oauth.messages import Credentials, OAuthError, TokenRequest, build_token, parse_token_request
from understudy.oauth.pages import Pages
from understudy.oauth.regions import is_elsewhere
from understudy.oauth.tokens import make_known
from understudy.platform.call import Action
from understudy.platform.grants import CLIENTS
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.messages import Answer
from understudy.platform.request import ApiRequest, Outcome
from understudy.world.org import Handler, Org
from understudy.world.switches import switch
from understudy.world.tokens import Token
from understudy.world.world import World

NOT_FOUND: Final = OAuthError("invalid_client", "client not found")  # a real body (facts: platform-api §3)
OWN_MISTAKE: Final = OAuthError("server_error", "the emulator made a mistake; its record says which")
TOKEN_PATH: Final = "/oauth/token"
NOTHING: Final = Answer(500, OWN_MISTAKE.body())
Serve = Callable[[ApiRequest, Outcome], None]


@dataclass(frozen=True, slots=True)
class TokenReply:
    """The answer to a token request, and whose it is as far as that is known."""

    status: int
    body: Mapping[str, Any]
    org: Org | None = None
    client: str = ""
    token: Token | None = None


class OAuth:
    """The login of all orgs on the one port."""

    def __init__(self, world: World, ids: Ids | None = None) -> None:
        self.world = world
        self.errors = 0  # our own mistakes
        self._correlations = (ids or Ids(0, "oauth")).stream("correlation")
        pages = Pages()
        self._paths: tuple[tuple[str, tuple[str, ...], Serve], ...] = (
            (TOKEN_PATH, ("POST",), self._token),
            ("/oauth/authorize", METHODS, Authorize(world, pages, secret()).answer),
            ("/logout", ("GET",), Logout(world, pages).answer),
        )

    def answer(self, request: ApiRequest) -> Outcome:
        """Answer one request; never raises."""
        outcome = Outcome(NOTHING, correlation=self._correlations.uuid())
        try:
            self._serve(request, outcome)
        except Exception as error:
            # The boundary: what we get wrong is counted and told, and the peer gets an error of its protocol.
            self.errors += 1
            outcome.answer = NOTHING
            outcome.data["emulator_error"] = repr(error)
            if outcome.org is not None:
                outcome.org.note("emulator.error", operation=request.path, error=repr(error))
        return outcome

    def _serve(self, request: ApiRequest, outcome: Outcome) -> None:
        path = request.path.rstrip("/")
        for known, methods, serve in self._paths:
            if path == known:
                if request.method in methods:
                    serve(request, outcome)
                    return
                listed = ", ".join(methods)
                error = OAuthError("invalid_request", f"method {request.method} is not allowed: use {listed}")
                outcome.answer = Answer(405, error.body(), headers={"Allow": listed})
                return
        error = OAuthError("not_found", f"{path} is not a path of the login service: use {TOKEN_PATH}")
        outcome.answer = Answer(404, error.body())

    def _token(self, request: ApiRequest, outcome: Outcome) -> None:
        headers = request.headers
        asked = parse_token_request(
            request.body, headers.get("Content-Type", ""), headers.get("Authorization", ""), oversize=request.oversize
        )
        reply = self.grant(asked, headers.get("Host", ""))
        outcome.org, outcome.token = reply.org, reply.token
        outcome.data["client"] = reply.client
        if isinstance(asked, TokenRequest):
            outcome.data["grant_type"] = asked.grant_type[:64]
        if "error" in reply.body:
            outcome.data |= {"error": reply.body["error"], "description": reply.body["description"]}
        outcome.answer = Answer(reply.status, reply.body)

    def grant(self, request: TokenRequest | OAuthError, host: str = "") -> TokenReply:
        """Answer a token request. ``host`` is the Host header, which may name a region (``login.mypurecloud.de``)."""
        if isinstance(request, OAuthError):
            return _refusal(request, None, "")
        if request.client is None:
            return _refusal(NO_CLIENT, None, "")
        org = self.world.clients.get(request.client.id)
        if org is None:
            return _refusal(NOT_FOUND, None, request.client.id)
        if is_elsewhere(org, host, request.client.id):
            return _refusal(NOT_FOUND, org, request.client.id)
        return self._grant(org, request, request.client)

    def _grant(self, org: Org, request: TokenRequest, credentials: Credentials) -> TokenReply:
        client = org.entities.get(CLIENTS, credentials.id)
        if client is None:
            return _refusal(NOT_FOUND, org, credentials.id)
        given = client_fault(org, client, request, credentials) or GRANTS[request.grant_type].give(org, client, request)
        if isinstance(given, OAuthError):
            org.note("oauth.refused", client=client.id, error=given.error, description=given.description)
            return _refusal(given, org, client.id)
        token = given.token
        make_known(self.world, org, token)
        body = build_token(token.value, int(token.expires - token.issued), given.refresh)
        return TokenReply(200, body, org, client.id, token)


def _refusal(error: OAuthError, org: Org | None, client: str) -> TokenReply:
    return TokenReply(int(switch(org, "oauth.error_status")), error.body(), org, client)


HANDLERS: Final[Mapping[type, Handler]] = {
    **tokens.HANDLERS,
    **codes.HANDLERS,
    **refresh.HANDLERS,
    **sign_in.HANDLERS,
    **authorized.HANDLERS,
}
RULES: Final[Mapping[str, Lifecycle]] = {**clients.RULES, **idle.RULES}
ACTIONS: Final[Mapping[str, Action]] = {
    **token_api.ACTIONS,
    **authorized.ACTIONS,
    **scopes_api.ACTIONS,
    **clients.ACTIONS,
}
