"""``understudy verify`` and ``understudy check`` as commands: progress while they run, tables and files when they are
done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from understudy.checker.judge import judge_record
from understudy.checker.verdict import Result
from understudy.errors import RecordError
from understudy.reporter.driver import render_all
from understudy.reporter.report import Report
from understudy.reporter.terminal import print_report
from understudy.settings import Settings
from understudy.suite import Suite
from understudy.verify.run import Order, verify


class Live:
    """Progress of one suite on stderr: what runs, how many are done, how many are red."""

    def __init__(self, suite: Suite, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, transient=True,
        )  # fmt: skip
        self._task = self._progress.add_task(f"{suite.name}: starting", total=None)
        self._name, self._red, self._tests = suite.name, 0, set[str]()

    def __enter__(self) -> Live:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, event: Mapping[str, Any]) -> None:
        """Take one event of the run."""
        if event["event"] == "collected":
            self._tests |= set(event["tests"])
            self._progress.update(self._task, total=len(self._tests))
        elif event["event"] == "report":
            self._red += event["outcome"] == "failed"
            if event["when"] == "teardown":
                self._progress.advance(self._task)
            name = escape(event["test"].rpartition("::")[2])
            red = f", [red]{self._red} red[/]" if self._red else ""
            self._progress.update(self._task, description=f"{self._name}: {name}{red}")


def run_suites(
    suites: Sequence[Suite], settings: Settings, *, only: tuple[str, ...], skip: tuple[str, ...], fault: str,
    command: str, as_json: bool,
) -> bool:  # fmt: skip
    """Run each suite and render its reports; True when a required row did not pass."""
    console, status = Console(), Console(stderr=True)
    reports: list[Report] = []
    orders = [Order(suite, settings, only, skip, fault, command) for suite in suites]
    for order in orders:
        order.rows, order.profiles  # noqa: B018 - a wrong --only or topology is said before anything is started
    for order in orders:
        with Live(order.suite, status) as live:
            report, folder = verify(order, live.tell)
        reports.append(report)
        files = render_all(report, folder)
        if as_json:
            continue
        print_report(report, console)
        page = next((file for file in files if file.suffix == ".html"), folder)
        console.print(f"[dim]report: {page}[/]", highlight=False, soft_wrap=True)
        if report.run["interrupted"]:
            break
    if as_json:
        print(json.dumps([json.loads(report.to_json()) for report in reports]))
    return any(report.exit_code for report in reports)


def check_record(record: Path, console: Console, *, as_json: bool) -> bool:
    """Judge a record again; True when a verdict is *failed*. A record in which nothing is to be judged is a
    ``RecordError``: no verdict is no good verdict."""
    verdicts = judge_record(record)
    if not verdicts:
        raise RecordError(f"{record}: no check began in it: there is nothing to judge")
    if as_json:
        print(json.dumps([verdict.to_json() for verdict in verdicts]))
    else:
        table = Table("check", "result", "expected", "observed", title=escape(f"Verdicts of {record}"))
        for one in verdicts:
            table.add_row(*map(escape, (one.check, one.result.value, one.expected, one.observed or one.reason)))
        console.print(table)
    return any(verdict.result is Result.FAILED for verdict in verdicts)
