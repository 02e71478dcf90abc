"""The command ``understudy``. Exit codes: 0 all required rows passed, 1 one did not, 2 wrong use, 3 could not reach
or start.

Commands import what they run when they run it: ``--help`` and ``suites`` should not pay for an HTTP server.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from understudy.children import python
from understudy.errors import ContractError, RecordError, SettingsError, StartError, UnderstudyError, nearest
from understudy.settings import Settings, load_settings
from understudy.suite import Suite, load_suite, suite_names

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
contracts_app = typer.Typer(no_args_is_help=True, help="The contracts' own tools.")
app.add_typer(contracts_app, name="contracts")
out, err = Console(), Console(stderr=True)

CONFIG_FILE = "understudy.toml"
EXIT_RED, EXIT_USE, EXIT_START = 1, 2, 3

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
SuiteName = Annotated[str, typer.Argument(help="A suite; `understudy suites` lists them.", metavar="SUITE")]
Seed = Annotated[int | None, typer.Option(help="Content, names and ids come from it.")]


def main() -> None:
    """The entry point: errors become one line and an exit code."""
    try:
        app(standalone_mode=True)
    except StartError as error:
        _fail(error, EXIT_START)
    except (SettingsError, ContractError, RecordError, UnderstudyError) as error:
        _fail(error, EXIT_USE)
    except OSError as error:  # a file or folder that the user named
        _fail(f"{error.filename}: {error.strerror}" if error.filename else error, EXIT_USE)


def _fail(error: object, code: int) -> None:
    err.print(f"[bold red]understudy:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
    sys.exit(code)


@app.callback(epilog="Example: understudy verify polyai")
def understudy() -> None:
    """The stand-in for Genesys Cloud that rehearses an integration before it goes live."""


@app.command(epilog="Example: understudy serve --port 8080 --admin-client admin:secret")
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback need the control token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes any free one.", min=0, max=65535)] = 8080,
    advertised_url: Annotated[str, typer.Option(help="The base URL that clients see, behind a proxy.")] = "",
    org: Annotated[list[Path] | None, typer.Option(help="An org file; may be given again.")] = None,
    limits: Annotated[str, typer.Option(help="real, relaxed or a limits file.")] = "real",
    seed: Seed = None,
    salt: Annotated[str, typer.Option(help="Repeat a run's message ids.")] = "",
    admin_client: Annotated[str, typer.Option(help="ID:SECRET of the administrator's OAuth client.")] = "",
    run: Annotated[Path | None, typer.Option(help="Folder for the record; without it nothing is written.")] = None,
    durability: Annotated[str, typer.Option(help="group (committed within 200 ms) or strict.")] = "group",
    as_json: AsJson = False,
) -> None:
    """Serve an emulated Genesys Cloud until Ctrl-C."""
    from understudy.emulator import EmulatorConfig
    from understudy.serve import description, print_json
    from understudy.serve import run as run_emulator

    settings = load_settings({"seed": seed, "durability": durability}, os.environ)
    for file in org or []:
        if not file.is_file():
            raise SettingsError("--org", str(file), "no such file")
    config = EmulatorConfig(
        host=host, port=port, advertised_url=advertised_url, orgs=tuple(org or ()), environment=dict(os.environ),
        limits=limits, seed=settings.seed, salt=salt, run=run, durability=settings.durability,
        admin=_admin(admin_client),
    )  # fmt: skip

    def show(emulator: Any) -> None:
        for name, value in description(emulator).items():
            out.print(f"[bold]{name:>14}[/]  {value}", highlight=False, soft_wrap=True)
        out.print("[dim]ready; Ctrl-C stops it[/]")

    run_emulator(config, print_json if as_json else show)


def _admin(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    id_, colon, secret = text.partition(":")
    if not (id_ and colon and secret):
        raise SettingsError("--admin-client", text, "give ID:SECRET")
    return id_, secret


@app.command(epilog="Example: understudy verify polyai --config understudy.toml --only 'V*'")
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
    report_only: Annotated[bool, typer.Option("--report-only", help="Exit 0 whatever the rows say.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run acceptance suites against an endpoint and report the guide's table."""
    from understudy.verify.command import run_suites

    file = config or (Path(CONFIG_FILE) if Path(CONFIG_FILE).is_file() else None)
    given = {
        "target.url": target, "max_wait": max_wait, "seed": seed, "out": out_dir, "workers": workers, "durability":
        durability,
    }  # fmt: skip
    settings = load_settings(given, os.environ, file)
    command = shlex.join(["understudy", *sys.argv[1:]])
    chosen = [load_suite(name) for name in suites]
    if fault:
        if settings.target.url or settings.target.start:
            raise SettingsError("--fault", fault, "a fault breaks the reference: leave the target out, or the fault")
        _known_fault(chosen, fault)
    red = run_suites(
        chosen, settings, only=tuple(only or ()), skip=tuple(skip or ()), fault=fault, command=command, as_json=as_json
    )
    raise typer.Exit(EXIT_RED if red and not report_only else 0)


def _known_fault(suites: list[Suite], fault: str) -> None:
    known = [entry["name"] for suite in suites for entry in reference_faults(suite)]
    if fault not in known:
        raise SettingsError("--fault", fault, nearest(fault, known))


def reference_faults(suite: Suite) -> list[dict[str, Any]]:
    """All that the suite's reference can play, as it says itself: objects with name, summary, checks, rows."""
    done = subprocess.run(
        python(str(suite.reference_file()), "--list-faults"), capture_output=True, text=True, check=False, timeout=30
    )
    if done.returncode != 0:
        raise StartError(f"the reference of {suite.name} does not list its faults: {done.stderr.strip()[-500:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def list_faults(suite: Suite) -> list[dict[str, Any]]:
    """Those of them that must turn something of this suite red."""
    checks, rows = set(suite.checks), {row.id for row in suite.rows}
    return [one for one in reference_faults(suite) if checks & set(one["checks"]) or rows & set(one["rows"])]


@app.command(epilog="Example: understudy faults polyai --json")
def faults(suite: SuiteName, as_json: AsJson = False) -> None:
    """What the reference endpoint can be made to get wrong, and what that must turn red."""
    found = list_faults(load_suite(suite))
    if as_json:
        print(json.dumps(found, indent=2))
        return
    table = Table(title=f"Faults of the reference of {suite}")
    table.add_column("fault", no_wrap=True)  # what --fault takes
    for title in ("what it does", "checks", "rows"):
        table.add_column(title, overflow="fold")
    for one in found:
        table.add_row(*map(escape, (one["name"], one["summary"], " ".join(one["checks"]), " ".join(one["rows"]))))
    out.print(table)


@app.command(epilog="Example: understudy reference polyai --fault no_dedupe")
def reference(suite: SuiteName, fault: Annotated[str, typer.Option(help="Break it on purpose.")] = "") -> None:
    """Start a suite's reference endpoint in the foreground; its settings come from the environment."""
    chosen = load_suite(suite)
    if fault:
        _known_fault([chosen], fault)
    command = python(str(chosen.reference_file()), *(["--fault", fault] if fault else []))
    os.execv(command[0], command)


@app.command("suites", epilog="Example: understudy suites --json")
def list_suites(as_json: AsJson = False) -> None:
    """The suites there are."""
    found = [load_suite(name) for name in suite_names()]
    if as_json:
        print(
            json.dumps(
                [{"name": s.name, "title": s.title, "guide": s.guide, "rows": [r.id for r in s.rows]} for s in found]
            )
        )
        return
    table = Table("suite", "title", "rows", "checks", title="Suites")
    for one in found:
        table.add_row(one.name, one.title, str(len(one.rows)), str(len(one.checks)))
    out.print(table)


@app.command(epilog="Example: understudy init polyai --export-env vendor.env")
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


@app.command(epilog="Example: understudy check runs/polyai-2026-11-21T101500/record")
def check(
    record: Annotated[Path, typer.Argument(help="A record, or the folder of a run.")],
    as_json: AsJson = False,
) -> None:
    """Judge a record again with today's rules."""
    from understudy.verify.command import check_record

    raise typer.Exit(EXIT_RED if check_record(record, out, as_json=as_json) else 0)


@app.command(epilog="Example: understudy report runs/polyai-2026-11-21T101500")
def report(run: Annotated[Path, typer.Argument(help="The folder of a run, or its report.json.")]) -> None:
    """Render a run's report again: Markdown, HTML, JUnit XML, Allure, and the table here."""
    from understudy.reporter.driver import render_all
    from understudy.reporter.report import read_report
    from understudy.reporter.terminal import print_report

    found = read_report(run)
    for path in render_all(found, run if run.is_dir() else run.parent):
        err.print(f"[dim]wrote {path}[/]")
    print_report(found, out)


@contracts_app.command("build", epilog="Example: understudy contracts build")
def contracts_build() -> None:
    """Generate contracts/platform_api from the catalogue it was made from."""
    from understudy.material import material
    from understudy.platform.build import build_contracts

    folder = material("contracts/platform_api")
    out.print(build_contracts(folder / "source" / "catalogue.json.gz", folder))
