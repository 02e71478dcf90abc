"""Whether a file that an agent sent can be shown: fetched once, within bounds, and thrown away.

The user gets the link; fetching only finds out first that it is dead, slow or too big (facts: messaging §6b, OM-21).
No token is sent along: the address may be anybody's.
"""

from __future__ import annotations

import time
from typing import Final

import urllib3

BYTES_MAX: Final = 10_000_000
SECONDS_MAX: Final = 3.0
_CHUNK: Final = 65_536


class Attachments:
    """Looks at files."""

    def __init__(self, seconds: float = SECONDS_MAX, most: int = BYTES_MAX) -> None:
        self._seconds, self._most = seconds, most
        timeout = urllib3.Timeout(connect=seconds / 2, read=seconds / 2)
        retries = urllib3.Retry(total=2, connect=0, read=0, redirect=2, status=0, other=0, raise_on_redirect=False)
        self._pool = urllib3.PoolManager(num_pools=8, timeout=timeout, retries=retries)

    def problem(self, url: str) -> str:
        """Why the file can't be had, or an empty text."""
        if not url.startswith(("http://", "https://")):
            return "it has no web address"
        try:
            response = self._pool.request("GET", url, preload_content=False)
        except (urllib3.exceptions.HTTPError, ValueError):
            return "it did not come in time"
        try:
            return self._read(response)
        except urllib3.exceptions.HTTPError:
            return "it broke off"
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _read(self, response: urllib3.BaseHTTPResponse) -> str:
        if response.status >= 300:
            return f"its address answers {response.status}"
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > self._most:
            return "it is too big"
        deadline, size = time.monotonic() + self._seconds, 0
        for chunk in response.stream(_CHUNK):
            size += len(chunk)
            if size > self._most:
                return "it is too big"
            if time.monotonic() > deadline:
                return "it did not come in time"
        return ""
