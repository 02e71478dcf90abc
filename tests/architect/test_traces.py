"""Example flows with golden traces: ``tests/vectors/flows/examples``; ``NAME.toml`` has the scripts of ``NAME.yaml``.

A script is what happens (``says``, ``after`` seconds, ``bot`` answers, the ``emergency`` group is turned on); the trace
is one line an executed action. ``stubs`` and ``variables`` are what the flow's entry in an org file says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from understudy.architect.bot_answer import BotAnswered, BotFailed
from understudy.architect.publish import publish
from understudy.architect.spelling import keys
from understudy.clock import ManualClock
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg
from understudy.world.org import Org

EXAMPLES = Path(__file__).resolve().parent.parent / "vectors" / "flows" / "examples"
SCRIPTS = [
    (path.stem, script["name"])
    for path in sorted(EXAMPLES.glob("*.toml"))
    for script in tomllib.loads(path.read_text("utf-8"))["script"]
]


def script_of(flow: str, name: str) -> dict[str, Any]:
    scripts = tomllib.loads((EXAMPLES / f"{flow}.toml").read_text("utf-8"))["script"]
    return next(script for script in scripts if script["name"] == name)


def furnish(org: Org) -> None:
    """What the example flows name."""
    org.entities.put("routing.skills", "s1", {"id": "s1", "name": "Billing"})
    org.entities.put("routing.languages", "l1", {"id": "l1", "name": "French"})
    schema = {"properties": {"tier": {"title": "Tier", "type": "string"}, "Discount": {"type": "integer"}}}
    org.entities.put("architect.datatables", "t1", {"id": "t1", "name": "Customers", "schema": schema})
    row = {"key": "42", "tier": "Gold", "Discount": 15}
    org.entities.put("architect.datatables.rows/t1", "42", row)
    org.entities.put("architect.datatables.rows/t1", "43", {"key": "43", "tier": "Odd", "Discount": "much"})
    org.entities.put("integrations", "b1", {"id": "b1", "name": "Bots", "intendedState": "ENABLED"})
    intents = [{"name": "order", "slots": {"number": {"name": "number", "type": "Integer"}}}, {"name": "smalltalk"}]
    bot = {"id": "nova", "name": "Nova", "versions": [{"version": "1.0", "intents": intents}]}
    org.entities.put("integrations.botconnector.bots/b1", "nova", bot)


def furnish_hours(org: Org) -> None:
    """An office in Berlin: weekdays from 8 to 17 but for lunch, closed on New Year's day."""
    rules = {
        "Weekdays": ("2026-01-01T08:00:00.000", "2026-01-01T17:00:00.000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        "Lunch": ("2026-01-01T12:00:00.000", "2026-01-01T13:00:00.000", "FREQ=DAILY"),
        "Christmas": ("2025-12-25T00:00:00.000", "2025-12-27T00:00:00.000", "FREQ=YEARLY"),
        "New Year": ("2020-01-01T00:00:00.000", "2020-01-02T00:00:00.000", "FREQ=YEARLY"),
    }
    for name, (start, end, rule) in rules.items():
        body = {"id": name, "name": name, "start": start, "end": end, "rrule": rule}
        org.entities.put("architect.schedules", name, body)
    lists = {"openSchedules": ["Weekdays"], "closedSchedules": ["Lunch"], "holidaySchedules": ["Christmas", "New Year"]}
    group = {key: [{"id": id_} for id_ in ids] for key, ids in lists.items()}
    office = {"id": "g1", "name": "Office", "timeZone": "Europe/Berlin"}
    org.entities.put("architect.schedulegroups", "g1", {**office, **group})
    org.entities.put("architect.emergencygroups", "e1", {"id": "e1", "name": "Alarm", "enabled": False})


def play(org: Org, clock: ManualClock, flow: str, script: dict[str, Any]) -> Conversation:
    furnish(org)
    furnish_hours(org)
    entity = org.entities.get("flows", "f1")
    assert entity is not None
    about = tomllib.loads((EXAMPLES / f"{flow}.toml").read_text("utf-8"))
    entity.hidden.update({key: about[key] for key in ("stubs", "variables") if key in about})
    publish(org, entity, (EXAMPLES / f"{flow}.yaml").read_text("utf-8"), f"{flow}.yaml")
    org.notes.clear()
    conversation: Conversation | None = None
    for event in script["events"]:
        if "says" in event:
            conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text=event["says"]))[0]
        elif "after" in event:
            clock.advance(event["after"])
            org.tick()
        elif "emergency" in event:
            org.entities.put("architect.emergencygroups", "e1", {"id": "e1", "name": "Alarm", "enabled": True})
        else:
            asked = org.take_effects("bot_connector")[-1].data
            kind = BotFailed if "failed" in event else BotAnswered
            org.perform(kind(asked["session"], asked["turn"], **(event.get("bot") or event["failed"])))
    assert conversation is not None
    return conversation


def trace(org: Org) -> list[str]:
    notes = [note.data for note in org.notes if note.name == "flow.step"]
    return [f"{d['line']} {d['action']} {d['name']!r} -> {d['branch'] or 'on'} {d['inputs']}" for d in notes]


@pytest.mark.parametrize(("flow", "name"), SCRIPTS, ids=[f"{flow}-{name}" for flow, name in SCRIPTS])
def test_an_example_flow_leaves_its_golden_trace(org: Org, clock: ManualClock, flow: str, name: str) -> None:
    script = script_of(flow, name)
    conversation = play(org, clock, flow, script)
    assert trace(org) == script["trace"]
    assert [m.text for m in conversation.messages.values() if m.direction == "outbound"] == script["said"]
    ended = [change.data["outcome"] for change in org.changes.read(0) if change.kind == "flow.ended"]
    assert ended == [script["outcome"]]


def reached(traces: Iterable[str]) -> dict[str, set[str]]:
    """Action → the branches that golden traces show; a case is any case, an intent any intent."""
    found: dict[str, set[str]] = {}
    for line in traces:
        match = re.fullmatch(r"\d+ (\w+) '.*?' -> (.*?) \{.*\}", line)
        assert match is not None, line
        action, branch = match.groups()
        found.setdefault(action, set()).add(re.sub(r"^(case|intent) .*", r"\1", branch))
    return found


def test_the_examples_together_reach_every_action_and_every_output() -> None:
    scripts = [script_of(flow, name) for flow, name in SCRIPTS]
    shown = reached(line for script in scripts for line in script["trace"])
    assert shown.keys() == keys().keys()
    missing = {name: set(key.outputs) - shown[name] for name, key in keys().items() if set(key.outputs) - shown[name]}
    assert missing == {}


def test_every_failure_path_is_shown() -> None:
    told = [line for flow, name in SCRIPTS for line in script_of(flow, name)["trace"]]
    assert {key.name for key in keys().values() if "failure" in key.outputs} <= reached(
        line for line in told if "-> failure " in line
    ).keys()


def test_there_are_ten_examples_at_least_and_every_one_has_scripts() -> None:
    assert len(list(EXAMPLES.glob("*.yaml"))) >= 10
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == {flow for flow, _ in SCRIPTS}
