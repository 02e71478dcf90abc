"""Ids, tokens and salts: the only place where randomness comes from.

One stream per (seed, org, purpose), so that a run repeats whatever the order in which interfaces speak. Purposes in
``SALTED`` also take the run's salt: a stateful vendor must not take a second run's messages for duplicates.
"""

from __future__ import annotations

import base64
import binascii
import random
import secrets
import struct
from collections.abc import Mapping
from typing import Final

SALTED: Final = frozenset(
    {
        *("message", "conversation", "participant", "communication", "correlation", "token", "customer"),
        *("bot.session", "bot.message", "flow.execution"),  # a bot keeps what it knows by its session's id
    }
)
_VERSION, _STATE = 3, "<625I"  # of random.Random: the Mersenne twister's words and its place among them
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

    def state(self) -> str:
        """Where the sequence stands, as text for ``resume``."""
        return base64.b64encode(struct.pack(_STATE, *self._random.getstate()[1])).decode()

    def resume(self, state: str) -> None:
        """Go on from a state; raises ``ValueError`` for what is none."""
        try:
            numbers = struct.unpack(_STATE, base64.b64decode(state, validate=True))
            self._random.setstate((_VERSION, numbers, None))
        except (struct.error, binascii.Error) as error:
            raise ValueError(f"no state of ids: {error}") from error


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

    def states(self) -> dict[str, str]:
        """Where the streams stand that take no salt; ``resume`` goes on from there."""
        return {name: stream.state() for name, stream in self._streams.items() if name not in SALTED}

    def resume(self, states: Mapping[str, str]) -> None:
        """Go on from ``states``; raises ``ValueError`` for what are none."""
        for purpose, state in states.items():
            if purpose not in SALTED:
                self.stream(purpose).resume(state)

    def go_on_from(self, other: Ids) -> None:
        """Take over the salted streams of another one: what a vendor has seen of them never comes again."""
        self._streams |= {name: stream for name, stream in other._streams.items() if name in SALTED}


def run_salt() -> str:
    """A fresh salt for one run; recorded, so that the run can be repeated."""
    return secrets.token_hex(4)


def secret(length: int = 43) -> str:
    """A secret that nobody can guess (control tokens, generated client secrets)."""
    return secrets.token_urlsafe(length)[:length]
