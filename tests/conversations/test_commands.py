"""Every command has a handler, and no sequence of commands breaks what holds of conversations, queues and agents."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from understudy.architect import run
from understudy.clock import ManualClock
from understudy.conversations import commands as c
from understudy.conversations import lifecycle, messaging, receipts, threading, wrapup
from understudy.conversations.model import CommunicationState, Conversation, Leg, Sender
from understudy.errors import Refused
from understudy.limits import CURRENT, Limits, load_limits
from understudy.material import material
from understudy.routing import assignment, transfer
from understudy.routing.agents import members, takes_more
from understudy.world.org import Org

TABLES = (threading, messaging, receipts, lifecycle, wrapup, assignment, transfer, run)
ALERTING = CommunicationState.ALERTING


def test_every_command_has_exactly_one_handler() -> None:
    known = [kind for _, kind in inspect.getmembers(c, inspect.isclass) if kind.__module__ == c.__name__]
    commands = [kind.__name__ for kind in known if kind not in (Leg, Sender)]
    handled = [kind.__name__ for table in TABLES for kind in table.HANDLERS]
    assert sorted(handled) == sorted(commands)


def test_a_command_is_never_changed_and_says_what_comes_of_it() -> None:
    for kind in (kind for table in TABLES for kind in table.HANDLERS):
        assert kind.__dataclass_params__.frozen, kind
        assert hasattr(kind, "__slots__"), kind
        assert kind.__doc__, kind
        assert not kind.__doc__.startswith(f"{kind.__name__}("), kind  # what dataclass writes where nobody did


class Chooser:
    """Turns numbers into commands on whatever the org has: sometimes fitting, sometimes not."""

    def __init__(self, org: Org, clock: ManualClock) -> None:
        self.org, self.clock = org, clock

    def conversation(self, n: int) -> Conversation | None:
        known = list(self.org.conversations.values())
        return known[n % len(known)] if known else None

    def ids(self, n: int, m: int) -> tuple[str, str, str]:
        """A conversation, one of its participants and that one's communication."""
        conversation = self.conversation(n)
        if conversation is None:
            return "none", "none", "none"
        participant = conversation.participants[-1 - m % len(conversation.participants)]
        return conversation.id, participant.id, participant.communication.id

    def message(self, n: int, m: int) -> str:
        conversation = self.conversation(n)
        known = list(conversation.messages) if conversation else []
        return known[m % len(known)] if known else "none"

    def command(self, kind: int, n: int, m: int) -> object:
        leg = Leg("open_messaging", "i1", f"c{n % 4}")
        conversation, participant, communication = self.ids(n, m)
        user, queue = ("u1", "u2", "u9")[m % 3], ("q1", "q2", "q9")[n % 3]
        made: list[Callable[[], object]] = [
            lambda: c.CustomerMessage(leg, text=str(n)),
            lambda: c.CustomerMessage(leg, text=str(n), attributes={"n": str(m)}),
            lambda: c.CustomerEvent(leg, ({"eventType": "Typing", "typing": {"type": "On"}},)),
            lambda: c.CustomerReceipt("i1", self.message(n, m), ("Delivered", "Failed", "Odd")[n % 3]),
            lambda: c.SendMessage(conversation, communication, Sender.AGENT, "hi", user=user),
            lambda: c.AgentlessMessage(leg, "note", use_existing=m % 2 == 0),
            lambda: c.MessageOutcome(conversation, self.message(n, m), ("sent", "failed")[m % 2]),
            lambda: c.SetAttributes(conversation, participant, {"k": str(n)}),
            lambda: c.Disconnect(conversation, participant),
            lambda: c.Disconnect(conversation, participant if m % 2 else None, ("system", "client", "spam")[n % 3]),
            lambda: c.AgentAccept(conversation, participant),
            lambda: c.AgentAccept(*self.ringing(n)),
            lambda: c.AgentNoAnswer(conversation, participant),
            lambda: c.Transfer(conversation, participant, queue=queue),
            lambda: c.Transfer(conversation, participant, user=user),
            lambda: c.Wrapup(conversation, participant, ("w1", None, "w9")[n % 3]),
            lambda: c.RoutingStatus(user, "IDLE"),
            lambda: c.RoutingStatus(user, "OFF_QUEUE"),
            lambda: c.EnterQueue(conversation, queue, priority=m - 3),
            lambda: c.Hold(conversation, participant, m % 2 == 0),
            lambda: c.AcwDue(conversation, participant),
            lambda: c.FlowTimer(conversation, "nothing"),
            lambda: c.ThreadExpired(conversation),
            lambda: c.AssignWaiting(queue),
            lambda: c.IntervalDue("open_messaging", "retry"),
        ]
        return made[kind % len(made)]()

    def ringing(self, n: int) -> tuple[str, str]:
        found = [
            (conversation.id, participant.id)
            for conversation in self.org.conversations.values()
            for participant in conversation.participants
            if participant.communication.state is ALERTING
        ]
        return found[n % len(found)] if found else ("none", "none")


def check_conversation(org: Org, conversation: Conversation) -> None:
    live = [p for p in conversation.participants if p.is_live]
    purposes = [p.purpose for p in live]
    assert len(purposes) == len(set(purposes)), purposes  # one customer, one workflow, one acd, one agent
    assert (conversation.ended is None) == bool(live)
    if live:
        assert "customer" in purposes
        assert len(purposes) > 1
    places = org.live.get("routing.waiting", {})
    assert [place.acd for place in places.values() if place.conversation == conversation.id] == [
        p.id for p in live if p.purpose == "acd"
    ]
    for participant in conversation.participants:
        assert (participant.ended is None) == participant.is_live
    shown = [p.purpose for p in conversation.participants if p.purpose != "api"]
    rounds = [list(group) for is_customer, group in groupby(shown, lambda p: p == "customer") if not is_customer]
    assert all("workflow" not in one[1:] for one in rounds)  # the flow comes first, behind its customer


def check_agents(org: Org) -> None:
    everyone = {p.id: p for conversation in org.conversations.values() for p in conversation.participants}
    busy = {id_: answered for load in org.live.get("routing.load", {}).values() for id_, answered in load.items()}
    for id_, answered in busy.items():
        participant = everyone[id_]
        assert participant.is_live or participant.in_wrapup
        assert answered == (participant.communication.state is not ALERTING)
    for participant in everyone.values():
        if participant.purpose == "agent" and participant.is_live:
            assert participant.id in org.live["routing.load"][participant.user]
    for user, status in org.live.get("routing.status", {}).items():
        answered_some = any(org.live.get("routing.load", {}).get(user, {}).values())
        assert status != "IDLE" or not answered_some
        assert status != "INTERACTING" or answered_some


def check_waiting(org: Org) -> None:
    for place in org.live.get("routing.waiting", {}).values():
        conversation = org.conversations[place.conversation]
        if place.alerting is not None:
            participant = conversation.participant(place.alerting)
            assert participant is not None
            assert participant.communication.state is ALERTING
        else:
            able = [user for user, joined in members(org, place.queue).items() if joined and takes_more(org, user)]
            assert able == []  # nobody waits while somebody could take it


SECONDS = st.sampled_from([0.0] * 12 + [1.0, 40.0, 400.0])
STEP = st.tuples(st.integers(0, 24), st.integers(0, 5), st.integers(0, 5), SECONDS)


@pytest.fixture(scope="module", params=[1, 4])
def limits(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Limits:
    """The limits with one or with four messages an agent."""
    text = (material("contracts") / "limits" / CURRENT).read_text("utf-8")
    path = tmp_path_factory.mktemp("limits") / "limits.toml"
    path.write_text(re.sub(r'("message.capacity" = \{ value = )\d+', rf"\g<1>{request.param}", text), "utf-8")
    return load_limits(str(path))


@pytest.mark.parametrize("prompt", ["OPTIONAL", "MANDATORY", "MANDATORY_TIMEOUT"])
@given(steps=st.lists(STEP, min_size=20, max_size=80))
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_commands_breaks_the_invariants(
    make_org: Callable[[ManualClock, Limits], Org],
    limits: Limits,
    prompt: str,
    steps: list[tuple[int, int, int, float]],
) -> None:
    clock = ManualClock()
    org = make_org(clock, limits)
    for id_, name in (("q1", "Support"), ("q2", "Sales")):
        org.entities.put("routing.queues", id_, {"id": id_, "name": name, "acwSettings": {"wrapupPrompt": prompt}})
    chooser = Chooser(org, clock)
    opening = [(16, 0, 0, 0.0), (0, 0, 0, 0.0)]  # an agent is there and somebody writes
    for kind, n, m, seconds in [*opening, *steps]:
        command: Any = chooser.command(kind, n, m)
        with contextlib.suppress(Refused):
            done = org.perform(command)
            if isinstance(command, c.Disconnect) and command.participant is None:
                assert done.ended is not None
        clock.advance(seconds)
        org.tick()
        for conversation in org.conversations.values():
            check_conversation(org, conversation)
        check_agents(org)
        check_waiting(org)
