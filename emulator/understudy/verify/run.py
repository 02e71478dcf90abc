"""One run of one suite: emulator, slots, pytest child, report."""

from __future__ import annotations

import json
import os
import platform
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from understudy import __version__
from understudy.actors import Slot
from understudy.children import Child, python
from understudy.clock import RealClock, iso
from understudy.control.client import ControlClient
from understudy.errors import StartError
from understudy.ids import run_salt
from understudy.material import material
from understudy.reporter.build import build_report
from understudy.reporter.report import Report
from understudy.settings import Settings
from understudy.suite import Row, Suite, select
from understudy.verify.evidence import gather, output_of
from understudy.verify.slots import open_slots

EVERY = 0.05  # seconds between looks at the child's events
ENDED_WELL = (0, 1, 5)  # pytest's exit codes: all passed, some failed, no test left; others leave tests that never ran


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: the suite, what to leave out, which fault the reference plays."""

    suite: Suite
    settings: Settings
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fault: str = ""
    command: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that are left."""
        return select(self.suite, self.only, self.skip)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The topologies to run: the setting's, or all of the suite against its reference."""
        if self.settings.topology:
            return (self.suite.topology(self.settings.topology),)
        return self.suite.profiles[:1] if self.is_real else self.suite.profiles

    @property
    def is_real(self) -> bool:
        """A target was named."""
        return bool(self.settings.target.url or self.settings.target.start)


Tell = Callable[[Mapping[str, Any]], None]


def verify(order: Order, tell: Tell) -> tuple[Report, Path]:
    """Run a suite; returns its report and the run's folder. ``tell`` gets each event as it comes."""
    clock, salt = RealClock(), order.settings.salt or run_salt()
    began = clock.utc()
    folder = Path(order.settings.out) / f"{order.suite.name}-{iso(began)[:19].replace(':', '')}-{salt[:4]}"
    folder.mkdir(parents=True, exist_ok=True)
    events: list[dict[str, Any]] = []
    interrupted = False
    with emulator(order.settings, folder, salt) as control:
        slots: list[Slot] = []
        try:
            with open_slots(
                order.suite, order.settings, control, folder, fault=order.fault, profiles=order.profiles
            ) as slots:
                tell({"event": "slots", "count": len(slots)})
                interrupted = _run_pytest(order, control, slots, folder, events, tell)
        except KeyboardInterrupt:
            interrupted = True
        run = _facts(order, folder, salt, began, clock.utc() - began, interrupted=interrupted)
        material = gather(control, slots, events)
    if order.is_real:
        log = Path(order.settings.target.logs or folder / "logs" / "target.log")
        material = replace(material, tables=(*material.tables, *output_of(log, slots)))
    today = datetime.fromtimestamp(began, UTC).date()
    report = build_report(order.suite, order.rows, order.settings, run, material, today)
    (folder / "report.json").write_bytes(report.to_json())
    return report, folder


@contextmanager
def emulator(settings: Settings, folder: Path, salt: str) -> Iterator[ControlClient]:
    """An emulator process for the run."""
    config = {
        "host": settings.host, "port": settings.port, "advertised_url": settings.advertised_url, "limits":
        settings.limits, "generic": settings.generic, "seed": settings.seed, "salt": salt, "run": str(folder),
        "durability": settings.durability, "default": False,
    }  # fmt: skip
    command = ["-m", "understudy.serve", json.dumps(config)]
    child = Child("the emulator", python(*command), env={}, log=folder / "logs" / "emulator.log")
    try:
        line = child.first_line()
        if "error" in line:
            raise StartError(f"the emulator did not start: {line['error']}")
        yield ControlClient(line["url"], line.get("token", ""))
    finally:
        child.stop()


def _run_pytest(
    order: Order, control: ControlClient, slots: list[Slot], folder: Path, events: list[dict[str, Any]], tell: Tell
) -> bool:
    told = folder / "events.jsonl"
    told.touch()
    # The slots name secrets: they never lie in the run's folder, which people hand on.
    with TemporaryDirectory(prefix="understudy-") as private:
        file = Path(private) / "slots.json"
        file.write_text(json.dumps(_assignment(order, control, slots)), "utf-8")
        env = {
            "UNDERSTUDY_SLOTS": str(file), "UNDERSTUDY_EVENTS": str(told),
            "PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }  # fmt: skip
        child = Child("pytest", python(*_pytest(order)), env=env, log=folder / "logs" / "pytest.log")
        output = child.log.with_name("pytest-output.log")
        try:
            interrupted = _follow(child, told, output, events, tell)
        finally:
            child.stop()
    if not interrupted and child.process.returncode not in ENDED_WELL:
        end = output.read_text("utf-8", "replace")[-2000:].strip()
        text = f"pytest ended with exit code {child.process.returncode}: {end}"
        events.append({"event": "crashed", "worker": "pytest", "text": text})
        tell(events[-1])
    return interrupted


def _assignment(order: Order, control: ControlClient, slots: list[Slot]) -> dict[str, Any]:
    """What the suite plugin must know of the run."""
    rows = order.rows
    required = [c for row in rows if order.suite.is_required(row, order.settings.required) for c in row.checks]
    return {
        "control": control.url,
        "token": control.token,
        "profiles": list(order.suite.profiles),
        "slots": [slot.to_json() for slot in slots],
        "required": required,
        "restart": order.settings.target.restart,
        "ready": order.settings.target.ready or order.settings.target.url,
        "checks": [check for row in rows for check in row.checks],
    }


def _pytest(order: Order) -> list[str]:
    """pytest as the suites need it, whatever the folder and the environment that it is called in."""
    suites = material("suites")
    workers = order.settings.workers
    spread = ["-p", "xdist", "-n", str(workers), "--dist", "load"] if workers > 1 else []
    return [
        "-m", "pytest", "-q", "-c", str(suites / "pytest.ini"), "--rootdir", str(suites), "--confcutdir", str(suites),
        "--import-mode=importlib", "-p", "no:cacheprovider", "-p", "understudy.suite_plugin", "-p", "pytest_timeout",
        *spread, str(order.suite.folder),
    ]  # fmt: skip


def _follow(child: Child, told: Path, copy: Path, events: list[dict[str, Any]], tell: Tell) -> bool:
    """Read events until the child ends; True when the user stopped it. Ctrl-C is handed on, so that it can end well."""
    clock, interrupted, output = RealClock(), False, child.process.stdout
    assert output is not None
    os.set_blocking(output.fileno(), False)
    with told.open(encoding="utf-8") as lines, copy.open("ab") as printed:
        ended, cut = False, ""  # a line may be read before it is written to its end
        while not ended:
            ended = not child.is_running
            try:
                printed.write(output.read() or b"")
                *whole, cut = (cut + lines.read()).split("\n")
                for line in whole:
                    events.append(json.loads(line))
                    tell(events[-1])
                if not ended:
                    clock.pause(EVERY)
            except KeyboardInterrupt:
                interrupted = True
                child.process.send_signal(signal.SIGINT)
    return interrupted


def _facts(order: Order, folder: Path, salt: str, began: float, seconds: float, *, interrupted: bool) -> dict[str, Any]:
    target = order.settings.target
    kind = "real" if order.is_real else "reference"
    return {
        "id": folder.name,
        "version": __version__,
        "seed": order.settings.seed,
        "salt": salt,
        "started": iso(began),
        "seconds": round(seconds, 2),
        "target": {"kind": kind, "url": target.url or order.suite.reference, "fault": order.fault},
        "profiles": list(order.profiles),
        "command": order.command,
        "limits": order.settings.limits,
        "durability": order.settings.durability,
        "interrupted": interrupted,
        "machine": _machine(),
    }


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
