from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations.commands import AgentAccept, RoutingStatus
from understudy.conversations.media_commands import CallProgress
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)


@pytest.fixture
def call(ask: Ask, office: Org) -> Conversation:
    """Uma (first) talks to a customer (second) on behalf of Support."""
    ask("POST", "/calls", {"phoneNumber": "+4930123", "callFromQueueId": "q1"}, "u1")
    (made,) = office.conversations.values()
    office.perform(CallProgress(made.id, made.customer.id, "connected"))
    return made


def path(call: Conversation, rest: str = "") -> str:
    return f"/calls/{call.id}/participants/{call.customer.id}/consult{rest}"


def held(ask: Ask, call: Conversation) -> list[bool]:
    return [p["held"] for p in ask("GET", f"/calls/{call.id}")[1]["participants"]]


@pytest.mark.parametrize(
    ("rest", "destination"),
    [
        ("", {"destination": {"userId": "u2"}}),
        ("", {"destination": {"address": "+4940"}}),
        ("/agent", {"userId": "u2"}),
        ("/agent", {"userDisplayName": "Ugo"}),
        ("/queue", {"queueId": "q2"}),
        ("/queue", {"queueName": "sales"}),
        ("/external", {"address": "+4940"}),
    ],
)
def test_a_consult_holds_the_customer_and_is_complete_once_the_agent_leaves(
    ask: Ask, office: Org, call: Conversation, rest: str, destination: Any
) -> None:
    status, body = ask("POST", path(call, rest), {"speakTo": "DESTINATION", **destination}, "u1")
    called = call.participants[2]
    assert (status, body) == (200, {"destinationParticipantId": called.id})
    assert held(ask, call) == [False, True, False]
    shown = ask("GET", f"/{call.id}")[1]["participants"][2]
    assert shown["consultParticipantId"] == call.customer.id
    if called.communication.state == "dialing":
        office.perform(CallProgress(call.id, called.id, "connected"))
    ask("PATCH", f"/calls/{call.id}/participants/{call.participants[0].id}", {"state": "disconnected"}, "u1")
    ended = ask("GET", f"/calls/{call.id}")[1]["participants"]
    assert ended[0]["disconnectType"] == "transfer.consult"
    assert (held(ask, call), call.ended) == ([False, False, False], None)
    assert "consultParticipantId" not in ended[2]


def test_a_queue_is_consulted_and_its_agent_goes_on_with_the_consult(ask: Ask, office: Org, call: Conversation) -> None:
    office.perform(RoutingStatus("u2", "IDLE"))
    ask("POST", path(call, "/queue"), {"speakTo": "DESTINATION", "queueId": "q2"}, "u1")
    acd, ugo = call.participants[2:]
    office.perform(AgentAccept(call.id, ugo.id))
    assert (acd.is_live, ugo.consult, ugo.consult_by) == (False, call.customer.id, call.participants[0].id)
    assert held(ask, call) == [False, True, False, False]
    ask("PATCH", path(call), {"speakTo": "OBJECT"}, "u1")
    assert held(ask, call) == [False, False, False, True]
    assert ask("PATCH", path(call), {"speakTo": "CONFERENCE"}, "u1")[1] == {"destinationParticipantId": ugo.id}
    assert held(ask, call) == [False] * 4


def test_a_cancelled_consult_sends_the_consulted_away(ask: Ask, call: Conversation) -> None:
    ask("POST", path(call, "/agent"), {"speakTo": "DESTINATION", "userId": "u2"}, "u1")
    assert ask("POST", path(call, "/agent"), {"speakTo": "BOTH", "userId": "u3"}, "u1")[0] == 400  # one at a time
    assert ask("DELETE", path(call), user="u1")[0] in DONE
    assert (call.participants[2].is_live, call.customer.communication.held, call.ended) == (False, False, None)
    status, body = ask("DELETE", path(call), user="u1")
    assert (status, body["code"]) == (404, "conversation.error.consult.transfer.pending.not.found")


def test_who_is_consulted_and_hangs_up_gives_the_customer_back(ask: Ask, office: Org, call: Conversation) -> None:
    ask("POST", path(call, "/external"), {"speakTo": "DESTINATION", "address": "+4940"}, "u1")
    office.perform(CallProgress(call.id, call.participants[2].id, "disconnected"))
    assert (call.customer.communication.held, call.ended) == (False, None)


@pytest.mark.parametrize(
    ("rest", "body", "user", "code"),
    [
        ("", {"speakTo": "DESTINATION", "destination": {}}, "u1", "conversation.error.consult.transfer.no.destination"),
        ("", {"speakTo": "BOTH", "destination": {"userId": "u1"}}, "u1", "conversation.error.cannot.transfer.to.self"),
        ("/agent", {"speakTo": "BOTH"}, "u1", "required.field.missing"),
        ("/queue", {"speakTo": "BOTH"}, "u1", "required.field.missing"),
        ("/external", {"speakTo": "BOTH"}, "u1", "required.field.missing"),
        ("/agent", {"speakTo": "BOTH", "userId": "u2"}, "u3", "conversation.error.consult.transfer.no.initiator"),
        ("/agent", {"speakTo": "BOTH", "userId": "u2"}, None, "not.a.user"),
        ("/contact/external", {"speakTo": "BOTH", "contactId": "x", "phoneType": "WorkPhone"}, "u1", "not.found"),
    ],
)
def test_a_consult_with_nobody_is_refused(
    ask: Ask, call: Conversation, rest: str, body: Any, user: str | None, code: str
) -> None:
    assert ask("POST", path(call, rest), body, user)[1]["code"] == code
    assert len(call.participants) == 2


def test_the_path_may_name_the_consulting_agent(ask: Ask, call: Conversation) -> None:
    agent = f"/calls/{call.id}/participants/{call.participants[0].id}/consult/agent"
    assert ask("POST", agent, {"speakTo": "DESTINATION", "userId": "u2"}, "u1")[0] == 200
    assert call.participants[2].consult == call.customer.id


def test_a_voice_consult_is_one_with_a_number(ask: Ask, call: Conversation) -> None:
    voice = f"/calls/{call.id}/participants/{call.customer.id}/voice/consult"
    assert ask("POST", voice, {"speakTo": "BOTH", "address": "+4940"}, "u1")[0] == 200
    assert call.participants[2].address == "+4940"
