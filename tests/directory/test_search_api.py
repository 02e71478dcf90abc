from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import orjson
import pytest

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]
USERS, GROUPS = "/api/v2/users/search", "/api/v2/groups/search"


def _found(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200, answer
    return [one["name"] for one in answer[1]["results"]]


@pytest.fixture(autouse=True)
def people(person: Person) -> None:
    for name, department in (("Ann Lee", "Sales"), ("Ben Roe", "Sales"), ("Cid Lee", "Support")):
        person(name, department=department)


def test_users_are_found_sorted_and_paged(ask: Ask) -> None:
    sales = {"type": "EXACT", "fields": ["department"], "value": "sales"}
    assert _found(ask("POST", USERS, {"query": [sales]})) == ["Ann Lee", "Ben Roe"]
    body = {"query": [sales], "sortBy": "name", "sortOrder": "DESC", "pageSize": 1}
    first = ask("POST", USERS, body)[1]
    assert (first["total"], first["pageCount"], first["pageNumber"], first["types"]) == (2, 2, 1, ["users"])
    assert "previousPage" not in first
    second = ask("GET", first["nextPage"])
    assert (_found(second), "nextPage" in second[1]) == (["Ann Lee"], False)
    assert _found(ask("GET", second[1]["previousPage"])) == ["Ben Roe"]
    several = {"sort": [{"sortBy": "department", "sortOrder": "DESC"}, {"sortBy": "name"}]}
    assert _found(ask("POST", USERS, several)) == ["Cid Lee", "Ann Lee", "Ben Roe"]


def test_skills_groups_and_expand(ask: Ask, person: Person) -> None:
    dan = person("Dan Fox")
    skill = ask("POST", "/api/v2/routing/skills", {"name": "billing"})[1]["id"]
    ask("POST", f"/api/v2/users/{dan['id']}/routingskills", {"id": skill, "proficiency": 3})
    group = {"name": "Tier 1", "type": "official", "rulesVisible": True, "visibility": "public"}
    id_ = ask("POST", "/api/v2/groups", group)[1]["id"]
    ask("POST", f"/api/v2/groups/{id_}/members", {"memberIds": [dan["id"]]})
    for field, value in (("skills", "billing"), ("routingSkills", skill), ("groups", "tier 1"), ("groupId", id_)):
        criterion = {"type": "EXACT", "fields": [field], "value": value}
        assert _found(ask("POST", USERS, {"query": [criterion]})) == ["Dan Fox"], field
    shown = ask("POST", USERS, {"query": [{"type": "TERM", "fields": ["name"], "value": "fox"}], "expand": ["skills"]})
    assert shown[1]["results"][0]["skills"][0]["id"] == skill


def test_groups_are_found(ask: Ask) -> None:
    for name in ("Tier 1", "Tier 2", "Night"):
        ask("POST", "/api/v2/groups", {"name": name, "type": "official", "rulesVisible": True, "visibility": "public"})
    query = {"query": [{"type": "STARTS_WITH", "fields": ["name"], "value": "tier"}], "sortBy": "name"}
    assert _found(ask("POST", GROUPS, query)) == ["Tier 1", "Tier 2"]
    text = base64.b64encode(orjson.dumps(query)).decode()
    answer = ask("GET", f"{GROUPS}?q64={text}")
    assert (_found(answer), answer[1]["types"]) == (["Tier 1", "Tier 2"], ["groups"])


def test_a_get_expands_too(ask: Ask) -> None:
    text = base64.urlsafe_b64encode(b'{"query":[{"type":"TERM","fields":["name"],"value":"ann"}]}').decode().rstrip("=")
    assert ask("GET", f"{USERS}?q64={text}&expand=presence")[1]["results"][0]["presence"]["source"] == "PURECLOUD"


@pytest.mark.parametrize(
    "body",
    [
        {"pageSize": 0, "pageNumber": -1},
        {"pageSize": 100_000},
        {"query": [{"type": "NEAR", "fields": ["name"], "value": "a"}]},
        {"query": [{"fields": ["name"]}]},
        {"query": {"type": "EXACT"}},
        {"query": [{"type": "REGEX", "fields": ["name"], "value": "(a"}]},
    ],
)
def test_a_wrong_query_is_refused_in_both_forms(ask: Ask, body: Any) -> None:
    assert ask("POST", USERS, body)[0] == 400
    assert ask("GET", f"{USERS}?q64={base64.urlsafe_b64encode(orjson.dumps(body)).decode()}")[0] == 400


@pytest.mark.parametrize("text", ["", "%%%", "AAAA", "W10", "%C3%A4", "bnVsbA=="])
def test_what_is_no_query_in_base64_is_refused(ask: Ask, text: str) -> None:
    assert ask("GET", f"{USERS}?q64={text}")[0] == 400


@pytest.mark.parametrize(
    "paging", [{"pageSize": 0}, {"pageNumber": 0}, {"pageSize": 501}, {"pageNumber": -1}, {"pageNumber": 1e300}]
)
def test_a_page_out_of_bounds_is_refused(ask: Ask, paging: dict[str, int]) -> None:
    assert ask("POST", USERS, paging)[0] == 400


def test_a_whole_number_may_be_written_with_a_point(ask: Ask) -> None:
    assert _found(ask("POST", USERS, {"pageSize": 1.0, "pageNumber": 2.0})) == ["Ben Roe"]
