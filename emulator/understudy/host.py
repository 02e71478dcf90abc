"""What a driver needs of the emulator it lives in; ``emulator.Emulator`` is the one that gives it.

Drivers are built as ``Driver(host)``, served as ``await driver.handle(request)`` and, where they speak first, run as
``await driver.run()`` (a task that the emulator starts and cancels).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aiohttp import ClientSession  # noqa: TID251 - a type only

    from understudy.clock import Clock
    from understudy.record.recorder import Recorder
    from understudy.world.changes import Effect
    from understudy.world.org import Org
    from understudy.world.world import World


class Host(Protocol):
    """The emulator as its drivers see it."""

    world: World
    recorder: Recorder
    clock: Clock
    origin: str  # public base URL without a slash at the end, such as http://127.0.0.1:8080

    @property
    def http(self) -> ClientSession:
        """The one client for outgoing HTTP and WebSockets (no cookies, no redirects by default)."""

    async def effects(self, interface: str) -> list[tuple[Org, Effect]]:
        """The next effects of an interface over all orgs; waits until there are some."""

    async def settled(self, number: int) -> None:
        """Wait until entry ``number`` is on disk; returns at once unless durability is strict."""
