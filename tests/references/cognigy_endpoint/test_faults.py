"""The table of faults and the branches in the code name the same things."""

from __future__ import annotations

import re
from pathlib import Path

from understudy.references.cognigy_endpoint import faults
from understudy.references.cognigy_endpoint.faults import FAULTS
from understudy.references.polyai_endpoint.faults import FAULTS as POLYAI

FOLDER = Path(faults.__file__).parent
BRANCH = re.compile(r'"(\w+)" (?:not )?in (?:self\.|self\._)?faults|"(\w+_is_500)":')
# The checks of severity M that an endpoint can get wrong (facts: messaging §6a), and the S ones that have a fault.
MUST = [1, 3, 4, *range(6, 19), 20, 21, *range(24, 29), 32, 33, *range(38, 42)]
SHOULD = [2, 5, 19, 22, 23, 29, 30, 31, 34, 35, 36, 37, 42, 44]


def branches(folder: Path) -> set[str]:
    """The faults that the code of a folder looks for."""
    code = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "faults.py")
    return {name for pair in BRANCH.findall(code) for name in pair if name}


def test_every_fault_is_a_branch_and_every_branch_is_a_fault() -> None:
    own, shared = branches(FOLDER), branches(FOLDER.parent / "vendor_side")
    assert own <= set(FAULTS)
    assert set(FAULTS) <= own | shared
    assert shared <= set(FAULTS) | set(POLYAI)


def test_every_check_of_the_conformance_list_has_a_fault() -> None:
    broken = {check.partition(".")[0] for fault in FAULTS.values() for check in fault.checks}
    assert {f"BC-{number:02}" for number in (*MUST, *SHOULD)} <= broken


def test_every_fault_has_a_kin() -> None:
    assert all(fault.checks or fault.rows for fault in FAULTS.values())
