"""``understudy suites``, ``faults`` and ``reference``: what suites there are, and each one's reference endpoint."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from understudy.children import python
from understudy.cli.options import AsJson, SuiteName
from understudy.cli.outcome import out
from understudy.errors import SettingsError, StartError, nearest
from understudy.suite import Suite, load_suite, suite_names


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


def reference(suite: SuiteName, fault: Annotated[str, typer.Option(help="Break it on purpose.")] = "") -> None:
    """Start a suite's reference endpoint in the foreground; its settings come from the environment."""
    chosen = load_suite(suite)
    if fault:
        check_fault([chosen], fault)
    command = python(str(chosen.reference_file()), *(["--fault", fault] if fault else []))
    os.execv(command[0], command)


def check_fault(suites: list[Suite], fault: str) -> None:
    """Raises ``SettingsError`` for a fault that no reference of these suites can play."""
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
