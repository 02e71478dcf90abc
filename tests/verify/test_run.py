"""A run of a suite: emulator, slots, pytest child, report; and what becomes of one that is cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from understudy.actors import Slot
from understudy.checker.verdict import Result
from understudy.children import Child
from understudy.clock import RealClock
from understudy.control.client import ControlClient
from understudy.errors import SettingsError, StartError
from understudy.record.reader import read_record
from understudy.reporter.report import Report, read_report
from understudy.settings import Settings, Target
from understudy.suite import Suite, load_suite
from understudy.verify import run as module
from understudy.verify.run import Order, emulator, verify
from understudy.verify.run import _follow as follow

POLYAI = load_suite("polyai")
TEST = """
import os, pytest
@pytest.mark.checks("PA-V1.channel")
@pytest.mark.profile("channel")
def test_it(rehearsal, profile_name):
    {body}
"""


def order(folder: Path, suite: Suite = POLYAI, *, only: tuple[str, ...] = (), **settings: Any) -> Order:
    return Order(suite, Settings(out=str(folder / "runs"), workers=1, **settings), only, command="understudy verify …")


def suite_with(folder: Path, body: str) -> Suite:
    """PolyAI's suite with one test of ours; its org and flows stay where they are."""
    (folder / "suite").mkdir()
    (folder / "suite" / "test_own.py").write_text(TEST.format(body=body))
    return replace(POLYAI, folder=folder / "suite", org=str(POLYAI.org_file()))


def ran(one: Order) -> tuple[Report, Path, list[Mapping[str, Any]]]:
    told: list[Mapping[str, Any]] = []
    report, folder = verify(one, told.append)
    return report, folder, told


def rows(report: Report) -> dict[str, Result]:
    return {row.id: row.result for row in report.rows}


def test_profiles_are_all_for_a_reference_and_the_first_for_a_real_target(tmp_path: Path) -> None:
    assert order(tmp_path).profiles == ("channel", "forward")
    assert order(tmp_path, topology="forward").profiles == ("forward",)
    assert order(tmp_path, target=Target(url="http://x")).profiles == ("channel",)
    assert order(tmp_path, target=Target(start="./x")).is_real
    assert not order(tmp_path).is_real


def test_a_topology_that_the_suite_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="topology is 'ring': polyai has channel and forward"):
        order(tmp_path, topology="ring").profiles  # noqa: B018 - it raises


def test_a_run_leaves_a_report_that_can_be_read_and_no_secret_beside_it(tmp_path: Path) -> None:
    report, folder, told = ran(order(tmp_path, only=("V2",), seed=3, salt="abcd1234"))
    assert rows(report) == {"V2": Result.PASSED}
    assert folder.parent == tmp_path / "runs"
    assert folder.name.startswith("polyai-2")
    assert folder.name.endswith("-abcd")
    assert read_report(folder) == report
    run = report.run
    assert (run["seed"], run["salt"], run["interrupted"], run["profiles"]) == (
        3,
        "abcd1234",
        False,
        ["channel", "forward"],
    )
    assert run["target"] == {"kind": "reference", "url": "polyai.py", "fault": ""}
    assert [event["event"] for event in told][:2] == ["slots", "collected"]
    assert {entry.org for entry in read_record(folder)} - {""}
    secret = "GENESYS_CLIENT_SECRET"
    assert not [path for path in folder.rglob("*") if path.is_file() and secret in path.read_text("utf-8", "replace")]


def test_a_failing_test_is_not_seen_with_what_it_said(tmp_path: Path) -> None:
    report, _, _ = ran(order(tmp_path, suite_with(tmp_path, "assert False, 'the bot is asleep'"), only=("V1",)))
    assert rows(report) == {"V1": Result.NOT_SEEN}
    (test,) = report.tests
    assert test.outcome == "failed"
    assert "the bot is asleep" in test.text
    assert report.exit_code == 1


def test_a_suite_that_pytest_cannot_run_is_told_as_a_warning(tmp_path: Path) -> None:
    suite = suite_with(tmp_path, "pass")
    (suite.folder / "test_own.py").write_text("import no_such_module_anywhere")
    report, _, told = ran(order(tmp_path, suite, only=("V1",)))
    assert rows(report) == {"V1": Result.NOT_SEEN}
    (warning,) = [text for text in report.warnings if "pytest ended" in text]
    assert "test worker pytest crashed: pytest ended with exit code 2: " in warning
    assert "no_such_module_anywhere" in warning
    assert told[-1]["event"] == "crashed"


CRASH = """
import os, pathlib, pytest, time
begun = pathlib.Path({begun!r})
pytestmark = [pytest.mark.checks("PA-V1.channel"), pytest.mark.profile("channel")]
def test_it(rehearsal, profile_name):
    begun.touch()
    os._exit(1)
@pytest.fixture
def after_it():
    while not begun.exists():
        time.sleep(0.01)
@pytest.mark.exclusive
def test_then(after_it, rehearsal, profile_name):
    assert rehearsal.is_real
"""


def test_a_test_that_kills_its_worker_is_not_seen_and_gives_its_slot_back(
    tmp_path: Path, slots: Mapping[str, Slot]
) -> None:
    suite = suite_with(tmp_path, "")
    (suite.folder / "test_own.py").write_text(CRASH.format(begun=str(tmp_path / "begun")))
    one = order(tmp_path, suite, only=("V1",), target=Target(url=slots["channel"].side))  # one slot for both
    report, _, told = ran(replace(one, settings=replace(one.settings, workers=2)))
    assert rows(report) == {"V1": Result.NOT_SEEN}
    assert [event["worker"] for event in told if event["event"] == "crashed"] in (["gw0"], ["gw1"])
    outcomes = {test.id.split("::")[1].split("[")[0]: (test.outcome, test.text) for test in report.tests}
    assert outcomes["test_it"][0] == "crashed"
    assert outcomes["test_then"][0] == "failed", "it ran, and its verdict is not seen: there was nothing to judge"
    assert "the slot is held by" not in outcomes["test_then"][1]


def test_an_interrupted_run_keeps_what_it_has_and_reports_the_rest_as_not_seen(tmp_path: Path) -> None:
    suite = suite_with(tmp_path, "rehearsal.client.note('halfway'); rehearsal.pause(30)")
    script = (
        "import signal, sys, json; from pathlib import Path; from dataclasses import replace\n"
        "from understudy.suite import load_suite; from understudy.settings import Settings\n"
        "from understudy.verify.run import Order, verify\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "suite = load_suite('polyai')\n"
        "suite = replace(suite, folder=Path(sys.argv[1]), org=str(suite.org_file()))\n"
        "order = Order(suite, Settings(out=sys.argv[2], workers=1), ('V1', 'V2'))\n"
        "report, folder = verify(order, lambda event: print(json.dumps(event), flush=True))\n"
        "print(json.dumps({'folder': str(folder)}), flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(suite.folder), str(tmp_path / "runs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                event = json.loads(line)
                if event.get("when") == "setup":
                    os.kill(process.pid, signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()
    report = read_report(Path(event["folder"]))
    assert report.run["interrupted"] is True
    assert rows(report) == {"V1": Result.NOT_SEEN, "V2": Result.NOT_SEEN}
    assert "halfway" in [entry.name for entry in read_record(Path(event["folder"]))]


def test_an_emulator_that_does_not_start_is_a_start_error(tmp_path: Path, control: ControlClient) -> None:
    port = int(control.url.rpartition(":")[2])
    with pytest.raises(StartError) as raised, emulator(Settings(port=port), tmp_path, "salt"):
        raise AssertionError("never got here")
    assert str(raised.value) == (
        f"the emulator did not start: port {port} on 127.0.0.1 can't be bound (Address already in use): "
        "stop what listens there or give another --port"
    )


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    """A child that writes a long event in two pieces, and ends when its input says so."""
    code = (
        "import sys, os, time\n"
        "file = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)\n"
        'os.write(file, b\'{"event": "one", "text": "\' + b\'x\' * 20_000)\n'
        "print('half of it is written', flush=True)\n"
        "while not os.path.exists(sys.argv[2]): time.sleep(0.01)\n"
        'os.write(file, b\'"}\\n{"event": "two"}\\n\')\n'
    )
    told = tmp_path / "events.jsonl"
    told.touch()
    one = Child("child", [sys.executable, "-c", code, str(told), str(tmp_path / "go")], env={}, log=tmp_path / "log")
    yield one
    one.stop()


def test_an_event_that_arrives_in_pieces_is_read_whole(
    child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, events = tmp_path / "events.jsonl", list[dict[str, Any]]()

    class Looking(RealClock):
        looks = 0

        def pause(self, seconds: float) -> None:
            self.looks += file.stat().st_size > 20_000
            if self.looks == 2:  # it has looked at half a line
                (tmp_path / "go").touch()
            super().pause(0.005)

    monkeypatch.setattr(module, "RealClock", Looking)
    assert follow(child, file, tmp_path / "printed.log", events, lambda event: None) is False
    assert [event["event"] for event in events] == ["one", "two"]
    assert len(events[0]["text"]) == 20_000
    assert (tmp_path / "printed.log").read_text() == "half of it is written\n"
