"""Success status of each operation, from ``contracts/platform_api/statuses.toml`` (no SDK states them)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from understudy.errors import ContractError
from understudy.material import material
from understudy.platform.catalogue import Catalogue, Operation


class Statuses:
    """``statuses.of(operation)``: the operation's own, else the rule's for one with or without a response model."""

    def __init__(self, default: int, empty: int, own: Mapping[str, int]) -> None:
        self._default, self._empty, self._own = default, empty, own

    def of(self, operation: Operation) -> int:
        """The status that a success has."""
        found = self._own.get(operation.id)
        return found if found is not None else self._default if operation.response else self._empty


def load_statuses(catalogue: Catalogue, path: Path | None = None) -> Statuses:
    """Read the file; an operation that the catalogue lacks, or a status that is no success, is a ``ContractError``."""
    path = path or material("contracts/platform_api/statuses.toml")
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        rules = document["rules"]
        own = {id_: _status(entry) for id_, entry in document["operations"].items()}
        found = Statuses(_status(rules["default"]), _status(rules["empty"]), own)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ContractError(f"{path}: not a file of success statuses: {error!r}") from error
    if unknown := sorted(own.keys() - catalogue.by_id.keys()):
        raise ContractError(f"{path}: no operation {unknown[0]} in the catalogue")
    return found


def _status(entry: Mapping[str, Any]) -> int:
    status = int(entry["status"])
    if not 200 <= status < 300:
        raise ValueError(f"{status} is no success")
    return status
