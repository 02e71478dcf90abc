"""The plugin of our own suites, in a pytest child as ``verify`` starts it, over a running emulator and references."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from understudy.actors import Slot
from understudy.children import python
from understudy.control.client import ControlClient

SUITE = """
import pytest

checks, profile, needs = pytest.mark.checks, pytest.mark.profile, pytest.mark.needs
pytestmark = profile("channel")

@checks("OM-08")
def test_passes(rehearsal):
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-08", texts=["hello"]):
        agent.says("hello")
        ann.sees(1)

@checks("OM-08")
def test_fails_by_verdict(rehearsal):
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-08", texts=["something else"]):
        agent.says("hello")
        ann.sees(1)

@checks("OM-08")
def test_breaks(rehearsal):
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-08", texts=["hello"]):
        agent.says("hello")
        ann.sees(1)
    raise RuntimeError("the test itself")

@checks("OM-09")
def test_not_seen(rehearsal):
    pass

@checks("OM-01")
def test_not_seen_but_required(rehearsal):
    pass

@needs("no_such_setting")
@checks("OM-09")
def test_needs_a_setting(rehearsal):
    raise AssertionError("never got here")

@needs(seconds=85)
@checks("OM-09")
def test_needs_time(rehearsal):
    pass

@checks("OM-10")
def test_not_asked_for(rehearsal):
    raise AssertionError("never got here")

@profile("channel", "forward", "another")
@checks("OM-09")
def test_of_profiles(rehearsal, profile_name):
    rehearsal.skip("OM-09", rehearsal.slot.profile)

def test_without_checks(rehearsal):
    raise AssertionError("never got here")

@pytest.mark.exclusive
@checks("OM-09")
def test_alone(rehearsal):
    held = rehearsal.client.post("lease", test="another", timeout=0)
    assert held == {"leased": False, "held_by": [rehearsal.test]}
    rehearsal.skip("OM-09", "alone")
"""


def ran(folder: Path, control: ControlClient, slots: list[Slot], suite: str = SUITE) -> list[dict[str, Any]]:
    """Run the suite in a child; returns its events."""
    (folder / "test_suite.py").write_text(suite)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
    run = {
        "control": control.url, "profiles": ["channel", "forward"], "slots": [slot.to_json() for slot in slots],
        "required": ["OM-01"],
        "checks": ["OM-01", "OM-08", "OM-09"],
    }  # fmt: skip
    (folder / "slots.json").write_text(json.dumps(run))
    told = folder / "events.jsonl"
    env = {"UNDERSTUDY_SLOTS": str(folder / "slots.json"), "UNDERSTUDY_EVENTS": str(told), "PYTEST_ADDOPTS": ""}
    command = [
        "-m",
        "pytest",
        "-p",
        "understudy.suite_plugin",
        "-p",
        "no:cacheprovider",
        "-c",
        str(folder / "pytest.ini"),
    ]
    subprocess.run(python(*command, str(folder)), env={**os.environ, **env}, check=False, capture_output=True)
    return [json.loads(line) for line in told.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def events(
    control: ControlClient, slots: Mapping[str, Slot], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    return ran(tmp_path_factory.mktemp("suite"), control, list(slots.values()))


def report(events: list[dict[str, Any]], test: str, when: str = "call") -> dict[str, Any]:
    """The event of one phase of a test."""
    (found,) = [e for e in events if e["event"] == "report" and e["test"].endswith(f"::{test}") and e["when"] == when]
    return found


def results(event: dict[str, Any]) -> dict[str, str]:
    """Rule → result of the verdicts that a report carries."""
    return {verdict["rule"]: verdict["result"] for verdict in event["verdicts"]}


def test_only_tests_of_the_checks_and_profiles_that_were_asked_for_are_run(events: list[dict[str, Any]]) -> None:
    (collected,) = [event["tests"] for event in events if event["event"] == "collected"]
    names = [test.partition("::")[2] for test in collected]
    assert "test_passes[channel]" in names
    assert [name for name in names if name.startswith("test_of_profiles")] == [
        "test_of_profiles[channel]",
        "test_of_profiles[forward]",
    ]
    assert not [name for name in names if name.startswith(("test_not_asked_for", "test_without_checks"))]


def test_passed_verdicts_pass_a_test_and_travel_with_its_report(events: list[dict[str, Any]]) -> None:
    passed = report(events, "test_passes[channel]")
    assert passed["outcome"] == "passed"
    assert (passed["checks"], passed["profile"]) == (["OM-08"], "channel")
    assert results(passed)["OM-08"] == "passed"


def test_a_failed_verdict_fails_a_test_that_got_to_its_end(events: list[dict[str, Any]]) -> None:
    failed = report(events, "test_fails_by_verdict[channel]")
    assert failed["outcome"] == "failed"
    assert results(failed)["OM-08"] == "failed"
    assert "OM-08 failed: The user sees exactly the text that was sent, once\n  expected " in failed["text"]
    assert "\n  observed " in failed["text"]
    assert "Traceback" not in failed["text"]


def test_a_test_that_breaks_earns_nothing(events: list[dict[str, Any]]) -> None:
    broken = report(events, "test_breaks[channel]")
    assert broken["outcome"] == "failed"
    assert "RuntimeError: the test itself" in broken["text"]
    (verdict,) = [verdict for verdict in broken["verdicts"] if verdict["rule"] == "OM-08"]
    assert (verdict["result"], verdict["reason"]) == ("not seen", "its test did not get there: the test itself")


def test_what_was_not_seen_skips_a_test_with_the_reason_where_it_is_not_required(events: list[dict[str, Any]]) -> None:
    skipped = report(events, "test_not_seen[channel]")
    assert skipped["outcome"] == "skipped"
    assert "OM-09 not seen: OM-09 never began in " in skipped["text"]
    assert set(results(skipped).values()) == {"not seen"}


def test_what_was_not_seen_and_is_required_fails_a_test(events: list[dict[str, Any]]) -> None:
    failed = report(events, "test_not_seen_but_required[channel]")
    assert failed["outcome"] == "failed"
    assert "OM-01 not seen: " in failed["text"]


def test_an_empty_setting_makes_a_check_not_applicable(events: list[dict[str, Any]]) -> None:
    skipped = report(events, "test_needs_a_setting[channel]")
    assert skipped["outcome"] == "skipped"
    assert "OM-09 not applicable: setting 'no_such_setting' is empty" in skipped["text"]


def test_real_seconds_are_no_matter_to_a_reference(events: list[dict[str, Any]]) -> None:
    assert "not seen" in report(events, "test_needs_time[channel]")["text"]


def test_one_instance_for_each_profile_is_judged_in_its_own_slot(events: list[dict[str, Any]]) -> None:
    for profile in ("channel", "forward"):
        one = report(events, f"test_of_profiles[{profile}]")
        assert one["profile"] == profile
        assert {(v["result"], v["reason"]) for v in one["verdicts"]} == {("not applicable", profile)}


def test_an_exclusive_test_has_its_slot_alone_and_gives_it_back(
    events: list[dict[str, Any]], control: ControlClient, slots: Mapping[str, Slot]
) -> None:
    assert "OM-09 not applicable: alone" in report(events, "test_alone[channel]")["text"]
    org = control.org(slots["channel"].org)
    assert org.post("lease", test="next", exclusive=True, timeout=0) == {"leased": True}
    org.delete("lease", test="next")


def test_more_real_seconds_than_a_real_target_may_take_are_not_applicable(
    control: ControlClient, slots: Mapping[str, Slot], tmp_path: Path
) -> None:
    told = ran(tmp_path, control, [replace(slots["channel"], kind="real", max_wait=20.0)])
    skipped = report(told, "test_needs_time[channel]")
    assert "OM-09 not applicable: needs 85 s of real time, --max-wait is 20" in skipped["text"]
