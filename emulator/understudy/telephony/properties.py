"""Trunk metabases, and the properties of what is made from them (``contracts/platform_api/telephony/metabases.toml``).

A property is ``{"type": …, "value": {"default": …, "instance": …}}``; clients set ``value.instance`` (facts: sip §1.1).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from understudy.material import material

FILE: Final = "contracts/platform_api/telephony/metabases.toml"


@dataclass(frozen=True, slots=True)
class Metabase:
    """``type`` is one of Metabase.type, ``trunk`` the trunkType of what is made from it."""

    id: str
    name: str
    type: str
    trunk: str
    certainty: str
    properties: Mapping[str, Mapping[str, Any]]

    def body(self) -> dict[str, Any]:
        """Metabase."""
        return {"id": self.id, "name": self.name, "state": "active", "type": self.type}

    def reference(self) -> dict[str, Any]:
        """What a trunk base setting shows of it."""
        return {"id": self.id, "name": self.name}

    def template(self) -> dict[str, Any]:
        """Every property with its default as its value."""
        return {name: _property(about, about["default"]) for name, about in self.properties.items()}


@cache
def metabases() -> Mapping[str, Metabase]:
    """All metabases by id."""
    tables = tomllib.loads(material(FILE).read_text("utf-8"))
    common = tables.pop("common")
    found = {}
    for id_, table in tables.items():
        inherited = tables[table["like"]]["properties"] if "like" in table else {}
        properties = {**common, **inherited, **table["properties"]}
        about = {key: table[key] for key in ("name", "type", "trunk", "certainty")}
        found[id_] = Metabase(id_, properties=properties, **about)
    return found


def value(properties: Any, name: str, default: Any = None) -> Any:
    """The value of a property: its instance, else its default; ``default`` where it has neither."""
    about = properties.get(name) if isinstance(properties, dict) else None
    held = about.get("value") if isinstance(about, dict) else None
    if not isinstance(held, dict):
        return default
    return held["instance"] if held.get("instance") is not None else held.get("default", default)


def completed(metabase: Metabase, given: Any) -> dict[str, Any]:
    """The properties of a trunk base setting: the given ones, and the defaults of all others."""
    found = metabase.template()
    for name, about in given.items() if isinstance(given, dict) else ():
        held = about.get("value") if isinstance(about, dict) else None
        if name in found and isinstance(held, dict):
            instance = held.get("instance", held.get("default"))
            found[name] = {**about, **_property(metabase.properties[name], instance)}
        elif about is not None:
            found[name] = about
    return found


def _property(about: Mapping[str, Any], instance: Any) -> dict[str, Any]:
    return {"type": about["type"], "value": {"default": about["default"], "instance": instance}}
