"""What the actors do with the bot of the Bot Connector suite, its reference endpoint behind the connector."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from understudy.actors import NotApplicable, Rehearsal, Slot
from understudy.actors.bots import age_sessions, ask, bots, declared_intents, put_bots
from understudy.control.client import ControlClient
from understudy.errors import UnderstudyError
from understudy.settings import Settings
from understudy.suite import load_suite
from understudy.verify.slots import open_slots


@pytest.fixture(scope="module")
def connected(control: ControlClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    """The slot of v1."""
    suite, settings, folder = load_suite("bot_connector"), Settings(workers=1, seed=78), tmp_path_factory.mktemp("bots")
    with open_slots(suite, settings, control, folder, fault="", profiles=("v1",)) as opened:
        yield opened[0]


@pytest.fixture
def rehearsal(control: ControlClient, connected: Slot, request: pytest.FixtureRequest) -> Rehearsal:
    return Rehearsal(control.org(connected.org), connected, request.node.nodeid)


def without(rehearsal: Rehearsal, *doors: str, **differing: Any) -> Rehearsal:
    """The same rehearsal, its endpoint without some doors, or its slot otherwise different."""
    settings = {**rehearsal.slot.settings, **dict.fromkeys(doors, "")}
    slot = replace(rehearsal.slot, **{"settings": settings, **differing})
    return Rehearsal(rehearsal.client, slot, rehearsal.test)


def said(answer: dict[str, Any]) -> str:
    return str(json.loads(answer["body"])["replymessages"][0]["text"])


def test_a_turn_goes_to_the_slots_bot_for_its_customer(rehearsal: Rehearsal) -> None:
    ann, cursor = rehearsal.customer(), rehearsal.entry_cursor()
    assert said(ask(rehearsal, ann, text="good day")) == "You said: good day"
    entry = rehearsal.wait_entry(after=cursor, interface="bot_connector", direction="out", customer=ann.id)
    assert entry["data"]["test"] == rehearsal.test


def test_intents_are_those_of_the_first_bot(rehearsal: Rehearsal) -> None:
    assert {"Success", "Handoff", "Goodbye"} <= set(declared_intents(rehearsal))
    with pytest.raises(UnderstudyError, match="integration nobody has no bots"):
        declared_intents(without(rehearsal, integration="nobody"))


def test_the_vendors_list_is_put_or_else_the_orgs(rehearsal: Rehearsal) -> None:
    before = bots(rehearsal)
    assert put_bots(without(rehearsal, "bots_door"), "Administrator") == 204
    assert bots(rehearsal) == before
    assert put_bots(rehearsal, "Administrator") == 204
    assert [bot["id"] for bot in bots(rehearsal)] == [rehearsal.slot.ids["UNDERSTUDY_BOT_ID"]]
    with pytest.raises(UnderstudyError, match=r"_door: .*/nowhere answers 404, not 2xx"):
        put_bots(without(rehearsal, settings={"bots_door": "/nowhere"}), "Administrator")


def test_sessions_grow_older_by_the_vendors_clock(rehearsal: Rehearsal) -> None:
    ann, session = rehearsal.customer(), rehearsal.new_id()
    asked = {"session": session, "text": "what do you know", "timeout": 1}
    ask(rehearsal, ann, session=session, text="hi", timeout=1, parameters={"customerNumber": "7"})
    assert said(ask(rehearsal, ann, **asked)) == "I know: customerNumber=7"
    age_sessions(rehearsal, 65, "BC-19")
    assert said(ask(rehearsal, ann, **asked)) == "I know: nothing"


def test_without_such_a_clock_time_passes_as_long_as_a_run_may_wait(rehearsal: Rehearsal) -> None:
    clockless = without(rehearsal, "clock_door")
    age_sessions(clockless, 0.01, "BC-19")
    with pytest.raises(NotApplicable, match="BC-19: needs 65 s of real time, --max-wait is 20"):
        age_sessions(clockless, 65, "BC-19")
