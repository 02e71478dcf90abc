from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from understudy.platform.catalogue import Catalogue
from understudy.platform.openapi import openapi


@pytest.fixture(scope="module")
def document(catalogue: Catalogue) -> dict[str, Any]:
    return openapi(catalogue, [o for o in catalogue.operations if o.tier == 1], lambda _: 200, "http://127.0.0.1:1")


def test_every_operation_that_is_asked_for_stands_in_it(document: dict[str, Any], catalogue: Catalogue) -> None:
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert sorted(ids) == sorted(operation.id for operation in catalogue.operations if operation.tier == 1)


def test_every_reference_leads_to_a_component(document: dict[str, Any]) -> None:
    names = set(document["components"]["schemas"])
    assert {reference.removeprefix("#/components/schemas/") for reference in references(document)} <= names


def test_a_request_may_leave_out_what_the_platform_fills_in(document: dict[str, Any]) -> None:
    create = document["paths"]["/api/v2/routing/queues"]["post"]
    sent = create["requestBody"]["content"]["application/json"]["schema"]
    answered = create["responses"]["200"]["content"]["application/json"]["schema"]
    resolved = {**document, **sent}
    assert Draft202012Validator(resolved).is_valid({"name": "Q", "id": 7})
    assert not Draft202012Validator(resolved).is_valid({"name": 7})
    assert not Draft202012Validator({**document, **answered}).is_valid({"name": "Q", "colour": "red"})


def test_lists_in_a_query_are_joined_by_commas(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v2/users"]["get"]["parameters"]
    expand = next(parameter for parameter in parameters if parameter["name"] == "expand")
    assert (expand["schema"]["type"], expand["explode"]) == ("array", False)


def test_an_operation_without_oauth_says_so(document: dict[str, Any]) -> None:
    assert document["paths"]["/api/v2/webdeployments/token/refresh"]["post"]["security"] == []
    assert "security" not in document["paths"]["/api/v2/users/me"]["get"]


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {found for item in value for found in references(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own.union(*(references(item) for item in value.values()))
