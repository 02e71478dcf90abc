from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.conversations.commands import AgentAccept, Disconnect, RoutingStatus
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)


def agent(conversation: Conversation) -> str:
    return next(p.id for p in reversed(conversation.participants) if p.purpose == "agent")


def communication(conversation: Conversation) -> str:
    return next(p.communication.id for p in reversed(conversation.participants) if p.purpose == "agent")


def test_wrap_up_is_posted_and_read_and_the_queue_s_codes_are_listed(ask: Ask, talking: Conversation) -> None:
    path = f"/messages/{talking.id}/participants/{agent(talking)}"
    wrapup = f"{path}/communications/{communication(talking)}/wrapup"
    assert ask("GET", wrapup) == (200, {})
    assert ask("POST", wrapup, {"code": "w1", "notes": "fine"})[0] in DONE
    assert ask("GET", wrapup)[1]["notes"] == "fine"
    assert ask("GET", f"{path}/wrapup")[1]["code"] == "w1"
    assert ask("GET", f"/{talking.id}/participants/{agent(talking)}/wrapup")[1]["code"] == "w1"
    assert [code["id"] for code in ask("GET", f"{path}/wrapupcodes")[1]] == ["w1"]
    assert ask("GET", f"{path}/communications/nope/wrapup")[1]["code"] == "not.found"


def test_every_medium_is_wrapped_up_the_same_way(ask: Ask, office: Org) -> None:
    office.perform(RoutingStatus("u1", "IDLE"))
    for medium, body in {
        "callbacks": {"callbackNumbers": ["+4930123"], "queueId": "q1"},
        "emails": {"provider": "x", "queueId": "q1", "fromAddress": "a@b", "toAddress": "c@d"},
    }.items():
        ask("POST", f"/{medium}", body)
        made = list(office.conversations.values())[-1]
        office.perform(AgentAccept(made.id, agent(made)))
        office.perform(Disconnect(made.id, agent(made)))
        path = f"/{medium}/{made.id}/participants/{agent(made)}"
        assert ask("POST", f"{path}/communications/{communication(made)}/wrapup", {"code": "w1"}, "u1")[0] in DONE
        assert ask("GET", f"{path}/wrapup")[1]["code"] == "w1"
        assert [code["id"] for code in ask("GET", f"{path}/wrapupcodes")[1]] == ["w1"]
        assert not made.participants[-1].in_wrapup


def test_a_provisional_code_leaves_the_after_call_work_running(ask: Ask, office: Org, talking: Conversation) -> None:
    office.perform(Disconnect(talking.id, agent(talking)))
    path = f"/messages/{talking.id}/participants/{agent(talking)}/communications/{communication(talking)}/wrapup"
    ask("POST", path, {"code": "w1", "provisional": True})
    assert talking.participants[3].in_wrapup
    ask("POST", path, {"code": "w1"})
    assert not talking.participants[3].in_wrapup


def test_nobody_wraps_up_for_another(ask: Ask, talking: Conversation) -> None:
    path = f"/messages/{talking.id}/participants/{agent(talking)}/communications/{communication(talking)}/wrapup"
    status, body = ask("POST", path, {"code": "w1"}, "u2")
    assert (status, body["code"]) == (403, "conversation.error.forbidden.not.active.participant")
    assert ask("POST", path, {"code": "nope"}, "u1")[1]["code"] == "conversation.error.wrapup.code.required"
