from __future__ import annotations

from typing import Any

import pytest
from tests.history.conftest import Office

from understudy.errors import Refused
from understudy.history import aggregates
from understudy.history.aggregates import Asked, aggregate
from understudy.history.documents import documents
from understudy.history.filters import Filter
from understudy.history.interval import parse_interval, parts


def _aggregate(office: Office, *metrics: str, level: tuple[float, float] | None = None, **asked: Any) -> list[Any]:
    interval = parse_interval(office.interval())
    granularity = asked.pop("granularity", None)
    query = Asked(interval, parts(interval, granularity, None), metrics, asked.pop("group_by", ()), **asked)
    return aggregate(query, documents(office.org, office.org.conversations.values()), lambda queue, media: level)


def _stats(container: Any) -> dict[str, Any]:
    return {metric["metric"]: metric["stats"] for part in container["data"] for metric in part["metrics"]}


def test_times_have_sum_and_bounds_and_counts_a_count(office: Office) -> None:
    office.chat("a")
    office.chat("b")
    (all_,) = _aggregate(office, "tTalk", "nOffered", "nConversations", "tHeld")
    assert all_["group"] == {"mediaType": "message"}
    assert _stats(all_) == {
        "tTalk": {"count": 2, "sum": 60_000, "min": 30_000, "max": 30_000},
        "nOffered": {"count": 2},
        "nConversations": {"count": 2},
    }
    assert all_["data"][0]["interval"] == office.interval()


def test_groups_hold_what_belongs_to_them(office: Office) -> None:
    office.chat()
    found = _aggregate(office, "tTalk", "tAcd", group_by=["userId", "queueId"])
    by_user = {one["group"].get("userId"): _stats(one) for one in found}
    assert by_user["u1"].keys() == {"tTalk"}
    assert by_user[None].keys() == {"tAcd"}


def test_a_conversation_counts_once_in_a_group(office: Office) -> None:
    office.chat()
    counts = [
        _stats(one)["nConversations"]["count"] for one in _aggregate(office, "nConversations", group_by=["queueId"])
    ]
    assert counts == [1, 1]  # once where there is no queue, once in q1


def test_parts_with_data_are_told(office: Office) -> None:
    office.chat("a")
    office.wait(120)
    office.chat("b")
    (all_,) = _aggregate(office, "nOffered", granularity="PT1M")
    assert [part["metrics"][0]["stats"]["count"] for part in all_["data"]] == [1, 1]
    assert all_["data"][0]["interval"].startswith("2026-01-01T00:00:00.000Z/2026-01-01T00:01")


def test_a_filter_chooses_sessions(office: Office) -> None:
    office.chat()
    body = {"type": "and", "predicates": [{"dimension": "purpose", "value": "acd"}]}
    (all_,) = _aggregate(office, "tTalk", "tAcd", filter=Filter(body, "filter", lambda _: True))
    assert _stats(all_).keys() == {"tAcd"}


def test_the_service_level_is_the_share_answered_in_time(office: Office) -> None:
    office.chat("a")
    abandoned = office.says("Hello?", "b")
    office.ends(abandoned, code=None)
    (all_,) = _aggregate(office, "oServiceLevel", "oServiceTarget", level=(0.8, 20.0))
    stats = _stats(all_)
    assert stats["oServiceLevel"] == {"ratio": 0.5, "numerator": 1, "denominator": 2, "target": 0.8}
    assert stats["oServiceTarget"] == {"current": 0.8}
    assert _aggregate(office, "oServiceLevel") == []


def test_views_count_values_in_a_range(office: Office) -> None:
    office.chat()
    views = [{"target": "tTalk", "name": "long", "function": "rangeBound", "range": {"gte": 30_000}},
             {"target": "tTalk", "name": "short", "function": "rangeBound", "range": {"lt": 30_000}}]  # fmt: skip
    (all_,) = _aggregate(office, "tTalk", views=views)
    assert [(view["name"], view["stats"]["count"]) for view in all_["data"][0]["views"]] == [("long", 1), ("short", 0)]


def test_the_top_groups_come_first(office: Office) -> None:
    office.chat("a")
    office.chat("b")
    office.says("Hello?", "c")
    top: dict[str, Any] = {"top": "topN", "sort": ("oMessageCount", "sum"), "limit": 1}
    (first,) = _aggregate(office, "oMessageCount", group_by=["purpose"], **top)
    assert first["group"]["purpose"] == "customer"
    (last,) = _aggregate(office, "oMessageCount", group_by=["purpose"], **{**top, "top": "bottomN"})
    assert last["group"]["purpose"] == "agent"


def test_too_many_groups_are_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.chat()
    monkeypatch.setattr(aggregates, "GROUPS_MAX", 1)
    with pytest.raises(Refused, match="groups"):
        _aggregate(office, "oMessageCount", group_by=["purpose"])
