from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, CustomerMessage, RoutingStatus
from understudy.conversations.media_commands import CallProgress
from understudy.conversations.model import Conversation, Leg
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)
START = "2026-01-01T00:00:00.000Z"


def only(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}


def newest(org: Org) -> Conversation:
    return list(org.conversations.values())[-1]


def party(conversation: Conversation, purpose: str) -> str:
    return next(p.id for p in reversed(conversation.participants) if p.purpose == purpose)


def test_a_conversation_keeps_its_messages_under_each_participant(ask: Ask, conversation: Conversation) -> None:
    status, body = ask("GET", f"/{conversation.id}")
    assert status == 200
    assert [p["purpose"] for p in body["participants"]] == ["customer", "workflow", "acd", "agent"]
    customer, workflow, acd, alerting = body["participants"]
    assert (customer["name"], customer["address"], customer["attributes"]) == ("Ann", "ann@ext", {"orderId": "7"})
    assert customer["messages"][0]["messages"][0]["messageStatus"] == "received"
    assert (workflow["name"], workflow["messages"][0]["disconnectType"]) == ("Front door", "transfer")
    assert (acd["queueId"], acd["queueName"], acd["messages"][0]["state"]) == ("q1", "Support", "connected")
    assert (alerting["userId"], alerting["messages"][0]["state"], alerting["alertingTimeoutMs"]) == (
        "u1",
        "alerting",
        30000,
    )
    assert "endTime" not in body


def test_the_message_form_has_the_state_on_the_participant(ask: Ask, conversation: Conversation) -> None:
    status, body = ask("GET", f"/messages/{conversation.id}")
    assert status == 200
    customer, _, acd, alerting = body["participants"]
    assert (customer["state"], customer["direction"], customer["type"]) == ("connected", "inbound", "open")
    assert acd["queue"] == {"id": "q1", "name": "Support"}
    assert (alerting["state"], alerting["user"]["id"]) == ("alerting", "u1")
    assert customer["messages"][0]["messageStatus"] == "received"


def test_a_call_in_both_forms(ask: Ask, office: Org, clock: ManualClock) -> None:
    made = ask("POST", "/calls", {"phoneNumber": "+4930123", "callerId": "+4930999", "callFromQueueId": "q1"}, "u1")[1]
    call = newest(office)
    clock.advance(4)
    office.perform(CallProgress(call.id, party(call, "customer"), "connected"))
    whole = ask("GET", f"/{made['id']}")[1]
    assert [p["purpose"] for p in whole["participants"]] == ["agent", "customer"]
    agent, customer = whole["participants"]
    assert only(agent, "userId", "queueId", "ani", "dnis", "wrapupRequired", "connectedTime") == {
        "userId": "u1",
        "queueId": "q1",
        "ani": "+4930999",
        "dnis": "+4930123",
        "wrapupRequired": True,
        "connectedTime": "2026-01-01T00:00:04.000Z",
    }
    assert customer["calls"] == [
        {
            "id": call.customer.communication.id,
            "state": "connected",
            "initialState": "dialing",
            "direction": "outbound",
            "held": False,
            "provider": "Edge",
            "connectedTime": "2026-01-01T00:00:04.000Z",
            "recording": False,
            "recordingState": "none",
            "muted": False,
            "confined": False,
            "self": {"name": "+4930123", "addressNormalized": "+4930123", "addressRaw": "+4930123"},
            "other": {"addressNormalized": "+4930999", "addressRaw": "+4930999"},
        }
    ]
    assert agent["calls"][0]["other"]["addressRaw"] == "+4930123"
    flat = ask("GET", f"/calls/{made['id']}")[1]
    assert only(flat, "recordingState", "otherMediaUris", "selfUri") == {
        "recordingState": "none",
        "otherMediaUris": [],
        "selfUri": f"/api/v2/conversations/calls/{call.id}",
    }
    flat_agent, flat_customer = flat["participants"]
    assert only(flat_agent, "purpose", "state", "direction", "muted", "user", "queue", "ani", "dnis") == {
        "purpose": "agent",
        "state": "connected",
        "direction": "outbound",
        "muted": False,
        "user": {"id": "u1", "selfUri": "/api/v2/users/u1"},
        "queue": {"id": "q1", "name": "Support"},
        "ani": "+4930999",
        "dnis": "+4930123",
    }
    assert (flat_customer["purpose"], flat_customer["address"]) == ("customer", "+4930123")
    assert not any("calls" in one for one in flat["participants"])


def test_a_callback_in_both_forms(ask: Ask, office: Org) -> None:
    office.perform(RoutingStatus("u1", "IDLE"))
    wanted = {
        "callbackNumbers": ["+4930123"],
        "callbackUserName": "Ann",
        "queueId": "q1",
        "data": {"orderId": "7"},
        "scriptId": "s1",
    }
    status, made = ask("POST", "/callbacks", wanted)
    assert status == 200
    id_ = made["conversation"]["id"]
    whole = ask("GET", f"/{id_}")[1]
    assert [p["purpose"] for p in whole["participants"]] == ["customer", "acd", "agent"]
    customer, acd, agent = whole["participants"]
    assert (customer["name"], customer["attributes"]) == ("Ann", {"orderId": "7"})
    assert made["callbackIdentifiers"] == [{"type": "ACD", "id": acd["callbacks"][0]["id"]}]
    shown = agent["callbacks"][0]
    assert only(shown, "state", "initialState", "direction", "provider", "callbackNumbers", "callbackUserName") == {
        "state": "alerting",
        "initialState": "alerting",
        "direction": "inbound",
        "provider": "PureCloud Callback",
        "callbackNumbers": ["+4930123"],
        "callbackUserName": "Ann",
    }
    assert shown["scriptId"] == "s1"
    assert shown["startAlertingTime"] == START
    flat = ask("GET", f"/callbacks/{id_}")[1]
    assert [(p["purpose"], p["state"]) for p in flat["participants"]] == [
        ("customer", "connected"),
        ("acd", "connected"),
        ("agent", "alerting"),
    ]
    assert flat["participants"][2]["callbackNumbers"] == ["+4930123"]
    assert flat["participants"][2]["script"] == {"id": "s1"}


def test_an_email_in_both_forms(ask: Ask, office: Org) -> None:
    office.perform(RoutingStatus("u1", "IDLE"))
    sent = {
        "provider": "PureCloud Email",
        "queueId": "q1",
        "fromAddress": "ann@ext.example",
        "fromName": "Ann",
        "toAddress": "help@acme.example",
        "subject": "My order",
        "textBody": "Where is it?",
        "attributes": {"orderId": "7"},
    }
    status, flat = ask("POST", "/emails", sent)
    assert status == 200
    conversation = newest(office)
    assert [(p["purpose"], p["state"]) for p in flat["participants"]] == [
        ("customer", "connected"),
        ("acd", "connected"),
        ("agent", "alerting"),
    ]
    customer, _, agent = flat["participants"]
    assert (customer["subject"], customer["attributes"]) == ("My order", {"orderId": "7"})
    assert customer["messageId"] == next(iter(conversation.mails))
    assert (agent["messagesSent"], agent["autoGenerated"], agent["provider"]) == (0, False, "PureCloud Email")
    whole = ask("GET", f"/{conversation.id}")[1]
    entry = whole["participants"][2]["emails"][0]
    assert only(entry, "state", "subject", "messagesSent", "direction") == {
        "state": "alerting",
        "subject": "My order",
        "messagesSent": 0,
        "direction": "inbound",
    }
    assert ask("GET", f"/emails/{conversation.id}")[1] == flat


def test_listings_show_the_live_conversations_of_the_org_or_of_the_user(ask: Ask, conversation: Conversation) -> None:
    for path in ("", "/messages"):
        status, body = ask("GET", path)
        assert (status, [c["id"] for c in body["entities"]]) == (200, [conversation.id])
        assert ask("GET", path, user="u1")[1]["total"] == 1
        assert ask("GET", path, user="u2")[1]["total"] == 0
    assert ask("GET", "?communicationType=call")[1]["entities"] == []
    ask("PATCH", f"/messages/{conversation.id}", {"state": "disconnected"})
    assert ask("GET", "")[1]["entities"] == []


def test_each_medium_lists_its_own(ask: Ask, office: Org) -> None:
    ask("POST", "/callbacks", {"callbackNumbers": ["+1"], "queueId": "q1"})
    ask("POST", "/emails", {"provider": "x", "queueId": "q1", "fromAddress": "a@b", "toAddress": "c@d"})
    ask("POST", "/calls", {"phoneNumber": "+4930123"}, "u2")
    callback, email, call = office.conversations
    found = {path: [c["id"] for c in ask("GET", path, user="u2")[1]["entities"]] for path in ("/calls", "/messages")}
    assert found == {"/calls": [call], "/messages": []}
    assert [c["id"] for c in ask("GET", "/callbacks")[1]["entities"]] == [callback]
    assert [c["id"] for c in ask("GET", "/emails")[1]["entities"]] == [email]
    status, refused = ask("GET", "/calls")
    assert (status, refused["code"]) == (400, "not.a.user")


@pytest.mark.parametrize("medium", ["calls", "callbacks", "emails"])
def test_a_conversation_is_not_found_in_a_medium_that_it_never_had(
    ask: Ask, conversation: Conversation, medium: str
) -> None:
    status, body = ask("GET", f"/{medium}/{conversation.id}")
    assert (status, body["code"]) == (404, "conversation.error.conversation.not.found")


def test_a_waiting_conversation_is_assigned_to_a_user(ask: Ask, office: Org) -> None:
    waits: Conversation = office.perform(CustomerMessage(Leg("open_messaging", "i1", "bob"), text="x"))[0]
    assert ask("POST", f"/{waits.id}/assign", {"id": "u2"})[0] == 202
    assert waits.participants[-1].user == "u2"
    assert ask("POST", f"/{waits.id}/assign", {"id": "u2"})[0] == 400


@pytest.mark.parametrize("how", ["patch", "post", "delete"])
def test_the_whole_conversation_is_ended(ask: Ask, talking: Conversation, how: str) -> None:
    asked = {
        "patch": ("PATCH", f"/messages/{talking.id}", {"state": "disconnected"}),
        "post": ("POST", f"/{talking.id}/disconnect"),
        "delete": ("DELETE", f"/{talking.id}"),
    }[how]
    assert ask(*asked)[0] in DONE
    assert talking.ended is not None


@pytest.mark.parametrize("medium", ["calls", "callbacks", "emails"])
def test_each_medium_is_ended_by_a_patch(ask: Ask, office: Org, medium: str) -> None:
    office.perform(RoutingStatus("u1", "IDLE"))
    body: dict[str, dict[str, Any]] = {
        "calls": {"phoneNumber": "+4930123"},
        "callbacks": {"callbackNumbers": ["+4930123"], "queueId": "q1"},
        "emails": {"provider": "x", "queueId": "q1", "fromAddress": "a@b", "toAddress": "c@d"},
    }
    ask("POST", f"/{medium}", body[medium], "u1")
    made = newest(office)
    if medium != "calls":
        office.perform(AgentAccept(made.id, party(made, "agent")))
    status, ended = ask("PATCH", f"/{medium}/{made.id}", {"state": "disconnected"})
    assert (status, "endTime" in ended) == (200, True)
    assert made.ended is not None
    assert office.live["routing.load"].get("u1", {}).keys() <= {p.id for p in made.participants if p.in_wrapup}


def test_unknown_things_get_the_platform_s_codes(ask: Ask, talking: Conversation) -> None:
    for path in ("/nope", "/messages/nope", "/calls/nope", "/callbacks/nope", "/emails/nope"):
        status, body = ask("GET", path)
        assert (status, body["code"]) == (404, "conversation.error.conversation.not.found")
    status, body = ask("PATCH", f"/messages/{talking.id}", {"state": "connected"})
    assert (status, body["code"]) == (400, "invalid.value")
