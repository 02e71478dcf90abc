from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.architect.conftest import ASK

from understudy.architect.bot_answer import BotAnswered
from understudy.conversations.model import Conversation
from understudy.world.org import Org


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("41", 41),
        (41, 41),
        (None, None),
        ([1], "failure"),
        ({"code": "USD", "amount": 1}, "failure"),
        ({}, "failure"),
        ("4x", "failure"),
        (True, "failure"),
    ],
)
def test_a_slot_is_read_by_the_variable_s_type(
    org: Org, begin: Callable[..., Conversation], value: object, held: object
) -> None:
    conversation = begin(
        ASK + ", intents: {order: {slots: {n: {var: Flow.n}}}}}", "wait: {duration: {lit: {hours: 1}}}"
    )
    run, asked = conversation.flow["run"], org.take_effects("bot_connector")[0].data
    org.perform(BotAnswered(asked["session"], asked["turn"], "Complete", intent="order", slots={"n": value}))
    branch = [c.data["branch"] for c in org.changes.read(0) if c.kind == "flow.step"][1]
    assert (run.flow_values.held["Flow.n"] if branch == "success" else branch) == held
