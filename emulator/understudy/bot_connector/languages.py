"""Which languages a bot's version speaks (facts: messaging §3.1: ``languageCode`` such as en-us, §3.2: W3C tags)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def speaks(version: Mapping[str, Any], language: str) -> bool:
    """Whether a version of a bot supports a language, in any letter case. A tag without a region stands for all its
    regions, either way round (assumed); a version that lists none speaks any (assumed: the model requires the list)."""
    supported = version.get("supportedLanguages") or ()
    return not supported or any(_is_one(str(one), language) for one in supported)


def _is_one(supported: str, wanted: str) -> bool:
    one, other = (tag.strip().replace("_", "-").casefold() for tag in (supported, wanted))
    if one == other:
        return True
    base = one.partition("-")[0]
    return base == other.partition("-")[0] and base in (one, other)
