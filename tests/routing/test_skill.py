from __future__ import annotations

import pytest

from understudy.conversations.commands import EnterQueue, RoutingStatus
from understudy.conversations.media import Callback
from understudy.conversations.media_commands import Routing, StartCallback
from understudy.conversations.model import Conversation
from understudy.routing.skill import has_all, proficiency
from understudy.routing.waiting import Waiting
from understudy.world.org import Org


def place(*skills: str, language: str = "") -> Waiting:
    return Waiting("c", "acd", "q1", 0.0, 0, skills=skills, language=language)


@pytest.fixture
def skilled(org: Org) -> Org:
    """Uma has both skills, one of them badly; Ugo has one."""
    org.live["user.skills"] = {"u1": {"s1": 1.0, "s2": 5.0}, "u2": {"s1": 5.0}}
    org.live["user.languages"] = {"u2": {"l1": 3.0}}
    return org


def evaluate(org: Org, method: str) -> None:
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support", "skillEvaluationMethod": method})


@pytest.mark.parametrize(("method", "able"), [("BEST", ["u1"]), ("ALL", ["u1"]), ("NONE", ["u1", "u2"])])
def test_all_skills_are_needed_unless_they_are_disregarded(skilled: Org, method: str, able: list[str]) -> None:
    evaluate(skilled, method)
    assert [user for user in ("u1", "u2") if has_all(skilled, user, place("s1", "s2"))] == able


def test_a_language_is_always_needed(skilled: Org) -> None:
    evaluate(skilled, "NONE")
    assert [user for user in ("u1", "u2") if has_all(skilled, user, place(language="l1"))] == ["u2"]


@pytest.mark.parametrize(("method", "expected"), [("BEST", [1.0, 5.0]), ("ALL", [0.0, 0.0]), ("NONE", [0.0, 0.0])])
def test_only_best_looks_at_how_well(skilled: Org, method: str, expected: list[float]) -> None:
    evaluate(skilled, method)
    assert [proficiency(skilled, user, place("s1")) for user in ("u1", "u2")] == expected
    assert proficiency(skilled, "u1", place()) == 0.0


@pytest.mark.parametrize(("method", "chosen"), [("BEST", "u2"), ("ALL", "u1")])
def test_the_most_proficient_is_rung_where_that_counts_else_the_longest_idle(
    skilled: Org, method: str, chosen: str
) -> None:
    evaluate(skilled, method)
    for user in ("u1", "u2"):
        skilled.perform(RoutingStatus(user, "IDLE"))
    made: Conversation = skilled.perform(StartCallback(Callback(("+4930",)), Routing("q1", 0, ("s1",))))
    agent = made.live("agent")
    assert agent is not None
    assert agent.user == chosen


def test_who_waits_for_a_skill_goes_to_nobody_without_it(skilled: Org) -> None:
    for user in ("u1", "u2"):
        skilled.perform(RoutingStatus(user, "IDLE"))
    made: Conversation = skilled.perform(StartCallback(Callback(("+4930",)), Routing("q1", 0, ("s9",))))
    assert made.live("agent") is None
    skilled.perform(EnterQueue(made.id, "q1", media="callback"))
    assert made.live("agent") is not None
