"""Presigned URLs of guests' files: whoever has one may do one thing with one file until it ends.

Form and length of life are the emulator's own; that the signature stands in the query is as with an object store.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from understudy.web_messaging.jwt import secret_of
from understudy.world.org import Org

PATH: Final = "/media/guests"  # where files are put and got: /media/guests/{org}/{media}
EXPIRES, SIGNATURE = "expires", "signature"
DIGITS_MAX: Final = 12  # of a time in seconds


def presigned(org: Org, origin: str, method: str, media: str, expires: float) -> str:
    """A URL below ``origin`` by which ``media`` may be put or got (``method``) until ``expires`` (the org's time)."""
    end = int(expires)
    signature = _signature(org, method, media, end)
    return f"{origin}{PATH}/{org.id}/{media}?{EXPIRES}={end}&{SIGNATURE}={signature}"


def end_of(org: Org, method: str, media: str, query: Mapping[str, str]) -> int | None:
    """Until when a request with this query may do that (it may be over); None where the signature is not good."""
    end, signature = query.get(EXPIRES, ""), query.get(SIGNATURE, "")
    if not end.isascii() or not end.isdigit() or len(end) > DIGITS_MAX:
        return None
    expected = _signature(org, method, media, int(end))
    is_good = hmac.compare_digest(signature.encode("utf-8", "surrogateescape"), expected.encode())
    return int(end) if is_good else None


def _signature(org: Org, method: str, media: str, expires: int) -> str:
    text = f"{method} {media} {expires}"
    return hmac.new(secret_of(org), text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()
