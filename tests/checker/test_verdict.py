"""Verdicts and how they roll up."""

from __future__ import annotations

import pytest

from understudy.checker.verdict import Result, Verdict, roll_up

P, F, N, A = Result.PASSED, Result.FAILED, Result.NOT_SEEN, Result.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("results", "rolled"),
    [([], N), ([P, P], P), ([P, F, N], F), ([P, N], N), ([P, A], P), ([A, A], A), ([A, N], N), ([A, F], F)],
)
def test_a_row_is_failed_if_any_is_else_not_seen_if_any_is(results: list[Result], rolled: Result) -> None:
    assert roll_up(results) is rolled


def test_from_json_is_the_inverse_of_to_json() -> None:
    verdict = Verdict(
        check="OM-01", rule="OM-01", result=F, title="t", severity="must", source="s", certainty="documented",
        expected="e", observed="o", entries=("0:1", "0:2"), reason="r", generic=True,
    )  # fmt: skip
    assert Verdict.from_json(verdict.to_json()) == verdict
    assert verdict.to_json()["result"] == "failed"
