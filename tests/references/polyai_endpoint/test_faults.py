"""The table of faults and the branches in the code name the same things."""

from __future__ import annotations

import json
import re
from pathlib import Path

from understudy.references.polyai_endpoint import faults
from understudy.references.polyai_endpoint.faults import FAULTS
from understudy.references.vendor_side.faults import listing_of

FOLDER = Path(faults.__file__).parent
# The checks of severity M that an endpoint can get wrong: all of them but OM-44, which is load (facts: messaging §6b).
MUST = [1, 2, 3, 5, 6, 8, 9, 10, 11, 13, 14, 15, 16, 20, 22, 23, 24, 25, 27, 28, 29, 30, 31, 32, 33, 34, 35, 39, 40, 41]


def test_every_fault_is_a_branch_and_every_branch_is_a_fault() -> None:
    paths = (path for folder in (FOLDER, FOLDER.parent / "vendor_side") for path in folder.glob("*.py"))
    code = "".join(path.read_text() for path in paths if path.name != "faults.py")
    assert set(re.findall(r'"(\w+)" (?:not )?in (?:self\.|self\._settings\.|self\._)?faults', code)) == set(FAULTS)


def test_every_check_of_severity_must_has_a_fault() -> None:
    broken = {check for fault in FAULTS.values() for check in fault.checks}
    assert {f"OM-{number:02}" for number in MUST} <= broken


def test_every_fault_has_a_kin() -> None:
    assert all(fault.checks or fault.rows for fault in FAULTS.values())


def test_the_listing_is_json_with_name_checks_and_rows() -> None:
    listed = json.loads(json.dumps(listing_of(FAULTS)))
    assert [item["name"] for item in listed] == list(FAULTS)
    assert set(listed[0]) == {"name", "summary", "checks", "rows"}
