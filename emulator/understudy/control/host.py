"""What the control API needs of the emulator, beside what every driver needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from understudy.host import Host
from understudy.limits import Limits
from understudy.platform.catalogue import Catalogue
from understudy.platform.permissions import Permissions
from understudy.user_side.driver import UserSide
from understudy.world.org import Org


class ControlHost(Host, Protocol):
    """The emulator as the control API sees it."""

    catalogue: Catalogue
    limits: Limits
    permissions: Permissions
    control_token: str
    user_side: UserSide

    @property
    def ready(self) -> bool:
        """All that was asked for at start is loaded."""

    def create_org(self, spec: Mapping[str, Any]) -> Org:
        """A new org from an org file's text."""

    def remove_org(self, org: Org) -> None:
        """Forget an org."""

    def snapshot(self, org: Org) -> dict[str, Any]:
        """All that is configured in an org."""

    async def restore_org(self, org_id: str, document: Any) -> Org:
        """Make an org what a snapshot says, or make it."""

    async def reset_org(self, org: Org, seed: int | None) -> None:
        """Make an org what its org file says."""

    async def advance(self, org: Org, seconds: float, limit: float) -> dict[str, Any]:
        """Move an org's clock on, stepping from interval to interval."""

    async def changed(self, org: Org, timeout: float) -> None:
        """Wait until an org has changed, or the timeout."""

    async def bot_turn(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Send one hand-made turn to a bot's endpoint."""

    async def guest_frames(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Hand-made frames for a guest's connections."""

    async def probe(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Deliver one hand-made webhook request."""
