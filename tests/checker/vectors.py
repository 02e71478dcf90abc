"""Cases of the contracts' rules, as the files of a folder below ``tests/vectors`` hold them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest


def cases(folder: Path) -> list[Any]:
    """The ``[[case]]`` tables of every file, as parameters named for file and case."""
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(folder.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def results(folder: Path, rules: Iterable[str]) -> dict[str, set[str]]:
    """Rule → every result that some case gives it in its table ``results``; a rule that is not known is a KeyError."""
    seen: dict[str, set[str]] = {rule: set() for rule in rules}
    for case in cases(folder):
        for rule, result in case.values[0]["results"].items():
            seen[rule].add(result)
    return seen
