"""Example flows with golden traces: ``tests/vectors/flows/examples``; ``NAME.toml`` has the scripts of ``NAME.yaml``.

A script is what happens (``says``, ``after`` seconds, ``bot`` answers); the trace is one line an executed action.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from understudy.architect.bot_answer import BotAnswered, BotFailed
from understudy.architect.publish import publish
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
    org.entities.put("integrations", "b1", {"id": "b1", "name": "Bots"})
    intents = [{"name": "order", "slots": {"number": {"name": "number", "type": "Integer"}}}, {"name": "smalltalk"}]
    bot = {"id": "nova", "name": "Nova", "versions": [{"version": "1.0", "intents": intents}]}
    org.entities.put("integrations.botconnector.bots/b1", "nova", bot)


def play(org: Org, clock: ManualClock, flow: str, script: dict[str, Any]) -> Conversation:
    furnish(org)
    entity = org.entities.get("flows", "f1")
    assert entity is not None
    publish(org, entity, (EXAMPLES / f"{flow}.yaml").read_text("utf-8"), f"{flow}.yaml")
    org.notes.clear()
    conversation: Conversation | None = None
    for event in script["events"]:
        if "says" in event:
            conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text=event["says"]))[0]
        elif "after" in event:
            clock.advance(event["after"])
            org.tick()
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


def test_every_example_has_scripts() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == {flow for flow, _ in SCRIPTS}
