"""Pools of numbers: DID pools (E.164) and extension pools. A pool is a range, and no two of a kind overlap.

An overlap answers 409 ``general.conflict`` (facts: platform-api §4, documented for DID pools, assumed for the others).
A DID pool whose number an IVR, user or group has is in use: the same conflict (assumed).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.platform.call import Call
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.telephony.owners import Owner, owners
from understudy.telephony.refusal import conflict, invalid, missing
from understudy.world.entities import Entity
from understudy.world.org import Org

DIDS: Final = "telephony.providers.edges.didpools"
EXTENSIONS: Final = "telephony.providers.edges.extensionpools"
E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
DIGITS: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from ``first`` to ``last``, both included; as texts they are ``mark`` and ``width`` digits."""

    first: int
    last: int
    mark: str
    width: int

    def __contains__(self, number: object) -> bool:
        text = str(number)
        digits = text.removeprefix(self.mark)
        is_form = text.startswith(self.mark) and digits.isdecimal() and len(digits) == self.width
        return is_form and self.first <= int(digits) <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def text(self, place: int) -> str:
        """The number at a place, counted from 0."""
        return f"{self.mark}{self.first + place:0{self.width}d}"

    def overlaps(self, other: Range) -> bool:
        """Whether they share a number."""
        return self.width == other.width and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pools: the fields of its bounds, what a number looks like, and the kind of addresses that take them."""

    resource: str
    start: str
    end: str
    pattern: re.Pattern[str]
    example: str
    takes: str


DID: Final = Kind(DIDS, "startPhoneNumber", "endPhoneNumber", E164, "E.164, like +13175550100", "number")
EXTENSION: Final = Kind(EXTENSIONS, "startNumber", "endNumber", DIGITS, "1 to 9 digits, like 1000", "extension")


def range_of(kind: Kind, body: Mapping[str, Any]) -> Range:
    """The range of a pool that is stored."""
    start, end = str(body[kind.start]), str(body[kind.end])
    mark = "+" if start.startswith("+") else ""
    return Range(int(start.removeprefix(mark)), int(end.removeprefix(mark)), mark, len(start.removeprefix(mark)))


def pools(org: Org, kind: Kind) -> Iterator[tuple[Entity, Range]]:
    """All pools of a kind with their ranges."""
    for pool in org.entities.of(kind.resource).values():
        yield pool, range_of(kind, pool.body)


def taken(org: Org, kind: Kind, numbers: Range) -> list[Owner]:
    """Who has a number of a range."""
    return [owner for owner in owners(org, kind.takes) if owner.number in numbers]


def _new(kind: Kind) -> Callable[[Call, dict[str, Any]], None]:
    def defaults(call: Call, body: dict[str, Any]) -> None:
        body.setdefault("name", str(body.get(kind.start) or ""))  # clients don't send one, and the model requires it

    return defaults


def _checked(kind: Kind) -> Callable[[Call, Entity | None, dict[str, Any] | None], None]:
    def check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
        if after is None:
            if before is not None:
                _check_free(call, kind, before)
            return
        after.setdefault("name", str(after.get(kind.start) or ""))
        numbers = _valid_range(call, kind, after)
        for other, held in pools(call.org, kind):
            if held.overlaps(numbers) and (before is None or other.id != before.id):
                message = f"The range overlaps with {other.body[kind.start]} to {other.body[kind.end]}"
                raise conflict(kind.start, message, other)

    return check


def _valid_range(call: Call, kind: Kind, body: dict[str, Any]) -> Range:
    for field in (kind.start, kind.end):
        number = body.get(field)
        if not number:
            raise missing(field)
        if not kind.pattern.fullmatch(str(number)):
            raise invalid(field, f"{field} is {number}: give a number in {kind.example}")
    if len(str(body[kind.start])) != len(str(body[kind.end])):
        raise invalid(kind.end, f"{kind.end} has another number of digits than {kind.start}")
    numbers = range_of(kind, body)
    most = int(call.org.limits.value("telephony", "pool.numbers.max"))
    if numbers.last < numbers.first:
        raise invalid(kind.end, f"{kind.end} is smaller than {kind.start}")
    if numbers.last - numbers.first >= most:
        raise invalid(kind.end, f"A pool may have {most} numbers")
    return numbers


def _check_free(call: Call, kind: Kind, pool: Entity) -> None:
    held = taken(call.org, kind, range_of(kind, pool.body))
    if held:
        message = f"{held[0].number} is assigned to {held[0].entity.name}"
        raise conflict(kind.start, message, held[0].entity)


FILTERS: Final[Mapping[str, Filter]] = {
    "number": lambda entity, given: given in range_of(EXTENSION, entity.body),
}
RULES: Final[dict[str, Lifecycle]] = {
    DIDS: Lifecycle(defaults=_new(DID), check=_checked(DID)),
    EXTENSIONS: Lifecycle(defaults=_new(EXTENSION), check=_checked(EXTENSION), filters=FILTERS),
}
