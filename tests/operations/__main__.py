"""``python -m tests.operations [--group NAME] [--tier N] [--only OPERATION] [--verbose]``: the sweep, and its table."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter

from rich.console import Console
from rich.table import Table
from tests.operations.office import Office
from tests.operations.recipes import CASES
from tests.operations.sweep import VALID, Result, Sweep

from understudy.platform.catalogue import Operation

console = Console(width=160)


def main() -> int:
    options = _options()
    began = time.monotonic()
    with Office() as office:
        sweep = Sweep(office)
        chosen = [operation for operation in sweep.catalogue.operations if _is_chosen(operation, options)]
        results = [result for operation in chosen for result in sweep.run(operation)]
        mistakes = office.mistakes()
    _print_groups(results)
    _print_reasons(results)
    only_generic = sorted({r.operation.id for r in results if r.behaviour == "generic" and r.operation.tier == 1})
    console.print(f"tier 1, only generic ({len(only_generic)}): {', '.join(only_generic) or 'none'}")
    failed = [result for result in results if result.outcome == "failed"]
    for result in failed if options.verbose else failed[:60]:
        print(f"FAILED {result.operation.id} [{result.operation.group}] {result.case}: {result.reason}")
    for mistake in mistakes[:40]:
        console.print("own mistake: " + mistake, style="red", markup=False)
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KiB on Linux
    console.print(
        f"{len(chosen)} operations, {len(results)} cases: {len(failed)} failed, {len(mistakes)} own mistakes, "
        f"{seconds:.0f} s, at most {peak:.0f} MiB resident (emulator and client in one process)"
    )
    return 1 if failed or mistakes or not chosen else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.operations", description=__doc__)
    parser.add_argument("--group", help="operations of one group of the catalogue")
    parser.add_argument("--tier", type=int, help="1 or 2")
    parser.add_argument("--only", action="append", help="one operation by its id; may be given again")
    parser.add_argument("--verbose", action="store_true", help="every failure, not the first 60")
    return parser.parse_args()


def _is_chosen(operation: Operation, options: argparse.Namespace) -> bool:
    return (
        (options.group is None or operation.group == options.group)
        and (options.tier is None or operation.tier == options.tier)
        and (not options.only or operation.id in options.only)
    )


def _print_groups(results: list[Result]) -> None:
    table = Table("tier", "behaviour", "operations", "valid", *CASES, title="Operation sweep: passed / applied")
    behaviours = {r.operation.id: r.behaviour or "none" for r in results if r.case == VALID}
    for tier in (1, 2):
        for behaviour in ("action", "engine", "generic", "none"):
            own = [r for r in results if r.operation.tier == tier and behaviours[r.operation.id] == behaviour]
            if own:
                cells = [_share([r for r in own if r.case == case]) for case in (VALID, *CASES)]
                table.add_row(str(tier), behaviour, str(len({r.operation.id for r in own})), *cells)
    console.print(table)


def _share(results: list[Result]) -> str:
    applied = [result for result in results if result.outcome != "not applicable"]
    passed = sum(result.outcome == "passed" for result in applied)
    left = len(results) - len(applied)
    return f"{passed} / {len(applied)}" + (f" ({left} n/a)" if left else "")


def _print_reasons(results: list[Result]) -> None:
    reasons = Counter((r.case, r.reason) for r in results if r.outcome == "not applicable")
    table = Table("case", "not applicable because", "times")
    for (case, reason), times in sorted(reasons.items(), key=lambda item: (item[0][0], -item[1])):
        table.add_row(case, reason, str(times))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
