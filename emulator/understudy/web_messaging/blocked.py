"""Extensions that guests may not upload: ``contracts/web_messaging/blocked_extensions.toml`` (messaging §2.3)."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Final

from understudy.errors import ContractError
from understudy.material import material

FILE: Final = "web_messaging/blocked_extensions.toml"


@cache
def blocked_extensions() -> tuple[str, ...]:
    """All of them, with a dot and in lower case; raises ``ContractError`` for a file that is none."""
    try:
        document = tomllib.loads((material("contracts") / FILE).read_text("utf-8"))
        found = [str(one) for group in document["group"] for one in group["extensions"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContractError(f"{FILE}: not a list of extensions ({error!r}): see the form at the file's top") from error
    return tuple(found)
