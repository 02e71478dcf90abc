"""Guests who sign in: the emulator plays the identity provider, and the platform that trusts it (messaging §2.5).

    SignInGuest → one-time code → token/oauthcodegrantjwtexchange → jwt, refresh token
    jwt → configureAuthenticatedSession (``identity_of``); refresh token → token/refresh → jwt; token/revoke ends all

What the provider was asked with (nonce, PKCE challenge) is kept with the code and compared at the exchange.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.refusals import invalid_value
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_deployments.deployments import active_configuration
from understudy.web_messaging import jwt
from understudy.web_messaging.codes import FORBIDDEN, UNAUTHORIZED
from understudy.web_messaging.guests import INTERFACE, guests_of
from understudy.web_messaging.intentions import RefuseSession
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org

LIVE: Final = "web_messaging.sign_ins"  # org.live[LIVE]: SignIns
KEPT: Final = 1000  # codes, and sign-ins, of one org; the oldest go first; the emulator's own bound
LETTERS: Final = 43  # of codes and refresh tokens
NAME_MAX: Final = 256  # characters of a subject and a name; the emulator's own bound
CODE_SECONDS: Final = ("web_messaging", "sign_in.code.seconds")
REFRESH_SECONDS: Final = ("web_messaging", "sign_in.refresh.seconds")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a signed-in guest is. ``sign_in`` is the id of the sign-in that says so; ``subject`` the provider's id of the
    person, the same at every sign-in."""

    subject: str
    name: str
    deployment: str
    sign_in: str


@dataclass(frozen=True, slots=True)
class SignInGuest:
    """A person signs in at the identity provider for a deployment's page. Returns the one-time code; Refused 404 for an
    unknown deployment, 403 where authentication is off. ``challenge`` is PKCE's (S256), ``nonce`` the page's."""

    deployment: str
    subject: str
    name: str = ""
    challenge: str = ""
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class SignOutGuest:
    """A sign-in is revoked: its refresh token is worth nothing, and its guests, if there are any, hear of it (effect
    ``logout`` {sign_in}). Silent for one that is not known."""

    sign_in: str


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code: who signed in, with what it was asked for, and until when it is good."""

    identity: Identity
    challenge: str
    nonce: str
    expires: float


@dataclass(slots=True)
class SignIn:
    """A sign-in that was exchanged."""

    identity: Identity
    refresh: str
    expires: float


@dataclass(slots=True)
class SignIns:
    """Codes by their value, sign-ins by their id and by their refresh token; all of them bounded."""

    codes: dict[str, Code] = field(default_factory=dict)
    by_id: dict[str, SignIn] = field(default_factory=dict)
    by_refresh: dict[str, SignIn] = field(default_factory=dict)

    def add(self, made: SignIn) -> None:
        """Keep one more; the oldest goes where there are too many."""
        self.by_id[made.identity.sign_in], self.by_refresh[made.refresh] = made, made
        while len(self.by_id) > KEPT:
            self.drop(next(iter(self.by_id)))

    def drop(self, id_: str) -> SignIn | None:
        """Forget one; returns what it was."""
        gone = self.by_id.pop(id_, None)
        if gone is not None:
            self.by_refresh.pop(gone.refresh, None)
        return gone


def sign_ins(org: Org) -> SignIns:
    """All sign-ins of an org."""
    found: SignIns = org.live.setdefault(LIVE, SignIns())
    return found


def identity_of(org: Org, deployment: str, code: str) -> Identity | RefuseSession:
    """Who bears the code of ``configureAuthenticatedSession`` (a JWT of the exchange), or how the session is refused:
    403 where the deployment has no authentication, 401 for anything else that is wrong."""
    found = org.entities.get(DEPLOYMENTS, deployment)
    if found is None or not _is_enabled(org, found):
        return RefuseSession(FORBIDDEN, "authentication")
    try:
        return signed_in(org, jwt.read(org, code), deployment).identity
    except Refused:
        return RefuseSession(UNAUTHORIZED)


def signed_in(org: Org, claims: jwt.Claims, deployment: str) -> SignIn:
    """The sign-in of a token; Refused 401 where it is a guest's, another deployment's or a revoked one."""
    known = sign_ins(org).by_id.get(claims.subject) if claims.kind == jwt.SIGN_IN else None
    if known is None or claims.deployment != deployment:
        raise Refused(401, "bad.credentials", f"{jwt.FAILED}: not a sign-in of this deployment")
    return known


def exchange(org: Org, deployment: Entity, given: Mapping[str, Any]) -> tuple[str, str]:
    """(jwt, refresh token) for the one-time code in ``given`` (WebDeploymentsOAuthRequestParameters); Refused 403 where
    authentication is off, 400 without a code, 401 for one that is not good. An ID token is never good: our provider
    gives out codes only."""
    require_authentication(org, deployment)
    if not given.get("code") and not given.get("idToken"):
        raise invalid_value("oauth.code", "", "given, or oauth.idToken")
    known = sign_ins(org)
    code = known.codes.pop(str(given.get("code") or ""), None)  # good once, whatever comes of it (RFC 6749 §4.1.2)
    if code is None or code.identity.deployment != deployment.id or org.now() >= code.expires:
        raise Refused(401, "bad.credentials", f"{jwt.FAILED}: the identity provider does not know this code")
    if not _is_proven(code, str(given.get("codeVerifier") or "")):
        raise Refused(401, "bad.credentials", f"{jwt.FAILED}: codeVerifier does not fit the code's challenge")
    if code.nonce and code.nonce != given.get("nonce"):
        raise Refused(401, "bad.credentials", f"{jwt.FAILED}: nonce is not the one that the code was asked for with")
    refresh = org.ids.stream("token").word(LETTERS)
    known.add(SignIn(code.identity, refresh, org.now() + org.limits.value(*REFRESH_SECONDS)))
    return _token(org, code.identity), refresh


def refreshed(org: Org, deployment: Entity, refresh: str) -> str:
    """A new JWT for a refresh token; Refused as ``exchange``."""
    require_authentication(org, deployment)
    found = sign_ins(org).by_refresh.get(refresh)
    if found is None or found.identity.deployment != deployment.id or org.now() >= found.expires:
        raise Refused(401, "bad.credentials", f"{jwt.FAILED}. {jwt.AGAIN}: the refresh token is not known")
    return _token(org, found.identity)


def require_authentication(org: Org, deployment: Entity) -> None:
    """Refused 403 unless the deployment's configuration has authentication switched on (assumed)."""
    if not _is_enabled(org, deployment):
        message = f"Authentication is not enabled for the deployment [{deployment.id}]"
        raise Refused(403, "not.authorized", message, params={"id": deployment.id})


def _is_enabled(org: Org, deployment: Entity) -> bool:
    return bool((active_configuration(org, deployment).get("authenticationSettings") or {}).get("enabled"))


def _is_proven(code: Code, verifier: str) -> bool:
    """PKCE with S256 (RFC 7636 §4.6)."""
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode("utf-8", "surrogateescape")).digest())
    return not code.challenge or hmac.compare_digest(digest.rstrip(b"="), code.challenge.encode())


def _token(org: Org, identity: Identity) -> str:
    return jwt.sign(org, jwt.SIGN_IN, identity.sign_in, identity.deployment)[0]


def _sign_in(org: Org, command: SignInGuest) -> str:
    deployment = org.entities.get(DEPLOYMENTS, command.deployment)
    if deployment is None:
        id_ = command.deployment
        raise Refused(404, "not.found", f"Deployment with id [{id_}] was not found", params={"id": id_})
    require_authentication(org, deployment)
    if not command.subject or max(len(command.subject), len(command.name)) > NAME_MAX:
        raise invalid_value("subject", command.subject[:100], f"1 to {NAME_MAX} characters, as the name")
    identity = Identity(command.subject, command.name, deployment.id, org.ids.uuid("token"))
    code, known = org.ids.stream("token").word(LETTERS), sign_ins(org).codes
    known[code] = Code(identity, command.challenge, command.nonce, org.now() + org.limits.value(*CODE_SECONDS))
    while len(known) > KEPT:
        del known[next(iter(known))]
    return code


def _sign_out(org: Org, command: SignOutGuest) -> None:
    gone = sign_ins(org).drop(command.sign_in)
    identities = [guest.identity for guest in guests_of(org).by_id.values() if guest.identity is not None]
    if gone is not None and any(one.sign_in == command.sign_in for one in identities):
        org.say(INTERFACE, "logout", sign_in=command.sign_in)


HANDLERS: Final[Mapping[type, Handler]] = {SignInGuest: _sign_in, SignOutGuest: _sign_out}
