"""What was said while a guest was away: ``GET /api/v2/webmessaging/messages`` with the JWT of ``getJwt`` (facts:
messaging §2.5). Genesys allows ten a minute."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Final

import urllib3

from ..vendor_side.journal import log
from ..vendor_side.values import items, object_of

PER_MINUTE: Final = 10
SECONDS: Final = 10.0
PATH: Final = "/api/v2/webmessaging/messages?pageNumber=1&pageSize=25"


class History:
    """Reads for one guest."""

    def __init__(self, base_url: str, origin: str) -> None:
        self._url, self._origin = base_url + PATH, origin
        self._asked: deque[float] = deque(maxlen=PER_MINUTE)

    def read(self, jwt: str) -> list[dict[str, Any]]:
        """The newest page, oldest first; nothing where it can't be had, or was asked for too often."""
        now = time.monotonic()
        if len(self._asked) == PER_MINUTE and self._asked[0] > now - 60:
            log("history: ten times within a minute is enough")
            return []
        self._asked.append(now)
        headers = {"Authorization": f"bearer {jwt}", "Origin": self._origin, "Accept": "application/json"}
        try:
            answer = urllib3.request("GET", self._url, headers=headers, timeout=SECONDS, retries=False)
        except urllib3.exceptions.HTTPError as error:
            log(f"history: {type(error).__name__}")
            return []
        if answer.status != 200:
            log(f"history: {answer.status}")
            return []
        return list(items((object_of(answer.data) or {}).get("entities")))[::-1]
