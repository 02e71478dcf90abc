"""What a flow names in its text: queues, prompts, data tables and so on, by name as archy-form YAML does.

``contracts/architect/mentions.toml`` says under which key, or in which function of an expression, a name stands and of
which resource it is (facts: messaging §4.2 for the actions that run; the others assumed from archy's form).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import yaml

from understudy.architect.nodes import compose
from understudy.errors import FlowError
from understudy.material import material
from understudy.world.entities import Entity

FILE: Final = "contracts/architect/mentions.toml"
TEXTS_KEPT: Final = 64  # whose mentions are remembered: a text is as long as ``nodes.SIZE_MAX`` at most

Mention = tuple[str, str]  # (resource, name)


def mentions(flow: Entity) -> frozenset[Mention]:
    """What the published text of a flow names; nothing where it is not published."""
    return named_in(str(flow.hidden.get("yaml") or ""))


@lru_cache(maxsize=TEXTS_KEPT)
def named_in(text: str) -> frozenset[Mention]:
    """What a text names; nothing where it is not YAML (a saved version may be anything)."""
    if not text:
        return frozenset()
    try:
        compose(text, "flow")  # its bounds: size, depth, no aliases
        document = yaml.safe_load(text)
    except (FlowError, yaml.YAMLError, ValueError):
        return frozenset()
    return frozenset(_walk(document))


@cache
def _keys() -> Mapping[str, str]:
    table: Mapping[str, Mapping[str, str]] = tomllib.loads(material(FILE).read_text("utf-8"))["keys"]
    return {key: resource for resource, keys in table.items() for key in keys}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: Mapping[str, str] = tomllib.loads(material(FILE).read_text("utf-8"))["patterns"]
    return tuple((re.compile(pattern), resource) for resource, pattern in table.items())


def _walk(value: Any) -> Iterator[Mention]:
    if isinstance(value, dict):
        for key, inner in value.items():
            resource = _keys().get(str(key))
            if resource:
                yield from ((resource, name) for name in _names(inner))
            yield from _walk(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, str):
        for pattern, resource in _patterns():
            yield from ((resource, name) for name in pattern.findall(value))


def _names(value: Any) -> Iterator[str]:
    """``{lit: {name: X}}``, ``{name: X}``, ``{X: {…}}`` (a data table is the key of its own look-up), or a list."""
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        if "lit" in value:
            yield from _names(value["lit"])
        elif isinstance(value.get("name"), str):
            yield value["name"]
        else:
            yield from (str(key) for key, inner in value.items() if isinstance(inner, dict) and key not in _FORMS)
    elif isinstance(value, str):
        yield value


_FORMS: Final = frozenset({"exp", "noValue", "none", "skill", "var"})
