from __future__ import annotations

from typing import Any

import pytest
from tests.history.conftest import Office

from understudy.history.trail import LIVE, Trail

QUERY = "/api/v2/audits/query"
QUEUES = "/api/v2/routing/queues"


def _submit(office: Office, **query: Any) -> str:
    id_: str = office.post(QUERY, {"interval": office.interval(), **query})["id"]
    return id_


def test_a_query_is_queued_and_then_read_by_cursor(office: Office) -> None:
    made = [office.post(QUEUES, {"name": name})["id"] for name in "abc"]
    filters = [{"property": "Action", "value": "Create"}]
    id_ = _submit(office, serviceName="ContactCenter", filters=filters, sort=None)
    status = office.get(f"{QUERY}/{id_}")
    assert (status["state"], status["filters"], status["serviceName"]) == ("Queued", filters, "ContactCenter")
    assert office.ask("GET", f"{QUERY}/{id_}/results")[0] == 400
    office.wait(1)
    assert office.get(f"{QUERY}/{id_}")["state"] == "Succeeded"
    first = office.get(f"{QUERY}/{id_}/results?pageSize=2")
    second = office.get(f"{QUERY}/{id_}/results?pageSize=2&cursor={first['cursor']}")
    assert [one["entity"]["id"] for one in first["entities"] + second["entities"]] == made[::-1]
    assert "cursor" not in second
    assert office.ask("GET", f"{QUERY}/{id_}/results?pageSize=000000001{'9' * 5_000}")[0] == 400


def test_what_comes_later_is_not_in_a_querys_results(office: Office) -> None:
    id_ = _submit(office)
    office.wait(1)
    assert office.get(f"{QUERY}/{id_}")["state"] == "Succeeded"
    office.post(QUEUES, {"name": "Late"})
    assert office.get(f"{QUERY}/{id_}/results")["entities"] == []


def test_what_the_trail_has_forgotten_is_not_in_the_results_any_more(office: Office) -> None:
    trail = office.org.live[LIVE] = Trail(2)
    for name in "ab":
        office.post(QUEUES, {"name": name})
    id_ = _submit(office, filters=[{"property": "Action", "value": "Create"}])
    office.wait(1)
    assert office.get(f"{QUERY}/{id_}")["state"] == "Succeeded"
    office.post(QUEUES, {"name": "c"})
    assert [one["entity"]["name"] for one in office.get(f"{QUERY}/{id_}/results")["entities"]] == ["b"]
    assert trail.start > 0


def test_a_realtime_query_answers_in_pages(office: Office) -> None:
    for name in "abc":
        office.post(QUEUES, {"name": name})
    body = {"interval": office.interval(), "pageSize": 2, "pageNumber": 2}
    found = office.post(f"{QUERY}/realtime", body)
    assert (found["total"], found["pageCount"], [one["entity"]["name"] for one in found["entities"]]) == (3, 2, ["a"])
    ascending = {"interval": office.interval(), "sort": [{"name": "Timestamp", "sortOrder": "ascending"}]}
    assert [one["entity"]["name"] for one in office.post(f"{QUERY}/realtime", ascending)["entities"]] == ["a", "b", "c"]


def test_related_entries_are_found_by_an_entrys_id(office: Office) -> None:
    office.post(QUEUES, {"name": "New"})
    (entry,) = office.post(f"{QUERY}/realtime", {"interval": office.interval()})["entities"]
    assert office.post(f"{QUERY}/realtime/related", {"auditId": entry["id"]})["entities"] == [entry]
    assert office.ask("POST", f"{QUERY}/realtime/related", {"auditId": "nobody"})[0] == 404


def test_the_service_mapping_tells_types_and_actions(office: Office) -> None:
    found = office.get(f"{QUERY}/servicemapping")
    assert found == office.get(f"{QUERY}/realtime/servicemapping")
    (service,) = [one for one in found["services"] if one["name"] == "ContactCenter"]
    (queue,) = [one for one in service["entities"] if one["name"] == "Queue"]
    assert {"Create", "Delete", "MemberAdd"} <= set(queue["actions"])


@pytest.mark.parametrize(
    ("target", "body"),
    [("", {"interval": "x"}), ("/realtime", {"interval": "x"}), ("/realtime", {"pageSize": 0}),
     ("/realtime", {"pageNumber": 0}), ("/realtime", {"filters": [{"property": "Colour", "value": "x"}]})],
)  # fmt: skip
def test_a_wrong_query_is_refused(office: Office, target: str, body: dict[str, Any]) -> None:
    assert office.ask("POST", QUERY + target, {"interval": office.interval(), **body})[0] == 400


def test_an_unknown_query_is_404(office: Office) -> None:
    assert office.ask("GET", f"{QUERY}/nobody")[0] == 404
    assert office.ask("GET", f"{QUERY}/nobody/results")[0] == 404
