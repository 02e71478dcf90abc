from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import orjson
import pytest

from understudy.errors import Refused
from understudy.platform.behaviour import Platform
from understudy.platform.catalogue import Catalogue
from understudy.platform.guests import DEPLOYMENTS, GUEST, admit_guest
from understudy.platform.request import ApiRequest
from understudy.web_messaging.jwt import sign
from understudy.world.org import Org
from understudy.world.world import World

EXCHANGE = "postWebdeploymentsTokenOauthcodegrantjwtexchange"
HISTORY = "getWebmessagingMessages"
COBROWSE = "getWebdeploymentsDeploymentCobrowseSessionId"


@pytest.fixture
def world(office: Org) -> World:
    made = World()
    made.add(office)
    made.integrations["d1"] = made.integrations["open-1"] = office
    office.entities.put(DEPLOYMENTS, "d1", {"id": "d1"})
    return made


@pytest.fixture
def admitted(catalogue: Catalogue, world: World) -> Any:
    def admit(id_: str, path: dict[str, str], body: bytes = b"", bearer: str = "") -> Any:
        operation = catalogue.by_id[id_]
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            return admit_guest(world, operation, path, ApiRequest(operation.method, operation.path, headers, body))
        except Refused as refused:
            return refused.status

    return admit


def test_the_deployment_in_path_or_body_tells_the_org(admitted: Any, office: Org) -> None:
    assert admitted(COBROWSE, {"deploymentId": "d1", "sessionId": "s"})[0] is office
    org, token = admitted(EXCHANGE, {}, orjson.dumps({"deploymentId": "d1"}))
    assert (org, token.client, token.user) == (office, GUEST, None)


@pytest.mark.parametrize("id_", ["none", "open-1"])
def test_what_is_no_deployment_is_not_found(admitted: Any, id_: str) -> None:
    assert admitted(COBROWSE, {"deploymentId": id_, "sessionId": "s"}) == 404
    assert admitted(EXCHANGE, {}, orjson.dumps({"deploymentId": id_})) == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"deploymentId":5}', b'{"deploymentId":""}', b"\xff"])
def test_a_body_without_a_deployment_is_refused(admitted: Any, body: bytes) -> None:
    assert admitted(EXCHANGE, {}, body) == 400


def test_where_nothing_else_tells_the_org_a_guests_token_must(
    admitted: Any, office: Org, world: World, catalogue: Catalogue
) -> None:
    jwt, expires = sign(office, "guest", "g1", "d1")
    org, token = admitted(HISTORY, {}, bearer=jwt)
    assert (org, token.client, token.value, token.expires) == (office, GUEST, jwt, expires)
    for scheme, fits in (("bearer", True), ("BEARER", True), ("Basic", False)):
        request = ApiRequest("GET", catalogue.by_id[HISTORY].path, {"Authorization": f"{scheme} {jwt}"})
        with nullcontext() if fits else pytest.raises(Refused, match="401"):
            admit_guest(world, catalogue.by_id[HISTORY], {}, request)
    altered = f"{jwt[:-1]}{'A' if jwt[-1] != 'A' else 'B'}"
    assert [admitted(HISTORY, {}, bearer=bearer) for bearer in (altered, "unknown", "")] == [401, 401, 401]


@pytest.mark.parametrize(("generic", "status"), [(True, 200), (False, 501)])
def test_what_has_no_behaviour_gets_a_generic_answer_without_a_token(
    catalogue: Catalogue, world: World, generic: bool, status: int
) -> None:
    platform = Platform(world, catalogue, {}, {}, generic=generic)
    request = ApiRequest("GET", "/api/v2/quality/surveys/scorable?customerSurveyUrl=x", {})
    outcome = platform.answer(request)
    assert (outcome.answer.status, outcome.data.get("generic", False)) == (status, generic)
