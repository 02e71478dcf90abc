"""What an agent is told when a user is handed over: ``channel.metadata.customAttributes``, strings only.

Genesys states no limit for Open Messaging; 2,048 bytes is the figure of Web Messaging (facts: messaging §2.6).
"""

from __future__ import annotations

import json
from typing import Final

from .users import User

BYTES_MAX: Final = 2_048
REASON: Final = "The customer asked for an agent."
_SUMMARY_MAX: Final = 1_500  # characters


def context_of(user: User) -> dict[str, str]:
    """Reason, language, and the newest of what the user said to the bot; at most BYTES_MAX bytes of JSON."""
    summary = " / ".join(user.said)[-_SUMMARY_MAX:]
    while True:
        context = {"reason": REASON, "summary": summary, "language": user.language}
        excess = len(json.dumps(context)) - BYTES_MAX  # escaped to ASCII, as it is sent
        if excess <= 0:
            return context
        summary = summary[max(1, excess // 12) :]  # a character takes at most 12 bytes
