from __future__ import annotations

from typing import Any

import pytest

from understudy.conversations.commands import Disconnect, RoutingStatus, Wrapup
from understudy.conversations.model import CommunicationState, Conversation
from understudy.notifications import users
from understudy.platform.catalogue import Catalogue
from understudy.platform.presence import definition_id
from understudy.platform.queue_members import set_members
from understudy.platform.schemas import Schemas
from understudy.world.changes import Change
from understudy.world.org import Org

AT = 1_767_225_600.0
AWAY = {"id": definition_id("Away"), "systemPresence": "AWAY"}


def _change(kind: str, **data: Any) -> Change:
    return Change(0, kind, AT, data=data)


@pytest.mark.parametrize(
    ("given", "definition", "expected"),
    [
        ("Away", None, AWAY),
        ("On Queue", None, {"id": definition_id("On Queue"), "systemPresence": "ON_QUEUE"}),
        ("Away", "own", {"id": "own", "systemPresence": "AWAY"}),  # a definition of the org, below a system presence
        ({"id": "p1", "systemPresence": "Away"}, None, {"id": "p1", "systemPresence": "AWAY"}),
        ({"presenceDefinition": {"systemPresence": "Away"}}, None, AWAY),
        ("Dreaming", None, {"systemPresence": "DREAMING"}),
    ],
)
def test_a_presence_names_its_definition_in_capitals(
    schemas: Schemas, given: object, definition: str | None, expected: dict[str, str]
) -> None:
    body = users.presence(_change("user.presence", user="u1", presence=given, definition=definition))
    assert body["presenceDefinition"] == expected
    assert body["modifiedDate"] == "2026-01-01T00:00:00.000Z"
    assert schemas.response("PresenceEventUserPresence").problems(body) == []


def test_a_routing_status_began_when_it_changed() -> None:
    body = users.routing_status(_change("user.routingStatus", user="u1", status="IDLE"))
    assert body == {"id": "u1", "routingStatus": {"status": "IDLE", "startTime": "2026-01-01T00:00:00.000Z"}}


def test_activity_shows_status_presence_and_queues(org: Org, schemas: Schemas) -> None:
    org.live["queue.members"] = {"q1": {"u1": True}, "q2": {"u1": False}, "q3": {"u2": True}}
    org.perform(RoutingStatus("u1", "IDLE"))
    body = users.activity(org, "u1")
    assert body["routingStatus"]["status"] == "IDLE"
    assert body["presence"]["presenceDefinition"]["systemPresence"] == "OFFLINE"
    assert body["activeQueueIds"] == ["q1"]
    assert body["outOfOffice"] == {"active": False}
    org.live["user.outofoffice"] = {"u1": {"active": True}}
    body = users.activity(org, "u1")
    assert body["outOfOffice"] == {"active": True}
    assert schemas.response("AgentActivityChangedTopicAgentActivity").problems(body) == []


@pytest.mark.parametrize("joined", [True, False])
def test_who_joins_or_leaves_a_queue_is_a_member_who_joined_or_not(joined: bool) -> None:
    body = users.queue_member(_change("queue.member", user="u1", queue="q1", joined=joined))
    assert body == {"id": "u1", "user": {"id": "u1"}, "queueId": "q1", "joined": joined}


def test_an_absence_is_told_with_what_the_user_said(org: Org, schemas: Schemas) -> None:
    assert users.out_of_office(org, "u1") == {"user": {"id": "u1"}, "active": False}
    org.live["user.outofoffice"] = {"u1": {"active": True, "endDate": "2026-01-01T00:00:00.000Z", "more": 1}}
    body = users.out_of_office(org, "u1")
    assert (body["active"], body["endDate"], "more" in body) == (True, "2026-01-01T00:00:00.000Z", False)
    assert schemas.judge("OutOfOfficeEventOutOfOffice").problems(body) == []


def test_a_station_is_told_when_its_user_sits_down_and_when_nobody_does(org: Org, schemas: Schemas) -> None:
    assert users.station(org, "u1") == {}
    org.entities.put("stations", "s1", {"id": "s1", "name": "Desk", "userId": "u1"})
    body = users.station(org, "u1")
    assert body["associatedStation"] == {"id": "s1", "name": "Desk", "associatedUser": {"id": "u1"}}
    assert schemas.judge("UserStationChangeTopicUserStations").problems(body) == []


def test_a_queues_members_are_told_as_they_come_join_and_go(org: Org) -> None:
    set_members(org, "q1", {"u1": True, "u2": False})
    set_members(org, "q1", {"u1": True, "u2": True})
    set_members(org, "q1", {"u2": True})
    told = [(c.data["user"], c.data["joined"]) for c in org.changes.read(0) if c.kind == "queue.member"]
    assert told == [("u1", True), ("u2", False), ("u2", True), ("u1", False)]


def test_a_token_is_told_without_itself(schemas: Schemas) -> None:
    body = users.token(_change("token.granted", user="u1", client="c1"))
    assert (body["user"], body["clientId"]) == ({"id": "u1"}, "c1")
    assert "tokenHash" not in body
    assert schemas.response("UserTokensTopicTokenNotification").problems(body) == []


def test_the_summary_counts_what_a_user_has_active_and_in_after_call_work(
    org: Org, conversation: Conversation, schemas: Schemas
) -> None:
    agent = conversation.participants[-1]
    conversation.customer.user = "u9"  # nobody else's count

    def counts() -> tuple[dict[str, int], dict[str, int]]:
        body = users.conversation_summary(org, "u1", conversation)
        assert schemas.response("UserConversationsEventUserConversationSummary").problems(body) == []
        return body["message"]["contactCenter"], body["call"]["contactCenter"]

    assert counts() == ({"active": 1, "acw": 0}, {"active": 0, "acw": 0})
    org.perform(Disconnect("c1", agent.id))
    assert counts()[0] == {"active": 0, "acw": 1}
    org.perform(Wrapup("c1", agent.id, "w1"))
    assert counts()[0] == {"active": 0, "acw": 0}


def test_the_summary_finds_other_conversations_that_keep_a_user_busy(org: Org, conversation: Conversation) -> None:
    newer = Conversation("c2", org.now(), conversation.leg)
    org.conversations["c2"] = newer  # newer, and not the user's
    newer.participants.append(conversation.participants[0])
    body = users.conversation_summary(org, "u1", newer)
    assert body["message"]["contactCenter"]["active"] == 1


@pytest.mark.parametrize(
    ("state", "held", "wrapup", "expected"),
    [
        ("alerting", False, False, "ALERT"),
        ("connected", False, False, "INTERACT"),
        ("connected", True, False, "HOLD"),
        ("disconnected", False, True, "WRAPUP"),
        ("disconnected", False, False, "TERMINATED"),
    ],
)
def test_an_agents_state_is_that_of_his_communication(
    conversation: Conversation, schemas: Schemas, state: str, held: bool, wrapup: bool, expected: str
) -> None:
    agent = conversation.participants[-1]
    agent.communication.state, agent.communication.held = CommunicationState(state), held
    agent.in_wrapup = wrapup
    body = {"conversationId": "c1", **users.agent_state(agent, AT)}
    assert body["currentState"] == expected
    assert schemas.response("AgentStateEventTopicAgentStateEventNotification").problems(body) == []


def test_every_state_of_a_communication_is_a_state_of_the_model(catalogue: Catalogue) -> None:
    known = catalogue.models["AgentStateEventTopicAgentStateEventNotification"]["currentState"]["enum"]
    assert set(users.AGENT_STATES) == {state.value for state in CommunicationState}
    assert set(users.AGENT_STATES.values()) <= set(known)
