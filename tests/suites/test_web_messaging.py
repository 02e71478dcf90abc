"""The suite's rows are the facts' checks, with their severities, and each has rules and faults."""

from __future__ import annotations

from understudy.checker.rules import load_rulebook
from understudy.references.messenger_endpoint.faults import FAULTS
from understudy.suite import load_suite

SUITE = load_suite("web_messaging")
SHOULD = {12, 14, 16, 17, 19, 20, 22, 23}  # S in facts messaging §6c; the others are M


def test_every_check_of_the_facts_has_a_row_with_its_severity() -> None:
    rows = {row.id: row.severity for row in SUITE.rows if row.group == "WM"}
    assert rows == {f"WM-{n:02}": "should" if n in SHOULD else "must" for n in range(1, 24)}


def test_every_check_has_a_rule_and_every_rule_a_row() -> None:
    ruled = {rule.check for rule in load_rulebook().all() if rule.interface == "web_messaging"}
    assert ruled == set(SUITE.checks)


def test_faults_name_checks_and_rows_of_the_suite() -> None:
    named = {check for fault in FAULTS.values() for check in fault.checks}
    assert named <= set(SUITE.checks)
    assert {row for fault in FAULTS.values() for row in fault.rows} <= {row.id for row in SUITE.rows}
    assert {check for check in SUITE.checks if not check.startswith("WS-")} <= named


def test_the_rules_severity_is_that_of_the_row() -> None:
    severity = {check: row.severity for row in SUITE.rows for check in row.checks}
    rules = [rule for rule in load_rulebook().all() if rule.interface == "web_messaging"]
    assert {rule.id for rule in rules if rule.severity != severity[rule.check]} == set()
