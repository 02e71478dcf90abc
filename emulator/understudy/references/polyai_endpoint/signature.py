"""The signature of a delivery: ``X-Hub-Signature-256: sha256=`` + base64 of HMAC-SHA256 over the raw bytes.

Source: developer.genesys.cloud, openmessaging/validate (facts: messaging §1.3).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Final

HEADER: Final = "X-Hub-Signature-256"
PREFIX: Final = "sha256="


class Verifier:
    """Tells deliveries of Genesys from others. ``secret`` is the integration's signature secret token."""

    def __init__(self, secret: str, faults: frozenset[str] = frozenset()) -> None:
        self._secret, self._faults = secret.encode(), faults

    def is_genuine(self, headers: Iterable[tuple[str, str]], raw: bytes) -> bool:
        """Whether the first signature header (in any letter case) fits the raw body; compares in constant time."""
        given = self._find(headers)
        if given is None:
            return "accepts_unsigned" in self._faults
        if "accepts_any_signature" in self._faults and _has_form(given):
            return True
        digest = hmac.new(self._secret, self._signed(raw), hashlib.sha256).digest()
        right = [PREFIX + base64.b64encode(digest).decode()]
        if "accepts_hex_signature" in self._faults:
            right += [PREFIX + digest.hex(), digest.hex(), right[0].removeprefix(PREFIX)]
        # Header text may hold any Latin-1 character, which compare_digest takes as bytes only.
        return any(hmac.compare_digest(given.encode(), value.encode()) for value in right)

    def _find(self, headers: Iterable[tuple[str, str]]) -> str | None:
        for name, value in headers:
            if name == HEADER or ("case_sensitive_header" not in self._faults and name.lower() == HEADER.lower()):
                return value.strip()
        return None

    def _signed(self, raw: bytes) -> bytes:
        if "verifies_parsed_body" in self._faults:
            try:
                return json.dumps(json.loads(raw), separators=(",", ":"), ensure_ascii=False).encode()
            except (ValueError, RecursionError):
                return raw
        return raw


def _has_form(given: str) -> bool:
    try:
        return given.startswith(PREFIX) and len(base64.b64decode(given.removeprefix(PREFIX), validate=True)) == 32
    except ValueError:
        return False
