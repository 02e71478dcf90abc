from __future__ import annotations

from collections.abc import Callable

from understudy.conversations.model import Conversation
from understudy.world.org import Org


def reasons(org: Org) -> list[str]:
    return [note.data["reason"] for note in org.notes if note.name == "flow.failed"]


def test_a_value_of_the_wrong_type_ends_in_the_error_handling(org: Org, begin: Callable[..., Conversation]) -> None:
    conversation = begin("decision: {condition: {exp: Message.Message.body}}")
    assert reasons(org) == ["'a condition' takes booleans, not string"]
    assert conversation.ended is not None
    begin("loop: {loopCount: {lit: many}}")
    assert reasons(org)[-1] == "loopCount is string, not integer"


def test_a_loop_without_turns_is_passed_over(org: Org, begin: Callable[..., Conversation]) -> None:
    end = "endState: {name: E}"
    begin("loop: {loopCount: {lit: 0}, outputs: {loop: {actions: [{disconnect: {name: D}}]}}}", end)
    begin("loop: {loopCount: {lit: 1000000000}}", end)
    assert [c.data["outcome"] for c in org.changes.read(0) if c.kind == "flow.ended"] == ["end", "end"]


def test_a_flow_that_runs_in_a_circle_is_stopped(org: Org, begin: Callable[..., Conversation]) -> None:
    begin("changeState: {targetStateRef: S}")
    assert reasons(org) == ["more than 10000 steps"]


def test_a_wait_without_a_duration_is_none(org: Org, begin: Callable[..., Conversation]) -> None:
    conversation = begin("wait: {duration: {lit: {seconds: 0}}}", "disconnect: {name: D}")
    assert conversation.ended is not None
