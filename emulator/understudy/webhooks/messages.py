"""The HTTP request to a webhook as the wire has it: where it goes and which headers it carries, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

USER_AGENT: Final = "understudy"  # the platform's own is not documented
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """One request, complete: nothing is added to it on its way."""

    method: str
    url: str
    headers: Headers
    body: bytes

    @property
    def path(self) -> str:
        """Path and query, for the record."""
        split = urlsplit(self.url)
        return (split.path or "/") + (f"?{split.query}" if split.query else "")

    @property
    def peer(self) -> str:
        """Host and port, for the record."""
        return urlsplit(self.url).netloc


def merged(*layers: Mapping[str, str | None]) -> Headers:
    """Headers of all layers; a later layer replaces those of the same name in any letter case, ``None`` takes away."""
    headers: dict[str, str | None] = {}
    for layer in layers:
        replaced = {name.lower() for name in layer}
        headers = {name: value for name, value in headers.items() if name.lower() not in replaced} | dict(layer)
    return tuple((name, value) for name, value in headers.items() if value is not None)


def usual(content_type: str | None = "application/json") -> dict[str, str | None]:
    """What every webhook request carries."""
    return {
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Content-Type": content_type,
    }


def framing(url: str, body: bytes) -> dict[str, str | None]:
    """Host and length."""
    return {"Host": urlsplit(url).netloc.rpartition("@")[2], "Content-Length": str(len(body))}
