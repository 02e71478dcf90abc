"""Whatever a peer sends to a route that is used: Genesys' error body, never a 500."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import Operation
from understudy.platform.resources import load_resources
from understudy.world.org import Org
from understudy.world.tokens import Token

MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="?#"), max_size=20)


@pytest.fixture
def routes(platform: Platform) -> list[Operation]:
    resources = load_resources(platform.catalogue)
    served = [id_ for resource in resources.values() for _, id_ in resource.pairs()]
    return [platform.catalogue.by_id[id_] for id_ in [*served, *platform._actions]]


def check(platform: Platform, request: ApiRequest) -> None:
    outcome = platform.answer(request)
    assert "emulator_error" not in outcome.data, (request, outcome.data)
    assert outcome.answer.status != 500
    if outcome.answer.status >= 400:
        body = orjson.loads(outcome.answer.payload())
        assert body.keys() >= {"message", "code", "status", "contextId", "details", "errors"}
        assert body["status"] == outcome.answer.status


@MANY
@given(data=st.data())
def test_any_body_on_any_route(
    data: st.DataObject, platform: Platform, routes: list[Operation], office: Org, grant: Callable[..., Token]
) -> None:
    office.live["rate.allowed"] = dict.fromkeys(office.entities.of("oauth.clients"), 10**9)
    operation = data.draw(st.sampled_from(routes))
    known = [id_ for type_ in office.entities.types() for id_ in office.entities.of(type_)]
    path = operation.path
    for variable in operation.variables:  # the number is drawn, not the id: entities come and go between examples
        word, number = data.draw(WORDS.filter(lambda w: "/" not in w)), data.draw(st.integers(0, 99))
        path = path.replace("{" + variable + "}", known[number % len(known)] if number else word)
    query = data.draw(st.text(st.sampled_from("pageSize=&pageNumber1expandidname*,%é-"), max_size=30))
    model = platform.catalogue.models.get(operation.body or "", {})
    fields = st.sampled_from(sorted(model)) if model else st.text(max_size=5)
    shaped = st.dictionaries(fields, JSON, max_size=6)
    body = data.draw(st.binary(max_size=40) | JSON.map(orjson_dumps) | shaped.map(orjson_dumps))
    headers = {"Authorization": f"Bearer {grant().value}", "Content-Type": "application/json"}
    check(platform, ApiRequest(operation.method, f"{path}?{query}", headers, body))


@MANY
@given(method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]), path=WORDS)
def test_any_method_on_any_path(method: str, path: str, platform: Platform, grant: Callable[..., Token]) -> None:
    headers = {"Authorization": f"Bearer {grant().value}"}
    check(platform, ApiRequest(method, f"/api/v2/{path}", headers))


@MANY
@given(authorization=st.text(max_size=60), correlation=st.text(max_size=200))
def test_any_header(authorization: str, correlation: str, platform: Platform) -> None:
    headers = {"Authorization": authorization, "ININ-Correlation-Id": correlation}
    check(platform, ApiRequest("GET", "/api/v2/routing/queues", headers))


def orjson_dumps(value: object) -> bytes:
    """JSON, integers beyond 64 bits as text (orjson lacks them)."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(str(value))
