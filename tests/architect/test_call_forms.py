from __future__ import annotations

import pytest

from understudy.architect.actions import CallAction
from understudy.architect.load import ACTIONS, load
from understudy.architect.run import EXECUTORS
from understudy.architect.spelling import calls
from understudy.errors import FlowError

FLOW = """
inboundCall:
  name: F
  startUpRef: task[T]
  tasks:
    - task:
        name: T
        actions:
          - {}
"""


@pytest.mark.parametrize("key", sorted(calls()))
def test_each_action_of_calls_loads_in_a_call_flow_and_nowhere_else(key: str) -> None:
    text = FLOW.replace("{}", f"{key}: {{name: A, anything: [1, {{b: 2}}]}}")
    (action,) = load(text, "f").first.actions
    assert isinstance(action, CallAction)
    assert (action.given, action.name, action.line) == (key, "A", 9)
    message = text.replace("inboundCall", "inboundShortMessage").replace("task", "state")
    with pytest.raises(FlowError, match=r"f:9: action .* is one of calls: it is not executed for messages"):
        load(message, "f")


def test_its_outputs_are_read() -> None:
    text = FLOW.replace("{}", "collectInput: {outputs: {noInput: {actions: [{disconnect: {name: Bye}}]}}}")
    (action,) = load(text, "f").first.actions
    assert [one.name for one in action.branches["noInput"]] == ["Bye"]
    with pytest.raises(FlowError, match="unsupported action 'dance'"):
        load(FLOW.replace("{}", "collectInput: {outputs: {noInput: {actions: [{dance: {}}]}}}"), "f")


def test_what_is_carried_out_is_no_action_of_calls_alone() -> None:
    assert calls().keys().isdisjoint(ACTIONS)
    assert CallAction not in EXECUTORS
    assert set(calls().values()) <= {"documented", "assumed"}
