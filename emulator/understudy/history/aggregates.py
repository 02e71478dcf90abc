"""Aggregates: what the metrics of all sessions amount to, by group and by part of an interval.

A time (``t…``) has count, sum, min and max; a count (``n…``, ``o…``) its sum as ``count``; a service level its ratio,
numerator, denominator and target. Only parts with data are answered. Groups always tell the media type (observed in
answers of the platform), and what else the query groups by.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.clock import parse_iso
from understudy.history.documents import Body
from understudy.history.filters import Filter
from understudy.history.interval import Interval, refused
from understudy.history.rows import Row, session_rows, values

GROUPS_MAX: Final = 10_000  # of one answer; the emulator's own bound
SERVICE: Final = "oServiceLevel"
TARGET: Final = "oServiceTarget"
FUNCTIONS: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "count": lambda found: float(len(found)),
    "sum": sum,
    "min": min,
    "max": max,
    "average": lambda found: sum(found) / len(found),
}

Level = Callable[[str, str], "tuple[float, float] | None"]  # (queue, media type) → (share, seconds)
Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Datum:
    """One measurement in one group."""

    group: Key
    at: float
    metric: str
    value: float
    queue: str = ""
    media: str = ""
    conversation: str = ""


@dataclass(slots=True)
class Asked:
    """What an aggregation query asks for, checked."""

    interval: Interval
    parts: list[Interval]
    metrics: Sequence[str]
    group_by: Sequence[str]
    filter: Filter | None = None
    views: Sequence[Mapping[str, Any]] = ()
    top: str = ""  # topN | bottomN
    sort: tuple[str, str] = ("", "")  # metric, function
    limit: int = 0
    always: Sequence[str] = field(default=("mediaType",))


def aggregate(asked: Asked, documents: Iterable[Body], level: Level) -> list[Body]:
    """The containers of an answer: ``{group, data[{interval, metrics, views}]}``."""
    groups: dict[Key, list[Datum]] = {}
    for datum in _data(asked, documents):
        groups.setdefault(datum.group, []).append(datum)
        if len(groups) > GROUPS_MAX:
            raise refused("invalid.value", "groupBy", f"makes more than {GROUPS_MAX} groups")
    found = [(dict(group), data) for group, data in _top(asked, sorted(groups.items()))]
    containers = [{"group": group, "data": _parts(asked, data, level)} for group, data in found]
    return [container for container in containers if container["data"]]


def _data(asked: Asked, documents: Iterable[Body]) -> Iterator[Datum]:
    for document in documents:
        seen: set[Key] = set()
        for row, metrics in session_rows(document):
            if asked.filter is not None and not asked.filter.holds(row):
                continue
            for group in _groups(asked, row):
                if group not in seen:  # a conversation counts once in each group it touched
                    seen.add(group)
                    yield from _within(asked, _datum(group, row, "nConversations", 1, row["conversationStart"]))
                for metric in metrics:
                    found = _datum(group, row, metric["name"], metric["value"], metric["emitDate"])
                    yield from _within(asked, found)


def _datum(group: Key, row: Row, metric: str, value: float, date: str) -> Datum:
    queue, media = str(row.get("queueId") or ""), str(row.get("mediaType") or "")
    return Datum(group, parse_iso(date), metric, value, queue, media, row["conversationId"])


def _within(asked: Asked, datum: Datum) -> Iterator[Datum]:
    if datum.at in asked.interval:
        yield datum


def _groups(asked: Asked, row: Row) -> list[Key]:
    """The groups of a row: one a value where a dimension has several; without a value it lacks the dimension."""
    found: list[Key] = [()]
    for dimension in dict.fromkeys((*asked.always, *asked.group_by)):
        several = [str(value) for value in values(row, dimension)]
        if several:
            found = [(*group, (dimension, value)) for group in found for value in dict.fromkeys(several)]
    return found


def _parts(asked: Asked, data: Sequence[Datum], level: Level) -> list[Body]:
    starts = [part.start for part in asked.parts]
    by_part: dict[int, list[Datum]] = {}
    for datum in data:
        by_part.setdefault(bisect_right(starts, datum.at) - 1, []).append(datum)
    found = []
    for place in sorted(by_part):
        metrics = [one for name in dict.fromkeys(asked.metrics) if (one := _metric(name, by_part[place], level))]
        if metrics:
            part: Body = {"interval": str(asked.parts[place]), "metrics": metrics}
            if views := [_view(view, by_part[place]) for view in asked.views]:
                part["views"] = views
            found.append(part)
    return found


def _metric(name: str, data: Sequence[Datum], level: Level) -> Body | None:
    if name in (SERVICE, TARGET):
        return _service(name, data, level)
    found = [datum.value for datum in data if datum.metric == name]
    if not found:
        return None
    if not name.startswith("t"):
        return {"metric": name, "stats": {"count": int(sum(found))}}
    stats = {"count": len(found), "sum": sum(found), "min": min(found), "max": max(found)}
    return {"metric": name, "stats": stats}


def _service(name: str, data: Sequence[Datum], level: Level) -> Body | None:
    """Answered in time out of all that were answered or given up, where their queue promises anything."""
    waits = [
        (datum, promise)
        for datum in data
        if datum.metric in ("tAnswered", "tAbandon") and (promise := level(datum.queue, datum.media)) is not None
    ]
    if not waits:
        return None
    target = waits[-1][1][0]
    if name == TARGET:
        return {"metric": name, "stats": {"current": target}}
    in_time = [datum for datum, promise in waits if datum.metric == "tAnswered" and datum.value <= promise[1] * 1000]
    numbers = {"numerator": len(in_time), "denominator": len(waits), "target": target}
    return {"metric": name, "stats": {"ratio": len(in_time) / len(waits), **numbers}}


def _view(view: Mapping[str, Any], data: Sequence[Datum]) -> Body:
    """How many values of a metric lie within a range."""
    bounds = view.get("range") or {}
    low, high = bounds.get("gte"), bounds.get("lt")
    found = [
        datum.value
        for datum in data
        if datum.metric == view["target"]
        and (low is None or datum.value >= low)
        and (high is None or datum.value < high)
    ]
    return {"name": view["name"], "stats": {"count": len(found)}}


def _top(asked: Asked, groups: list[tuple[Key, list[Datum]]]) -> list[tuple[Key, list[Datum]]]:
    """The first ``limit`` groups by a statistic, where the query asks for topN or bottomN; those without it have no
    place among them (assumed)."""
    if not asked.top:
        return groups
    metric, function = asked.sort
    ranked = []
    for group in groups:
        found = [datum.value for datum in group[1] if datum.metric == metric]
        if found:
            ranked.append((FUNCTIONS[function](found), group))
    ranked.sort(key=lambda one: one[0], reverse=asked.top == "topN")
    return [group for _, group in ranked[: asked.limit]]
