"""Redirect URIs: which are a client's own, and how an answer is put into one (RFC 6749 §3.1.2, §4.1.2, §4.2.2).

A redirect goes to a registered URI, compared letter by letter, and nowhere else. Custom schemes and loopback addresses
are URIs like any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

SOUND: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")  # RFC 3986 §4.3: absolute, and nothing but printable ASCII
REFUSED_SCHEMES: Final = frozenset({"javascript", "data", "vbscript"})  # they are programs, not places
ORIGIN: Final = re.compile(r"(https?://[A-Za-z0-9.-]+(?::[0-9]+)?)(?:[/?]|$)", re.IGNORECASE)


def is_sound(uri: object) -> bool:
    """Whether a client may be sent there at all: an absolute URI without a fragment and without anything that could
    end a header."""
    if not isinstance(uri, str) or "#" in uri or SOUND.fullmatch(uri) is None:
        return False
    return uri.partition(":")[0].lower() not in REFUSED_SCHEMES


def is_registered(client: Mapping[str, Any], uri: str) -> bool:
    """Whether the URI stands, letter by letter, among the client's ``registeredRedirectUri``."""
    return is_sound(uri) and uri in (client.get("registeredRedirectUri") or ())


def with_query(uri: str, parameters: Mapping[str, str]) -> str:
    """The URI with the parameters behind its own query.

    >>> with_query("https://app.example/back?tab=1", {"code": "a b"})
    'https://app.example/back?tab=1&code=a%20b'
    """
    return f"{uri}{'&' if '?' in uri else '?'}{_encoded(parameters)}"


def with_fragment(uri: str, parameters: Mapping[str, str]) -> str:
    """The URI with the parameters as its fragment."""
    return f"{uri}#{_encoded(parameters)}"


def policy_source(uri: str) -> str:
    """The URI as a source of a content security policy: its origin, or its scheme where it has none."""
    origin = ORIGIN.match(uri)
    return origin[1] if origin else uri.partition(":")[0] + ":"


def _encoded(parameters: Mapping[str, str]) -> str:
    # bytes of the request target that are no UTF-8 come back as they were
    return urlencode(parameters, quote_via=quote, errors="surrogateescape", safe="")
