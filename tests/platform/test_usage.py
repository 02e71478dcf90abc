from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.platform.usage import EXECUTIONS_KEPT, LIVE, USED
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
INTERVAL = {"interval": "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"}


def _client(office: Org) -> str:
    return next(iter(office.entities.of("oauth.clients")))


def _run(ask: Ask, target: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    status, started = ask("POST", target, body)
    assert status in (200, 202), started
    status, result = ask("GET", started["resultsUri"])
    assert (status, result["queryStatus"]) == (200, "Complete")
    return list(result["results"])


def test_a_clients_usage_counts_what_it_called(ask: Ask, office: Org) -> None:
    for _ in range(3):
        ask("GET", "/api/v2/authorization/divisions/home")
    rows = _run(ask, f"/api/v2/oauth/clients/{_client(office)}/usage/query", INTERVAL)
    found = {(row["httpMethod"], row["templateUri"]): row["requests"] for row in rows}
    assert found["GET", "/api/v2/authorization/divisions/home"] == 3
    assert {row["clientName"] for row in rows} == {"Administrator"}


def test_rows_that_agree_in_what_is_grouped_by_are_one(ask: Ask, office: Org) -> None:
    office.live[USED] = {"other": {"getUsers": 2, "getUser": 3, "postUsers": 1}}
    rows = _run(ask, "/api/v2/usage/query", {**INTERVAL, "groupBy": ["HttpMethod"]})
    counts = {row["httpMethod"]: row["requests"] for row in rows}
    assert counts["GET"] == 5
    assert counts["POST"] == 2  # postUsers, and this query itself
    assert all(set(row) == {"httpMethod", "requests"} for row in rows)


def test_a_summary_is_a_query_started_by_a_get(ask: Ask, office: Org) -> None:
    status, started = ask("GET", f"/api/v2/oauth/clients/{_client(office)}/usage/summary?days=7")
    assert status in (200, 202)
    assert ask("GET", started["resultsUri"])[1]["queryStatus"] == "Complete"


def test_results_belong_to_whom_the_query_was_about(ask: Ask, office: Org) -> None:
    started = ask("POST", "/api/v2/usage/query", INTERVAL)[1]
    target = f"/api/v2/oauth/clients/{_client(office)}/usage/query/results/{started['executionId']}"
    assert ask("GET", target)[0] == 404
    assert ask("GET", "/api/v2/usage/query/nothing/results")[0] == 404


def test_old_results_are_forgotten(ask: Ask, office: Org) -> None:
    first = ask("POST", "/api/v2/usage/query", INTERVAL)[1]
    for _ in range(EXECUTIONS_KEPT):
        ask("POST", "/api/v2/usage/query", INTERVAL)
    assert ask("GET", first["resultsUri"])[0] == 404
    assert len(office.live[LIVE]) == EXECUTIONS_KEPT


def test_a_query_about_nobody_is_404(ask: Ask) -> None:
    assert ask("POST", "/api/v2/oauth/clients/nobody/usage/query", INTERVAL)[0] == 404
