from __future__ import annotations

import orjson

from understudy.errors import Refused
from understudy.platform.messages import Answer, error_body


def test_a_body_is_encoded_and_encoded_bytes_are_sent_as_they_are() -> None:
    assert Answer(body={"name": "café"}).payload() == '{"name":"café"}'.encode()
    assert Answer(encoded=b"{}").payload() == b"{}"


def test_no_body_is_no_bytes_and_an_empty_one_is() -> None:
    assert Answer().payload() == b""
    assert Answer(body=[]).payload() == b"[]"


def test_a_refusal_becomes_genesys_error_body() -> None:
    refused = Refused(404, "not.found", "No queue.", params={"queueId": "q1"}, details=({"fieldName": "queueId"},))
    assert error_body(refused, "c-1") == {
        "message": "No queue.",
        "code": "not.found",
        "status": 404,
        "messageParams": {"queueId": "q1"},
        "contextId": "c-1",
        "details": [{"fieldName": "queueId"}],
        "errors": [],
    }


def test_a_limit_is_told_with_key_namespace_and_value() -> None:
    limit = {"key": "requests", "namespace": "platform", "value": 300}
    body = error_body(Refused(429, "too.many.requests", "Slow down.", limit=limit), "c-1")
    assert orjson.loads(orjson.dumps(body))["limit"] == limit
