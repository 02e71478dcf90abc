"""Topics: which names exist, what a combined topic stands for, and which permission reads one.

Source: facts platform-api §5 and the 242 topics of the catalogue. Names compare without case; an id is one segment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import orjson

from understudy.material import material
from understudy.notifications.coverage import Reading, coverage, fits

COMBINED_MAX: Final = 200  # characters; notifications guide, "combine related topics", quoted in a public study
_VARIABLE: Final = "{id}"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the catalogue: its pattern (``v2.users.{id}.presence``) and the model of its body."""

    pattern: str
    model: str


class TopicTable:
    """All topics, found by name."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.topics = tuple(topics)
        self._by_size: dict[int, list[tuple[tuple[str, ...], Topic]]] = {}
        for topic in self.topics:
            segments = tuple(topic.pattern.casefold().split("."))
            self._by_size.setdefault(len(segments), []).append((segments, topic))
        for patterns in self._by_size.values():
            patterns.sort(key=lambda known: known[0].count(_VARIABLE))  # literal before variable

    def match(self, name: str) -> Topic | None:
        """The topic that a full name (ids filled in) belongs to."""
        given = name.casefold().split(".")
        for segments, topic in self._by_size.get(len(given), ()):
            if all(_fits(pattern, segment) for pattern, segment in zip(segments, given, strict=True)):
                return topic
        return None

    def expand(self, name: str) -> list[tuple[str, Topic]]:
        """The full names that a client's topic stands for, folded; empty when any of them does not exist.

        ``v2.users.7?presence&routingStatus`` is a combined topic: its events carry the expanded names.
        """
        found = []
        for part in _parts(name):
            topic = self.match(part)
            if topic is None:
                return []
            found.append((part.casefold(), topic))
        return found


def _fits(pattern: str, segment: str) -> bool:
    if pattern == _VARIABLE:
        return bool(segment) and not any(character in "{}?&* " for character in segment)
    return pattern == segment


def _parts(name: str) -> list[str]:
    prefix, mark, suffixes = name.partition("?")
    if not mark:
        return [name]
    if len(name) > COMBINED_MAX:
        return [""]
    return [f"{prefix}.{suffix}" for suffix in suffixes.split("&")]


def reading_of(topic: Topic) -> Reading | None:
    """What reads the topics of a pattern; None where no permission is needed."""
    return next((reading for reading in coverage().readings if fits(reading.pattern, topic.pattern)), None)


def permissions_of(topic: Topic, name: str, user: str | None) -> tuple[str, ...]:
    """The permissions of which one reads this topic; empty when none is needed."""
    reading = reading_of(topic)
    if reading is None:
        return ()
    is_own = reading.own and user is not None and user.casefold() in name.casefold().split(".")
    return () if is_own else reading.permissions


@cache
def topic_table() -> TopicTable:
    """The topics of the catalogue: constant material, so read once a process."""
    mapping = orjson.loads((material("contracts/platform_api") / "topics.json").read_bytes())
    return TopicTable(Topic(pattern, model) for pattern, model in mapping.items())
