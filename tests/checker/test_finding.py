"""What a judge finds."""

from __future__ import annotations

from understudy.checker.finding import failed, not_seen, passed
from understudy.checker.verdict import Result


def test_the_three_findings() -> None:
    assert passed("2 of 2", [], on_absence=True).on_absence
    assert failed("1 of 2", []).result is Result.FAILED
    nothing = not_seen("nobody looked")
    assert (nothing.result, nothing.reason, nothing.evidence) == (Result.NOT_SEEN, "nobody looked", ())
