from __future__ import annotations

from typing import Any

import pytest
from tests.history.conftest import Office

QUERY = "/api/v2/analytics/conversations/details/query"


def _find(office: Office, **query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = office.post(QUERY, {"interval": office.interval(), **query})
    return answer


def test_a_handled_conversation_is_told_with_its_sessions_and_metrics(office: Office) -> None:
    conversation = office.chat()
    answer = _find(office)
    assert answer["totalHits"] == 1
    found = answer["conversations"][0]
    assert found["conversationId"] == conversation.id
    assert [one["purpose"] for one in found["participants"]] == ["customer", "workflow", "acd", "agent"]
    values = {
        (one["purpose"], metric["name"]): metric["value"]
        for one in found["participants"]
        for metric in one["sessions"][0]["metrics"]
    }
    assert values["acd", "tAnswered"] == values["acd", "tAcd"] == 10_000
    assert values["agent", "tTalk"] == 30_000
    assert values["agent", "tAcw"] == 5_000
    assert values["agent", "tHandle"] == 35_000
    assert values["customer", "tAgentResponseTime"] == 10_000


def test_a_live_conversation_has_no_end(office: Office) -> None:
    office.says("Hello?")
    found = _find(office)["conversations"][0]
    assert "conversationEnd" not in found
    assert "segmentEnd" not in found["participants"][0]["sessions"][0]["segments"][-1]


def test_what_was_not_under_way_in_the_interval_is_not_found(office: Office) -> None:
    office.chat()
    assert _find(office, interval=office.interval(3600, 7200))["totalHits"] == 0


def test_pages_tell_the_whole_number(office: Office) -> None:
    made = [office.chat(f"c{number}").id for number in range(3)]
    first = _find(office, paging={"pageSize": 2, "pageNumber": 1})
    second = _find(office, paging={"pageSize": 2, "pageNumber": 2})
    assert [one["conversationId"] for one in first["conversations"] + second["conversations"]] == made
    assert first["totalHits"] == second["totalHits"] == 3
    newest = _find(office, order="desc", paging={"pageSize": 1, "pageNumber": 1})
    assert newest["conversations"][0]["conversationId"] == made[-1]


def test_attributes_are_left_out_of_the_query_but_jobs_have_them(office: Office) -> None:
    office.chat()
    assert all("attributes" not in one for one in _find(office)["conversations"][0]["participants"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"interval": "yesterday"}, "interval"),
        ({"interval": "2026-01-01T00:00:00Z/2027-01-01T00:00:00Z"}, "interval"),
        ({"paging": {"pageSize": 101, "pageNumber": 1}}, "paging.pageSize"),
        ({"paging": {"pageSize": 10, "pageNumber": 0}}, "paging.pageNumber"),
        ({"segmentFilters": [{"type": "and", "predicates": [{"operator": "exists"}]}]}, "segmentFilters"),
        ({"segmentFilters": [{"type": "and", "predicates": [{"dimension": "queueId"}]}]}, "segmentFilters"),
    ],
)
def test_a_wrong_query_is_refused_with_its_field(office: Office, query: dict[str, Any], field: str) -> None:
    status, body = office.ask("POST", QUERY, {"interval": office.interval(), **query})
    assert (status, body["details"][0]["fieldName"]) == (400, field)


def test_a_dimension_that_documents_lack_is_refused_by_name(office: Office) -> None:
    predicate = {"dimension": "canonicalExternalContactId", "operator": "exists"}
    body = {"interval": office.interval(), "segmentFilters": [{"type": "and", "predicates": [predicate]}]}
    status, answer = office.ask("POST", QUERY, body)
    assert status == 400
    assert "canonicalExternalContactId" in answer["message"]


def test_one_conversation_is_read_by_its_id(office: Office) -> None:
    conversation = office.chat()
    found = office.get(f"/api/v2/analytics/conversations/{conversation.id}/details")
    assert found["conversationId"] == conversation.id
    assert office.ask("GET", "/api/v2/analytics/conversations/nobody/details")[0] == 404


def test_several_are_read_by_their_ids_and_unknown_ones_left_out(office: Office) -> None:
    one, two = office.chat("a"), office.chat("b")
    found = office.get(f"/api/v2/analytics/conversations/details?id={two.id},{one.id},nobody&id={two.id}")
    assert [each["conversationId"] for each in found["conversations"]] == [two.id, one.id]
    assert office.get("/api/v2/analytics/conversations/details") == {"conversations": []}
