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
        ("callBotConnector: {name: A}", "lacks 'botIntegration'"),
        (
            "callBotConnector: {integration: {lit: I}, bot: {lit: B}, botVersion: {lit: 1}, botResponseTimeout: 1}",
            "has 'botResponseTimeout'",
        ),
        ("callBotConnector: {integration: {lit: I}, botIntegration: {lit: I}}", "twice"),
    ],
)
def test_a_form_that_cannot_be_run_is_named(action: str, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        load(FLOW.replace("{}", action), "f")
    assert problem in str(error.value)
