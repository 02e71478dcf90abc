"""The conversation details query: interval, filters, order, pages and aggregations over documents of conversations.

A conversation belongs to an interval in which it was under way. Every filter of a list has to hold; a segment filter
holds if one segment passes it. There are no evaluations, surveys or resolutions here, so those filters find nothing but
their absence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from understudy.clock import parse_iso
from understudy.conversations.model import Conversation
from understudy.history.documents import Body, document
from understudy.history.filters import Filter, filters_in, unsupported
from understudy.history.interval import Interval, refused
from understudy.history.rows import Row, conversation_row, is_readable, metrics_of, segment_rows, values
from understudy.platform.catalogue import Models
from understudy.world.org import Org

ABSENT: Final = ("evaluationFilters", "surveyFilters", "resolutionFilters")
TERMS_DEFAULT: Final = 10  # terms of a frequency without a size; not documented
TERMS_MAX: Final = 1_000
SEGMENT_ORDERS: Final[Mapping[str, tuple[str, Callable[..., str]]]] = {
    "segmentStart": ("segmentStart", min),
    "segmentEnd": ("segmentEnd", max),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that a query found, with its document (attributes of participants included)."""

    conversation: Conversation
    document: Body


class DetailsQuery:
    """A checked query; ``body`` is a ConversationQuery or an AsyncConversationQuery."""

    def __init__(self, body: Mapping[str, Any], interval: Interval, models: Models, *, by_start: bool = False) -> None:
        self._interval, self._by_start = interval, by_start
        self._order, self._order_by = body.get("order") or "asc", body.get("orderBy") or "conversationStart"

        def is_supported(dimension: str) -> bool:
            return is_readable(dimension, models)

        self._conversations = filters_in(body, "conversationFilters", is_supported, _conversation_metric)
        self._segments = filters_in(body, "segmentFilters", is_supported, _segment_metric)
        # rows of these are always empty, so that every dimension can be told: it is not there
        self._absent = [one for field in ABSENT for one in filters_in(body, field, lambda _: True, lambda *_: ())]

    def run(self, org: Org, conversations: Iterable[Conversation]) -> list[Found]:
        """All of the conversations that pass, in order."""
        found = []
        for conversation in conversations:
            if self._is_within(org, conversation):
                body = document(org, conversation, attributes=True)
                if self._passes(body):
                    found.append(Found(conversation, body))
        return self._sorted(found)

    def _is_within(self, org: Org, conversation: Conversation) -> bool:
        if self._by_start:
            return conversation.started in self._interval
        ended = conversation.ended if conversation.ended is not None else org.now()
        return self._interval.overlaps(conversation.started, ended)

    def _passes(self, body: Body) -> bool:
        if self._conversations:
            row = {**conversation_row(body), "participants": body["participants"]}
            if not all(one.holds(row) for one in self._conversations):
                return False
        if self._segments and not _all_found(self._segments, list(segment_rows(body))):
            return False
        return all(one.any_holds(()) for one in self._absent)

    def _sorted(self, found: list[Found]) -> list[Found]:
        if self._order == "unordered":
            return found
        found.sort(key=lambda one: self._key(one.document), reverse=self._order == "desc")
        return found

    def _key(self, body: Body) -> str:
        """ISO times of one form sort as text; what has not ended is last."""
        if self._order_by in SEGMENT_ORDERS:
            field, choose = SEGMENT_ORDERS[self._order_by]
            return choose((str(row.get(field) or "~") for row in segment_rows(body)), default="~")
        return str(body.get(self._order_by) or "~")


def without_attributes(body: Body) -> Body:
    """AnalyticsConversationWithoutAttributes of a document."""
    bare = [{key: value for key, value in one.items() if key != "attributes"} for one in body["participants"]]
    return {**body, "participants": bare}


def aggregations(asked: Sequence[Mapping[str, Any]], found: Sequence[Found], models: Models) -> list[Body]:
    """AggregationResult of each AnalyticsQueryAggregation: how many conversations have a term or a value in a range."""
    return [_aggregation(one, found, models) for one in asked]


def _aggregation(asked: Mapping[str, Any], found: Sequence[Found], models: Models) -> Body:
    type_, dimension, metric = asked.get("type") or "termFrequency", asked.get("dimension"), asked.get("metric")
    if type_ == "numericRange":
        if not metric:
            raise refused("invalid.value", "aggregations", "a numericRange needs a metric")
        return {"type": type_, "metric": metric, **_ranges(asked.get("ranges") or (), metric, found)}
    if not dimension or not is_readable(dimension, models):
        raise unsupported("aggregations", "dimension", dimension)
    terms: Counter[str] = Counter()
    for one in found:
        rows = segment_rows(one.document)
        terms.update({str(value) for row in rows for value in values(row, dimension)})
    size = asked.get("size")
    size = min(size if isinstance(size, int) and size > 0 else TERMS_DEFAULT, TERMS_MAX)
    results = [{"value": value, "count": count} for value, count in terms.most_common(size)]
    return {"type": type_, "dimension": dimension, "count": sum(terms.values()), "results": results}


def _ranges(ranges: Sequence[Mapping[str, Any]], metric: str, found: Sequence[Found]) -> Body:
    results = []
    for bounds in ranges:
        low, high = bounds.get("gte"), bounds.get("lt")
        within = [
            one
            for one in found
            if any(
                (low is None or value >= low) and (high is None or value < high)
                for value in (m["value"] for m in metrics_of(one.document) if m["name"] == metric)
            )
        ]
        results.append({key: bound for key, bound in bounds.items() if bound is not None} | {"count": len(within)})
    return {"count": sum(result["count"] for result in results), "results": results}


def _all_found(filters: list[Filter], rows: list[Row]) -> bool:
    return all(one.any_holds(rows) for one in filters)


def _conversation_metric(row: Row, name: str) -> Sequence[Any]:
    """A metric of any session, or the length of the conversation."""
    if name == "tConversationDuration":
        ended = row.get("conversationEnd")
        return [_millis(row["conversationStart"], ended)] if ended and "conversationStart" in row else []
    if "participants" not in row:
        return []
    return [metric["value"] for metric in metrics_of(row) if metric["name"] == name]


def _segment_metric(row: Row, name: str) -> Sequence[Any]:
    if name == "tSegmentDuration" and row.get("segmentEnd"):
        return [_millis(row["segmentStart"], row["segmentEnd"])]
    return []


def _millis(start: str, end: str) -> int:
    return round((parse_iso(end) - parse_iso(start)) * 1000)
