from __future__ import annotations

from tests.history.conftest import Office

from understudy.history.live import activities, observation, user_states


def _metrics(office: Office) -> list[str]:
    return [one.metric for one in activities(office.org)]


def test_a_conversation_waits_rings_and_is_talked_on(office: Office) -> None:
    conversation = office.says("Hello?")
    assert _metrics(office) == ["oWaiting"]
    office.online()
    assert _metrics(office) == ["oWaiting", "oAlerting"]
    office.answers(conversation, "Hi")
    assert _metrics(office) == ["oInteracting"]
    office.ends(conversation)
    assert _metrics(office) == []


def test_an_activity_knows_since_when_and_of_whom(office: Office) -> None:
    conversation = office.says("Hello?", "ann")
    office.wait(3)
    (one,) = activities(office.org)
    assert office.org.now() - one.since == 3
    assert one.row["conversationId"] == conversation.id
    assert (one.row["queueId"], one.row["mediaType"], one.row["participantName"]) == ("q1", "message", "Ann")
    shown = observation(one)
    assert shown["observationDate"] == "2026-01-01T00:00:00.000Z"
    assert shown.keys().isdisjoint({"queueId", "mediaType"})


def test_members_are_told_with_what_routing_knows(office: Office) -> None:
    office.online("u1")
    assert list(user_states(office.org, "q1")) == [("u1", True, "IDLE", ""), ("u2", False, "OFF_QUEUE", "")]
    assert list(user_states(office.org, "nobody")) == []
