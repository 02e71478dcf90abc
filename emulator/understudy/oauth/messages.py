"""Token requests and answers of ``POST /oauth/token`` (RFC 6749 §4, §5; facts: platform-api §3).

Error bodies have three keys, as two independent reports show: ``error``, ``description``, ``error_description``.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

FORM: Final = "application/x-www-form-urlencoded"
FORM_BYTES_MAX: Final = 65_536  # not documented; the emulator's own bound (a SAML assertion fits)
FORM_FIELDS_MAX: Final = 100  # the same


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client's id and secret, and where they stood: ``basic`` or ``body``. A public client gives its id alone."""

    id: str
    secret: str = field(repr=False)
    place: str = "basic"

    @property
    def is_public(self) -> bool:
        """An id in the form, and nothing that proves it."""
        return self.place == "body" and not self.secret


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A well-formed request. ``client`` is None where it names no client at all."""

    grant_type: str
    client: Credentials | None
    form: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OAuthError:
    """An error of the OAuth family; ``body()`` is its three-key form."""

    error: str
    description: str

    def body(self) -> dict[str, str]:
        """``description`` and ``error_description`` say the same (facts: platform-api §3)."""
        return {"error": self.error, "description": self.description, "error_description": self.description}


def parse_token_request(
    body: bytes, content_type: str, authorization: str, *, oversize: bool = False
) -> TokenRequest | OAuthError:
    """Read a token request; what is malformed becomes the ``OAuthError`` to answer, never an exception.
    ``oversize`` says that the body was longer than ``FORM_BYTES_MAX`` and was not read.

    >>> parse_token_request(b"grant_type=client_credentials", FORM, "Basic aWQ6c2VjcmV0").client
    Credentials(id='id', place='basic')
    """
    form = parse_form(body, content_type, oversize=oversize)
    if isinstance(form, OAuthError):
        return form
    if not form.get("grant_type"):
        return OAuthError("invalid_request", "grant_type is missing")
    client = _client(form, authorization)
    if isinstance(client, OAuthError):
        return client
    return TokenRequest(form["grant_type"], client, form)


def build_token(access_token: str, seconds: int, refresh_token: str = "") -> dict[str, Any]:
    """The success body (RFC 6749 §5.1); ``token_type`` in lower case is assumed."""
    body: dict[str, Any] = {"access_token": access_token, "token_type": "bearer", "expires_in": seconds}
    return {**body, "refresh_token": refresh_token} if refresh_token else body


def parse_form(body: bytes, content_type: str, *, oversize: bool = False) -> dict[str, str] | OAuthError:
    """The fields of a form; what is malformed becomes an ``OAuthError``."""
    if oversize:
        return OAuthError("invalid_request", "the form is too large")
    if content_type.partition(";")[0].strip().casefold() != FORM:
        return OAuthError("invalid_request", f"Content-Type must be {FORM}")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS_MAX)
    except ValueError:  # UnicodeDecodeError too
        return OAuthError("invalid_request", "the form is not UTF-8 or has too many fields")
    form = dict(pairs)
    if len(form) != len(pairs):  # RFC 6749 §3.2: parameters must not be repeated
        return OAuthError("invalid_request", "a parameter is repeated")
    return form


def _client(form: Mapping[str, str], authorization: str) -> Credentials | OAuthError | None:
    if authorization:
        return _basic(authorization)
    if "client_id" in form:
        return Credentials(form["client_id"], form.get("client_secret", ""), "body")
    return None


def _basic(authorization: str) -> Credentials | OAuthError:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.casefold() != "basic":
        return OAuthError("invalid_request", "the Authorization header must be Basic")
    try:
        text = b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (Base64Error, ValueError):
        return OAuthError("invalid_request", "the Authorization header is not Base64")
    id_, colon, secret = text.partition(":")
    if not colon or not id_:
        return OAuthError("invalid_request", "the Authorization header is not id:secret in Base64")
    return Credentials(id_, secret)
