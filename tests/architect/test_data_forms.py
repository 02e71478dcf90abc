from __future__ import annotations

import pytest

from understudy.architect.load import load
from understudy.errors import FlowError

FLOW = """
inboundShortMessage:
  name: F
  startUpRef: state[S]
  states:
    - state:
        name: S
        variables: [{integerVariable: {name: State.n}}, {stringVariable: {name: State.t}}]
        actions:
          - {}
"""


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ("updateData: {name: A, statements: []}", "has no statements"),
        ("updateData: {name: A, statements: [{string: {variable: State.n, value: {lit: a}}}]}", "which is integer"),
        ("updateData: {name: A, statements: [{text: {variable: State.n}}]}", "is text"),
        ("setParticipantData: {name: A}", "has no attributes"),
        ("getParticipantData: {attributes: [{attribute: {name: {lit: a}, variable: State.n}}]}", "not string"),
        ("dataTableLookup: {lookupValue: {lit: a}, dataTable: {A: {}, B: {}}}", "names 2 tables"),
    ],
)
def test_a_form_that_cannot_be_run_is_named(action: str, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        load(FLOW.replace("{}", action), "f")
    assert problem in str(error.value)
