"""Which operation a path means, which methods it would have had, and which path was probably meant."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from understudy.errors import ContractError
from understudy.platform.catalogue import Operation, load_catalogue
from understudy.platform.routes import Match, Miss, Routes

CATALOGUE = load_catalogue()
ROUTES = Routes(CATALOGUE.operations)


def operation(method: str, path: str) -> Operation:
    return replace(CATALOGUE.operations[0], id=f"{method} {path}", method=method, path=f"/api/v2/{path}")


def meant(routes: Routes, method: str, path: str) -> str:
    found = routes.match(method, f"/api/v2/{path}")
    return found.operation.id if isinstance(found, Match) else f"miss {' '.join(found.allowed)}".strip()


def test_every_operation_is_found_by_its_path_with_its_variables() -> None:
    for wanted in CATALOGUE.operations:
        path = re.sub(r"\{(\w+)\}", r"value-of-\1", wanted.path)
        found = ROUTES.match(wanted.method, path)
        assert isinstance(found, Match), wanted.path
        assert found.operation is wanted
        assert found.variables == {name: f"value-of-{name}" for name in wanted.variables}


def test_literal_comes_before_variable() -> None:
    assert ROUTES.match("GET", "/api/v2/users/me")[0] is CATALOGUE.by_id["getUsersMe"]
    found = ROUTES.match("GET", "/api/v2/users/9f2c")
    assert found == (CATALOGUE.by_id["getUser"], {"userId": "9f2c"})


def test_variable_is_tried_when_the_literal_leads_nowhere() -> None:
    routes = Routes([operation("GET", "a/b/c"), operation("GET", "a/{x}/d"), operation("GET", "{y}/b/e")])
    assert meant(routes, "GET", "a/b/c") == "GET a/b/c"
    assert meant(routes, "GET", "a/b/d") == "GET a/{x}/d"
    assert meant(routes, "GET", "a/b/e") == "GET {y}/b/e"
    assert meant(routes, "GET", "a/b/f") == "miss"
    assert meant(routes, "GET", "a/b") == "miss"


def test_one_place_may_have_another_name_in_each_operation() -> None:
    routes = Routes([operation("GET", "m/{messageId}"), operation("PATCH", "m/{conversationId}")])
    assert routes.match("GET", "/api/v2/m/1")[1:] == ({"messageId": "1"},)
    assert routes.match("PATCH", "/api/v2/m/1")[1:] == ({"conversationId": "1"},)


def test_known_path_with_another_method_names_what_is_allowed() -> None:
    assert ROUTES.match("PUT", "/api/v2/routing/queues") == Miss(("GET", "POST"))
    assert ROUTES.match("POST", "/api/v2/routing/queues/1") == Miss(("DELETE", "GET", "PUT"))


def test_path_decides_before_the_method() -> None:
    assert ROUTES.match("PATCH", "/api/v2/users/me") == Miss(("GET",))


def test_head_is_answered_by_head_operations_only() -> None:
    assert ROUTES.match("HEAD", "/api/v2/tokens/me")[0] is CATALOGUE.by_id["headTokensMe"]
    assert ROUTES.match("HEAD", "/api/v2/users/me") == Miss(("GET",))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/api/v2",
        "/api/v2/",
        "/api/v2/users/",
        "/api/v2/users/me/",
        "/api/v2//users",
        "/api/v2/Users",
        "/api/v3/users",
        "api/v2/users",
        "/api/v2/users//queues",
        "/api/v2/nothing",
        "/" * 5000,
        "/api/v2/" + "x/" * 5000,
    ],
)
def test_other_spelling_is_no_match(path: str) -> None:
    assert ROUTES.match("GET", path) == Miss(())


def test_variables_are_handed_on_as_they_stand() -> None:
    assert ROUTES.match("GET", "/api/v2/users/a%2Fb")[1:] == ({"userId": "a%2Fb"},)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/api/v2/routing/queue", "/api/v2/routing/queues"),
        ("/api/v2/users/", "/api/v2/users"),
        ("/api/v2/Users/ME", "/api/v2/users/me"),
        ("/api/v2/oauth/client/1f/secrets", "/api/v2/oauth/clients/{clientId}/secret"),
        ("/api/v2/authorization/role/1/user", "/api/v2/authorization/roles/{roleId}/users"),
        (
            "/api/v2/conversations/message/9/inbound/open/messages",
            "/api/v2/conversations/messages/{integrationId}/inbound/open/message",
        ),
        ("/api/v3/users", ""),
        ("/favicon.ico", ""),
        ("", ""),
        ("/api/v2/" + "q" * 100_000, ""),
    ],
)
def test_nearest_path_is_named(path: str, nearest: str) -> None:
    assert ROUTES.nearest(path) == nearest


def test_nearest_path_is_always_one_of_the_catalogue() -> None:
    known = {operation.path for operation in CATALOGUE.operations}
    for wanted in CATALOGUE.operations[::50]:
        assert ROUTES.nearest(wanted.path[:-3] + "zz") in known


def test_path_outside_the_api_is_a_contract_error() -> None:
    strange = replace(CATALOGUE.operations[0], path="/other/things")
    with pytest.raises(ContractError, match="does not begin with /api/v2/"):
        Routes([strange])
