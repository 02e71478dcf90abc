from __future__ import annotations

from understudy.architect.expression import Literal
from understudy.architect.flow import EndState, Flow, State, TransferToAcd, branches


def test_all_actions_are_found_inside_branches_too() -> None:
    end = EndState("End", 4)
    inner = TransferToAcd("Second", 3, "Sales", Literal(0), (end,))
    outer = TransferToAcd("First", 2, "Support", Literal(0), (inner,))
    flow = Flow("inboundShortMessage", "F", "", "f.yaml", "S", {"S": State("S", "S", 1, (outer,))})
    assert flow.actions() == [outer, inner, end]
    assert branches(outer) == {"failure": (inner,)}
    assert branches(end) == {}
