from __future__ import annotations

import pytest

from understudy.architect.flow import Container, Declaration, Flow
from understudy.architect.place import Run, Values
from understudy.architect.values import EvaluationError


def test_a_variable_lives_in_its_scope_and_takes_its_type() -> None:
    state = Container("state", "S", "S", 1, (), (Declaration("State.n", "integer", 1),))
    run = Run(Flow("inboundShortMessage", "F", "", "f", "S", {"S": state}), "f1", "p", "e")
    run.flow_values = Values.of((Declaration("Flow.t", "string"),))
    run.enter(state)
    run.assign("State.n", 2)
    run.assign("Flow.t", "x")
    assert (run.state_values.held, run.flow_values.held) == ({"State.n": 2}, {"Flow.t": "x"})
    assert run.type_of("Flow.t") == "string"
    with pytest.raises(EvaluationError, match=r"State.n: integer does not take string"):
        run.assign("State.n", "x")
    run.enter(state)
    assert run.state_values.held == {"State.n": 1}
    assert run.take() is None
