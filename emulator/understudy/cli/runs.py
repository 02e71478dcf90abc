"""``understudy init``, ``verify``, ``check`` and ``report``: a run's settings, the run, its record and report again."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from understudy.cli.options import AsJson, Seed, SuiteName
from understudy.cli.outcome import EXIT_RED, err, out
from understudy.cli.suites import check_fault
from understudy.errors import SettingsError
from understudy.settings import Settings, load_settings
from understudy.suite import load_suite

CONFIG_FILE = "understudy.toml"


def init(
    suite: SuiteName,
    file: Annotated[Path, typer.Option("--config", help="The settings file to write.")] = Path(CONFIG_FILE),
    export_env: Annotated[Path | None, typer.Option(help="Write the endpoint's variables to this file, too.")] = None,
    seed: Seed = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a commented understudy.toml and print the form of what to enter on the vendor's side."""
    from understudy.verify.form import write_form

    settings: Settings = load_settings({"seed": seed}, os.environ)
    write_form(load_suite(suite), settings, file, export_env, out, force=force)


def verify(
    suites: Annotated[list[str], typer.Argument(help="One or more suites.", metavar="SUITE...")],
    target: Annotated[
        str | None, typer.Option(help="The endpoint's webhook URL; without it the reference is started.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings; understudy.toml is read where it exists.")] = None,
    fault: Annotated[
        str, typer.Option(help="Break the reference on purpose; `understudy faults SUITE` lists how.")
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option(help="Row or check to run (patterns allowed); may be given again.")
    ] = None,
    skip: Annotated[list[str] | None, typer.Option(help="Row or check to leave out; may be given again.")] = None,
    max_wait: Annotated[
        float | None, typer.Option(help="Longest real wait for an interval of the platform, seconds.")
    ] = None,
    seed: Seed = None,
    out_dir: Annotated[str | None, typer.Option("--out", help="Where the run's folder is made.")] = None,
    workers: Annotated[int | None, typer.Option(help="Test workers side by side.")] = None,
    durability: Annotated[str | None, typer.Option(help="group or strict.")] = None,
    generic: Annotated[
        bool | None,
        typer.Option(
            "--generic/--no-generic", help="Answer operations without a behaviour from their models, not 501."
        ),
    ] = None,
    report_only: Annotated[bool, typer.Option("--report-only", help="Exit 0 whatever the rows say.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run acceptance suites against an endpoint and report the guide's table."""
    from understudy.verify.command import run_suites

    file = config or (Path(CONFIG_FILE) if Path(CONFIG_FILE).is_file() else None)
    given = {
        "target.url": target, "max_wait": max_wait, "seed": seed, "out": out_dir, "workers": workers, "durability":
        durability, "generic": generic,
    }  # fmt: skip
    settings = load_settings(given, os.environ, file)
    command = shlex.join(["understudy", *sys.argv[1:]])
    chosen = [load_suite(name) for name in suites]
    if fault:
        if settings.target.url or settings.target.start:
            raise SettingsError("--fault", fault, "a fault breaks the reference: leave the target out, or the fault")
        check_fault(chosen, fault)
    red = run_suites(
        chosen, settings, only=tuple(only or ()), skip=tuple(skip or ()), fault=fault, command=command, as_json=as_json
    )
    raise typer.Exit(EXIT_RED if red and not report_only else 0)


def check(
    record: Annotated[Path, typer.Argument(help="A record, or the folder of a run.")],
    as_json: AsJson = False,
) -> None:
    """Judge a record again with today's rules."""
    from understudy.verify.command import check_record

    raise typer.Exit(EXIT_RED if check_record(record, out, as_json=as_json) else 0)


def report(run: Annotated[Path, typer.Argument(help="The folder of a run, or its report.json.")]) -> None:
    """Render a run's report again: Markdown, HTML, JUnit XML, Allure, and the table here."""
    from understudy.reporter.driver import render_all
    from understudy.reporter.report import read_report
    from understudy.reporter.terminal import print_report

    found = read_report(run)
    for path in render_all(found, run if run.is_dir() else run.parent):
        err.print(f"[dim]wrote {path}[/]")
    print_report(found, out)
