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
        ("sendResponse: {messageBody: {lit: a, exp: b}}", "give lit or exp"),
        ("sendResponse: {messageBody: {noValue: true}}", "needs a value"),
        ("sendResponse: {messageBody: {lit: [a]}}", "is not a single value"),
        ("wait: {duration: {lit: {hours: many}}}", "is not a whole number"),
        ("transferToAcd: {targetQueue: {lit: Q}, failureOutputs: {errorType: {var: State.n}}}", "no string variable"),
    ],
)
def test_a_form_that_cannot_be_run_is_named(action: str, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        load(FLOW.replace("{}", action), "f")
    assert problem in str(error.value)
