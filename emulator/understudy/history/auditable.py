"""What the audit calls our resources and actions, from ``contracts/platform_api/audit.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from understudy.errors import ContractError
from understudy.material import material
from understudy.record.flags import load_flags

FILE: Final = "contracts/platform_api/audit.toml"
ACTIONS: Final = ("Create", "Update", "Delete")


@dataclass(frozen=True, slots=True)
class Kind:
    """The service and the type of entity that a resource is."""

    service: str
    type: str


@dataclass(frozen=True, slots=True)
class Act:
    """What an operation does to an entity of ``resource``, which the path or query variable ``variable`` names.

    ``property`` is what a body that is a list is called; ``kind`` differs from the resource's where the file says so.
    """

    action: str
    resource: str = ""
    variable: str = ""
    property: str = "members"
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Auditable:
    """The file: ``kinds`` by resource, ``acts`` by operation, ``services`` by the first word of a resource, and the
    names of properties whose values are never told."""

    kinds: Mapping[str, Kind]
    acts: Mapping[str, Act]
    services: Mapping[str, str]
    secrets: frozenset[str]

    def kind_of(self, resource: str) -> Kind:
        """Of a resource that is not listed, the service of its first word and a type made of its last (assumed)."""
        resource = resource.partition("/")[0]  # children are kept as resource/parent
        known = self.kinds.get(resource)
        if known is not None:
            return known
        words = resource.split(".")
        last = words[-1]
        singular = f"{last[:-3]}y" if last.endswith("ies") else last.removesuffix("s")
        return Kind(self.services.get(words[0], words[0].capitalize()), singular.capitalize())

    def mapping(self) -> dict[str, dict[str, set[str]]]:
        """service → type → actions."""
        found: dict[str, dict[str, set[str]]] = {}
        for kind, action in self._pairs():
            found.setdefault(kind.service, {}).setdefault(kind.type, set()).add(action)
        return found

    def _pairs(self) -> Iterator[tuple[Kind, str]]:
        for kind in self.kinds.values():
            for action in ACTIONS:
                yield kind, action
        for act in self.acts.values():
            yield act.kind or self.kind_of(act.resource), act.action


@cache
def load_auditable(path: Path | None = None) -> Auditable:
    """Read the file once; raises ``ContractError`` where it is malformed."""
    path = path or material(FILE)
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        kinds = {name: Kind(*pair) for name, pair in document["kinds"].items()}
        acts = {id_: _act(table) for table in document["act"] for id_ in table["operations"]}
        secrets = frozenset(document["secrets"]["names"])
        return Auditable(kinds, acts, document["services"], secrets | _flagged())
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"{path}: not a map of the audit: {error!r}") from error


def _act(table: Mapping[str, Any]) -> Act:
    given = {key: table[key] for key in ("action", "resource", "variable", "property") if key in table}
    kind = Kind(table["service"], table["type"]) if "type" in table else None
    return Act(**given, kind=kind)


def _flagged() -> frozenset[str]:
    """The fields that ``contracts/redaction.toml`` keeps out of the record hold for the audit as well."""
    flags = load_flags()
    paths = [path for flag in (*flags.operations.values(), *flags.interfaces.values()) for path in flag.body]
    return frozenset(next(step for step in reversed(path) if step != "*") for path in paths)
