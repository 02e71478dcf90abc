from __future__ import annotations

import pytest

from understudy.errors import Refused
from understudy.oauth.scopes_api import ACTIONS, known_scopes
from understudy.oauth.tokens import IssueToken
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.world.org import Org
from understudy.world.world import World

NO_SCOPE = {"audits"}  # operations name it by a rule, but audits exist only as audits:readonly (facts: platform-api §2)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def ask(world: World, org: Org, catalogue: Catalogue, operation: str, **path: str) -> dict[str, object]:
    token = org.perform(IssueToken("c1", 60))
    call = Call(world, org, token, catalogue.by_id[operation], path, {}, None, "http://127.0.0.1:1")
    return dict(ACTIONS[operation](call).body)


def test_every_scope_that_an_operation_names_is_known(catalogue: Catalogue) -> None:
    named = {scope for operation in catalogue.operations for scope in operation.scopes}
    assert named - set(known_scopes()) == NO_SCOPE


def test_a_scope_is_documented_where_an_exact_source_names_it(catalogue: Catalogue) -> None:
    exact = {
        s for operation in catalogue.operations for s in operation.scopes if operation.scopes_source == "terraform"
    }
    assert {scope for scope, certainty in known_scopes().items() if certainty == "documented"} == exact
    assert set(known_scopes().values()) == {"documented", "observed", "assumed"}


def test_the_listing_holds_them_all(world: World, org: Org, catalogue: Catalogue) -> None:
    body = ask(world, org, catalogue, "getOauthScopes")
    entities = body["entities"]
    assert isinstance(entities, list)
    assert body["total"] == len(entities) == len(known_scopes())
    assert ask(world, org, catalogue, "getOauthScope", scopeId="users:readonly") in entities


def test_one_scope_is_told_and_an_unknown_one_is_not_found(world: World, org: Org, catalogue: Catalogue) -> None:
    assert ask(world, org, catalogue, "getOauthScope", scopeId="users:readonly") == {
        "id": "users:readonly",
        "description": "See users",
        "selfUri": "/api/v2/oauth/scopes/users:readonly",
    }
    with pytest.raises(Refused, match=r"404 not\.found"):
        ask(world, org, catalogue, "getOauthScope", scopeId="notification:read")
