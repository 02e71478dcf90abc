"""Recipes: what can't be derived of an operation's valid request, one TOML file a family (``recipes/README.md``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "recipes"
CASES: Final = ("bad_token", "missing_permission", "bad_body", "unknown_id")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One operation's. ``bearer`` stands as ``as`` in the file; see ``recipes/README.md`` for the keys."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    bearer: str = ""
    status: int = 0
    media: str = "application/json"
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    skip: str = ""
    before: tuple[tuple[str, str], ...] = ()


def load_recipes(known: Mapping[str, Any], folder: Path = FOLDER) -> dict[str, Recipe]:
    """Every recipe by operationId; a mistake in a file is a ``ValueError`` that names file and operation."""
    found: dict[str, Recipe] = {}
    for path in sorted(folder.glob("*.toml")):
        for id_, table in tomllib.loads(path.read_text("utf-8")).items():
            if id_ not in known:
                raise ValueError(f"{path.name}: the catalogue has no operation {id_}")
            if id_ in found:
                raise ValueError(f"{path.name}: {id_} has a recipe in another file too")
            found[id_] = _recipe(table, f"{path.name} [{id_}]")
    return found


def _recipe(table: dict[str, Any], place: str) -> Recipe:
    made = {**table, "bearer": table.get("as", ""), "before": tuple(tuple(pair) for pair in table.get("before", ()))}
    made.pop("as", None)
    try:
        recipe = Recipe(**made)
    except TypeError as error:
        raise ValueError(f"{place}: {error}") from error
    if unknown := set(recipe.not_applicable) - set(CASES):
        raise ValueError(f"{place}: not_applicable names {sorted(unknown)}; the cases are {CASES}")
    if recipe.bearer not in ("", "client", "user", "guest", "session", "sign_in"):
        raise ValueError(f"{place}: as is client, user, guest, session or sign_in")
    return recipe
