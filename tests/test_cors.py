from __future__ import annotations

from understudy.cors import cross_origin, preflight

PAGE = {"Origin": "https://vendor.example"}


def test_a_preflight_allows_what_it_asks_for() -> None:
    asked = {**PAGE, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}
    answer = preflight("OPTIONS", asked)
    assert answer is not None
    assert answer.status == 204
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization"


def test_any_other_options_request_is_not_one() -> None:
    assert preflight("OPTIONS", PAGE) is None
    assert preflight("OPTIONS", {"Access-Control-Request-Method": "GET"}) is None
    assert preflight("GET", {**PAGE, "Access-Control-Request-Method": "GET"}) is None


def test_only_a_page_is_told() -> None:
    assert ("Access-Control-Allow-Origin", "*") in cross_origin(PAGE)
    assert cross_origin({}) == ()
