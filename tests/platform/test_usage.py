from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import iso
from understudy.platform.usage import DAYS, DAYS_KEPT, EXECUTIONS_KEPT, LIVE, count_request
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
INTERVAL = {"interval": "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"}


def _client(office: Org) -> str:
    return next(iter(office.entities.of("oauth.clients")))


def _run(ask: Ask, target: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    status, started = ask("POST", target, {**INTERVAL, **body})
    assert status in (200, 202), started
    status, result = ask("GET", started["resultsUri"])
    assert (status, result["queryStatus"]) == (200, "Complete")
    return list(result["results"])


def test_a_clients_usage_counts_what_it_called(ask: Ask, office: Org) -> None:
    for _ in range(3):
        ask("GET", "/api/v2/authorization/divisions/home")
    rows = _run(ask, f"/api/v2/oauth/clients/{_client(office)}/usage/query", {})
    found = {(row["httpMethod"], row["templateUri"]): row for row in rows}
    home = found["GET", "/api/v2/authorization/divisions/home"]
    assert (home["requests"], home["status200"], home["status400"]) == (3, 3, 0)
    assert {row["clientName"] for row in rows} == {"Administrator"}


def test_statuses_are_told_apart(ask: Ask, office: Org, grant: Callable[..., Token]) -> None:
    ask("GET", "/api/v2/users/nobody")
    count_request(office, grant(), "getUsers", 429)
    (row,) = _run(ask, "/api/v2/usage/query", {"groupBy": ["OrganizationId"]})
    assert (row["status400"], row["status429"], row["status500"]) == (1, 1, 0)
    assert row["requests"] == row["status200"] + 2


def test_rows_that_agree_in_what_is_grouped_by_are_one(ask: Ask, office: Org) -> None:
    counts = [1, 1, 0, 0, 0, 0]
    operations = {("other", "", id_): list(counts) for id_ in ("getUsers", "getUser", "postUsers")}
    office.live[DAYS] = {int(office.now()) // 86_400: operations}
    rows = _run(ask, "/api/v2/usage/query", {"groupBy": ["HttpMethod"], "metrics": ["Requests"]})
    assert rows == [{"httpMethod": "GET", "requests": 2}, {"httpMethod": "POST", "requests": 1}]


def test_users_are_told_apart_where_it_is_asked(ask: Ask, office: Org, grant: Callable[..., Token]) -> None:
    count_request(office, grant(user="u1"), "getUsersMe", 200)
    rows = _run(ask, "/api/v2/usage/query", {"groupBy": ["UserId"], "metrics": ["Requests"]})
    assert {row.get("userId"): row["requests"] for row in rows}["u1"] == 1


def test_days_are_kept_apart_and_the_interval_chooses(ask: Ask, office: Org, grant: Callable[..., Token]) -> None:
    token = grant()
    first = office.now()
    for days in (0, 1, 40):
        office.clock.jumped = days * 86_400.0
        count_request(office, token, "getUsers", 200)
    office.clock.jumped = 0.0
    month = {"interval": f"{iso(first)}/{iso(first + 60 * 86_400)}", "metrics": ["Requests"]}

    def dated(granularity: str) -> list[tuple[str, int]]:
        asked = {**month, "groupBy": ["HttpMethod"], "granularity": granularity}
        rows = _run(ask, "/api/v2/usage/query", asked)
        return [(row["date"][:10], row["requests"]) for row in rows if row["httpMethod"] == "GET"]

    (start, requests), *rest = dated("Day")
    assert (start, rest) == ("2026-01-01", [("2026-01-02", 1), ("2026-02-10", 1)])
    assert dated("Month")[-1] == ("2026-02-01", 1)
    assert dated("Week") == [("2025-12-29", requests + 3), ("2026-02-09", 1)]


def test_old_days_are_forgotten(office: Org, grant: Callable[..., Token]) -> None:
    token = grant()
    for day in range(DAYS_KEPT + 2):
        office.clock.jumped = day * 86_400.0
        count_request(office, token, "getUsers", 200)
    assert len(office.live[DAYS]) == DAYS_KEPT


def test_a_summary_is_a_query_over_the_last_days(ask: Ask, office: Org) -> None:
    target = f"/api/v2/oauth/clients/{_client(office)}/usage/summary"
    status, started = ask("GET", f"{target}?days=7")
    assert status in (200, 202)
    assert ask("GET", started["resultsUri"])[1]["queryStatus"] == "Complete"
    assert ask("GET", f"{target}?days=none")[0] == ask("GET", f"{target}?days=0")[0] == 400


def test_a_simple_search_shows_the_columns_asked_for(ask: Ask, office: Org) -> None:
    for _ in range(2):
        ask("GET", "/api/v2/authorization/divisions/home")
    body = {"httpMethods": ["GET"], "oauthClientNames": ["Administrator"], "metrics": ["TemplateUri", "Status200"]}
    rows = _run(ask, "/api/v2/usage/simplesearch", body)
    assert rows == [{"templateUri": "/api/v2/authorization/divisions/home", "status200": 2}]
    assert _run(ask, "/api/v2/usage/simplesearch", {"templateUris": ["/api/v2/nothing"]}) == []


def test_a_simple_search_is_read_in_pieces(ask: Ask, office: Org) -> None:
    ask("GET", "/api/v2/authorization/divisions/home")
    ask("GET", "/api/v2/users")
    started = ask("POST", "/api/v2/usage/simplesearch", {**INTERVAL, "httpMethods": ["GET"]})[1]
    first = ask("GET", f"{started['resultsUri']}?pageSize=1")[1]
    second = ask("GET", f"{started['resultsUri']}?pageSize=1&after={first['cursors']['after']}")[1]
    assert len(first["results"]) == len(second["results"]) == 1
    assert "cursors" not in second


def test_results_belong_to_whom_the_query_was_about(ask: Ask, office: Org) -> None:
    started = ask("POST", "/api/v2/usage/query", INTERVAL)[1]
    target = f"/api/v2/oauth/clients/{_client(office)}/usage/query/results/{started['executionId']}"
    assert ask("GET", target)[0] == 404
    assert ask("GET", "/api/v2/usage/query/nothing/results")[0] == 404
    assert ask("GET", f"/api/v2/usage/simplesearch/{started['executionId']}/results")[0] == 404


def test_old_results_are_forgotten(ask: Ask, office: Org) -> None:
    first = ask("POST", "/api/v2/usage/query", INTERVAL)[1]
    for _ in range(EXECUTIONS_KEPT):
        ask("POST", "/api/v2/usage/query", INTERVAL)
    assert ask("GET", first["resultsUri"])[0] == 404
    assert len(office.live[LIVE]) == EXECUTIONS_KEPT


@pytest.mark.parametrize("target", ["/api/v2/usage/query", "/api/v2/usage/simplesearch"])
def test_a_wrong_interval_is_refused(ask: Ask, target: str) -> None:
    assert ask("POST", target, {"interval": "lately"})[0] == 400


def test_a_query_about_nobody_is_404(ask: Ask) -> None:
    assert ask("POST", "/api/v2/oauth/clients/nobody/usage/query", INTERVAL)[0] == 404
