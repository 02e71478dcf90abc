"""A selector means an entry when all of it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from understudy.checker.evidence import link
from understudy.checker.selectors import PARTS, matches
from understudy.material import material
from understudy.record.entry import Entry

REQUEST = Entry(
    0, 0, "message", "POST /api/v2/x", "platform", 0.0, 0.0, 0.0, direction="in", exchange="0-1",
    headers=(("X-A", "1"),), body=b'{"type":"Text","items":[{"n":1}]}', customer="ann", conversation="c1",
    data={"operation": "postX", "attempt": 2},
)  # fmt: skip
ANSWER = Entry(0, 1, "message", "429", "platform", 1.0, 1.0, 1.0, direction="out", exchange="0-1", status=429)


@pytest.mark.parametrize(
    ("selector", "is_meant"),
    [
        ({}, True),
        ({"kind": "message"}, True),
        ({"kind": ["note", "track"]}, False),
        ({"interface": ["oauth", "platform"]}, True),
        ({"direction": "out"}, False),
        ({"name": "POST */x"}, True),
        ({"name": ["GET *", "PUT *"]}, False),
        ({"operation": "post*"}, True),
        ({"operation": ["getX"]}, False),
        ({"status": "2xx"}, False),
        ({"data": {"attempt": {"min": 2}}}, True),
        ({"data": {"missing": {"exists": False}}}, True),
        ({"header": {"x-a": "1"}}, True),
        ({"spelled": ["X-A"]}, True),
        ({"spelled": ["x-a"]}, False),
        ({"body": {"type": "Text", "items.*.n": 1}}, True),
        ({"body": {"type": "Event"}}, False),
        ({"json": True}, True),
        ({"json": False}, False),
        ({"text": {"contains": "items"}}, True),
        ({"customer": "ann", "conversation": {"not": "c2"}}, True),
        ({"response": {"status": [429]}}, True),
        ({"response": {"status": 200}}, False),
        ({"request": {"name": "POST *"}}, False),
    ],
)
def test_all_parts_must_hold(selector: dict[str, Any], is_meant: bool) -> None:
    request, _ = link([REQUEST, ANSWER])
    assert matches(selector, request) is is_meant


def test_an_answer_is_told_by_its_request() -> None:
    _, answer = link([REQUEST, ANSWER])
    assert matches({"status": 429, "request": {"operation": "postX"}}, answer)


def test_the_contracts_form_knows_the_same_parts() -> None:
    form = json.loads((material("contracts") / "rules.schema.json").read_text("utf-8"))
    assert set(form["$defs"]["selector"]["properties"]) - {"like"} == set(PARTS)
