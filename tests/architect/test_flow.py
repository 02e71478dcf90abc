from __future__ import annotations

from understudy.architect.actions import EndState, TransferToAcd
from understudy.architect.expression import Literal
from understudy.architect.flow import Container, Flow


def test_all_actions_are_found_inside_branches_too() -> None:
    end = EndState(name="End", line=4)
    inner = TransferToAcd(name="Second", line=3, queue="Sales", priority=Literal(0), branches={"failure": (end,)})
    outer = TransferToAcd(name="First", line=2, queue="Support", priority=Literal(0), branches={"failure": (inner,)})
    state = Container("state", "S", "S", 1, (outer,))
    flow = Flow("inboundShortMessage", "F", "", "f.yaml", "S", {"S": state})
    assert flow.actions() == [outer, inner, end]
    assert flow.first is state
