from __future__ import annotations

from typing import Any

import pytest
from tests.history.conftest import Office

CONVERSATIONS = "/api/v2/analytics/conversations/aggregates/query"
BOTS = "/api/v2/analytics/bots/aggregates/query"


def test_figures_are_grouped_by_queue_and_media_type(office: Office) -> None:
    office.chat()
    body = {"interval": office.interval(), "groupBy": ["queueId"], "metrics": ["nOffered", "tHandle", "oServiceLevel"]}
    found = {one["group"].get("queueId"): one for one in office.post(CONVERSATIONS, body)["results"]}
    assert found["q1"]["group"] == {"mediaType": "message", "queueId": "q1"}
    stats = {metric["metric"]: metric["stats"] for metric in found["q1"]["data"][0]["metrics"]}
    assert stats["nOffered"] == {"count": 1}
    assert stats["tHandle"]["sum"] == 35_000
    assert stats["oServiceLevel"]["ratio"] == 1.0


def test_nothing_happened_means_no_results(office: Office) -> None:
    assert office.post(CONVERSATIONS, {"interval": office.interval(), "metrics": ["nOffered"]}) == {"results": []}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"metrics": []}, "metrics"),
        ({"groupBy": ["stationId"]}, "groupBy"),
        ({"granularity": "daily"}, "granularity"),
        ({"timeZone": "Mars/North"}, "timeZone"),
        ({"queryType": "topN"}, "sortMetric"),
        ({"queryType": "topN", "sortMetric": {"name": "tTalk", "function": "sum"}, "limit": 0}, "limit"),
        ({"interval": "x/y"}, "interval"),
        ({"filter": {"type": "and", "predicates": [{"metric": "tTalk", "operator": "exists"}]}}, "filter"),
    ],
)
def test_a_wrong_query_is_refused_with_its_field(office: Office, query: dict[str, Any], field: str) -> None:
    body = {"interval": office.interval(), "metrics": ["nOffered"], **query}
    status, answer = office.ask("POST", CONVERSATIONS, body)
    assert (status, answer["details"][0]["fieldName"]) == (400, field)


def test_no_bot_flow_runs_here_but_its_query_is_checked(office: Office) -> None:
    body = {"interval": office.interval(), "metrics": ["nBotSessions"]}
    assert office.post(BOTS, body) == {"results": []}
    assert office.ask("POST", BOTS, {**body, "interval": "x"})[0] == 400
    assert office.ask("POST", BOTS, {**body, "granularity": "x"})[0] == 400
    assert office.ask("POST", BOTS, {**body, "filter": {"type": "and", "predicates": [{}]}})[0] == 400
