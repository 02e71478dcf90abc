"""Aggregate queries over REST: conversations and bots (catalogue: analytics)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from understudy.history.aggregates import FUNCTIONS, Asked, aggregate
from understudy.history.details_api import models_of
from understudy.history.documents import MEDIA_TYPES, documents
from understudy.history.filters import Filter, unsupported
from understudy.history.interval import parse_interval, parts, refused
from understudy.history.metrics import promised
from understudy.history.reach import within
from understudy.history.rows import is_readable
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

TOP_DEFAULT: Final = 50  # groups of a topN without a limit; not documented
MEDIA: Final[Mapping[str, str]] = {word: medium for medium, word in MEDIA_TYPES.items()}  # voice → call


def query_conversations(call: Call) -> Answer:
    """``POST …/conversations/aggregates/query``."""
    asked = _asked(call, call.body)
    known = [one for one in within(call, call.org.conversations.values()) if one.started < asked.interval.end]

    def level(queue: str, media: str) -> tuple[float, float] | None:
        return promised(call.org, queue, MEDIA.get(media, media))

    return Answer(body={"results": aggregate(asked, documents(call.org, known), level)})


def query_bots(call: Call) -> Answer:
    """``POST …/bots/aggregates/query``: no bot flow runs here, so a query that is right finds nothing."""
    interval = parse_interval(call.body.get("interval"))
    parts(interval, call.body.get("granularity"), call.body.get("timeZone"))
    if call.body.get("filter"):
        Filter(call.body["filter"], "filter", lambda _: True, lambda *_: ())
    return Answer(body={"results": []})


def _asked(call: Call, body: Mapping[str, Any]) -> Asked:
    interval = parse_interval(body.get("interval"))
    models = models_of(call)

    def is_supported(dimension: str) -> bool:
        return is_readable(dimension, models)

    group_by = [str(dimension) for dimension in body.get("groupBy") or ()]
    for dimension in group_by:
        if not is_supported(dimension):
            raise unsupported("groupBy", "dimension", dimension)
    top, sort, limit = _top(body)
    return Asked(
        interval,
        parts(interval, body.get("granularity"), body.get("timeZone")),
        _metrics(body),
        group_by,
        Filter(body["filter"], "filter", is_supported) if body.get("filter") else None,
        [view for view in body.get("views") or () if isinstance(view, Mapping)],
        top,
        sort,
        limit,
    )


def _metrics(body: Mapping[str, Any]) -> Sequence[str]:
    found = [str(metric) for metric in body.get("metrics") or ()]
    if not found:
        raise refused("required.field.missing", "metrics", "names no metric")
    return found


def _top(body: Mapping[str, Any]) -> tuple[str, tuple[str, str], int]:
    type_ = body.get("queryType") or "groupBy"
    if type_ == "groupBy":
        return "", ("", ""), 0
    sort = body.get("sortMetric") or {}
    name, function, limit = sort.get("name"), sort.get("function"), body.get("limit")
    if not name or function not in FUNCTIONS:
        raise refused("required.field.missing", "sortMetric", f"{type_} needs a metric and a function to sort by")
    limit = TOP_DEFAULT if limit is None else limit
    if limit < 1:
        raise refused("invalid.value", "limit", f"[{limit}] is not a number from 1")
    return str(type_), (str(name), str(function)), int(limit)


ACTIONS: Final[Mapping[str, Action]] = {
    "postAnalyticsConversationsAggregatesQuery": query_conversations,
    "postAnalyticsBotsAggregatesQuery": query_bots,
}
