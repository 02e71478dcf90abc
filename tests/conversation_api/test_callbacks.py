from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock, iso
from understudy.conversations.commands import AgentAccept, Disconnect, RoutingStatus
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)
WANTED = {"callbackNumbers": ["+4930123"], "queueId": "q1"}


def newest(org: Org) -> Conversation:
    return list(org.conversations.values())[-1]


def test_a_callback_is_routed_accepted_and_wrapped_up(ask: Ask, office: Org) -> None:
    routing = {"queueId": "q1", "priority": 3, "skillIds": ["s1"], "languageId": "l1"}
    office.perform(RoutingStatus("u1", "IDLE"))
    status, _ = ask("POST", "/callbacks", {"callbackNumbers": ["+4930123"], "routingData": routing})
    callback = newest(office)
    assert (status, [p.purpose for p in callback.participants]) == (200, ["customer", "acd"])  # nobody has the skill
    data = ask("GET", f"/{callback.id}")[1]["participants"][1]["conversationRoutingData"]
    assert (data["priority"], data["skills"][0]["id"], data["language"]["id"]) == (3, "s1", "l1")
    office.live["user.skills"] = {"u1": {"s1": 4.0}}
    office.live["user.languages"] = {"u1": {"l1": 4.0}}
    office.perform(RoutingStatus("u1", "IDLE"))
    agent = callback.participants[2]
    path = f"/callbacks/{callback.id}/participants/{agent.id}"
    assert ask("PATCH", path, {"state": "connected"}, "u1")[0] in DONE
    ask("PATCH", path, {"state": "disconnected", "wrapup": {"code": "w1"}}, "u1")
    assert callback.ended is not None
    assert ask("GET", f"/callbacks/{callback.id}")[1]["participants"][2]["wrapup"]["code"] == "w1"


def test_a_scheduled_callback_waits_for_its_time(ask: Ask, office: Org, clock: ManualClock) -> None:
    office.perform(RoutingStatus("u1", "IDLE"))
    at = iso(office.now() + 3600)
    ask("POST", "/callbacks", {**WANTED, "callbackScheduledTime": at})
    callback = newest(office)
    whole = ask("GET", f"/{callback.id}")[1]["participants"]
    assert [(p["callbacks"][0]["state"], p["callbacks"][0]["callbackScheduledTime"]) for p in whole] == [
        ("scheduled", at),
        ("scheduled", at),
    ]
    assert [p["state"] for p in ask("GET", f"/callbacks/{callback.id}")[1]["participants"]] == ["none", "none"]
    clock.advance(3601)
    office.tick()
    assert [(p.purpose, p.communication.state) for p in callback.participants] == [
        ("customer", "connected"),
        ("acd", "connected"),
        ("agent", "alerting"),
    ]


def test_an_ended_callback_never_falls_due(ask: Ask, office: Org, clock: ManualClock) -> None:
    ask("POST", "/callbacks", {**WANTED, "callbackScheduledTime": iso(office.now() + 3600)})
    ask("PATCH", f"/callbacks/{newest(office).id}", {"state": "disconnected"})
    clock.advance(3601)
    office.tick()
    assert [p.communication.state for p in newest(office).participants] == ["disconnected", "disconnected"]


def test_a_callback_is_put_off_and_moved(ask: Ask, office: Org, clock: ManualClock) -> None:
    ask("POST", "/callbacks", WANTED)
    callback = newest(office)
    change = {
        "conversationId": callback.id,
        "agentId": "u2",
        "queueId": "q2",
        "callbackNumbers": ["+4940"],
        "callbackScheduledTime": iso(office.now() + 60),
    }
    status, body = ask("PATCH", "/callbacks", change)
    assert (status, body["conversation"]["id"]) == (200, callback.id)
    acd = ask("GET", f"/{callback.id}")[1]["participants"][1]
    assert (acd["queueName"], acd["callbacks"][0]["state"], acd["callbacks"][0]["callbackNumbers"]) == (
        "Sales",
        "scheduled",
        ["+4940"],
    )
    office.perform(RoutingStatus("u2", "IDLE"))
    clock.advance(61)
    office.tick()
    agent = callback.participants[2]
    assert agent.user == "u2"
    office.perform(AgentAccept(callback.id, agent.id))
    assert ask("PATCH", "/callbacks", {**change, "callbackScheduledTime": iso(office.now() + 60)})[0] == 400


def test_a_wanted_agent_is_asked_first(ask: Ask, office: Org) -> None:
    office.live["queue.members"]["q1"] = {"u2": True, "u1": True}
    for user in ("u2", "u1"):
        office.perform(RoutingStatus(user, "IDLE"))
    ask("POST", "/callbacks", {**WANTED, "routingData": {"queueId": "q1", "preferredAgentIds": ["u1"]}})
    assert newest(office).participants[2].user == "u1"


def test_a_message_conversation_takes_up_a_callback_and_outlives_neither(
    ask: Ask, office: Org, talking: Conversation
) -> None:
    office.live["queue.members"]["q2"] = {"u2": True}
    office.perform(RoutingStatus("u2", "IDLE"))
    path = f"/{talking.id}/participants/{talking.customer.id}/callbacks"
    assert ask("POST", path, {**WANTED, "queueId": "q2", "data": {"why": "x"}})[0] in DONE
    whole = ask("GET", f"/{talking.id}")[1]["participants"]
    customer, agent = whole[0], whole[-1]
    assert (customer["messages"][0]["state"], customer["callbacks"][0]["state"]) == ("connected", "connected")
    assert customer["attributes"]["why"] == "x"
    assert ("messages" in agent, agent["callbacks"][0]["state"]) == (False, "alerting")
    assert [p["purpose"] for p in ask("GET", f"/callbacks/{talking.id}")[1]["participants"]] == [
        "customer",
        "acd",
        "agent",
    ]
    assert ask("POST", path, WANTED)[0] == 400  # one at a time
    office.perform(Disconnect(talking.id, talking.participants[3].id))
    assert talking.ended is None  # the callback goes on
    office.perform(Disconnect(talking.id))
    assert talking.ended is not None


def test_a_queue_is_not_called_back(ask: Ask, office: Org) -> None:
    ask("POST", "/callbacks", WANTED)
    callback = newest(office)
    status, body = ask("POST", f"/{callback.id}/participants/{callback.participants[1].id}/callbacks", WANTED)
    assert (status, body["code"]) == (400, "conversation.error.cannot.callback.acd")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"callbackNumbers": ["+1"]}, "required.field.missing"),
        ({"callbackNumbers": [], "queueId": "q1"}, "invalid.value"),
        ({"callbackNumbers": ["+1"] * 21, "queueId": "q1"}, "invalid.value"),
        ({"callbackNumbers": ["no"], "queueId": "q1", "validateCallbackNumbers": True}, "invalid.value"),
        ({"callbackNumbers": ["+1"], "queueId": "nope"}, "queue.not.found"),
        ({**WANTED, "callbackScheduledTime": "2020-01-01T00:00:00Z"}, "invalid.date"),
        ({**WANTED, "routingData": {"queueId": "q1", "priority": 10**9}}, "invalid.priority"),
    ],
)
def test_a_callback_that_cannot_be_is_refused(ask: Ask, office: Org, body: Any, code: str) -> None:
    status, refused = ask("POST", "/callbacks", body)
    assert (status, refused["code"]) == (400, code)
    assert office.conversations == {}
