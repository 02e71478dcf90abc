"""A bell: many tasks wait, one ring wakes them all; a ring between looking and waiting can't be lost."""

from __future__ import annotations

import asyncio


class Bell:
    """``ring()`` is a plain call; ``await heard(timeout)`` returns whether it rang."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def heard(self, timeout: float | None = None) -> bool:
        """Wait for the next ring, at most ``timeout`` seconds."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            done, _ = await asyncio.wait({future}, timeout=timeout)
        finally:
            self._waiting.discard(future)
        return bool(done)
