from __future__ import annotations

import pytest

from understudy.bot_connector.messages import Variant
from understudy.bot_connector.request import Address, Join


def test_v1_posts_to_the_uri_as_it_stands() -> None:
    uri = "http://127.0.0.1:9000/v1/postUtterance/?a=b&c=%20d"
    request = Address(variant=Variant.V1, uri=uri, credentials=(("verify-token", "s;e,c"),)).turn(b"{}", "corr-1")
    assert (request.method, request.url, request.body) == ("POST", uri, b"{}")
    assert request.headers == (
        ("Host", "127.0.0.1:9000"), ("Content-Length", "2"), ("User-Agent", "understudy"), ("Accept", "*/*"),
        ("Accept-Encoding", "identity"), ("Content-Type", "application/json"), ("ININ-Correlation-Id", "corr-1"),
        ("verify-token", "s;e,c"),
    )  # fmt: skip


@pytest.mark.parametrize("base", ["http://h/api", "http://h/api/"])
@pytest.mark.parametrize(("join", "named"), [(Join.PLAIN, ""), (Join.NAMED, "botconnector/")])
def test_v2_appends_to_its_base(base: str, join: Join, named: str) -> None:
    address = Address(variant=Variant.V2, uri=base, join=join)
    assert address.turn(b"{}").url == f"http://h/api/{named}messages"
    assert address.bots().url == f"http://h/api/{named}bots"
    assert address.bot("a/b ?").url == f"http://h/api/{named}bots/a%2Fb%20%3F"


def test_v2_keeps_the_query_of_its_base() -> None:
    assert Address(variant=Variant.V2, uri="http://h?x=1").bots().url == "http://h/bots?x=1"


def test_a_get_has_no_body_headers() -> None:
    request = Address(variant=Variant.V2, uri="http://h").bots()
    assert request.method == "GET"
    assert not {"content-length", "content-type"} & {name.lower() for name, _ in request.headers}


def test_a_credential_replaces_a_header_of_ours_in_any_letter_case() -> None:
    request = Address(variant=Variant.V1, uri="http://h", credentials=(("user-agent", "x"),)).turn(b"{}")
    assert [value for name, value in request.headers if name.lower() == "user-agent"] == ["x"]
