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

from understudy.suite import load_suite

SUITES = ("polyai", "open_messaging", "bot_connector", "cognigy", "web_messaging")
NEVER_SEEN = frozenset({"OM-44", "BC-43"})  # load: no profile exists yet
console = Console()


@dataclass(frozen=True)
class Sweep:
    """One fault in one suite: what it must turn red there, and what it did."""

    suite: str
    fault: str
    declared: frozenset[str]
    kin: frozenset[str]
    green: frozenset[str]  # rows it names and that passed all the same
    others: frozenset[str]  # rows that it does not name and that were not earned
    failed: frozenset[str]
    unseen: frozenset[str]
    seconds: float

    @property
    def trouble(self) -> str:
        """Why this fault is not proven; "" when it is."""
        troubles = {
            "not red": self.declared - self.failed,
            "row not red": self.green,
            "red too": self.failed - self.kin,
            "row not earned": self.others,
        }
        return "; ".join(f"{text}: {' '.join(sorted(found))}" for text, found in troubles.items() if found)


def understudy(*arguments: str) -> Any:
    """What the command prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "understudy", *arguments], capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"understudy {' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def faults_of(reference: str) -> list[dict[str, Any]]:
    """The faults of all suites of one reference: in each of them a fault's kin turns red, and nothing else."""
    suites = [suite for suite in SUITES if load_suite(suite).reference == reference]
    return list({fault["name"]: fault for suite in suites for fault in understudy("faults", suite, "--json")}.values())


def sweep(suite: str, fault: dict[str, Any], out: Path) -> Sweep:
    """Run one fault in one suite. Its kin: the checks it names, and the rows it names or that hold one of them."""
    began = time.monotonic()
    (report,) = understudy("verify", suite, "--fault", fault["name"], "--json", "--out", str(out))
    rows = {row["id"]: row["checks"] for row in report["rows"]}
    unearned = {row["id"] for row in report["rows"] if row["result"] != "passed"}
    known = {check for checks in rows.values() for check in checks}
    kin = frozenset(fault["checks"])  # one without a row here may fail all the same: some rules hold always
    own = set(fault["rows"]) | {row for row, checks in rows.items() if kin & set(checks)}
    return Sweep(
        suite=suite,
        fault=fault["name"],
        declared=kin & known,
        kin=kin | {check for row in fault["rows"] for check in rows.get(row, ())},
        green=frozenset(row for row in fault["rows"] if row in rows and row not in unearned),
        others=frozenset(unearned - own - NEVER_SEEN),
        failed=frozenset(v["check"] for v in report["verdicts"] if v["result"] == "failed"),
        unseen=frozenset(v["check"] for v in report["verdicts"] if v["result"] == "not seen"),
        seconds=time.monotonic() - began,
    )


def main() -> int:
    """Sweep, print a table, return 0 when every fault that was tried is proven."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", help="names; all without")
    parser.add_argument("--suite", action="append", choices=SUITES, help="only this suite")
    parser.add_argument("--share", action="store_true", help="start at a fault that the day names")
    parser.add_argument("--seconds", type=float, default=7200.0, help="start no fault after so many seconds")
    parser.add_argument("--out", type=Path, default=Path("runs/sweep"))
    given = parser.parse_args()
    jobs = [(suite, fault) for suite in given.suite or SUITES for fault in faults_of(load_suite(suite).reference)]
    unknown = set(given.faults) - {fault["name"] for _, fault in jobs}
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
