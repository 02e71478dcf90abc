"""Words that frames of the guest socket may use: ``contracts/web_messaging/types.toml`` (facts: messaging §2.2)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Final

from understudy.material import material

FILE: Final = "web_messaging/types.toml"


@cache
def _words() -> Mapping[tuple[str, str], tuple[str, ...]]:
    with (material("contracts") / FILE).open("rb") as file:
        document = tomllib.load(file)
    return {(side, kind): tuple(words) for side, kinds in document.items() for kind, words in kinds.items()}


def client_words(kind: str) -> tuple[str, ...]:
    """What a client may say as ``message`` (its type), ``event``, ``presence``, ``typing``, ``content``, ``button``."""
    return _words()["client", kind]


def server_words(kind: str) -> tuple[str, ...]:
    """What a server says for ``message`` (its type) and ``class``."""
    return _words()["server", kind]
