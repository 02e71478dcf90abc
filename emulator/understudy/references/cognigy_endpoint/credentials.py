"""The verify token: a header that the Bot Connector sends with every request (guide: Verify Token, step 8).

Its name is found in any letter case. Its value is compared as it stands, in constant time; blanks at its ends are not
part of a header's value (RFC 9110 §5.5). It is never repeated, in no answer and no log.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

HEADER: Final = "verify-token"


class Credentials:
    """Tells Genesys from others. ``token`` may be changed while requests come."""

    def __init__(self, token: str, faults: frozenset[str] = frozenset()) -> None:
        self.token, self._faults = token, faults
        self._schemes = 0  # values with a scheme so far

    def accepts(self, headers: Iterable[tuple[str, str]]) -> bool:
        """Whether the first token header is right."""
        value = self._find(headers)
        if value is None:
            return "accepts_missing_token" in self._faults
        if "accepts_any_token" in self._faults:
            return True
        if "accepts_token_prefix" in self._faults and value and self.token.startswith(value):
            return True
        if "odd_token_now_and_then" in self._faults and value.lower().startswith("bearer "):
            self._schemes += 1
            return self._schemes % 2 == 0
        # A header may hold any Latin-1 character, which compare_digest takes as bytes only.
        return hmac.compare_digest(value.encode(), self.token.encode())

    def is_odd(self, headers: Iterable[tuple[str, str]]) -> bool:
        """With the fault of that name: a value that a careless reader trips over."""
        values = [value for name, value in headers if name.lower() == HEADER]
        return "odd_token_is_500" in self._faults and any(
            value != value.strip() or value.lower().startswith("bearer ") for value in values
        )

    def _find(self, headers: Iterable[tuple[str, str]]) -> str | None:
        for name, value in headers:
            if name == HEADER or ("case_sensitive_header" not in self._faults and name.lower() == HEADER):
                return value.strip()
        return None
