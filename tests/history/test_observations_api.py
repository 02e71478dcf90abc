from __future__ import annotations

from typing import Any

import pytest
from tests.history.conftest import Office

QUEUES = "/api/v2/analytics/queues/observations/query"
USERS = "/api/v2/analytics/users/observations/query"
ACTIVITY = "/api/v2/analytics/conversations/activity/query"
WAITING = {"metrics": [{"metric": "oWaiting"}], "groupBy": ["queueId"]}


def _filter(dimension: str, *values: str) -> dict[str, Any]:
    return {"type": "or", "predicates": [{"dimension": dimension, "value": value} for value in values]}


def _queues(office: Office, *metrics: str, **more: Any) -> list[Any]:
    body = {"filter": _filter("queueId", "q1"), "metrics": list(metrics), **more}
    results: list[Any] = office.post(QUEUES, body)["results"]
    return results


def test_a_queue_tells_who_waits_and_who_is_there(office: Office) -> None:
    office.says("Hello?")
    by_media, by_queue = _queues(office, "oWaiting", "oInteracting", "oMemberUsers", "oActiveUsers", "oOnQueueUsers")
    assert by_media["group"] == {"queueId": "q1", "mediaType": "message"}
    assert [(one["metric"], one["stats"]["count"]) for one in by_media["data"]] == [
        ("oWaiting", 1),
        ("oInteracting", 0),
    ]
    assert by_queue["group"] == {"queueId": "q1"}
    counts = {one["metric"]: one["stats"]["count"] for one in by_queue["data"]}
    assert counts == {"oMemberUsers": 2, "oActiveUsers": 1, "oOnQueueUsers": 0}


def test_users_on_queue_are_told_by_their_status(office: Office) -> None:
    office.online()
    (by_queue,) = _queues(office, "oOnQueueUsers", "oUserRoutingStatuses", "oOffQueueUsers")
    found = [(one["metric"], one.get("qualifier"), one["stats"]["count"]) for one in by_queue["data"]]
    assert ("oOnQueueUsers", "IDLE", 1) in found
    assert ("oUserRoutingStatuses", "OFF_QUEUE", 1) in found


def test_details_name_the_conversations_and_the_users(office: Office) -> None:
    conversation = office.says("Hello?")
    by_media, by_queue = _queues(office, "oWaiting", "oActiveUsers", detailMetrics=["oWaiting", "oActiveUsers"])
    assert by_media["data"][0]["observations"][0]["conversationId"] == conversation.id
    assert by_queue["data"][0]["observations"][0]["userId"] == "u1"


def test_the_longest_wait_is_told_in_milliseconds(office: Office) -> None:
    office.says("Hello?", "a")
    office.wait(5)
    office.says("Hello?", "b")
    (by_media,) = _queues(office, "oLongestWaiting")
    assert by_media["data"] == [{"metric": "oLongestWaiting", "stats": {"calculatedMetricValue": 5000}}]


def test_a_named_media_type_is_told_even_if_nothing_goes_on(office: Office) -> None:
    wanted = {
        "type": "and",
        "clauses": [_filter("queueId", "q1"), _filter("mediaType", "voice")],
    }
    office.says("Hello?")
    (voice,) = _queues(office, "oWaiting", filter=wanted)
    assert (voice["group"]["mediaType"], voice["data"][0]["stats"]["count"]) == ("voice", 0)


def test_presences_are_mapped_to_their_definitions(office: Office) -> None:
    mappings = office.post(QUEUES, {"filter": _filter("queueId", "q1"), "metrics": ["oWaiting"]})
    assert "ON_QUEUE" in mappings["systemToOrganizationMappings"]


def test_a_user_is_told_with_his_queues(office: Office) -> None:
    body = {"filter": _filter("userId", "u1", "u2", "nobody"), "metrics": ["oMemberQueues", "oActiveQueues"]}
    found = office.post(USERS, {**body, "detailMetrics": ["oActiveQueues"]})["results"]
    counts = {one["group"]["userId"]: [data["stats"]["count"] for data in one["data"]] for one in found}
    assert counts == {"u1": [1, 1], "u2": [1, 0]}
    assert len(found[0]["data"][1]["observations"]) == 1


def test_activity_is_counted_by_what_is_asked(office: Office) -> None:
    office.says("Hello?", "a")
    office.wait(2)
    office.says("Hello?", "b")
    metrics = [{"metric": "oWaiting", "details": True}, {"metric": "oLongestWaiting"}, {"metric": "oAlerting"}]
    (found,) = office.post(ACTIVITY, {"metrics": metrics, "groupBy": ["queueId", "mediaType"]})["results"]
    assert found["group"] == {"queueId": "q1", "mediaType": "message"}
    assert found["data"] == [
        {"metric": "oWaiting", "count": 2},
        {"metric": "oLongestWaiting", "calculatedMetricValue": 2000},
        {"metric": "oAlerting", "count": 0},
    ]
    assert len(found["entities"]) == 2


def test_activity_is_filtered_and_paged(office: Office) -> None:
    office.says("Hello?", "a")
    office.says("Hello?", "b")
    by_name = {"metrics": [{"metric": "oWaiting"}], "groupBy": ["participantName"], "order": "desc"}
    names = [one["group"]["participantName"] for one in office.post(ACTIVITY, by_name)["results"]]
    assert names == ["B", "A"]
    (second,) = office.post(f"{ACTIVITY}?pageSize=1&pageNumber=2", by_name)["results"]
    assert second["group"]["participantName"] == "A"
    none = {**by_name, "filter": _filter("queueId", "q2")}
    assert office.post(ACTIVITY, none)["results"] == []


@pytest.mark.parametrize(
    ("target", "body", "field"),
    [
        (QUEUES, {"filter": {"type": "and"}, "metrics": ["oWaiting"]}, "filter"),
        (QUEUES, {"filter": _filter("queueId", "q1"), "metrics": []}, "metrics"),
        (USERS, {"filter": {"type": "or"}, "metrics": ["oActiveQueues"]}, "filter"),
        (ACTIVITY, {"metrics": [], "groupBy": ["queueId"]}, "metrics"),
        (f"{ACTIVITY}?pageNumber=0", WAITING, "pageNumber"),
        (f"{ACTIVITY}?pageNumber={'9' * 5_000}", WAITING, "pageNumber"),
        (f"{ACTIVITY}?pageSize=9999", WAITING, "pageSize"),
        (f"{ACTIVITY}?pageSize={'9' * 5_000}", WAITING, "pageSize"),
    ],
)
def test_a_query_about_nothing_is_refused(office: Office, target: str, body: dict[str, Any], field: str) -> None:
    status, answer = office.ask("POST", target, body)
    assert (status, answer["details"][0]["fieldName"]) == (400, field)
