"""The terms of one guest socket: figures of the limits file, and what its deployment has switched on."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from understudy.limits import Limits
from understudy.web_messaging.frames import AllowedMedia

NAMESPACE: Final = "web_messaging"
MINUTE: Final = 60.0


class Rate:
    """At most ``most`` within any ``window`` seconds of the org's clock; whether the platform's window slides is
    assumed. Memory: at most ``most`` times."""

    def __init__(self, most: int, window: float) -> None:
        self.most, self.window = most, window
        self._taken: deque[float] = deque()

    def take(self, now: float) -> int:
        """0, and one is taken; or in how many whole seconds there is room again."""
        while self._taken and self._taken[0] <= now - self.window:
            self._taken.popleft()
        if len(self._taken) < self.most:
            self._taken.append(now)
            return 0
        oldest = self._taken[0] if self._taken else now
        return max(1, math.ceil(oldest + self.window - now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a deployment's configuration allows (``media``, ``clear_enabled``), and figures of
    the limits file: bytes, characters, requests a minute, seconds. ``closed_reason`` is a switch; no ``idle_seconds``
    (0): a silent socket stays open."""

    requests_per_minute: int
    echoes_per_minute: int
    messages_per_second: int
    configures_per_minute: int
    frame_characters: int
    text_bytes: int
    attributes_bytes: int
    file_bytes: int
    file_name_characters: int
    idle_seconds: float
    media: AllowedMedia = field(default_factory=AllowedMedia)
    clear_enabled: bool = False
    closed_reason: str = "both"


def terms(
    limits: Limits,
    *,
    media: AllowedMedia | None = None,
    clear_enabled: bool = False,
    closed_reason: str = "both",
) -> Terms:
    """The terms by the limits in force."""

    def whole(key: str) -> int:
        return int(limits.value(NAMESPACE, key))

    return Terms(
        requests_per_minute=whole("requests.per.connection.per.minute"),
        echoes_per_minute=whole("echoes.per.connection.per.minute"),
        messages_per_second=whole("messages.per.session.per.second"),
        configures_per_minute=whole("configure.per.session.per.minute"),
        frame_characters=whole("frame.characters.max"),
        text_bytes=whole("text.bytes.max"),
        attributes_bytes=whole("custom.attributes.bytes.max"),
        file_bytes=whole("file.bytes.max"),
        file_name_characters=whole("file.name.characters"),
        idle_seconds=limits.value(NAMESPACE, "idle.seconds"),
        media=media or AllowedMedia(),
        clear_enabled=clear_enabled,
        closed_reason=closed_reason,
    )


class GuestRates:
    """The rates of one guest session, which its connections share: keep one per token."""

    def __init__(self, terms: Terms) -> None:
        self.messages = Rate(terms.messages_per_second, 1.0)
        self.configures = Rate(terms.configures_per_minute, MINUTE)
