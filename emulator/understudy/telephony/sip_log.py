"""SIP messages of an org's calls, as the platform's SIP search keeps them: the SIP side writes, the API reads.

Bounded by count and bytes per org; the oldest goes first. The bounds are the emulator's own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from understudy.world.org import Org

LIVE: Final = "telephony.sip"  # org.live[LIVE]: SipLog
MESSAGES_KEPT: Final = 10_000
BYTES_KEPT: Final = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SipMessage:
    """One message. ``at`` is the org's time in seconds, ``text`` the whole message; addresses are IPv4 texts."""

    at: float
    conversation: str
    text: str
    call_id: str = ""
    participant: str = ""
    from_user: str = ""
    to_user: str = ""
    source: tuple[str, int] = ("", 0)
    destination: tuple[str, int] = ("", 0)

    @property
    def first_line(self) -> str:
        """``INVITE sip:… SIP/2.0`` or ``SIP/2.0 200 OK``."""
        return self.text.partition("\n")[0].strip()

    @property
    def method(self) -> str:
        """The request's method, or the response's status code."""
        words = self.first_line.split(" ")
        return words[1] if words[0].startswith("SIP/") and len(words) > 1 else words[0]

    def headers(self) -> dict[str, list[str]]:
        """The values of each header by its name as it is first written; a folded line belongs to the one before."""
        found: dict[str, list[str]] = {}
        names: dict[str, str] = {}
        last = ""
        for line in self.text.replace("\r\n", "\n").partition("\n\n")[0].split("\n")[1:]:
            if line[:1] in (" ", "\t") and last:
                found[last][-1] += " " + line.strip()
                continue
            name, colon, value = line.partition(":")
            if colon and name.strip():
                last = names.setdefault(name.strip().casefold(), name.strip())
                found.setdefault(last, []).append(value.strip())
        return found


@dataclass(slots=True)
class SipLog:
    """The newest messages, the oldest first."""

    messages: deque[SipMessage] = field(default_factory=deque)
    size: int = 0

    def add(self, message: SipMessage) -> None:
        """Keep one and let go of the oldest until the bounds are kept."""
        self.messages.append(message)
        self.size += len(message.text)
        while len(self.messages) > MESSAGES_KEPT or (self.size > BYTES_KEPT and len(self.messages) > 1):
            self.size -= len(self.messages.popleft().text)

    def of(self, conversation: str) -> list[SipMessage]:
        """The messages of one conversation."""
        return [message for message in self.messages if message.conversation == conversation]


def sip_log(org: Org) -> SipLog:
    """The org's log."""
    found: SipLog = org.live.setdefault(LIVE, SipLog())
    return found
