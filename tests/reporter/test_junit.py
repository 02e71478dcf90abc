from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from understudy.checker.verdict import Result
from understudy.reporter.junit import junit
from understudy.reporter.report import Report


def cases(report: Report) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(junit(report))
    return {str(case.get("name")).partition(":")[0]: case for case in root.iter("testcase")}


def ending(case: ElementTree.Element) -> tuple[str, str | None, str | None]:
    found = next((one for one in case if one.tag in ("failure", "skipped")), None)
    return ("passed", None, None) if found is None else (found.tag, found.get("type"), found.get("message"))


def test_a_suite_for_each_group_and_a_case_for_each_check(report: Report) -> None:
    root = ElementTree.fromstring(junit(report))
    assert [suite.get("name") for suite in root] == [
        "polyai: Verification",
        "polyai: Faults on the Genesys side",
        "polyai: Configuration",
        "polyai: Judged in every test, in no row of this table",
    ]
    assert [(s.get("tests"), s.get("failures"), s.get("skipped"), s.get("errors")) for s in (root, *root)] == [
        ("9", "5", "3", "0"), ("5", "3", "1", "0"), ("2", "0", "2", "0"), ("1", "1", "0", "0"), ("1", "1", "0", "0"),
    ]  # fmt: skip
    assert list(cases(report)) == [
        "PA-V1.channel", "PA-V1.forward", "PA-V2", "PA-V3", "PA-V4", "PA-F1", "PA-F2", "PA-C1", "OM-SELF",
    ]  # fmt: skip


def test_each_result_ends_as_a_gate_needs_it(report: Report) -> None:
    found = {name: ending(case) for name, case in cases(report).items()}
    assert found["PA-V1.channel"] == ("failure", "failed", "2 texts: hello, hello")
    assert found["PA-V1.forward"] == (
        "skipped", None, "not applicable: the run has no endpoint in the forward topology"
    )  # fmt: skip
    assert found["PA-V2"] == ("passed", None, None)
    assert found["PA-V4"] == ("failure", "not seen", "no test of this run made it ripe")
    assert found["PA-F1"] == (
        "skipped", None, "waived: agreed with the vendor (not seen: its test ended as failed without a verdict)"
    )  # fmt: skip


def test_a_flaky_row_that_is_required_is_a_failure(report: Report) -> None:
    assert ending(cases(report)["PA-V3"]) == ("failure", "flaky", "PA-V3 passed only after it had failed in this run")
    rows = tuple(replace(row, required=False) for row in report.rows)
    assert ending(cases(replace(report, rows=rows))["PA-V3"]) == ("passed", None, None)


def test_not_seen_is_skipped_where_the_row_is_not_required(report: Report) -> None:
    rows = tuple(replace(row, required=False) for row in report.rows)
    assert ending(cases(replace(report, rows=rows))["PA-V4"]) == (
        "skipped", None, "not seen: no test of this run made it ripe"
    )  # fmt: skip


def test_what_rests_on_a_generic_answer_says_so(report: Report) -> None:
    assert "this rests on a generic answer" in str(cases(report)["PA-V2"].findtext("system-out"))
    assert "generic" not in str(cases(report)["PA-V4"].findtext("system-out"))


@pytest.mark.parametrize("text", ["\x00\x08\x1b", "]]>", "\ud800\udfff", "\ufffe\uffff", "<a>&\"'", "\x85\u2028"])
def test_any_text_makes_valid_xml(report: Report, text: str) -> None:
    verdicts = tuple(replace(v, observed=text, title=text, reason=text, expected=text) for v in report.verdicts)
    rows = tuple(replace(row, title=text, waiver="") for row in report.rows)
    document = junit(replace(report, verdicts=verdicts, rows=rows)).encode("utf-8")
    assert len(list(ElementTree.fromstring(document).iter("testcase"))) == 9


def test_green_in_junit_is_green_in_the_exit_code(report: Report) -> None:
    rows = tuple(replace(row, result=Result.PASSED, flaky=False) for row in report.rows)
    verdicts = tuple(replace(verdict, result=Result.PASSED) for verdict in report.verdicts)
    tests = tuple(replace(test, flaky=False) for test in report.tests)
    green = replace(report, rows=rows, verdicts=verdicts, tests=tests)
    assert green.exit_code == 0
    assert ElementTree.fromstring(junit(green)).get("failures") == "0"
