from __future__ import annotations

import pytest

from understudy.architect.actions import CallBotFlow, CallData
from understudy.architect.expression import Literal, Variable
from understudy.architect.load import load
from understudy.architect.stub_forms import TIMEOUT
from understudy.errors import FlowError

FLOW = """
inboundShortMessage:
  name: F
  startUpRef: state[S]
  states:
    - state:
        name: S
        variables: [{stringVariable: {name: State.t}}]
        actions:
          - {}
"""


def built(action: str) -> object:
    return load(FLOW.replace("{}", action), "f").first.actions[0]


def test_a_data_action_is_named_by_category_and_name() -> None:
    inputs = "{N: {lit: 1}, M: {noValue: true}}"
    action = built(f"callData: {{name: A, category: {{CRM: {{dataAction: {{Find: {{inputs: {inputs}}}}}}}}}}}")
    assert isinstance(action, CallData)
    assert (action.category, action.action, action.timeout) == ("CRM", "Find", TIMEOUT)
    assert action.inputs == {"N": Literal(1), "M": Literal(None)}


def test_a_bot_flow_gets_the_customer_s_text_where_none_is_given() -> None:
    given = "digitalBotFlow: {Nova: {ver_1: {none: true}}}, intent: {var: State.t}"
    action = built(f"callDigitalBotFlow: {{name: A, {given}}}")
    assert isinstance(action, CallBotFlow)
    assert (action.flow, action.text) == ("Nova", Variable("Message.Message.body"))
    assert action.success_outputs == {"intent": "State.t"}


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ("callData: {category: {CRM: {dataAction: {}}}}", "names 0 things, not one"),
        ("callData: {category: {CRM: {dataAction: {Find: {}}, more: 1}}}", "has 'more', which is not supported"),
        ("callData: {category: {CRM: {dataAction: {Find: {more: 1}}}}}", "has 'more', which is not supported"),
        ("callBotFlow: {botFlow: {Nova: {}}}", "names no version: give ver_latestPublished"),
        ("callBotFlow: {botFlow: {Nova: {ver_1: {more: 1}}}}", "has 'more', which is not supported"),
    ],
)
def test_what_a_form_does_not_know_is_an_error(action: str, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        built(action)
    assert problem in str(error.value)
