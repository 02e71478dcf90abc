from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from understudy.clock import ManualClock
from understudy.conversations import lifecycle, parties
from understudy.conversations.commands import Disconnect, Wrapup
from understudy.conversations.media import Callback
from understudy.conversations.model import Conversation, Participant
from understudy.notifications import details
from understudy.notifications.media import MEDIA
from understudy.notifications.topics import topic_table
from understudy.platform.catalogue import Catalogue
from understudy.platform.schemas import Schemas
from understudy.world.org import Org

BODIES: dict[str, tuple[details.Detail, str]] = {
    "customer.start": (details.customer_start, "customer"),
    "customer.end": (details.customer_end, "customer"),
    "flow.start": (details.flow_start, "workflow"),
    "flow.end": (details.flow_end, "workflow"),
    "acd.start": (details.acd_start, "acd"),
    "acd.end": (details.acd_end, "acd"),
    "user.start": (details.user_start, "agent"),
    "user.end": (details.user_end, "agent"),
    "acw": (details.acw, "agent"),
    "wrapup": (details.wrapup, "agent"),
    "attributes": (details.attributes, "agent"),
}


@pytest.fixture
def ended(org: Org, conversation: Conversation, clock: ManualClock) -> Conversation:
    """Wrapped up after ten seconds of talk and five of work; the customer was left."""
    clock.advance(10)
    agent = _party(conversation, "agent")
    org.perform(Disconnect("c1", agent.id, "client"))
    clock.advance(5)
    org.perform(Wrapup("c1", agent.id, "w1", "done"))
    return conversation


def _party(conversation: Conversation, purpose: str) -> Participant:
    return next(party for party in conversation.participants if party.purpose == purpose)


def _body(conversation: Conversation, word: str, at: float) -> details.Body:
    body, purpose = BODIES[word]
    return body(conversation, _party(conversation, purpose), at)


@pytest.mark.parametrize("word", sorted(BODIES))
def test_bodies_satisfy_the_model_of_their_topic_and_use_only_its_fields(
    ended: Conversation, word: str, org: Org, schemas: Schemas, catalogue: Catalogue
) -> None:
    topic = topic_table().match(f"v2.detail.events.conversation.c1.{word}")
    assert topic is not None
    body = _body(ended, word, org.now())
    assert schemas.response(topic.model).problems(body) == []
    assert set(body) <= set(catalogue.models[topic.model])


def test_every_purpose_has_a_start_and_an_end_that_the_catalogue_knows() -> None:
    for party in details.PURPOSES.values():
        for moment in ("start", "end"):
            assert topic_table().match(f"v2.detail.events.conversation.c1.{party.word}.{moment}") is not None


def test_enums_are_those_of_the_models(catalogue: Catalogue) -> None:
    fields = catalogue.models["FlowEndDetailEventTopicFlowEndEvent"]
    assert set(details.DISCONNECT_TYPES.values()) <= set(fields["disconnectType"]["enum"])
    assert set(details.EXIT_REASONS.values()) | {"DISCONNECT"} <= set(fields["exitReason"]["enum"])
    for medium in MEDIA.values():
        assert medium.flow in fields["flowType"]["enum"]
        assert medium.detail in fields["mediaType"]["enum"]
    assert set(fields["messageType"]["enum"]) == details.MESSAGE_TYPES | {"UNKNOWN"}


def test_every_disconnect_type_of_a_conversation_has_its_word() -> None:
    assert set(details.DISCONNECT_TYPES) >= lifecycle.DISCONNECT_TYPES


def test_the_end_of_a_user_tells_who_which_queue_and_how_long(ended: Conversation, org: Org) -> None:
    body = _body(ended, "user.end", org.now())
    assert body["userId"] == "u1"
    assert body["queueId"] == "q1"
    assert body["disconnectType"] == "CLIENT"
    assert body["interactingDurationMs"] == 10_000
    assert body["eventTime"] == round(org.now() * 1000)
    assert (body["addressFrom"], body["addressTo"]) == ("ann@example.org", "i1")


def test_after_call_work_tells_its_code_and_duration(ended: Conversation, org: Org) -> None:
    body = _body(ended, "acw", org.now())
    assert (body["wrapupCode"], body["wrapupNotes"], body["wrapupDurationMs"]) == ("w1", "done", 5_000)


@pytest.mark.parametrize(
    ("kind", "word", "field", "expected"),
    [
        ("transfer", "acd.end", "acdOutcome", "ANSWERED"),
        ("peer", "acd.end", "acdOutcome", "ABANDON"),
        ("transfer", "flow.end", "exitReason", "TRANSFER"),
        ("system", "flow.end", "exitReason", "FLOW_DISCONNECT"),
        ("peer", "flow.end", "exitReason", "DISCONNECT"),
        ("invented", "customer.end", "disconnectType", "UNKNOWN"),
    ],
)
def test_how_a_party_left_is_told(conversation: Conversation, kind: str, word: str, field: str, expected: str) -> None:
    _party(conversation, BODIES[word][1]).communication.disconnect_type = kind
    assert _body(conversation, word, 0.0)[field] == expected


def test_an_outbound_leg_turns_the_addresses(conversation: Conversation) -> None:
    agent = _party(conversation, "agent")
    agent.communication = replace(agent.communication, direction="outbound", type="telepathy")
    body = _body(conversation, "user.start", 0.0)
    assert (body["direction"], body["messageType"]) == ("OUTBOUND", "UNKNOWN")
    assert (body["addressFrom"], body["addressTo"]) == ("i1", "ann@example.org")


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("word", [word for word in sorted(BODIES) if not word.startswith("flow")])
def test_bodies_of_every_medium_satisfy_their_models(
    org: Org, converse: Callable[[str], Conversation], schemas: Schemas, media: str, word: str
) -> None:
    talk = converse(media)
    topic = topic_table().match(f"v2.detail.events.conversation.c1.{word}")
    assert topic is not None
    body = _body(talk, word, org.now())
    assert schemas.response(topic.model).problems(body) == []
    assert body.get("mediaType", MEDIA[media].detail) == MEDIA[media].detail


def test_each_medium_names_its_ends_in_its_own_fields(converse: Callable[[str], Conversation]) -> None:
    call, email, callback = (_body(converse(media), "customer.start", 0.0) for media in ("call", "email", "callback"))
    assert (call["ani"], call["dnis"], "addressTo" in call) == ("+4917000", "+4930123", False)
    assert (email["addressFrom"], email["addressTo"], "ani" in email) == ("+4917000", "+4930123", False)
    assert callback["callbackNumbers"] == []
    assert not {"ani", "addressTo", "messageType"} & set(callback)


def test_a_callback_names_whom_to_call_and_when_but_not_in_a_flow(converse: Callable[[str], Conversation]) -> None:
    talk = converse("callback")
    talk.customer.communication.callback = Callback(("+4917000",), "Ann", 100.5)
    start = details.customer_start(talk, talk.customer, 0.0)
    assert (start["callbackNumbers"], start["callbackUserName"]) == (["+4917000"], "Ann")
    assert start["callbackScheduledTime"] == 100_500
    assert not [name for name in details.flow_start(talk, talk.customer, 0.0) if name.startswith("callback")]


def test_a_participant_in_two_media_is_told_of_in_each(org: Org, converse: Callable[[str], Conversation]) -> None:
    talk = converse("callback")
    agent = talk.participants[-1]
    call = parties.add_communication(org, talk, agent, "call", direction="outbound")
    seen = details.seen_in(agent, call)
    assert details.user_start(talk, seen, 0.0)["mediaType"] == "VOICE"
    assert details.user_start(talk, seen, 0.0)["sessionId"] == call.id
    assert details.seen_in(agent, agent.communication) is agent
    both = details.attributes(talk, agent, 0.0)["communications"]
    assert [one["mediaType"] for one in both] == ["CALLBACK", "VOICE"]


@pytest.mark.parametrize(
    ("outcome", "value", "started"),
    [
        ({"outcome": "o1", "value": "success", "started": 1.5}, "SUCCESS", 1_500),
        ({"outcome": "o1", "value": "FAILURE"}, "FAILURE", 2_000),
        ({"outcome": "o1", "value": "perhaps", "started": "yesterday"}, "UNKNOWN", 2_000),
    ],
)
def test_a_flow_outcome_satisfies_its_model(
    conversation: Conversation, schemas: Schemas, outcome: dict[str, object], value: str, started: int
) -> None:
    body = details.flow_outcome(conversation, _party(conversation, "workflow"), 2.0, outcome)
    assert schemas.response("FlowOutcomeDetailEventTopicFlowOutcomeEvent").problems(body) == []
    assert (body["flowOutcomeId"], body["flowOutcomeValue"], body["flowOutcomeStartTime"]) == ("o1", value, started)


@pytest.mark.parametrize("state", [{}, {"id": None}, {"id": "f1", "name": "Handoff"}])
def test_the_flow_is_named_where_its_state_names_it(conversation: Conversation, state: dict[str, object]) -> None:
    conversation.flow = state
    body = _body(conversation, "flow.start", 0.0)
    assert body.get("flowId") == state.get("id")
