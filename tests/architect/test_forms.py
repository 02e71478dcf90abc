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
        ("switch: {name: A, evaluate: {firstTrue: {cases: []}}}", "has no cases"),
        ("loop: {name: A, loopCount: {lit: 1}, currentIndex: {var: State.t}}", "which is string"),
        ("loop: {name: A, loopCount: {lit: 1}, count: {lit: 1}}", "twice"),
        ("transferToAcd: {name: A, targetQueue: {lit: {}}}", "lacks 'name'"),
        ("transferToAcd: {name: A, targetQueue: {lit: Q}, preferredAgents: {lit: x}}", "is not supported"),
    ],
)
def test_a_form_that_cannot_be_run_is_named(action: str, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        load(FLOW.replace("{}", action), "f")
    assert problem in str(error.value)
