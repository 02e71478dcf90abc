from __future__ import annotations

from typing import Any

from tests.history.conftest import START, Office

from understudy.conversations.lifecycle import DISCONNECT_TYPES
from understudy.conversations.model import Communication, CommunicationState, Conversation, Leg, Participant
from understudy.history.documents import disconnect_type, document, documents
from understudy.platform.catalogue import load_catalogue


def _session(office: Office, conversation: Conversation, purpose: str) -> dict[str, Any]:
    found = document(office.org, conversation)["participants"]
    session: dict[str, Any] = next(one for one in found if one["purpose"] == purpose)["sessions"][0]
    return session


def test_an_agents_session_alerts_talks_and_is_wrapped_up(office: Office) -> None:
    conversation = office.chat()
    segments = _session(office, conversation, "agent")["segments"]
    assert [one["segmentType"] for one in segments] == ["alert", "interact", "wrapup"]
    alert, talk, wrapup = segments
    assert alert["segmentEnd"] == talk["segmentStart"]
    assert "disconnectType" not in alert
    assert talk["disconnectType"]
    assert (wrapup["wrapUpCode"], wrapup["wrapUpNote"]) == ("w1", "all good")
    assert wrapup["segmentStart"] == talk["segmentEnd"] == document(office.org, conversation)["conversationEnd"]


def test_a_flows_session_tells_the_flow_and_how_it_was_left(office: Office) -> None:
    session = _session(office, office.chat(), "workflow")
    assert session["segments"][0]["segmentType"] == "ivr"
    flow = session["flow"]
    assert (flow["flowId"], flow["flowName"], flow["exitReason"]) == ("f1", "Front door", "TRANSFER")


def test_addresses_follow_the_direction(office: Office) -> None:
    session = _session(office, office.chat("ann"), "customer")
    assert (session["direction"], session["addressFrom"], session["addressTo"]) == ("inbound", "ann", "i1")
    assert (session["mediaType"], session["messageType"]) == ("message", "open")


def test_attributes_are_there_where_they_are_asked_for(office: Office) -> None:
    conversation = office.chat()
    conversation.customer.attributes["vip"] = "yes"
    (full,) = documents(office.org, [conversation], attributes=True)
    assert full["participants"][0]["attributes"] == {"vip": "yes"}
    assert "attributes" not in document(office.org, conversation)["participants"][0]


def test_a_customer_who_writes_again_is_a_further_participant(office: Office) -> None:
    conversation = office.chat()
    office.wait(60)
    assert office.says("One more thing") is conversation
    purposes = [one["purpose"] for one in document(office.org, conversation)["participants"]]
    assert purposes.count("customer") == 2
    assert "conversationEnd" not in document(office.org, conversation)


def test_disconnect_types_are_spelt_as_segments_have_them() -> None:
    assert disconnect_type("transfer.noanswer") == "noAnswerTransfer"
    assert disconnect_type("client") == "client"
    assert disconnect_type(None) == disconnect_type("beamed up") == "other"
    known = set(load_catalogue().models["AnalyticsConversationSegment"]["disconnectType"]["enum"])
    assert {disconnect_type(one) for one in DISCONNECT_TYPES} <= known
    assert {one for one in DISCONNECT_TYPES if disconnect_type(one) == "other"} == {"other"}


def _call(office: Office, *participants: Participant) -> dict[str, Any]:
    leg = Leg("call", "+4930555", "+4930111")
    made = Conversation("c1", START, leg, participants=list(participants))
    return document(office.org, made)


def _connected(media: str, id_: str, start: float, end: float | None = None) -> Communication:
    state = CommunicationState.CONNECTED if end is None else CommunicationState.DISCONNECTED
    return Communication(id_, state, "inbound", media=media, started=start, connected=start, disconnected=end)


def test_a_call_is_voice_with_numbers(office: Office) -> None:
    caller = Participant("p1", "customer", "Ann", START, _connected("call", "s1", START, START + 60))
    (session,) = _call(office, caller)["participants"][0]["sessions"]
    assert (session["mediaType"], session["ani"], session["dnis"]) == ("voice", "+4930111", "+4930555")
    assert "messageType" not in session
    assert {"nConnected", "tConnected"} == {metric["name"] for metric in session["metrics"]}


def test_a_second_medium_is_a_second_session_which_has_the_work_after(office: Office) -> None:
    agent = Participant("p1", "agent", "Uma", START, _connected("callback", "s1", START, START + 60), user="u1")
    agent.more.append(_connected("call", "s2", START + 10, START + 50))
    agent.acw_started, agent.acw_ended = START + 60, START + 65
    callback, call = _call(office, agent)["participants"][0]["sessions"]
    assert [callback["mediaType"], call["mediaType"]] == ["callback", "voice"]
    assert [one["segmentType"] for one in callback["segments"]] == ["interact"]
    assert [one["segmentType"] for one in call["segments"]] == ["interact", "wrapup"]


def test_who_only_listens_is_told_as_such_and_measured_by_nothing(office: Office) -> None:
    coach = Participant("p1", "user", "Uma", START, _connected("call", "s1", START), coached="p2")
    (session,) = _call(office, coach)["participants"][0]["sessions"]
    assert session["segments"][0]["segmentType"] == "coaching"
    assert (session["coachedParticipantId"], session["metrics"]) == ("p2", [])


def test_a_callback_that_waits_for_its_time_is_scheduled(office: Office) -> None:
    waits = Communication("s1", CommunicationState.SCHEDULED, "outbound", media="callback", started=START)
    body = _call(office, Participant("p1", "customer", "Ann", START, waits))
    (session,) = body["participants"][0]["sessions"]
    assert session["segments"][0]["segmentType"] == "scheduled"
    assert body["originatingDirection"] == "outbound"
