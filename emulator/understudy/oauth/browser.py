"""What binds a browser to its sign-in: the cookie of an org, and the proof that a form came from our own page.

One cookie an org holds a session's value, or before that a number of no meaning. The proof is a keyed hash over it and
the query of the authorization request, so that a form that another site made is refused (RFC 6749 §10.12).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from understudy.world.org import Org

COOKIE_LETTERS_MAX: Final = 128  # a longer value is none of ours


def cookie_name(org: Org) -> str:
    """The name of an org's cookie: orgs share one port, and a browser may be signed in to several."""
    return f"understudy_{hashlib.sha256(org.id.encode()).hexdigest()[:12]}"


def read_cookie(header: str, name: str) -> str:
    """The value of a cookie in a ``Cookie`` header, or ""."""
    for pair in header.split(";"):
        key, equals, value = pair.strip().partition("=")
        if equals and key == name:
            return value if len(value) <= COOKIE_LETTERS_MAX else ""
    return ""


def build_cookie(name: str, value: str, origin: str) -> str:
    """A ``Set-Cookie`` that scripts can't read and other sites' forms don't carry; an empty value ends the cookie."""
    secure = "; Secure" if origin.startswith("https:") else ""
    end = "" if value else "; Max-Age=0"
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}"


def form_proof(key: str, cookie: str, query: str) -> str:
    """What the form of this browser for this request must bring."""
    return hmac.new(key.encode(), f"{cookie}\n{query}".encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def is_proven(key: str, cookie: str, query: str, proof: str) -> bool:
    """Whether the form came from our page in this browser."""
    expected = form_proof(key, cookie, query)
    return bool(cookie) and hmac.compare_digest(expected.encode(), proof.encode("utf-8", "surrogateescape"))
