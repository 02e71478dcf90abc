"""``verify`` and ``check`` as commands: what is printed, in which order, and what the answer is."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from understudy.checker.judge import judge_record
from understudy.clock import Moment
from understudy.errors import RecordError, SettingsError
from understudy.record.driver import SegmentWriter, segment_path
from understudy.record.lines import Header
from understudy.record.recorder import Recorder
from understudy.reporter.report import Report
from understudy.settings import Settings
from understudy.suite import load_suite
from understudy.verify import command as module
from understudy.verify.command import Live, check_record, run_suites
from understudy.verify.run import Order

POLYAI, OPEN_MESSAGING = load_suite("polyai"), load_suite("open_messaging")
MOMENT = Moment(1.0, 2.0, 2.0)


def made(order: Order, *, interrupted: bool = False) -> Report:
    """A report without a verdict."""
    run = {
        "id": "run-1", "seed": 1, "salt": "s", "started": "2026-11-21T10:00:00.000Z", "seconds": 1.0, "profiles": [],
        "target": {"kind": "reference", "url": "polyai.py", "fault": ""}, "interrupted": interrupted, "command": "",
        "machine": "", "limits": "real", "durability": "group",
    }  # fmt: skip
    suite = {"name": order.suite.name, "title": order.suite.title, "guide": order.suite.guide}
    return Report(suite=suite, run=run, rows=(), verdicts=(), tests=())


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Order]:
    """The orders that were run; ``verify`` itself is left out."""
    orders: list[Order] = []

    def verify(order: Order, tell: Any) -> tuple[Report, Path]:
        orders.append(order)
        tell({"event": "collected", "tests": ["t.py::test_a"]})
        folder = tmp_path / f"run-{len(orders)}"
        return made(order, interrupted=order.settings.seed == 13), folder

    monkeypatch.setattr(module, "verify", verify)
    return orders


def run(suites: tuple[Any, ...] = (POLYAI,), settings: Settings | None = None, **more: Any) -> bool:
    given = {"only": (), "skip": (), "fault": "", "command": "understudy verify polyai", "as_json": False, **more}
    return run_suites(suites, settings or Settings(), **given)


def test_suites_are_run_one_after_the_other_and_each_leaves_its_files(
    runs: list[Order], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((POLYAI, OPEN_MESSAGING)) is False
    assert [order.suite.name for order in runs] == ["polyai", "open_messaging"]
    printed = capsys.readouterr().out
    for number in (1, 2):
        assert (tmp_path / f"run-{number}" / "report.html").is_file()
        assert f"report: {tmp_path}/run-{number}/report.html\n" in printed


def test_a_wrong_row_is_said_before_anything_is_started(runs: list[Order]) -> None:
    with pytest.raises(SettingsError, match=r"^row or check is 'V2': "):
        run((POLYAI, OPEN_MESSAGING), only=("V2",))
    assert runs == []


def test_after_an_interruption_no_further_suite_is_begun(runs: list[Order]) -> None:
    run((POLYAI, OPEN_MESSAGING), Settings(seed=13))
    assert [order.suite.name for order in runs] == ["polyai"]


def test_json_is_one_list_of_reports_and_nothing_else(runs: list[Order], capsys: pytest.CaptureFixture[str]) -> None:
    run((POLYAI, OPEN_MESSAGING), as_json=True)
    assert [one["suite"]["name"] for one in json.loads(capsys.readouterr().out)] == ["polyai", "open_messaging"]


def test_a_required_row_that_did_not_pass_makes_the_run_red(runs: list[Order], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Report, "exit_code", 1)
    assert run() is True


def test_progress_counts_tests_and_red_ones_whatever_they_are_called() -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with Live(POLYAI, console) as live:
        live.tell({"event": "slots", "count": 1})
        live.tell({"event": "collected", "tests": ["t.py::test_a[/channel]", "t.py::test_b"]})
        live.tell({"event": "collected", "tests": ["t.py::test_a[/channel]", "t.py::test_b"]})
        live.tell({"event": "report", "test": "t.py::test_a[/channel]", "when": "call", "outcome": "failed"})
        live.tell({"event": "report", "test": "t.py::test_a[/channel]", "when": "teardown", "outcome": "passed"})
        live.tell({"event": "crashed", "worker": "gw0", "text": ""})
        (task,) = live._progress.tasks
        assert (task.completed, task.total) == (1, 2)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert "polyai: test_a[/channel]" in printed
    assert "1 red" in printed


def recorded(folder: Path, *notes: dict[str, Any]) -> Path:
    """A run's folder with a record of these notes."""
    writer = SegmentWriter(segment_path(folder, 0), Header(run="r", process=0, salt="s", redaction="", created=0.0))
    recorder = Recorder(0, "s", writer)
    for note in notes:
        data = {key: value for key, value in note.items() if key != "name"}
        recorder.note(note["name"], moment=MOMENT, interface="test", org="o", **data)
    recorder.close(MOMENT)
    return folder


def shown(record: Path, *, as_json: bool = False) -> tuple[bool, str]:
    console = Console(file=io.StringIO(), width=200)
    red = check_record(record, console, as_json=as_json)
    assert isinstance(console.file, io.StringIO)
    return red, console.file.getvalue()


def test_a_record_is_judged_again_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    skipped = {"name": "check.skipped", "check": "OM-08", "test": "t", "reason": "no [/user] side [bold]"}
    folder = recorded(tmp_path / "run [/1]", {"name": "check.began", "check": "OM-09", "test": "t"}, skipped)
    red, printed = shown(folder)
    assert red is False
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in printed.splitlines() if "OM-08" in line]
    assert rows[0][:2] == ["OM-08", "not applicable"]
    assert "no [/user] side [bold]" in printed, "what a vendor wrote is no markup of ours"
    shown(folder, as_json=True)
    verdicts = json.loads(capsys.readouterr().out)
    assert {verdict["check"]: verdict["result"] for verdict in verdicts}["OM-09"] == "not seen"


def test_a_record_without_a_check_is_no_good_record(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "run", {"name": "test.customer", "test": "t"})
    with pytest.raises(RecordError) as raised:
        shown(folder)
    assert str(raised.value) == f"{folder}: no check began in it: there is nothing to judge"


def test_a_failed_verdict_makes_the_check_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = recorded(tmp_path / "run", {"name": "check.began", "check": "OM-09", "test": "t"})
    found = judge_record(folder)
    failed = [replace(one, result=type(one.result)("failed")) for one in found]
    monkeypatch.setattr(module, "judge_record", lambda record: failed)
    assert shown(folder)[0] is True
