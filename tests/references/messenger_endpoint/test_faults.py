"""The table of faults and the branches in the code name the same things."""

from __future__ import annotations

import re
from pathlib import Path

from understudy.references.messenger_endpoint import faults
from understudy.references.messenger_endpoint.faults import FAULTS

FOLDER = Path(faults.__file__).parent
# The checks of severity M, and the S ones that have a fault (facts: messaging §6c).
CHECKS = [*range(1, 24)]


def test_every_fault_is_a_branch_and_every_branch_is_a_fault() -> None:
    code = "".join(path.read_text() for path in FOLDER.glob("*.py") if path.name != "faults.py")
    named = set(re.findall(r'"(\w+)" (?:not )?in (?:self\.)?_?faults', code))
    named |= {name for group in re.findall(r"_faults & \{([^}]+)\}", code) for name in re.findall(r'"(\w+)"', group)}
    assert named == set(FAULTS)


def test_every_check_of_the_conformance_list_has_a_fault() -> None:
    broken = {check for fault in FAULTS.values() for check in fault.checks}
    assert {f"WM-{number:02}" for number in CHECKS} <= broken
