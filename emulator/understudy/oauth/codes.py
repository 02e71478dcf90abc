"""Authorization codes: what a person's sign-in gives a client, to be exchanged once (RFC 6749 §4.1.2, RFC 7636).

A code is bound to its client, its redirect URI and, with PKCE, the challenge; it lives ``oauth."code.seconds"`` of the
limits file on the org's clock.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from understudy.oauth.expiring import Expiring
from understudy.world.org import Handler, Org

LIVE: Final = "oauth.codes"  # org.live[LIVE]: Expiring[Code]
CODES_MAX: Final = 10_000  # the emulator's own bound
CODE_LETTERS: Final = 43  # opaque; the length is not documented
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1; facts: platform-api §3
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in URL-safe Base64 without padding


@dataclass(slots=True)
class Code:
    """A code's bonds. ``challenge`` is "" without PKCE; a ``spent`` one is kept to notice a second use."""

    client: str
    user: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    family: str
    expires: float
    spent: bool = False


@dataclass(frozen=True, slots=True)
class IssueCode:
    """A user signed in for a client. Returns the code's value."""

    client: str
    user: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str = ""


@dataclass(frozen=True, slots=True)
class SpendCode:
    """A code has been exchanged."""

    code: Code


def codes(org: Org) -> Expiring[Code]:
    """The codes of an org."""
    found: Expiring[Code] = org.live.setdefault(LIVE, Expiring(CODES_MAX))
    return found


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 §4.2).

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def issue_code(org: Org, command: IssueCode) -> str:
    """Handler of ``IssueCode``."""
    now = org.now()
    value = org.ids.stream("token").word(CODE_LETTERS)
    code = Code(
        command.client,
        command.user,
        command.redirect_uri,
        command.scopes,
        command.challenge,
        org.ids.uuid("sign-in"),
        now + org.limits.value("oauth", "code.seconds"),
    )
    codes(org).put(value, code, now)
    return value


def spend_code(org: Org, command: SpendCode) -> None:
    """Handler of ``SpendCode``."""
    command.code.spent = True


HANDLERS: Final[Mapping[type, Handler]] = {IssueCode: issue_code, SpendCode: spend_code}
