"""Documents as flat rows, which filters, groups and frequencies look at: one a segment, one a session.

A row is the fields of a segment, its session, flow, participant and conversation in one dictionary; the inner ones go
before the outer. A dimension is a field of the models by its name or its plural (``divisionId`` → ``divisionIds``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from understudy.platform.catalogue import Models

Row = Mapping[str, Any]

MODELS: Final = (
    "AnalyticsConversation",
    "AnalyticsParticipant",
    "AnalyticsSession",
    "AnalyticsFlow",
    "AnalyticsConversationSegment",
)
IRREGULAR: Final[Mapping[str, str]] = {"destinationAddress": "destinationAddresses"}
NESTED: Final = frozenset({"participants", "sessions", "segments", "metrics", "flow", "attributes"})


def conversation_row(document: Mapping[str, Any]) -> Row:
    """The fields of the conversation itself."""
    return {key: value for key, value in document.items() if key not in NESTED}


def session_rows(document: Mapping[str, Any]) -> Iterator[tuple[Row, list[Mapping[str, Any]]]]:
    """Each session with its metrics; fields of its segments too, the latest that has one."""
    outer = conversation_row(document)
    for participant in document["participants"]:
        for session in participant["sessions"]:
            row = {**outer, **_plain(participant), **session.get("flow", {}), **_plain(session)}
            for segment in session["segments"]:
                row |= segment
            yield row, session["metrics"]


def segment_rows(document: Mapping[str, Any]) -> Iterator[Row]:
    """Each segment."""
    outer = conversation_row(document)
    for participant in document["participants"]:
        for session in participant["sessions"]:
            above = {**outer, **_plain(participant), **session.get("flow", {}), **_plain(session)}
            for segment in session["segments"]:
                yield {**above, **segment}


def metrics_of(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every metric of every session."""
    for participant in document["participants"]:
        for session in participant["sessions"]:
            yield from session["metrics"]


def values(row: Row, dimension: str) -> list[Any]:
    """What a row has in a dimension; empty where it has nothing."""
    for key in (dimension, IRREGULAR.get(dimension, f"{dimension}s")):
        found = row.get(key)
        if found is not None and found != "":
            return found if isinstance(found, list) else [found]
    return []


def is_readable(dimension: str, models: Models) -> bool:
    """Whether documents have a place for a dimension."""
    known = _fields(tuple(tuple(models.get(name, ())) for name in MODELS))
    return dimension in known or IRREGULAR.get(dimension, f"{dimension}s") in known


@lru_cache(maxsize=4)
def _fields(models: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    return frozenset(field for model in models for field in model) - NESTED


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in NESTED}
