"""Where a token's permissions hold: everywhere, or in some divisions only.

A grant is a role in a division, or in all (``*``). Only a token that is bound to divisions has a fence; what a fence
keeps out, listings leave out and everything else refuses (``grants.guard``). Divisions: help, "Divisions overview".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from understudy.platform.catalogue import Operation
from understudy.platform.permissions import Permissions


@dataclass(frozen=True, slots=True)
class Fence:
    """``everywhere`` is the mask that is granted in all divisions, ``masks`` those of single divisions by id."""

    permissions: Permissions
    everywhere: int
    masks: Mapping[str, int]

    def admits(self, operation: Operation, division: str) -> bool:
        """Whether the holder may use the operation on what lies in a division."""
        return self.permissions.allows(self._mask(division), operation)

    def reaches(self, division: str) -> bool:
        """Whether the holder has any role there."""
        return bool(self.everywhere) or division in self.masks

    def missing(self, operation: Operation, division: str) -> list[str]:
        """The permissions that the holder lacks there."""
        return self.permissions.missing(self._mask(division), operation)

    def _mask(self, division: str) -> int:
        return self.everywhere | self.masks.get(division, 0)
