from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, CustomerMessage, Disconnect, RoutingStatus
from understudy.conversations.model import Conversation, Leg
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
QUEUE = "/api/v2/routing/queues/q1"


@pytest.fixture
def waiting(office: Org, clock: ManualClock) -> list[Conversation]:
    """Two customers waited 20 s and 40 s for Uma, who is gone; two more wait."""
    for number, wait in enumerate((20, 40)):
        office.perform(RoutingStatus("u1", "OFF_QUEUE"))
        made: Conversation = office.perform(CustomerMessage(Leg("open_messaging", "i1", f"w{number}"), text="x"))[0]
        clock.advance(wait)
        office.perform(RoutingStatus("u1", "IDLE"))
        agent = made.live("agent")
        assert agent is not None
        office.perform(AgentAccept(made.id, agent.id))
        office.perform(Disconnect(made.id))
    office.perform(RoutingStatus("u1", "OFF_QUEUE"))
    return [office.perform(CustomerMessage(Leg("open_messaging", "i1", name), text="x"))[0] for name in ("a", "b")]


def test_a_queue_without_history_predicts_nothing(ask: Ask, conversation: Conversation) -> None:
    assert ask("GET", f"{QUEUE}/estimatedwaittime") == (200, {"results": []})
    assert ask("GET", f"{QUEUE}/mediatypes/message/estimatedwaittime") == (200, {"results": []})


def test_the_estimate_is_the_mean_wait_times_the_place(ask: Ask, waiting: list[Conversation]) -> None:
    (result,) = ask("GET", f"{QUEUE}/estimatedwaittime")[1]["results"]
    assert result == {"intent": "ALL", "formula": "POSITION-IN-QUEUE", "estimatedWaitTimeSeconds": 90}  # third place
    for place, conversation in enumerate(waiting, 1):
        (result,) = ask("GET", f"{QUEUE}/estimatedwaittime?conversationId={conversation.id}")[1]["results"]
        assert result["estimatedWaitTimeSeconds"] == 30 * place


@pytest.mark.parametrize(
    ("medium", "intent", "seconds"),
    [("message", "MESSAGE", [90]), ("MESSAGE", "MESSAGE", [90]), ("all", "ALL", [90]), ("call", "CALL", [])],
)
def test_each_medium_has_its_own_history(
    ask: Ask, waiting: list[Conversation], medium: str, intent: str, seconds: list[int]
) -> None:
    results = ask("GET", f"{QUEUE}/mediatypes/{medium}/estimatedwaittime")[1]["results"]
    assert [(one["intent"], one["estimatedWaitTimeSeconds"]) for one in results] == [(intent, s) for s in seconds]


def test_unknown_queues_and_media_are_refused(ask: Ask, office: Org) -> None:
    assert ask("GET", "/api/v2/routing/queues/nope/estimatedwaittime")[0] == 404
    assert ask("GET", f"{QUEUE}/mediatypes/fax/estimatedwaittime")[0] == 404
