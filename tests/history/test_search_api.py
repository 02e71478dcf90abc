from __future__ import annotations

from typing import Any

import pytest
from tests.history.conftest import Office

TARGET = "/api/v2/speechandtextanalytics/transcripts/search"


def _search(office: Office, *criteria: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = office.post(TARGET, {"types": ["transcripts"], "query": list(criteria), **more})
    return found


def _ids(office: Office, *criteria: dict[str, Any], **more: Any) -> list[str]:
    return [one["conversationId"] for one in _search(office, *criteria, **more)["results"]]


def test_what_was_said_is_found(office: Office) -> None:
    parcel = office.chat("ann")
    other = office.says("Is anybody there?", "bob")
    assert _ids(office, {"type": "PHRASE", "fields": ["transcript"], "value": "MY PARCEL"}) == [parcel.id]
    assert _ids(office, {"type": "EXACT", "fields": ["transcript"], "value": "anybody"}) == [other.id]
    assert _ids(office, {"type": "EXACT", "fields": ["conversationId"], "values": [other.id, "x"]}) == [other.id]
    assert _ids(office, {"type": "EXACT", "fields": ["userId"], "value": "u1"}) == [parcel.id, other.id]
    assert _ids(office) == [parcel.id, other.id]


def test_criteria_stand_side_by_side_and_in_groups(office: Office) -> None:
    parcel = office.chat("ann")
    other = office.says("Is anybody there?", "bob")
    way, there = ({"type": "PHRASE", "value": text} for text in ("on its way", "there"))
    assert _ids(office, way, there) == []
    assert _ids(office, {**way, "operator": "OR"}, {**there, "operator": "OR"}) == [parcel.id, other.id]
    assert _ids(office, {**way, "operator": "NOT"}) == [other.id]
    assert _ids(office, {"operator": "NOT", "group": [way]}) == [other.id]


def test_times_are_compared_by_their_moment(office: Office) -> None:
    chat = office.chat()
    start, end = office.interval(0, 60).split("/")
    within = {"type": "DATE_RANGE", "fields": ["startTime"], "startValue": start, "endValue": end}
    assert _ids(office, within) == [chat.id]
    assert _ids(office, {**within, "startValue": end, "endValue": None}) == []
    assert _ids(office, {"type": "GREATER_THAN", "fields": ["startTime"], "value": "2025-12-31"}) == [chat.id]
    assert _ids(office, {"type": "LESS_THAN", "fields": ["startTime"], "value": "2025-12-31"}) == []
    assert _ids(office, {"type": "REQUIRED_FIELDS", "fields": ["userIds"]}) == [chat.id]


def test_results_are_paged_ordered_and_cut(office: Office) -> None:
    made = [office.chat(name).id for name in "abc"]
    found = _search(office, pageSize=2, pageNumber=2, returnFields=["conversationId"])
    assert (found["total"], found["pageCount"], found["results"]) == (3, 2, [{"conversationId": made[2]}])
    assert _ids(office, sort=[{"sortBy": "startTime", "sortOrder": "DESC"}]) == made[::-1]


@pytest.mark.parametrize(
    "body",
    [
        {"types": []},
        {"types": ["users"]},
        {"pageSize": 0},
        {"pageSize": 501},
        {"pageNumber": 0},
        {"query": [{"type": "EXACT"}]},
        {"query": [{"type": "DATE_RANGE", "fields": ["startTime"]}]},
    ],
)
def test_a_wrong_search_is_refused(office: Office, body: dict[str, Any]) -> None:
    assert office.ask("POST", TARGET, {"types": ["transcripts"], **body})[0] == 400


def test_groups_within_groups_have_an_end(office: Office) -> None:
    query: dict[str, Any] = {"type": "EXACT", "value": "x"}
    for _ in range(12):
        query = {"group": [query]}
    assert office.ask("POST", TARGET, {"types": ["transcripts"], "query": [query]})[0] == 400
