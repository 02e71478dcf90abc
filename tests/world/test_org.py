from __future__ import annotations

from dataclasses import dataclass

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.world.org import Org


@dataclass(frozen=True)
class Greet:
    name: str


def greet(org: Org, command: Greet) -> str:
    if not command.name:
        raise Refused(400, "bad.request", "no name")
    org.changed("greeted", customer=command.name, text="hi")
    org.say("mouth", "speak", text="hi")
    org.note("greeting", name_of=command.name)
    return command.name


def make() -> tuple[Org, ManualClock]:
    clock = ManualClock()
    org = Org("o", "Org", clock=OrgClock(clock), ids=Ids(1, "o"), limits=load_limits(), commands={Greet: greet})
    return org, clock


def test_perform_appends_changes_effects_and_notes() -> None:
    org, _ = make()
    assert org.perform(Greet("Ann")) == "Ann"
    assert [(c.kind, c.customer, c.data) for c in org.changes.read(0)] == [("greeted", "Ann", {"text": "hi"})]
    assert not org.is_quiet()
    assert [(e.interface, e.kind) for e in org.take_effects("mouth")] == [("mouth", "speak")]
    assert org.is_quiet()
    assert org.take_effects("mouth") == []
    assert [note.name for note in org.notes] == ["greeting"]


def test_listeners_hear_even_of_a_refusal() -> None:
    org, _ = make()
    heard: list[str] = []
    org.listeners.append(lambda one: heard.append(one.id))
    with pytest.raises(Refused):
        org.perform(Greet(""))
    assert heard == ["o"]


def test_due_commands_are_performed_on_the_orgs_clock() -> None:
    org, clock = make()
    org.schedule.at(org.now() + 30, "greet", Greet("Ann"))
    assert org.tick() == 0
    clock.advance(10)
    org.clock.jump(20)
    assert org.tick() == 1


def test_an_open_exchange_is_not_quiet() -> None:
    org, _ = make()
    org.open_exchanges += 1
    assert not org.is_quiet()
