"""Permissions as bit sets: what a role's policies grant, what an operation needs.

A policy is ``{domain, entityName, actionSet}``, a permission ``domain:entity:action`` (facts: platform-api §2). ``*``
stands for all of a domain, entity or action. Names are compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from understudy.platform.catalogue import Catalogue, Operation

ANYTHING = "*"
T = TypeVar("T")


class Permissions:
    """Every permission that an operation of the catalogue names, one bit each."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._names: list[str] = []
        self._bits: dict[str, dict[str, dict[str, int]]] = {}  # domain → entity → action → bit, all in lower case
        self._needs = [self._mask(operation.permissions) for operation in catalogue.operations]
        self.all = (1 << len(self._names)) - 1

    def mask_of(self, policies: Iterable[Mapping[str, Any]]) -> tuple[int, tuple[str, ...]]:
        """What the policies grant, and the names among them (as written) that no operation knows."""
        mask = 0
        unknown: list[str] = []
        for policy in policies:
            domain, entity = str(policy.get("domain") or ""), str(policy.get("entityName") or "")
            for action in policy.get("actionSet") or ():
                granted = self._granted(domain, entity, str(action))
                mask |= granted
                if not granted:
                    unknown.append(f"{domain}:{entity}:{action}")
        return mask, tuple(dict.fromkeys(unknown))

    def allows(self, mask: int, operation: Operation) -> bool:
        """Whether a holder of ``mask`` may call the operation. What no source names is not enforced."""
        if operation.permission_mode == "ANY":
            return bool(mask & self._needs[operation.index])
        if operation.permission_mode == "ALL":
            needs = self._needs[operation.index]
            return mask & needs == needs
        return True

    def missing(self, mask: int, operation: Operation) -> list[str]:
        """The names that a 403 lists: of ALL those not held, of ANY every one; none where the call is allowed."""
        if self.allows(mask, operation):
            return []
        return self.names(self._needs[operation.index] & ~mask)

    def names(self, mask: int) -> list[str]:
        """The permissions of a mask, in the spelling of the catalogue, sorted."""
        return sorted(name for bit, name in enumerate(self._names) if mask >> bit & 1)

    def used(self, operation: Operation, mask: int | None = None) -> list[str]:
        """The permissions an operation makes use of; with a mask only those that its holder has."""
        needs = self._needs[operation.index]
        return self.names(needs if mask is None else needs & mask)

    def _granted(self, domain: str, entity: str, action: str) -> int:
        granted = 0
        for entities in _chosen(self._bits, domain):
            for actions in _chosen(entities, entity):
                for bit in _chosen(actions, action):
                    granted |= 1 << bit
        return granted

    def _mask(self, names: tuple[str, ...]) -> int:
        mask = 0
        for name in names:
            domain, entity, action = name.lower().split(":")
            actions = self._bits.setdefault(domain, {}).setdefault(entity, {})
            if action not in actions:
                actions[action] = len(self._names)
                self._names.append(name)
            mask |= 1 << actions[action]
        return mask


def _chosen(known: Mapping[str, T], name: str) -> list[T]:
    if name == ANYTHING:
        return list(known.values())
    found = known.get(name.lower())
    return [] if found is None else [found]
