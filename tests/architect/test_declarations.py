from __future__ import annotations

import pytest

from understudy.architect.declarations import declarations
from understudy.architect.flow import Declaration
from understudy.architect.nodes import Fields, compose
from understudy.architect.values import Duration
from understudy.errors import FlowError


def read(text: str) -> tuple[Declaration, ...]:
    return declarations(Fields(compose(f"variables: [{text}]", "f"), "f", "the flow"), ("Flow",))


def test_a_variable_begins_with_its_value() -> None:
    assert read("{integerVariable: {name: Flow.n, initialValue: {exp: 1 + 1}, isInput: true}}") == (
        Declaration("Flow.n", "integer", 2, is_input=True),
    )
    assert read("{durationVariable: {name: Flow.d, initialValue: {lit: {minutes: 2}}}}")[0].initial == Duration(120_000)
    assert read("{stringCollectionVariable: {name: Flow.c, initialValue: {lit: [a, b]}}}")[0].initial == ("a", "b")
    assert read("{stringVariable: {name: Flow.s, initialValue: {noValue: true}}}")[0].initial is None


@pytest.mark.parametrize(
    "text",
    [
        "{stringVariable: {name: State.x}}",
        "{stringVariable: {name: x}}",
        "{oddVariable: {name: Flow.x}}",
        "{integerVariable: {name: Flow.x, initialValue: {lit: a}}}",
        "{stringVariable: {name: Flow.x}}, {integerVariable: {name: flow.x}}",
        "{stringVariable: {name: Flow.X}}, {integerVariable: {name: Flow.x}}",
    ],
)
def test_a_declaration_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(FlowError):
        read(text)
