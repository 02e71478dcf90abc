"""The client put together: it has a door and nothing else that is served."""

from __future__ import annotations

import threading

from ..vendor_side.server import Reply, Request
from .door import Door
from .files import Files
from .settings import Settings


class Endpoint:
    """Everything but the sockets: ``answer`` turns a request into a reply."""

    def __init__(self, settings: Settings, stopping: threading.Event) -> None:
        self._path, self._files = settings.door, Files(settings.faults)
        self.door = Door(settings, self._files, stopping)

    def answer(self, request: Request) -> Reply:
        """Find the route and take it."""
        path = request.target.partition("?")[0]
        if not path.startswith(f"{self._path}/"):
            return Reply(404, {"error": f"there is nothing at {path[:200]}"})
        return self.door.answer(request, path.removeprefix(self._path))

    def stop(self) -> None:
        """Close what is open; ``stopping`` is set by now."""
        self.door.stop()
        self._files.close()
