from __future__ import annotations

from understudy.bot_connector.faults import Fault
from understudy.bot_connector.outcome import ERROR_OF_RULE, ErrorType, Faulted, error_of


def test_a_fault_is_a_note_for_the_record() -> None:
    fault = Fault(rule="BC-07", path="botState", expected="x", observed="y")
    assert Faulted(2, fault).to_json() == {
        "rule": "BC-07", "path": "botState", "expected": "x", "observed": "y", "fatal": True, "turn": 2,
    }  # fmt: skip


def test_the_known_error_type_is_that_of_the_loop_guard() -> None:
    assert ERROR_OF_RULE["BC-15"] is ErrorType.NO_MATCH
    assert ErrorType.NO_MATCH.value == "NoMatchError"


def test_a_status_tells_whose_mistake_it_is() -> None:
    faults = {status: Fault(rule="BC-01", path="status", expected="200", observed=status) for status in ("401", "500")}
    assert [error_of(fault) for fault in faults.values()] == [ErrorType.CREDENTIALS, ErrorType.STATUS]
