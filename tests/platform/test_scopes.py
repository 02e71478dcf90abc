from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from understudy.errors import Refused, SettingsError
from understudy.platform.catalogue import Catalogue, Operation
from understudy.platform.grants import home_division
from understudy.platform.scopes import EXACT, NOTED, NOTED_MAX, Scopes, sufficient
from understudy.world.org import Org
from understudy.world.tokens import Token


def token_with(*scopes: str, scoped: bool = True) -> Token:
    return Token("t", "app", "o", 0.0, 1e12, user="ann", scopes=scopes, scoped=scoped)


@pytest.fixture
def exact(catalogue: Catalogue) -> Operation:
    """Its scopes are solved exactly: routing or routing:readonly."""
    found = catalogue.by_id["getRoutingQueues"]
    assert (found.scopes_source, set(found.scopes)) == ("terraform", {"routing", "routing:readonly"})
    return found


@pytest.fixture
def thumb(catalogue: Catalogue) -> Operation:
    """Its scopes come from a rule of thumb."""
    found = catalogue.by_id["getOauthClients"]
    assert (found.scopes_source, set(found.scopes)) == ("rule", {"oauth", "oauth:readonly"})
    return found


def test_the_sources_of_scopes_are_the_ones_that_were_judged(catalogue: Catalogue) -> None:
    sources = {operation.scopes_source for operation in catalogue.operations}
    judged = {"rule", "terraform-prefix", "elimination", "unsure", "unknown", "no-oauth"}
    assert sources - judged == EXACT


@pytest.mark.parametrize("scope", ["routing", "routing:readonly", "*"])
def test_any_one_scope_suffices_and_a_whole_one_includes_its_reading_half(
    office: Org, exact: Operation, scope: str
) -> None:
    Scopes().admit(office, token_with("users", scope), exact)
    assert list(office.notes) == []


def test_a_scope_that_only_its_reading_half_names_is_opened_by_the_whole() -> None:
    assert sufficient(("audits:readonly",)) == {"audits:readonly", "audits", "*"}


@pytest.mark.parametrize("scopes", [(), ("users",), ("routings",), ("ROUTING",), ("users:readonly",)])
def test_a_call_without_a_scope_is_refused_where_the_source_is_exact(
    office: Org, exact: Operation, scopes: tuple[str, ...]
) -> None:
    with pytest.raises(Refused, match=r"403 not.authorized: .*\[routing, routing:readonly\]"):
        Scopes().admit(office, token_with(*scopes), exact)
    assert [note.name for note in office.notes] == ["scope.denied"]


def test_reading_does_not_open_writing(office: Org, catalogue: Catalogue) -> None:
    operation = catalogue.by_id["postRoutingQueues"]
    assert operation.scopes_source in EXACT
    with pytest.raises(Refused):
        Scopes().admit(office, token_with("routing:readonly"), operation)
    Scopes().admit(office, token_with("routing"), operation)


def test_a_rule_of_thumb_lets_pass_and_notes_once_what_it_would_have_needed(office: Org, thumb: Operation) -> None:
    for _ in range(3):
        Scopes().admit(office, token_with("users"), thumb)
    (note,) = office.notes
    assert note.name == "scope.would_need"
    assert (note.data["operation"], note.data["client"]) == ("getOauthClients", "app")
    assert set(note.data["missing"]) == {"oauth", "oauth:readonly"}
    office.live[NOTED] = {("app", str(number)) for number in range(NOTED_MAX)}
    Scopes().admit(office, token_with("users"), thumb)
    assert len(office.notes) == 1


def test_strict_refuses_by_a_rule_of_thumb_too(office: Org, thumb: Operation) -> None:
    with pytest.raises(Refused, match=r"403 not\.authorized"):
        Scopes("strict").admit(office, token_with("users"), thumb)
    Scopes("strict").admit(office, token_with("oauth:readonly"), thumb)


def test_an_operation_whose_scopes_nobody_knows_is_open(office: Org, exact: Operation) -> None:
    Scopes("strict").admit(office, token_with(), replace(exact, scopes=(), scopes_source="unknown"))  # raises nothing
    assert list(office.notes) == []


def test_a_token_that_no_user_granted_is_not_limited_by_scopes(office: Org, exact: Operation) -> None:
    Scopes("strict").admit(office, token_with(scoped=False), exact)  # raises nothing
    assert list(office.notes) == []
    with pytest.raises(Refused):
        Scopes("strict").admit(office, token_with(scoped=True), exact)


def test_an_unknown_mode_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="scopes is 'strickt'"):
        Scopes("strickt")


def test_the_pipeline_asks_users_for_scopes_and_clients_for_roles(
    ask: Any, office: Org, grant: Callable[..., Token]
) -> None:
    boss = next(iter(office.entities.of("oauth.clients")))
    role = next(iter(office.entities.of("authorization.roles")))
    body = {"name": "Ann", "email": "ann@acme.example", "divisionId": home_division(office)}
    status, user = ask("POST", "/api/v2/users", body)
    assert status == 200, user
    assert ask("PUT", f"/api/v2/users/{user['id']}/roles", [role])[0] == 200
    token = grant(boss, user["id"])
    token.scoped, token.scopes = True, ("users:readonly",)
    status, error = ask("GET", "/api/v2/routing/queues", token=token)
    assert (status, error["code"]) == (403, "not.authorized")
    token.scopes = ("routing:readonly",)
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 200
    assert ask("GET", "/api/v2/routing/queues", token=grant(boss))[0] == 200
