"""The grants of ``POST /oauth/token``: what each asks of client and form, and what it gives (facts: platform-api §3).

``GRANTS`` is the whole list; ``password`` is not offered. Order of the checks (not documented; RFC 6749 §5.2 names the
codes): the client's secret, its state, the grant, whether the client may use it, then what the grant itself asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from understudy.oauth.authorized import Authorize, authorizations
from understudy.oauth.codes import VERIFIER, Code, SpendCode, challenge_of, codes
from understudy.oauth.messages import Credentials, OAuthError, TokenRequest
from understudy.oauth.refresh import ForgetRefresh, IssueRefresh, RefreshToken, refresh_tokens
from understudy.oauth.request import covers, is_limited
from understudy.oauth.saml import parse_assertion
from understudy.oauth.sign_in import is_active, is_named, person
from understudy.oauth.tokens import IssueToken, RevokeTokens, validity
from understudy.platform.grants import USERS
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import switch
from understudy.world.tokens import Token

# Two real bodies (facts: platform-api §3) are "authentication failed" and, where the org is not known yet, "client not
# found"; the others are assumed, in the same shape.
BAD_SECRET: Final = OAuthError("invalid_client", "authentication failed")
NO_CLIENT: Final = OAuthError("invalid_client", "client authentication is missing")
NOT_ACTIVE: Final = OAuthError("invalid_client", "client is not active")
NOT_ITS_GRANT: Final = OAuthError("unauthorized_client", "the client is not authorized for this grant type")
NOT_AUTHORIZED: Final = OAuthError("unauthorized_client", "the client is not authorized in this organization")
BAD_CODE: Final = OAuthError("invalid_grant", "the authorization code is invalid, expired or used")
BAD_REFRESH: Final = OAuthError("invalid_grant", "the refresh token is invalid, expired or revoked")
BAD_USER: Final = OAuthError("invalid_grant", "the user does not exist or is not active")
CLIENT_CREDENTIALS: Final = "CLIENT-CREDENTIALS"  # OAuthClient.authorizedGrantType
SAML2_BEARER: Final = "urn:ietf:params:oauth:grant-type:saml2-bearer"


@dataclass(frozen=True, slots=True)
class Given:
    """What a grant gives; ``refresh`` is "" where it gives none."""

    token: Token
    refresh: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant: the ``authorizedGrantType`` that a client needs, and whether one may come without a secret."""

    type: str
    give: Callable[[Org, Entity, TokenRequest], Given | OAuthError]
    is_for_public: bool = False


def client_fault(org: Org, client: Entity, request: TokenRequest, credentials: Credentials) -> OAuthError | None:
    """Why the client gets nothing whatever it brings, or None."""
    grant = GRANTS.get(request.grant_type)
    if not (credentials.is_public and grant is not None and grant.is_for_public):
        if credentials.place == "body" and switch(org, "oauth.client_auth_in_body") == "reject":
            return NO_CLIENT
        secret = str(client.body.get("secret") or "")
        if not secret or not compare_digest(secret.encode(), credentials.secret.encode()):
            return BAD_SECRET
    if client.body.get("state", "active") != "active":
        return NOT_ACTIVE
    if grant is None:
        return OAuthError("unsupported_grant_type", f"grant type {request.grant_type[:64]} is not supported")
    if client.body.get("authorizedGrantType", CLIENT_CREDENTIALS) != grant.type:
        return NOT_ITS_GRANT
    return None


def by_client(org: Org, client: Entity, request: TokenRequest) -> Given | OAuthError:
    """Client credentials: limited by roles; whatever ``scope`` is asked for is tolerated. By the switch
    ``oauth.client_authorization`` the client must be among the org's authorized ones."""
    if client.id not in authorizations(org) and switch(org, "oauth.client_authorization") == "required":
        org.note("oauth.client_not_authorized", client=client.id, name=client.name)
        return NOT_AUTHORIZED
    return Given(org.perform(IssueToken(client.id, validity(org, client.body))))


def by_code(org: Org, client: Entity, request: TokenRequest) -> Given | OAuthError:
    """Authorization code, with PKCE where the code was asked for with a challenge."""
    form = request.form
    for name in ("code", "redirect_uri"):
        if not form.get(name):
            return OAuthError("invalid_request", f"parameter {name} is missing")
    code = codes(org).get(form["code"], org.now())
    if code is None or code.client != client.id:
        return BAD_CODE
    if code.spent:  # RFC 6749 §4.1.2: whoever comes second may be a thief, or the first was
        org.perform(RevokeTokens(family=code.family, reason="authorization code used twice"))
        org.note("oauth.code_reused", client=client.id, user=code.user)
        return BAD_CODE
    fault = _code_fault(code, request)
    if fault is not None:
        return fault
    if not is_active(org.entities.get(USERS, code.user)):
        return BAD_USER
    org.perform(SpendCode(code))
    is_public = request.client is not None and request.client.is_public
    refresh = org.perform(IssueRefresh(client.id, code.user, code.scopes, code.family, is_public))
    return Given(_user_token(org, client, code.user, code.scopes, code.family), refresh)


def _code_fault(code: Code, request: TokenRequest) -> OAuthError | None:
    if request.form["redirect_uri"] != code.redirect_uri:
        return OAuthError("invalid_grant", "redirect_uri is not the one that the code was asked for")
    verifier = request.form.get("code_verifier", "")
    if not code.challenge:
        if request.client is not None and request.client.is_public:
            return NO_CLIENT
        # RFC 9700 §2.1.1: a verifier for a code without a challenge tells that the challenge was taken away
        return OAuthError("invalid_grant", "the code was asked for without code_challenge") if verifier else None
    if not verifier:
        return OAuthError("invalid_grant", "parameter code_verifier is missing")
    if VERIFIER.fullmatch(verifier) is None:
        return OAuthError("invalid_request", "the verifier must be 43 to 128 unreserved characters")
    if not compare_digest(challenge_of(verifier), code.challenge):
        return OAuthError("invalid_grant", "the verifier does not fit the code_challenge")
    return None


def by_refresh_token(org: Org, client: Entity, request: TokenRequest) -> Given | OAuthError:
    """Refresh: ``scope`` may narrow what the new access token may do (RFC 6749 §6)."""
    value = request.form.get("refresh_token", "")
    if not value:
        return OAuthError("invalid_request", "parameter refresh_token is missing")
    kept = refresh_tokens(org).get(value, org.now())
    if kept is None or kept.client != client.id:
        return BAD_REFRESH
    if request.client is not None and request.client.is_public and not kept.is_public:
        return NO_CLIENT
    if not is_active(org.entities.get(USERS, kept.user)):
        return BAD_USER
    asked = tuple(request.form.get("scope", "").split())
    if not all(covers(kept.scopes, scope) for scope in asked):
        return OAuthError("invalid_scope", "a scope is asked for that was not granted")
    token = _user_token(org, client, kept.user, asked or kept.scopes, kept.family)
    return Given(token, _next_refresh(org, value, kept))


def _next_refresh(org: Org, value: str, kept: RefreshToken) -> str:
    if switch(org, "oauth.refresh_rotation") == "keep":
        return value
    org.perform(ForgetRefresh(value))
    new: str = org.perform(IssueRefresh(kept.client, kept.user, kept.scopes, kept.family, kept.is_public))
    return new


def by_assertion(org: Org, client: Entity, request: TokenRequest) -> Given | OAuthError:
    """SAML2 bearer: the subject's NameID is a user's e-mail address or user name; there is no refresh token (RFC 7521
    §4.1). The assertion holds by real time, since its issuer has a clock of its own."""
    form = request.form
    for name in ("orgName", "assertion"):
        if not form.get(name):
            return OAuthError("invalid_request", f"parameter {name} is missing")
    if not is_named(org, form["orgName"]):
        return OAuthError("invalid_grant", "the organization does not know this client")
    try:
        assertion = parse_assertion(form["assertion"])
    except ValueError as error:
        return OAuthError("invalid_grant", str(error))
    if not assertion.holds(org.clock.moment().utc, org.limits.value("oauth", "assertion.skew.seconds")):
        return OAuthError("invalid_grant", "the assertion does not hold now")
    user = person(org, assertion.name_id)
    if user is None:
        return BAD_USER
    scopes = tuple(str(scope) for scope in client.body.get("scope") or ())
    org.note("oauth.assertion", client=client.id, user=user.id, signature="not verified")
    org.perform(Authorize(client.id, user.id, scopes))
    return Given(_user_token(org, client, user.id, scopes, org.ids.uuid("sign-in")))


def _user_token(org: Org, client: Entity, user: str, scopes: tuple[str, ...], family: str) -> Token:
    seconds = validity(org, client.body)
    scoped = is_limited(org, client.body)
    token: Token = org.perform(IssueToken(client.id, seconds, user, scopes, scoped=scoped, family=family))
    return token


GRANTS: Final[Mapping[str, Grant]] = {
    "client_credentials": Grant(CLIENT_CREDENTIALS, by_client),
    "authorization_code": Grant("CODE", by_code, is_for_public=True),
    "refresh_token": Grant("CODE", by_refresh_token, is_for_public=True),
    SAML2_BEARER: Grant("SAML2-BEARER", by_assertion),
}
