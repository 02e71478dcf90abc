"""Spellings of keys that archy's form is not documented for (``contracts/architect/keys.toml``).

Each action, input and function carries its certainty there; an alias is read as the key that it stands for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from understudy.material import material

FILE: Final = "contracts/architect/keys.toml"


@dataclass(frozen=True, slots=True)
class Key:
    """One action: its certainty, its other spellings, other spellings of its inputs, and the outputs that it has."""

    name: str
    certainty: str
    source: str
    spellings: tuple[str, ...] = ()
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()


@cache
def keys() -> Mapping[str, Key]:
    """The actions of the file by name."""
    return {name: _key(name, about) for name, about in _file()["actions"].items()}


@cache
def functions() -> Mapping[str, str]:
    """Certainty of each function of expressions."""
    return {name: str(certainty) for name, certainty in _file()["functions"].items()}


@cache
def calls() -> Mapping[str, str]:
    """Actions of calls that are parsed and never carried out: key → certainty."""
    return {name: str(certainty) for name, certainty in _file()["calls"].items()}


@cache
def canonical() -> Mapping[str, str]:
    """Every spelling of an action → its name."""
    return {spelling: key.name for key in keys().values() for spelling in (key.name, *key.spellings)}


def _key(name: str, about: Mapping[str, Any]) -> Key:
    inputs = {one: tuple(spellings) for one, spellings in (about.get("inputs") or {}).items()}
    spellings, outputs = (tuple(about.get(key) or ()) for key in ("spellings", "outputs"))
    return Key(name, about["certainty"], about["source"], spellings, inputs, outputs)


def _file() -> dict[str, Any]:
    return tomllib.loads(material(FILE).read_text("utf-8"))
