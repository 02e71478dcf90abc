from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, RoutingStatus
from understudy.conversations.media_commands import CallProgress
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)


def states(ask: Ask, id_: str) -> list[tuple[str, str]]:
    return [(p["purpose"], p["state"]) for p in ask("GET", f"/calls/{id_}")[1]["participants"]]


def newest(org: Org) -> Conversation:
    return list(org.conversations.values())[-1]


def test_a_dialled_number_dials_until_the_far_end_is_heard_of(ask: Ask, office: Org, clock: ManualClock) -> None:
    status, made = ask("POST", "/calls", {"phoneNumber": "+4930123", "attributes": {"a": "1"}}, "u1")
    assert (status, made["selfUri"]) == (200, f"/api/v2/conversations/calls/{made['id']}")
    assert states(ask, made["id"]) == [("user", "contacting"), ("external", "dialing")]
    call = newest(office)
    assert call.customer.attributes == {"a": "1"}
    clock.advance(1800)
    office.tick()
    assert states(ask, made["id"]) == [("user", "contacting"), ("external", "dialing")]
    office.perform(CallProgress(call.id, call.customer.id, "contacting"))
    assert states(ask, made["id"]) == [("user", "contacting"), ("external", "contacting")]
    office.perform(CallProgress(call.id, call.customer.id, "connected"))
    assert states(ask, made["id"]) == [("user", "connected"), ("external", "connected")]
    office.perform(CallProgress(call.id, call.customer.id, "disconnected"))
    ended = ask("GET", f"/calls/{made['id']}")[1]["participants"]
    assert [p["disconnectType"] for p in ended] == ["peer", "endpoint"]
    assert call.ended is not None


def test_a_colleague_rings_and_a_queue_looks_for_an_agent(ask: Ask, office: Org) -> None:
    made = ask("POST", "/calls", {"callUserId": "u2"}, "u1")[1]
    assert states(ask, made["id"]) == [("user", "contacting"), ("user", "alerting")]
    callee = newest(office).participants[1]
    assert ask("PATCH", f"/calls/{made['id']}/participants/{callee.id}", {"state": "connected"}, "u2")[0] in DONE
    assert states(ask, made["id"]) == [("user", "connected"), ("user", "connected")]
    ask("DELETE", f"/{made['id']}")
    office.perform(RoutingStatus("u2", "IDLE"))
    made = ask("POST", "/calls", {"callQueueId": "q2", "priority": 5}, "u1")[1]
    assert states(ask, made["id"]) == [("user", "connected"), ("acd", "connected"), ("agent", "alerting")]
    assert newest(office).participants[1].priority == 5


def test_a_conference_has_several_and_loses_one_at_a_time(ask: Ask, office: Org) -> None:
    body = {"participants": [{"address": "+4930123", "name": "Ann"}, {"userId": "u2"}]}
    made = ask("POST", "/calls", body, "u1")[1]
    call = newest(office)
    status, shown = ask("POST", f"/calls/{made['id']}/participants", {"participants": [{"address": "+4940"}]}, "u1")
    assert (status, [p["purpose"] for p in shown["participants"]]) == (200, ["user", "external", "user", "external"])
    assert shown["participants"][1]["name"] == "Ann"
    office.perform(CallProgress(call.id, call.participants[1].id, "connected"))
    office.perform(CallProgress(call.id, call.participants[3].id, "disconnected"))
    office.perform(AgentAccept(call.id, call.participants[2].id))
    assert call.ended is None
    ask("PATCH", f"/calls/{call.id}/participants/{call.participants[1].id}", {"state": "disconnected"}, "u1")
    assert (call.ended, call.participants[2].is_live) == (None, True)
    ask("PATCH", f"/calls/{call.id}/participants/{call.participants[2].id}", {"state": "disconnected"}, "u2")
    assert call.ended is not None


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "bad.request"),
        ({"callUserId": "nope"}, 404, "not.found"),
        ({"callUserId": "u1"}, 400, "conversation.error.cannot.conference.self"),
        ({"callQueueId": "nope"}, 400, "queue.not.found"),
        ({"phoneNumber": "+1", "callFromQueueId": "nope"}, 400, "queue.not.found"),
        ({"phoneNumber": "+1", "callUserId": "u2"}, 400, "bad.request"),
        ({"participants": [{}]}, 400, "bad.request"),
        ({"participants": [{"address": "1"}] * 100}, 400, "conversation.error.cannot.create.conference"),
        ({"conversationIds": ["c"]}, 400, "conversation.error.cannot.create.conference"),
    ],
)
def test_a_call_to_nobody_is_not_made(ask: Ask, office: Org, body: Any, status: int, code: str) -> None:
    found = ask("POST", "/calls", body, "u1")
    assert (found[0], found[1]["code"]) == (status, code)
    assert office.conversations == {}


def test_a_client_lets_a_user_call(ask: Ask, office: Org) -> None:
    assert ask("POST", "/calls/user/u2", {"phoneNumber": "+4930123"})[0] == 200
    assert newest(office).participants[0].user == "u2"
    assert ask("POST", "/calls/user/nope", {"phoneNumber": "+4930123"})[0] == 404


def test_only_users_call(ask: Ask) -> None:
    status, body = ask("POST", "/calls", {"phoneNumber": "+4930123"})
    assert (status, body["code"]) == (400, "not.a.user")


@pytest.mark.parametrize(
    ("role", "field"),
    [("barge", "bargedParticipantId"), ("monitor", "monitoredParticipantId"), ("coach", "coachedParticipantId")],
)
def test_a_supervisor_joins_and_a_listener_leaves_with_whom_he_hears(
    ask: Ask, office: Org, role: str, field: str
) -> None:
    ask("POST", "/calls", {"phoneNumber": "+4930123", "callFromQueueId": "q1"}, "u1")
    call = newest(office)
    office.perform(CallProgress(call.id, call.customer.id, "connected"))
    agent = call.participants[0]
    path = f"/calls/{call.id}/participants/{agent.id}/{role}"
    assert ask("POST", path)[1]["code"] == "not.a.user"
    assert ask("POST", path, user="u1")[1]["code"] == "conversation.error.monitor.own.conversation"
    assert ask("POST", f"/calls/{call.id}/participants/{call.customer.id}/{role}", user="u3")[0] == 400
    assert ask("POST", path, user="u3")[0] in DONE
    shown = ask("GET", f"/calls/{call.id}")[1]["participants"][2]
    assert (shown["user"]["id"], shown[field], shown["muted"]) == ("u3", agent.id, role == "monitor")
    ask("PATCH", f"/calls/{call.id}/participants/{agent.id}", {"state": "disconnected"}, "u1")
    assert (call.ended is None) == (role == "barge")  # the supervisor who barged in talks on


def test_barging_into_a_conversation_is_barging_in_on_its_agent(ask: Ask, office: Org, talking: Conversation) -> None:
    assert ask("POST", f"/{talking.id}/barge", user="u3")[0] in DONE
    assert talking.participants[-1].barged == talking.participants[3].id
    ask("DELETE", f"/{talking.id}")
    assert ask("POST", f"/{talking.id}/barge", user="u2")[0] == 400


def test_a_message_is_monitored(ask: Ask, talking: Conversation) -> None:
    path = f"/messages/{talking.id}/participants/{talking.participants[3].id}/monitor"
    assert ask("POST", path, user="u3")[0] in DONE
    assert talking.participants[-1].monitored == talking.participants[3].id


@pytest.mark.parametrize(("method", "path"), [("PATCH", "/{}/recordingstate"), ("PUT", "/messages/{}/recordingstate")])
def test_recording_is_switched_for_a_conversation(ask: Ask, talking: Conversation, method: str, path: str) -> None:
    for state in ("ACTIVE", "PAUSED", "NONE"):
        assert ask(method, path.format(talking.id), {"recordingState": state})[0] in DONE
        assert ask("GET", f"/{talking.id}")[1]["recordingState"] == state
    assert ask(method, path.format(talking.id), {})[0] == 400
    ask("DELETE", f"/{talking.id}")
    refused = ask(method, path.format(talking.id), {"recordingState": "ACTIVE"})[1]
    assert refused["code"] == "conversation.error.participant.no.active.conversations"


def test_the_agent_of_a_callback_calls_its_number(ask: Ask, office: Org) -> None:
    office.perform(RoutingStatus("u1", "IDLE"))
    ask("POST", "/callbacks", {"callbackNumbers": ["+4930123"], "queueId": "q1"})
    callback = newest(office)
    dial = f"/calls/{callback.id}"
    refused = ask("POST", dial, {"callNumber": "+4930123"}, "u1")[1]
    assert refused["code"] == "conversation.error.callback.call.cannot.be.placed"
    agent = callback.participants[2]
    office.perform(AgentAccept(callback.id, agent.id))
    status, shown = ask("POST", dial, {"callNumber": "+4930123"}, "u1")
    assert status == 200
    assert [c["state"] for c in shown["participants"][2]["calls"]] == ["contacting"]
    assert shown["participants"][2]["callbacks"][0]["state"] == "connected"
    assert [c["state"] for c in shown["participants"][0]["calls"]] == ["dialing"]
    assert [(p["purpose"], p["state"]) for p in ask("GET", dial)[1]["participants"]] == [
        ("customer", "dialing"),
        ("agent", "contacting"),
    ]
    assert ask("POST", dial, {"callNumber": "+4930123"}, "u1")[0] == 400  # one at a time
    office.perform(CallProgress(callback.id, callback.customer.id, "connected"))
    assert agent.more[0].state == "connected"
    office.perform(CallProgress(callback.id, callback.customer.id, "disconnected"))
    assert (agent.more[0].state, agent.communication.state, callback.ended) == ("disconnected", "connected", None)
    ask("PATCH", f"/callbacks/{callback.id}/participants/{agent.id}", {"state": "disconnected"}, "u1")
    assert callback.ended is not None
    assert ask("POST", "/calls/nope", {"callNumber": "1"}, "u1")[0] == 404


def test_the_past_calls_of_a_user_are_listed_newest_first(ask: Ask, office: Org, clock: ManualClock) -> None:
    for number in ("+1", "+2", "+3"):
        clock.advance(10)
        made = ask("POST", "/calls", {"phoneNumber": number}, "u1")[1]
        ask("DELETE", f"/{made['id']}")
    assert ask("GET", "/calls/history", user="u2")[1]["total"] == 0
    status, body = ask("GET", "/calls/history?pageSize=2", user="u1")
    assert (status, body["total"], len(body["entities"])) == (200, 3, 2)
    first = body["entities"][0]
    assert (first["startTime"], first["direction"], first["wasConference"]) == (
        "2026-01-01T00:00:30.000Z",
        "outbound",
        False,
    )
    assert (first["participants"][1]["dnis"], first["participants"][1]["didInteract"]) == ("+3", False)
    assert "nextUri" in body


def test_a_conference_is_bounded_by_the_limits_file(ask: Ask, office: Org) -> None:
    most = int(office.limits.value("calls", "conference.parties.max"))
    assert ask("GET", "/calls/maximumconferenceparties") == (200, {"maxParticipants": most})
