"""Access tokens: live objects of an org, on the org's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Token:
    """An access token. Times are the org's. ``user`` is None for client credentials; ``mask`` caches the permissions
    for ``mask_version`` of the org's roles and grants, and ``fence`` (``platform.fence``) the divisions they hold in;
    None: all of them.

    ``scoped``: a user granted it to a client, so its scopes limit it. ``family`` is the sign-in that it comes from: all
    tokens of one can be revoked together. ``idle`` is how many seconds it may lie unused (0: any), ``used`` when it
    last was in use.
    """

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
    fence: Any = None
    window: int = -1
    window_count: int = 0
    scoped: bool = False
    family: str = ""
    idle: float = 0.0
    used: float = 0.0

    def is_live(self, now: float) -> bool:
        """Neither revoked nor expired, nor left unused for too long."""
        return not self.revoked and now < self.expires and (not self.idle or now < self.used + self.idle)
