"""The HTTP requests to a bot's provider: where they go and with which headers.

v1 posts every turn to the Handle Utterance URI as it stands (facts: messaging §3.1). v2 appends to a base URI; whether
``/botconnector`` is part of what is appended is unresolved (facts: messaging §3.3), so it is a ``Join``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

from understudy.bot_connector.messages import Variant
from understudy.webhooks.messages import Headers, WebhookRequest, framing, merged, usual


class Join(StrEnum):
    """What v2 appends to its base URI."""

    PLAIN = "plain"  # {base}/messages
    NAMED = "named"  # {base}/botconnector/messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A provider: ``uri`` is v1's Handle Utterance URI or v2's base. ``credentials`` are headers already
    (``headers.py``); ``correlation`` is sent as ININ-Correlation-Id where given, which Google's adapter logs."""

    variant: Variant
    uri: str
    credentials: Headers = ()
    join: Join = Join.PLAIN

    def turn(self, body: bytes, correlation: str = "") -> WebhookRequest:
        """The request of one turn."""
        url = self.uri if self.variant is Variant.V1 else self._under("messages")
        return self._request("POST", url, body, correlation)

    def bots(self, correlation: str = "") -> WebhookRequest:
        """v2: the list of bots."""
        return self._request("GET", self._under("bots"), b"", correlation)

    def bot(self, id_: str, correlation: str = "") -> WebhookRequest:
        """v2: one bot."""
        return self._request("GET", self._under(f"bots/{quote(id_, safe='')}"), b"", correlation)

    def _under(self, rest: str) -> str:
        split = urlsplit(self.uri)
        named = "botconnector/" if self.join is Join.NAMED else ""
        return split._replace(path=f"{split.path.rstrip('/')}/{named}{rest}", fragment="").geturl()

    def _request(self, method: str, url: str, body: bytes, correlation: str) -> WebhookRequest:
        own = {"ININ-Correlation-Id": correlation} if correlation else {}
        length = {} if body else {"Content-Length": None}
        content_type = "application/json" if body else None
        headers = merged(framing(url, body), length, usual(content_type), own, dict(self.credentials))
        return WebhookRequest(method=method, url=url, headers=headers, body=body)
