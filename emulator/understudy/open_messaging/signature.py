"""``X-Hub-Signature-256`` of the outbound webhook, and its deliberate defects for conformance tests.

The value is ``sha256=`` and the base64 (not hex) HMAC-SHA256 of the body under the integration's secret
(developer.genesys.cloud, Open Messaging, "validate"; facts: messaging §1.3). The raw bytes are signed.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HEADER: Final = "X-Hub-Signature-256"
PREFIX: Final = "sha256="
OTHER_SECRET_SUFFIX: Final = "-of-another-integration"


class Variant(StrEnum):
    """How a delivery is signed; all but ``GOOD`` are defects that a vendor must refuse (OM-02 to OM-05)."""

    GOOD = "good"
    NONE = "none"
    OTHER_SECRET = "other_secret"
    HEX = "hex"
    NO_PREFIX = "no_prefix"
    ALTERED = "altered"


class HeaderCase(StrEnum):
    """Spelling of the header's name; names are case-insensitive (RFC 9110 §5.1), so each must be accepted (OM-07)."""

    DOCUMENTED = "documented"
    LOWER = "lower"
    UPPER = "upper"

    def spell(self, name: str) -> str:
        """``name`` in this case."""
        return {"lower": name.lower(), "upper": name.upper()}.get(self.value, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A body as it goes over the wire, and the signature header's value (``None``: no header)."""

    body: bytes
    value: str | None


def sign(secret: str, body: bytes) -> str:
    """The header's value for ``body``."""
    return PREFIX + b64encode(_digest(secret, body)).decode("ascii")


def verify(secret: str, body: bytes, value: str | None) -> bool:
    """Whether ``value`` is the documented signature of ``body``; compares in constant time."""
    if value is None:
        return False
    return hmac.compare_digest(sign(secret, body).encode("ascii"), value.encode("utf-8", "replace"))


def signed(secret: str, body: bytes, variant: Variant = Variant.GOOD) -> Signed:
    """``body`` signed as ``variant`` says. Only ``ALTERED`` changes the body, by one byte, after signing."""
    digest = _digest(secret, body)
    values = {
        Variant.NONE: None,
        Variant.OTHER_SECRET: sign(secret + OTHER_SECRET_SUFFIX, body),
        Variant.HEX: PREFIX + digest.hex(),
        Variant.NO_PREFIX: b64encode(digest).decode("ascii"),
    }
    value = values[variant] if variant in values else sign(secret, body)
    return Signed(body=altered(body) if variant is Variant.ALTERED else body, value=value)


def altered(body: bytes) -> bytes:
    """``body`` with exactly one byte changed, where possible inside a text, so that only the signature shows it."""
    start = body.find(b'"text":"') + len(b'"text":"') if b'"text":"' in body else 0
    places = [i for i in range(len(body)) if body[i : i + 1].isalpha() and body[i - 1 : i] != b"\\"]  # no escapes
    place = next((i for i in places if i >= start), len(body) - 1)
    if place < 0:
        return b" "  # an empty body can only grow
    byte = body[place : place + 1]
    changed = byte.swapcase() if byte.isalpha() else bytes([byte[0] ^ 1])
    return body[:place] + changed + body[place + 1 :]


def _digest(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode("utf-8"), body, hashlib.sha256).digest()
