from __future__ import annotations

import gzip
from typing import Any

import pytest

from understudy.bot_connector.answers import Reading
from understudy.bot_connector.messages import Variant
from understudy.bot_connector.response import Acknowledged, Response, read_response

JSON = (("Content-Type", "application/json; charset=utf-8"),)
GOOD = b'{"botState":"MoreData"}'
MOST = 1000


def read(variant: Variant, **fields: Any) -> Reading | Acknowledged:
    given = {"status": 200, "headers": JSON, "body": GOOD, **fields}
    return read_response(Response(turn=1, **given), variant, MOST)


def rules(variant: Variant, **fields: Any) -> list[str]:
    found = read(variant, **fields)
    return [fault.rule for fault in (found.faults if isinstance(found, Reading) else found.faults.found)]


@pytest.mark.parametrize("variant", Variant)
def test_200_with_an_answer_is_an_answer(variant: Variant) -> None:
    found = read(variant)
    assert isinstance(found, Reading)
    assert found.answer is not None
    assert found.faults == ()


@pytest.mark.parametrize("status", [201, 202, 204, 301, 400, 401, 403, 404, 429, 500, 503, 999])
def test_v1_takes_200_only(status: int) -> None:
    assert rules(Variant.V1, status=status) == ["BC-01"]


@pytest.mark.parametrize("status", [201, 302, 400, 500])
def test_v2_refuses_other_statuses(status: int) -> None:
    assert rules(Variant.V2, status=status) == ["BC-01"]


@pytest.mark.parametrize("status", [200, 202, 204])
@pytest.mark.parametrize("body", [b"", b" ", b"{}", b'{"messageId":"x"}'])
def test_v2_may_acknowledge(status: int, body: bytes) -> None:
    assert isinstance(read(Variant.V2, status=status, body=body), Acknowledged)
    assert rules(Variant.V1, body=body) != []


@pytest.mark.parametrize("variant", Variant)
@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"headers": (*JSON, ("content-encoding", "gzip")), "body": gzip.compress(GOOD, mtime=0)}, "BC-01.encoding"),
        ({"headers": (*JSON, ("Content-Encoding", "br"))}, "BC-01.encoding"),
        ({"body": gzip.compress(b" " * 10_000_000 + GOOD, mtime=0)[:MOST]}, "BC-25.utf8"),
        ({"body": b" " * (MOST + 1)}, "BC-01.size"),
        ({"is_cut": True}, "BC-01.size"),
        ({"body": b"\xff"}, "BC-25.utf8"),
        ({"body": b"<p>"}, "BC-01.json"),
        ({"body": b'{"botState":"x"}'}, "BC-07"),
    ],
)
def test_a_response_that_is_no_answer_is_a_named_fault(variant: Variant, fields: dict[str, Any], rule: str) -> None:
    found = read(variant, **fields)
    assert isinstance(found, Reading)
    assert found.answer is None
    assert rules(variant, **fields) == [rule]


@pytest.mark.parametrize("headers", [(), (("Content-Type", "text/html"),)])
def test_another_content_type_is_reported_and_forgiven(headers: tuple[tuple[str, str], ...]) -> None:
    found = read(Variant.V1, headers=headers)
    assert isinstance(found, Reading)
    assert found.answer is not None
    assert [fault.rule for fault in found.faults] == ["BC-01.type"]


def test_identity_is_no_encoding() -> None:
    assert rules(Variant.V1, headers=(*JSON, ("Content-Encoding", "identity"))) == []
