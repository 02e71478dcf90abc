"""JSON Web Tokens that guests bear over the Platform API (RFC 7515, RFC 7519): HS256, signed with a key of the org's.

``issue`` makes the one that ``getJwt`` gives out; a sign-in's comes from ``identity.py``. The payload names the org, so
that a request on the one port finds it without a table. Names of the claims beside RFC 7519's own are assumed.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson

from understudy.errors import Refused
from understudy.world.org import Org
from understudy.world.world import World

LIVE: Final = "web_messaging.key"  # org.live[LIVE]: the key, made when it is first needed
GUEST: Final = "guest"  # what the token stands for: a guest's session …
SIGN_IN: Final = "sign-in"  # … or a person who signed in at the identity provider
SECONDS: Final = ("web_messaging", "jwt.seconds")
FAILED: Final = "Session authentication failed"  # facts: messaging §2.4: how such a refusal begins
AGAIN: Final = "Try to authenticate again"
LENGTH_MAX: Final = 4096  # characters; the emulator's own bound
KEY_LETTERS: Final = 64
_HEADER: Final = {"alg": "HS256", "typ": "JWT"}


class Holder(Protocol):
    """A guest as this module sees it."""

    @property
    def id(self) -> str:
        """The guest's id in the org, not its token."""

    @property
    def deployment(self) -> str:
        """The deployment's id."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says. ``kind`` is ``GUEST`` or ``SIGN_IN``, ``subject`` the guest's or the sign-in's id; times
    are the org's, in whole seconds."""

    kind: str
    subject: str
    deployment: str
    issued: int
    expires: int


def issue(org: Org, guest: Holder) -> tuple[str, float]:
    """A token of the guest's, and when it expires (the org's seconds)."""
    return sign(org, GUEST, guest.id, guest.deployment)


def sign(org: Org, kind: str, subject: str, deployment: str) -> tuple[str, float]:
    """A token that says so, and when it expires."""
    now = int(org.now())
    expires = now + int(org.limits.value(*SECONDS))
    claims = {"iss": org.id, "sub": subject, "aud": deployment, "iat": now, "exp": expires, "kind": kind}
    text = f"{_encoded(_HEADER)}.{_encoded(claims)}"
    return f"{text}.{_signature(org, text)}", float(expires)


def read(org: Org, token: str) -> Claims:
    """What a token says; Refused 401 for one that is none, is not the org's, was altered, or has expired."""
    text, _, signature = token.rpartition(".")
    claims = _payload(token)
    if claims is None or not hmac.compare_digest(signature.encode(), _signature(org, text).encode()):
        raise Refused(401, "bad.credentials", f"{FAILED}: not a token of this organization")
    found = Claims(claims["kind"], claims["sub"], claims["aud"], claims["iat"], claims["exp"])
    if org.now() >= found.expires:
        raise Refused(401, "bad.credentials", f"{FAILED}. {AGAIN}: the token has expired")
    return found


def org_of(world: World, token: str) -> Org | None:
    """The org that a token names; nothing is verified yet."""
    claims = _payload(token)
    issuer = claims.get("iss") if claims is not None else None
    return world.orgs.get(issuer) if isinstance(issuer, str) else None


def secret_of(org: Org) -> bytes:
    """The key of the org's tokens and presigned URLs."""
    key: str | None = org.live.get(LIVE)
    if key is None:
        key = org.live[LIVE] = org.ids.stream("token").word(KEY_LETTERS)
    return key.encode()


def _signature(org: Org, text: str) -> str:
    return _base64(hmac.new(secret_of(org), text.encode(), hashlib.sha256).digest())


def _payload(token: str) -> dict[str, Any] | None:
    parts = token.split(".") if len(token) <= LENGTH_MAX and token.isascii() else []
    if len(parts) != 3 or _decoded(parts[0]) != _HEADER:  # RFC 8725 §3.1: no algorithm but ours
        return None
    payload = _decoded(parts[1])
    return payload if isinstance(payload, dict) else None


def _encoded(document: Any) -> str:
    return _base64(orjson.dumps(document))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> Any:
    try:
        return orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (Base64Error, ValueError):
        return None
