"""Ids, tokens and salts: the only place where randomness comes from.

One stream per (seed, org, purpose), so that a run repeats whatever the order in which interfaces speak. Purposes in
``SALTED`` also take the run's salt: a stateful vendor must not take a second run's messages for duplicates.
"""

from __future__ import annotations

import random
import secrets
from typing import Final

SALTED: Final = frozenset(
    {"message", "conversation", "participant", "communication", "correlation", "token", "customer"}
)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class IdStream:
    """A repeatable sequence of identifiers."""

    def __init__(self, key: str) -> None:
        self._random = random.Random(key)

    def uuid(self) -> str:
        """A version-4-shaped UUID (RFC 9562 §5.4), lower case."""
        bits = self._random.getrandbits(128)
        bits = bits & ~(0xF << 76) | (0x4 << 76)
        bits = bits & ~(0x3 << 62) | (0x2 << 62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def word(self, length: int) -> str:
        """``length`` letters and digits."""
        return "".join(self._random.choices(_LETTERS, k=length))

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit`` - 1."""
        return self._random.randrange(limit)


class Ids:
    """The streams of one org."""

    def __init__(self, seed: int, org: str, salt: str = "") -> None:
        self.seed, self.org, self.salt = seed, org, salt
        self._streams: dict[str, IdStream] = {}

    def stream(self, purpose: str) -> IdStream:
        """The stream of one purpose ("conversation", "message", "token", …)."""
        stream = self._streams.get(purpose)
        if stream is None:
            salt = self.salt if purpose in SALTED else ""
            stream = self._streams[purpose] = IdStream(f"{self.seed}/{self.org}/{purpose}/{salt}")
        return stream

    def uuid(self, purpose: str) -> str:
        """The next UUID of ``purpose``."""
        return self.stream(purpose).uuid()


def run_salt() -> str:
    """A fresh salt for one run; recorded, so that the run can be repeated."""
    return secrets.token_hex(4)


def secret(length: int = 43) -> str:
    """A secret that nobody can guess (control tokens, generated client secrets)."""
    return secrets.token_urlsafe(length)[:length]
