"""One call of the Platform API as a behaviour sees it: who, which operation, with what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.platform.catalogue import Catalogue, Operation
from understudy.platform.messages import Answer
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """``path`` holds the variables of the path, ``query`` the first value of each parameter, ``body`` the parsed JSON
    (``None`` where there is none). ``origin`` is the public base URL (``http://127.0.0.1:8080``). ``is_clean``: the
    body holds neither ``null`` nor a field that its model lacks. ``page`` is the Origin of a guest's request, None
    where it gives none; of others it is not looked at."""

    world: World
    org: Org
    token: Token
    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    origin: str
    correlation: str = ""
    catalogue: Catalogue | None = None
    is_clean: bool = False
    page: str | None = None

    def perform(self, command: object) -> Any:
        """Short for ``org.perform``."""
        return self.org.perform(command)


Action = Callable[[Call], Answer]
