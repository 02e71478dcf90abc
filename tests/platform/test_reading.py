from __future__ import annotations

import pytest

from understudy.errors import Refused
from understudy.limits import load_limits
from understudy.platform.catalogue import Catalogue
from understudy.platform.reading import check_body, read_body, read_query, unknown_fields
from understudy.platform.request import ApiRequest
from understudy.platform.schemas import Schemas

JSON = {"Content-Type": "application/json"}
LIMITS = load_limits()


def refused(catalogue: Catalogue, body: bytes, headers: dict[str, str] = JSON, oversize: bool = False) -> Refused:
    request = ApiRequest("POST", "/api/v2/routing/queues", headers, body, oversize=oversize)
    with pytest.raises(Refused) as caught:
        read_body(catalogue.by_id["postRoutingQueues"], request, LIMITS)
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'a':1}",
        b"[1,]",
        b"nul",
        b'{"a":NaN}',
        b'"\xff"',
        b"\xff\xfe{}",
        b'{"a":"\xc3\x28"}',
        b"{}{}",
        b"[" * 5_000,
    ],
    ids=range(10),
)
def test_malformed_json_is_a_bad_request(body: bytes, catalogue: Catalogue) -> None:
    refusal = refused(catalogue, body)
    assert (refusal.status, refusal.code) == (400, "bad.request")


@pytest.mark.parametrize("body", [b"", b"null"])
def test_no_body_is_refused_where_one_is_required(body: bytes, catalogue: Catalogue) -> None:
    assert refused(catalogue, body).message == "The request body is required"


def test_null_is_no_body_where_none_is_needed(catalogue: Catalogue) -> None:
    channels = ApiRequest("POST", "/api/v2/notifications/channels", JSON, b"null")
    assert read_body(catalogue.by_id["postNotificationsChannels"], channels, LIMITS) is None
    optional = ApiRequest("PUT", "/api/v2/flows/datatables/t/rows/r", JSON, b"null")
    assert read_body(catalogue.by_id["putFlowsDatatableRow"], optional, LIMITS) is None


def test_a_body_that_nobody_asked_for_is_ignored(catalogue: Catalogue) -> None:
    request = ApiRequest("GET", "/api/v2/routing/queues", JSON, b"{broken")
    assert read_body(catalogue.by_id["getRoutingQueues"], request, LIMITS) is None


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/x-www-form-urlencoded; charset=utf-8"])
def test_another_media_type_is_unsupported(media: str, catalogue: Catalogue) -> None:
    refusal = refused(catalogue, b'{"name":"Q"}', {"Content-Type": media})
    assert (refusal.status, refusal.code) == (415, "unsupported.media.type")


@pytest.mark.parametrize("media", ["application/json; charset=UTF-8", "application/merge-patch+json", "*/*", ""])
def test_json_under_any_of_its_names_is_read(media: str, catalogue: Catalogue) -> None:
    request = ApiRequest("POST", "/api/v2/routing/queues", {"Content-Type": media}, b'{"name":"Q"}')
    assert read_body(catalogue.by_id["postRoutingQueues"], request, LIMITS) == {"name": "Q"}


def test_a_body_over_the_bound_is_too_large(catalogue: Catalogue) -> None:
    for refusal in (refused(catalogue, b" " * 1_048_577), refused(catalogue, b"", oversize=True)):
        assert (refusal.status, refusal.code) == (413, "request.too.large")
        assert refusal.message == "The request is over the size limit. Maximum bytes: 1048576"


def test_the_gate_names_what_is_wrong(catalogue: Catalogue) -> None:
    gate = Schemas(catalogue.models).gate("CreateQueueRequest")
    with pytest.raises(Refused) as missing:
        check_body({"description": "d"}, gate)
    assert (missing.value.status, missing.value.code) == (400, "constraint.validation")
    assert missing.value.message == "The request body is not valid: name is missing"
    assert missing.value.details == ({"errorCode": "required.field.missing", "fieldName": "name"},)
    with pytest.raises(Refused) as wrong_type:
        check_body({"name": 1}, gate)
    assert wrong_type.value.code == "bad.request"
    check_body({"name": "Q", "unknown": 1}, gate)


def test_the_judge_tells_unknown_fields(catalogue: Catalogue) -> None:
    judge = Schemas(catalogue.models).judge("CreateQueueRequest")
    body = {"name": "Q", "colour": "red", "acwSettings": {"timeoutMs": 1, "timeout": 1}}
    assert sorted(unknown_fields(body, judge)) == ["acwSettings.timeout", "colour"]
    assert unknown_fields({"name": "Q"}, judge) == []


@pytest.mark.parametrize(
    ("operation", "query", "field"),
    [
        ("getRoutingQueues", "pageSize=ten", "pageSize"),
        ("getRoutingQueues", "hasPeer=perhaps", "hasPeer"),
    ],
)
def test_a_parameter_has_the_type_of_the_catalogue(
    operation: str, query: str, field: str, catalogue: Catalogue
) -> None:
    with pytest.raises(Refused) as caught:
        read_query(catalogue.by_id[operation], query)
    assert (caught.value.code, caught.value.details[0]["fieldName"]) == ("invalid.query.param.value", field)


def test_a_parameter_has_one_of_its_values_in_any_case(catalogue: Catalogue) -> None:
    jobs = catalogue.by_id["getRecordingJobs"]
    assert read_query(jobs, "jobType=delete") == {"jobType": "delete"}
    with pytest.raises(Refused) as caught:
        read_query(jobs, "jobType=AAA")
    assert (caught.value.status, caught.value.code) == (400, "invalid.query.param.value")


def test_an_unknown_expansion_adds_nothing(catalogue: Catalogue) -> None:
    assert read_query(catalogue.by_id["getUsers"], "expand=aura") == {"expand": "aura"}


def test_the_first_value_counts_and_lists_are_joined(catalogue: Catalogue) -> None:
    operation = catalogue.by_id["getRoutingQueues"]
    assert read_query(operation, "name=a&name=b&id=1&id=2&empty=&n=%C3%A9+x") == {
        "name": "a",
        "id": "1,2",
        "empty": "",
        "n": "é x",
    }


def test_a_required_parameter_is_required(catalogue: Catalogue) -> None:
    with_required = [op for op in catalogue.operations if any(p.required for p in op.query)]
    assert with_required
    with pytest.raises(Refused) as caught:
        read_query(with_required[0], "")
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "deep", [b"[" * 101 + b"]" * 101, b'{"a":' * 300 + b"1" + b"}" * 300, b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}"]
)
def test_what_is_nested_too_deep_is_a_bad_request(deep: bytes, catalogue: Catalogue) -> None:
    assert refused(catalogue, deep).message == "The request body is nested more than 100 deep"


@pytest.mark.parametrize(
    "shallow", [b"[" * 100 + b"]" * 100, b'{"a":"' + b"[" * 1000 + b'"}', b"[" + b"{}," * 500 + b"{}]"]
)
def test_many_brackets_are_no_depth(shallow: bytes, catalogue: Catalogue) -> None:
    request = ApiRequest("POST", "/api/v2/routing/queues", JSON, shallow)
    assert read_body(catalogue.by_id["postRoutingQueues"], request, LIMITS)


def test_a_content_encoding_is_not_supported(catalogue: Catalogue) -> None:
    refusal = refused(catalogue, b"\x1f\x8b", {**JSON, "Content-Encoding": "gzip"})
    assert (refusal.status, refusal.code) == (415, "unsupported.media.type")
