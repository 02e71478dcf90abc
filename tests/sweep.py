"""Every fault of a suite's reference turns red what it declares, and nothing else (`tox -e sweep`).

Runs `understudy verify SUITE --fault NAME` for each suite and fault and compares: each declared check must have a
*failed* verdict, no other check may have one, and the rows follow. ``--share`` takes faults in an order that the day
rotates, until ``--seconds`` are over: what CI does.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

SUITES = ("polyai", "open_messaging")
console = Console()


@dataclass(frozen=True)
class Sweep:
    """One fault in one suite: what it must turn red there, and what it did."""

    suite: str
    fault: str
    declared: frozenset[str]
    kin: frozenset[str]
    failed: frozenset[str]
    unseen: frozenset[str]
    seconds: float

    @property
    def trouble(self) -> str:
        """Why this fault is not proven; "" when it is."""
        missing, extra = self.declared - self.failed, self.failed - self.declared - self.kin
        found = [f"not red: {' '.join(sorted(missing))}"] if missing else []
        found += [f"red too: {' '.join(sorted(extra))}"] if extra else []
        return "; ".join(found)


def understudy(*arguments: str) -> Any:
    """What the command prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "understudy", *arguments], capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"understudy {' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def checks_of(suite: str, fault: dict[str, Any], rows: dict[str, list[str]]) -> frozenset[str]:
    """The checks of this suite that the fault must fail: those it names, and one or more of each row it names."""
    known = {check for checks in rows.values() for check in checks}
    return frozenset(check for check in fault["checks"] if check in known)


def sweep(suite: str, fault: dict[str, Any], out: Path) -> Sweep:
    """Run one fault in one suite."""
    began = time.monotonic()
    (report,) = understudy("verify", suite, "--fault", fault["name"], "--json", "--out", str(out))
    failed = frozenset(v["check"] for v in report["verdicts"] if v["result"] == "failed")
    unseen = frozenset(v["check"] for v in report["verdicts"] if v["result"] == "not seen")
    rows = {row["id"]: row["checks"] for row in report["rows"]}
    red_rows = {row["id"] for row in report["rows"] if row["result"] == "failed"}
    declared = checks_of(suite, fault, rows)
    by_row = {check for row in fault["rows"] if row in red_rows for check in rows[row] if check in failed}
    lost = {f"row {row}" for row in fault["rows"] if row in rows and row not in red_rows}
    kin = frozenset(fault["checks"])  # rules that hold always may fail in a suite that has no row for them
    return Sweep(suite, fault["name"], declared | by_row | lost, kin, failed, unseen, time.monotonic() - began)


def main() -> int:
    """Sweep, print a table, return 0 when every fault that was tried is proven."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", help="names; all without")
    parser.add_argument("--suite", action="append", choices=SUITES, help="only this suite")
    parser.add_argument("--share", action="store_true", help="start at a fault that the day names")
    parser.add_argument("--seconds", type=float, default=7200.0, help="start no fault after so many seconds")
    parser.add_argument("--out", type=Path, default=Path("runs/sweep"))
    given = parser.parse_args()
    faults = {fault["name"]: fault for suite in SUITES for fault in understudy("faults", suite, "--json")}
    jobs = [(suite, fault) for fault in faults.values() for suite in given.suite or SUITES]  # its kin, and nothing else
    unknown = set(given.faults) - set(faults)
    if unknown:
        raise SystemExit(f"no such fault: {', '.join(sorted(unknown))}; `understudy faults SUITE` lists them")
    if given.faults:
        jobs = [(suite, fault) for suite, fault in jobs if fault["name"] in given.faults]
    if given.share:
        start = datetime.datetime.now(datetime.UTC).date().toordinal() * 7 % len(jobs)
        jobs = jobs[start:] + jobs[:start]
    done = run(jobs, given.seconds, given.out)
    table = Table("suite", "fault", "turned red", "not seen", "seconds", "", title="Fault sweep")
    for one in done:
        mark = f"[red]{one.trouble}[/]" if one.trouble else "[green]as declared[/]"
        table.add_row(
            one.suite, one.fault, " ".join(sorted(one.failed)), " ".join(sorted(one.unseen)), f"{one.seconds:.1f}", mark
        )
    console.print(table)
    bad = sum(1 for one in done if one.trouble)
    console.print(f"{len(done)} of {len(jobs)} swept: {len(done) - bad} passed, {bad} failed")
    return 1 if bad or not done else 0


def run(jobs: list[tuple[str, dict[str, Any]]], seconds: float, out: Path) -> list[Sweep]:
    """As many jobs as fit."""
    end, done = time.monotonic() + seconds, []
    for suite, fault in jobs:
        if time.monotonic() > end:
            break
        with console.status(f"{suite} --fault {fault['name']}"):
            done.append(sweep(suite, fault, out))
        if done[-1].trouble:
            console.print(f"[red]{suite} --fault {fault['name']}[/]: {done[-1].trouble}")
    return done


if __name__ == "__main__":
    sys.exit(main())
