from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.telephony.conftest import EDGES

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def path(site: str) -> str:
    return f"{EDGES}/sites/{site}/numberplans"


def test_a_put_keeps_ids_and_takes_away_what_is_not_given(ask: Ask, path: str) -> None:
    before = {plan["name"]: plan for plan in ask("GET", path)[1]}
    wanted = [
        {"name": "Vanity", "matchType": "numberList", "numbers": [{"start": "+1800"}], "classification": "Vanity"},
        {**before["National"], "classification": "Domestic"},
        {"name": "emergency", "matchType": "numberList", "numbers": [{"start": "112"}], "classification": "Emergency"},
        before["International"],
    ]
    after = ask("PUT", path, wanted)[1]
    assert ask("GET", path)[1] == after
    assert [plan["name"] for plan in after] == ["Vanity", "National", "emergency", "International"]
    assert after[1]["id"] == before["National"]["id"]
    assert (after[1]["version"], after[1]["classification"]) == (2, "Domestic")
    assert after[2]["id"] == before["Emergency"]["id"]
    assert after[3] == before["International"]
    assert ask("GET", f"{path}/{after[0]['id']}")[1] == after[0]
    assert ask("GET", f"{path}/{before['Network']['id']}")[0] == 404


def test_classifications_are_those_of_the_plans(ask: Ask, path: str) -> None:
    assert ask("GET", f"{path}/classifications")[1] == [
        *("Emergency", "Extension", "National", "International", "Network")
    ]
    assert ask("GET", f"{path}/classifications?classification=nation")[1] == ["National", "International"]


@pytest.mark.parametrize(
    ("plans", "code"),
    [
        ([{"name": "A"}, {"name": "a"}], "duplicate.number.plan.name"),
        ([{"name": " "}], "required.field.missing"),
        ([{"name": "A", "matchType": "magic"}], "invalid.value"),
        ([{"name": "A", "matchType": "regex", "match": "("}], "invalid.value"),
        ([{"name": "A", "matchType": "regex"}], "invalid.value"),
        ([{"name": "A", "matchType": "digitLength"}], "required.field.missing"),
        ([{"name": "A", "matchType": "numberList"}], "required.field.missing"),
        ([{"name": f"P{n}"} for n in range(201)], "bad.request"),
    ],
)
def test_a_bad_plan_changes_nothing(ask: Ask, path: str, plans: list[Any], code: str) -> None:
    before = ask("GET", path)[1]
    status, refusal = ask("PUT", path, plans)
    assert (status, refusal["code"]) == (400, code)
    assert ask("GET", path)[1] == before


def test_plans_belong_to_a_site_that_exists(ask: Ask) -> None:
    assert ask("PUT", f"{EDGES}/sites/nope/numberplans", [])[0] == 404
    assert ask("GET", f"{EDGES}/sites/nope/numberplans/classifications")[0] == 404


def test_an_id_is_of_one_plan_and_a_free_name_keeps_its_own(ask: Ask, path: str) -> None:
    before = {plan["name"]: plan for plan in ask("GET", path)[1]}
    national, network = before["National"], before["Network"]
    twice = [national, {**national, "name": "Again"}]
    status, refusal = ask("PUT", path, twice)
    assert (status, refusal["details"][0]["fieldName"]) == (400, "id")
    assert len(ask("GET", path)[1]) == len(before)
    swapped = [{**national, "name": "Network"}, {**network, "id": None, "name": "National"}]
    after = ask("PUT", path, swapped)[1]
    assert [plan["name"] for plan in after] == ["Network", "National"]
    assert after[0]["id"] == national["id"]
    assert after[1]["id"] not in {plan["id"] for plan in before.values()}
