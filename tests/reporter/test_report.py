from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from understudy.checker.verdict import Result
from understudy.errors import RecordError
from understudy.reporter.report import Report, read_report


def written(folder: Path, content: bytes) -> Path:
    file = folder / "report.json"
    file.write_bytes(content)
    return file


def test_what_is_written_is_read_again(report: Report, tmp_path: Path) -> None:
    written(tmp_path, report.to_json())
    again = read_report(tmp_path)
    assert again == replace(report, entries=again.entries)
    assert again.to_json() == report.to_json()
    assert read_report(tmp_path / "report.json") == again


def test_text_that_is_no_unicode_does_not_lose_the_report(report: Report, tmp_path: Path) -> None:
    made = replace(report, warnings=("bad \ud800 header",), run={**report.run, "machine": "\udcff"})
    written(tmp_path, made.to_json())
    assert read_report(tmp_path).warnings == ("bad \\ud800 header",)


def test_where_no_report_is_the_error_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no report here: give the folder of a run, such as runs/<suite>-<time>"):
        read_report(tmp_path)


def damaged(document: dict[str, Any], **more: Any) -> bytes:
    return orjson.dumps({**document, **more})


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ({"format": "understudy-report/9"}, "its format is understudy-report/9, not understudy-report/1"),
        ({"run": {"id": "x"}}, "'seed' is missing"),
        ({"rows": [{"id": "V1"}]}, "'result' is missing"),
        ({"rows": [{"id": "V1", "result": "green"}]}, "'green' is not a valid Result"),
        ({"rows": [{"result": "passed"}]}, "missing 5 required keyword-only arguments"),
        ({"verdicts": [{"result": "passed", "entries": []}]}, "missing 8 required keyword-only arguments"),
        ({"entries": {"0:1": {"process": 0}}}, "missing"),
        ({"entries": {"0:1": "text"}}, "dictionary update sequence"),
        ({"entries": []}, "has no attribute 'values'"),
        ({"tests": [{"id": "t", "outcome": "passed", "colour": 1}]}, "unexpected keyword argument 'colour'"),
        ({"findings": ["text"]}, "dictionary update sequence"),
    ],
)
def test_a_damaged_report_is_named_with_what_is_wrong(
    report: Report, tmp_path: Path, damage: dict[str, Any], problem: str
) -> None:
    file = written(tmp_path, damaged(orjson.loads(report.to_json()), **damage))
    with pytest.raises(RecordError) as caught:
        read_report(tmp_path)
    assert str(caught.value).startswith(f"{file}: not a report of understudy: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"{}"])
def test_a_file_that_is_no_report_is_an_error_of_ours(tmp_path: Path, content: bytes) -> None:
    written(tmp_path, content)
    with pytest.raises(RecordError, match="not a report of understudy"):
        read_report(tmp_path)


def test_a_cut_report_is_an_error_of_ours(report: Report, tmp_path: Path) -> None:
    whole = report.to_json()
    written(tmp_path, whole[: len(whole) // 2])
    with pytest.raises(RecordError, match="not a report of understudy"):
        read_report(tmp_path)


def test_only_what_is_required_and_not_waived_holds_the_run_back(report: Report) -> None:
    assert report.exit_code == 1
    assert [row.id for row in report.blocking] == ["V1", "V3", "V4", "F2"]
    assert replace(report, rows=tuple(row for row in report.rows if row.id in ("V2", "F1", "C1"))).exit_code == 0


def test_a_required_row_that_does_not_apply_or_is_flaky_does_not_gate_green(report: Report) -> None:
    rows = {row.id: row for row in report.rows}
    assert not rows["F2"].gates_green
    assert not rows["V3"].gates_green
    assert replace(rows["V3"], required=False).gates_green
    assert replace(rows["F2"], waiver="agreed").gates_green


def test_the_notes_of_a_row_say_what_it_rests_on(report: Report) -> None:
    assert {row.id: row.notes for row in report.rows} == {
        "V1": ("channel",), "V2": ("channel",), "V3": ("flaky",), "V4": (),
        "F1": ("derived", "waived: agreed with the vendor"), "F2": ("derived",), "C1": ("not required",),
    }  # fmt: skip


def test_the_worst_verdicts_of_a_row_are_told_once_and_in_order(report: Report) -> None:
    first = report.verdicts[0]
    other = replace(first, observed="3 texts")
    made = replace(report, verdicts=(*report.verdicts, replace(first, test="again"), other))
    assert [v.observed for v in made.worst_of(made.rows[0])] == ["2 texts: hello, hello", "3 texts"]


def test_what_belongs_to_no_row_stands_beside_and_gates_nothing(report: Report) -> None:
    (beside,) = report.beside
    assert (beside.id, beside.result, beside.required, beside.notes) == (
        "OM-SELF",
        Result.FAILED,
        False,
        ("in no row",),
    )
    assert sum(report.counts.values()) == len(report.rows)
