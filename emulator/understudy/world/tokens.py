"""Access tokens: live objects of an org, on the org's clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Token:
    """An access token. Times are the org's. ``user`` is None for client credentials; ``mask`` caches the permissions
    for ``mask_version`` of the org's roles and grants."""

    value: str
    client: str
    org: str
    issued: float
    expires: float
    user: str | None = None
    scopes: tuple[str, ...] = ()
    revoked: bool = False
    mask: int = 0
    mask_version: int = -1
    window: int = -1
    window_count: int = 0

    def is_live(self, now: float) -> bool:
        """Neither revoked nor expired."""
        return not self.revoked and now < self.expires
