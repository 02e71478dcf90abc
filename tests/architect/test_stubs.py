from __future__ import annotations

from typing import Any

import pytest

from understudy.architect.stubs import STUBS_MAX, Stub, answer, stubs
from understudy.errors import FlowError
from understudy.world.org import Org


def test_the_first_stub_that_fits_answers(org: Org) -> None:
    org.entities.of("flows")["f1"].hidden["stubs"] = [
        {"dataAction": "CRM/Find", "when": {"N": "1"}, "then": "failure"},
        {"botFlow": "CRM/Find", "intent": "x"},
        {"dataAction": "CRM/Find", "outputs": {"A": 1}},
    ]
    assert answer(org, "f1", "dataAction", "CRM/Find", {"N": "1", "M": 2}) == Stub(
        "dataAction", "CRM/Find", {"N": "1"}, "failure"
    )
    assert answer(org, "f1", "dataAction", "CRM/Find", {"N": "2"}) == Stub("dataAction", "CRM/Find", outputs={"A": 1})
    assert answer(org, "f1", "dataAction", "CRM/Other", {}) is None
    assert answer(org, "gone", "dataAction", "CRM/Find", {}) is None


def test_a_flow_without_stubs_has_none() -> None:
    assert (list(stubs(None, "f")), list(stubs([], "f"))) == ([], [])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, f"stubs are not a list of at most {STUBS_MAX}"),
        ([{"botFlow": "X"}] * (STUBS_MAX + 1), f"stubs are not a list of at most {STUBS_MAX}"),
        (["x"], "stub 1 is not a mapping"),
        ([{"botFlow": "X"}, {"botflow": "X"}], "stub 2 has 'botflow': did you mean 'botFlow'?"),
        ([{}], "stub 1 names nothing: give dataAction or botFlow"),
        ([{"dataAction": 7}], "stub 1 names nothing: give dataAction or botFlow"),
        ([{"dataAction": "A", "botFlow": "B"}], "stub 1 names dataAction and botFlow: give dataAction or botFlow"),
        ([{"dataAction": "A", "when": []}], "'when' of stub 1 is not a mapping"),
        ([{"dataAction": "A", "intent": 7}], "'intent' of stub 1 is not a text"),
        ([{"botFlow": "A", "says": "Hi"}], "'says' of stub 1 is not a list of texts"),
        ([{"botFlow": "A", "then": "timeout"}], "'then' of stub 1 is 'timeout': known are failure, success"),
    ],
)
def test_a_stub_that_cannot_be_read_is_an_error(given: Any, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        list(stubs(given, "f"))
    assert error.value.problem == problem
