from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from understudy.history.audit import property_changes
from understudy.history.trail import entries
from understudy.oauth.authorized import authorizations
from understudy.oauth.behaviour import ACTIONS, RULES, OAuth
from understudy.oauth.messages import Credentials, TokenRequest
from understudy.oauth.refresh import refresh_tokens
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.platform.grants import home_division
from understudy.world.org import Org
from understudy.world.world import World

if TYPE_CHECKING:
    from tests.oauth.conftest import Login

CALLBACK = "https://app.example/back?tab=1"
CLIENTS = "/api/v2/oauth/clients"
NEW = {"name": "New", "authorizedGrantType": "CLIENT-CREDENTIALS"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def platform(world: World, catalogue: Catalogue) -> Platform:
    return Platform(world, catalogue, ACTIONS, RULES)


def _status(world: World, id_: str, secret: str) -> int:
    request = TokenRequest("client_credentials", Credentials(id_, secret), {})
    return OAuth(world).grant(request).status


def _ask(platform: Platform, method: str, target: str, body: Any = None) -> tuple[int, Any]:
    request = TokenRequest("client_credentials", Credentials("c1", "s3cret"), {})
    token = OAuth(platform.world).grant(request).body["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    raw = b"" if body is None else orjson.dumps(body)
    answer = platform.answer(ApiRequest(method, target, headers, raw)).answer
    payload = answer.payload()
    assert platform.errors == 0
    return answer.status, orjson.loads(payload) if payload else None


def test_a_new_client_gets_a_secret_and_can_log_in(platform: Platform, org: Org) -> None:
    status, client = _ask(platform, "POST", CLIENTS, {**NEW, "secret": "chosen"})
    assert status == 200
    assert client["secret"] != "chosen"
    assert len(client["secret"]) >= 40
    assert (client["state"], client["accessTokenValiditySeconds"]) == ("active", 86400)
    assert _status(platform.world, client["id"], client["secret"]) == 200
    assert _ask(platform, "GET", f"{CLIENTS}/{client['id']}")[1]["secret"] == client["secret"]


def test_a_role_without_a_division_is_granted_in_the_home_division(platform: Platform, org: Org) -> None:
    (role,) = org.entities.of("authorization.roles")
    client = _ask(platform, "POST", CLIENTS, {**NEW, "roleIds": [role]})[1]
    assert client["roleDivisions"] == [{"roleId": role, "divisionId": home_division(org)}]
    pair = {"roleId": role, "divisionId": "*"}
    client = _ask(platform, "POST", CLIENTS, {**NEW, "roleDivisions": [pair]})[1]
    assert (client["roleIds"], client["roleDivisions"]) == ([role], [pair])
    path = f"{CLIENTS}/{client['id']}"
    for given in ({"roleIds": [role]}, {"roleDivisions": [pair]}):
        changed = _ask(platform, "PUT", path, {**NEW, **given})[1]
        placed = pair if "roleDivisions" in given else {**pair, "divisionId": home_division(org)}
        assert (changed["roleIds"], changed["roleDivisions"]) == ([role], [placed])


def test_a_change_keeps_the_secret(platform: Platform, org: Org) -> None:
    client = _ask(platform, "POST", CLIENTS, NEW)[1]
    changed = _ask(platform, "PUT", f"{CLIENTS}/{client['id']}", {**NEW, "name": "Renamed"})[1]
    assert (changed["name"], changed["secret"]) == ("Renamed", client["secret"])


def test_a_new_secret_voids_the_old_one(platform: Platform, org: Org) -> None:
    client = _ask(platform, "POST", CLIENTS, NEW)[1]
    renewed = _ask(platform, "POST", f"{CLIENTS}/{client['id']}/secret")[1]
    assert _status(platform.world, client["id"], client["secret"]) == 400
    assert _status(platform.world, client["id"], renewed["secret"]) == 200
    assert _ask(platform, "POST", f"{CLIENTS}/nobody/secret")[0] == 404


def test_a_disabled_clients_tokens_die_and_an_inactive_ones_live_on(platform: Platform, org: Org) -> None:
    for state, lives in (("inactive", True), ("disabled", False)):
        client = _ask(platform, "POST", CLIENTS, NEW)[1]
        _status(platform.world, client["id"], client["secret"])
        assert _ask(platform, "PUT", f"{CLIENTS}/{client['id']}", {**NEW, "state": state})[0] == 200
        (token,) = [one for one in org.tokens.values() if one.client == client["id"]]
        assert token.is_live(org.now()) is lives
        assert _status(platform.world, client["id"], client["secret"]) == 400


def test_a_deleted_client_is_unknown_and_its_tokens_die(platform: Platform, org: Org) -> None:
    client = _ask(platform, "POST", CLIENTS, NEW)[1]
    _status(platform.world, client["id"], client["secret"])
    _ask(platform, "DELETE", f"{CLIENTS}/{client['id']}")
    assert client["id"] not in platform.world.clients
    assert all(token.revoked for token in org.tokens.values() if token.client == client["id"])


@pytest.mark.parametrize(
    "change",
    [
        {"accessTokenValiditySeconds": 299},
        {"accessTokenValiditySeconds": 172_801},
        {"roleIds": ["nothing"]},
        {"roleDivisions": [{"roleId": "nothing", "divisionId": "*"}]},
        {"roleDivisions": [{}]},
        {"authorizedGrantType": "MAGIC"},
        {"name": None},
        {"registeredRedirectUri": ["/back"]},
        {"registeredRedirectUri": ["https://app.example/#part"]},
        {"registeredRedirectUri": ["https://app.example/", "https://app.example/\r\nX: y"]},
        {"registeredRedirectUri": ["javascript:alert(1)"]},
    ],
)
def test_an_impossible_client_is_refused(platform: Platform, org: Org, change: dict[str, Any]) -> None:
    before = len(org.entities.of("oauth.clients"))
    assert _ask(platform, "POST", CLIENTS, {**NEW, **change})[0] == 400
    assert len(org.entities.of("oauth.clients")) == before


def test_a_client_that_is_disabled_or_deleted_loses_codes_and_refresh_tokens(platform: Platform, login: Login) -> None:
    for end in ("PUT", "DELETE"):
        code, refresh = login.code(), login.exchanged()["refresh_token"]
        body = {**NEW, "authorizedGrantType": "CODE", "state": "disabled", "registeredRedirectUri": [CALLBACK]}
        assert _ask(platform, end, f"{CLIENTS}/app", body if end == "PUT" else None)[0] in (200, 204)
        assert len(refresh_tokens(login.org)) == 0
        if end == "PUT":
            login.vary("app", state="active")
            for form in ({"grant_type": "authorization_code", "code": code}, {"grant_type": "refresh_token"}):
                given = {**form, "redirect_uri": CALLBACK, "refresh_token": refresh}
                assert login.token(**given)[1]["error"] == "invalid_grant"
    assert authorizations(login.org) == {}


def test_a_new_secret_voids_the_old_one_and_is_a_change_like_any_other(platform: Platform, org: Org) -> None:
    client = _ask(platform, "POST", CLIENTS, NEW)[1]
    status, renewed = _ask(platform, "POST", f"{CLIENTS}/{client['id']}/secret")
    assert (status, renewed["secret"] != client["secret"]) == (200, True)
    told = entries(org)[-1]
    assert (told.operation, told.id) == ("postOauthClientSecret", client["id"])
    assert property_changes(told) == [{"property": "secret", "oldValues": [], "newValues": []}]
    assert _status(platform.world, client["id"], client["secret"]) == 400
    assert _status(platform.world, client["id"], renewed["secret"]) == 200
    assert _ask(platform, "POST", f"{CLIENTS}/none/secret")[0] == 404
