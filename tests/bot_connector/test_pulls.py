from __future__ import annotations

import orjson
import pytest

from understudy.bot_connector.pulls import pulled, shown
from understudy.bot_connector.response import Response
from understudy.integrations.bots import bots_of
from understudy.world.org import Org

VERSION = {"version": "2", "supportedLanguages": ["de"], "intents": [{"name": "a", "entities": []}]}
VEGA = {"id": "vega", "name": "Vega", "versions": [VERSION]}


def response(body: object, status: int = 200, *, encoding: str = "", is_cut: bool = False) -> Response:
    headers = (("Content-Encoding", encoding),) if encoding else ()
    return Response(turn=0, status=status, headers=headers, body=orjson.dumps(body), is_cut=is_cut)


def test_a_list_replaces_the_bots(org: Org) -> None:
    assert pulled(org, "v2", response({"entities": [VEGA]}), 1000) == ()
    assert list(bots_of(org, "v2")) == ["vega"]
    assert pulled(org, "v2", response({"entities": []}), 1000) == ()
    assert bots_of(org, "v2") == {}


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (response({}, 500), "BC-01"),
        (response({"entities": [VEGA]}, encoding="gzip"), "BC-01.encoding"),
        (response({"entities": [VEGA]}, is_cut=True), "BC-01.size"),
        (response("x" * 2000), "BC-01.size"),
        (response([]), "BC-01.json"),
        (response({"entities": {}}), "BC-38"),
        (response({"entities": [1]}), "BC-38"),
    ],
)
def test_what_is_no_list_leaves_the_bots_as_they_were(org: Org, answer: Response, rule: str) -> None:
    assert [fault.rule for fault in pulled(org, "v2", answer, 1000)] == [rule]
    assert list(bots_of(org, "v2")) == ["nova"]


def test_a_bot_that_can_not_be_read_is_left_out(org: Org) -> None:
    (fault,) = pulled(org, "v2", response({"entities": [VEGA, {"id": "x"}]}), 1000)[:1]
    assert fault.rule == "BC-38"
    assert list(bots_of(org, "v2")) == ["vega"]


def test_one_bot_is_looked_at_and_not_kept(org: Org) -> None:
    assert shown(response(VEGA), 1000) == ()
    assert [fault.rule for fault in shown(response({}, 404), 1000)] == ["BC-01"]
    assert list(bots_of(org, "v2")) == ["nova"]
