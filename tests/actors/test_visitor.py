"""A visitor with the reference messenger against the real guest socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from understudy.actors import NeverHappened, NotApplicable, Rehearsal, Slot
from understudy.actors.visitor import Visitor
from understudy.control.client import ControlClient
from understudy.settings import Settings
from understudy.suite import load_suite
from understudy.verify.slots import open_slots

Meet = Callable[..., Rehearsal]


@pytest.fixture(scope="module")
def slot(control: ControlClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    """The one slot of the suite web_messaging."""
    suite, settings = load_suite("web_messaging"), Settings(workers=1, seed=78)
    folder = tmp_path_factory.mktemp("visitor")
    with open_slots(suite, settings, control, folder, fault="", profiles=suite.profiles) as opened:
        yield opened[0]


@pytest.fixture
def meet(control: ControlClient, slot: Slot, request: pytest.FixtureRequest) -> Iterator[Meet]:
    """Rehearsals of this test, left as they were found."""
    made: list[Rehearsal] = []

    def rehearsal(**differing: Any) -> Rehearsal:
        made.append(Rehearsal(control.org(slot.org), replace(slot, **differing), request.node.nodeid))
        return made[-1]

    yield rehearsal
    for one in made:
        one.close()


def test_a_visitor_is_a_guest_that_an_agent_meets(meet: Meet) -> None:
    rehearsal = meet()
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    assert ann.guest() not in ("", ann.id)
    assert ann.conversation() == agent.conversation
    assert [one["text"] for one in agent.reads() if one["type"] == "Text"] == ["Good morning"]
    agent.says("Hi")
    assert [(one["from"], one["text"]) for one in ann.sees(1)] == [("agent", "Hi")]
    rehearsal.close()
    assert rehearsal.client.get(f"conversations/{agent.conversation}")["ended"] is not None


def test_a_test_speaks_to_the_client_and_has_things_in_store_for_it(meet: Meet) -> None:
    rehearsal = meet()
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    assert ann.hears({"type": "message", "class": "Fireworks", "code": 200, "body": {}}, probe="unknown") == 1
    ann.meets_next("onMessage", code=4011)
    ann.says("hello")
    assert ann.sees(1)[0]["type"] == "notice"
    cursor = rehearsal.entry_cursor()
    ann.is_cut_off(tries=1)
    rehearsal.wait_entry(after=cursor, name="SessionResponse", customer=ann.guest())


def test_a_page_has_tabs_and_attributes(meet: Meet) -> None:
    rehearsal = meet()
    ann = Visitor(rehearsal)
    ann.has_attributes({"order": "7"})
    agent = ann.meets(rehearsal.agent())
    assert agent.attributes()["order"] == "7"
    cursor = rehearsal.entry_cursor()
    ann.opens_tab()
    rehearsal.wait_entry(after=cursor, name="SessionResponse", customer=ann.guest())
    assert ann.hears() == 2


def test_a_client_without_such_doors_can_not_be_asked(meet: Meet) -> None:
    with pytest.raises(NotApplicable):
        Visitor(meet(settings={"tabs_door": ""})).opens_tab()


def test_who_never_wrote_has_no_session(meet: Meet) -> None:
    with pytest.raises(NeverHappened, match="has no session within 0 s"):
        Visitor(meet()).guest(0.0)
