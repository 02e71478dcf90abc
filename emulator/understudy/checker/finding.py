"""What a judge finds in a window, before it becomes a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from understudy.checker.evidence import Seen
from understudy.checker.verdict import Result


@dataclass(frozen=True, slots=True)
class Finding:
    """``on_absence``: it rests on something not being there, which a gap in the record would make worthless."""

    result: Result
    observed: str
    evidence: tuple[Seen, ...] = ()
    on_absence: bool = False
    reason: str = ""


def passed(observed: str, evidence: Iterable[Seen], *, on_absence: bool = False) -> Finding:
    """The rule holds."""
    return Finding(Result.PASSED, observed, tuple(evidence), on_absence)


def failed(observed: str, evidence: Iterable[Seen], *, on_absence: bool = False) -> Finding:
    """The rule is broken; the most telling evidence first."""
    return Finding(Result.FAILED, observed, tuple(evidence), on_absence)


def not_seen(reason: str) -> Finding:
    """There is nothing that the rule speaks about."""
    return Finding(Result.NOT_SEEN, "", (), False, reason)
