"""Verdicts: what a rule says of a scope, and how verdicts roll up into rows.

*passed*, *failed*, *not seen* (it never happened in this run) or *not applicable* (with the reason); never passed by
default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """The four results, in the words of the reports."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_SEEN = "not seen"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule says of one scope. ``entries`` are ids (``0:15``) of the evidence; ``reproduce`` is a command."""

    check: str  # "OM-08", "V1", …
    rule: str  # id of the rule in contracts/
    result: Result
    title: str
    severity: str  # must | should
    source: str
    certainty: str  # documented | observed | assumed
    expected: str
    observed: str
    test: str = ""
    conversation: str | None = None
    entries: tuple[str, ...] = ()
    reproduce: str = ""
    reason: str = ""  # why not seen or not applicable
    generic: bool = False  # rests on a generic answer of the emulator

    def to_json(self) -> dict[str, Any]:
        """The verdict as it stands in report.json."""
        return {**asdict(self), "result": self.result.value, "entries": list(self.entries)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Verdict:
        """The inverse of ``to_json``."""
        return cls(**{**data, "result": Result(data["result"]), "entries": tuple(data["entries"])})


def roll_up(results: Iterable[Result]) -> Result:
    """A row or check is failed if any verdict is, else not seen if any is (or there is none), else passed.

    *Not applicable* verdicts count only when there is nothing else.
    """
    found = list(results)
    for result in (Result.FAILED, Result.NOT_SEEN):
        if result in found:
            return result
    if Result.PASSED in found:
        return Result.PASSED
    return Result.NOT_APPLICABLE if found else Result.NOT_SEEN
