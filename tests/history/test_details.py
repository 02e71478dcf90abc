from __future__ import annotations

from typing import Any

import pytest
from tests.history.conftest import Office

from understudy.errors import Refused
from understudy.history.details import DetailsQuery, aggregations, without_attributes
from understudy.history.interval import parse_interval
from understudy.platform.catalogue import load_catalogue

MODELS = load_catalogue().models


def _run(office: Office, *, by_start: bool = False, interval: str = "", **body: Any) -> list[str]:
    query = DetailsQuery(body, parse_interval(interval or office.interval()), MODELS, by_start=by_start)
    return [one.conversation.id for one in query.run(office.org, office.org.conversations.values())]


def _and(**predicate: Any) -> list[dict[str, Any]]:
    return [{"type": "and", "predicates": [predicate]}]


def test_segment_filters_look_at_one_segment_each(office: Office) -> None:
    chat = office.chat("ann")
    office.org.live["queue.members"]["q1"] = {}
    waits = office.says("Hello?", "bob")
    assert _run(office, segmentFilters=_and(dimension="wrapUpCode", value="w1")) == [chat.id]
    assert _run(office, segmentFilters=_and(dimension="userId", value="u1")) == [chat.id]
    assert _run(office, segmentFilters=_and(dimension="queueId", value="q1")) == [chat.id, waits.id]
    both = [{"dimension": "purpose", "value": "customer"}, {"dimension": "queueId", "operator": "exists"}]
    assert _run(office, segmentFilters=[{"type": "and", "predicates": both}]) == []


def test_every_filter_of_a_list_has_to_hold(office: Office) -> None:
    chat = office.chat()
    wanted = _and(dimension="purpose", value="agent")
    assert _run(office, segmentFilters=[*wanted, *_and(dimension="purpose", value="acd")]) == [chat.id]
    assert _run(office, segmentFilters=[*wanted, *_and(dimension="purpose", value="dialer")]) == []


def test_conversation_filters_look_at_the_conversation_and_its_metrics(office: Office) -> None:
    chat = office.chat()
    assert _run(office, conversationFilters=_and(dimension="conversationEnd", operator="exists")) == [chat.id]
    assert _run(office, conversationFilters=_and(dimension="conversationId", value=chat.id)) == [chat.id]
    assert _run(office, conversationFilters=_and(metric="tTalk", range={"gte": 30_000})) == [chat.id]
    assert _run(office, conversationFilters=_and(metric="tTalk", range={"gt": 30_000})) == []
    assert _run(office, conversationFilters=_and(metric="tConversationDuration", range={"gte": 40_000})) == [chat.id]
    assert _run(office, conversationFilters=_and(metric="tHeld", operator="exists")) == []


def test_the_length_of_a_segment_is_a_metric(office: Office) -> None:
    chat = office.chat()
    wrapup = [{"dimension": "segmentType", "value": "wrapup"}, {"metric": "tSegmentDuration", "range": {"gte": 5_000}}]
    assert _run(office, segmentFilters=[{"type": "and", "predicates": wrapup}]) == [chat.id]


def test_there_are_no_evaluations(office: Office) -> None:
    chat = office.chat()
    assert _run(office, evaluationFilters=_and(dimension="evaluationId", operator="exists")) == []
    assert _run(office, evaluationFilters=_and(dimension="evaluationId", operator="notExists")) == [chat.id]
    assert _run(office, surveyFilters=_and(dimension="surveyId", value="x")) == []


def test_order_is_by_start_unless_asked_otherwise(office: Office) -> None:
    first, second = office.chat("a"), office.chat("b")
    live = office.says("Hello?", "c")
    assert _run(office) == [first.id, second.id, live.id]
    assert _run(office, order="desc") == [live.id, second.id, first.id]
    for by in ("conversationEnd", "segmentStart", "segmentEnd"):
        assert _run(office, orderBy=by) == [first.id, second.id, live.id]


def test_a_job_may_ask_for_those_that_started_in_the_interval(office: Office) -> None:
    office.chat()
    later = office.interval(20, 3600)
    assert len(_run(office, interval=later)) == 1
    assert _run(office, interval=later, by_start=True) == []


def test_aggregations_count_conversations(office: Office) -> None:
    office.chat("a")
    office.chat("b")
    found = DetailsQuery({}, parse_interval(office.interval()), MODELS).run(
        office.org, office.org.conversations.values()
    )
    terms, ranges = aggregations(
        [
            {"type": "termFrequency", "dimension": "wrapUpCode"},
            {"type": "numericRange", "metric": "tTalk", "ranges": [{"lt": 30_000}, {"gte": 30_000, "lt": 31_000}]},
        ],
        found,
        MODELS,
    )
    assert terms["results"] == [{"value": "w1", "count": 2}]
    assert [one["count"] for one in ranges["results"]] == [0, 2]
    with pytest.raises(Refused):
        aggregations([{"dimension": "moonPhase"}], found, MODELS)
    with pytest.raises(Refused):
        aggregations([{"type": "numericRange"}], found, MODELS)


def test_attributes_can_be_taken_away(office: Office) -> None:
    office.chat()
    (one,) = DetailsQuery({}, parse_interval(office.interval()), MODELS).run(
        office.org, office.org.conversations.values()
    )
    assert "attributes" in one.document["participants"][0]
    assert "attributes" not in without_attributes(one.document)["participants"][0]
