"""``GET /notifications/availabletopics``: all topics of the catalogue, with the fields that ``expand`` names.

What no source says topic by topic stands in ``contracts/notifications/topics.toml`` as assumed. The schema is the
topic's model as JSON Schema 2020-12: the platform's own is of an older draft (facts: platform-api §5, builder.ts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from understudy.notifications.configuration import models
from understudy.notifications.coverage import coverage
from understudy.notifications.topics import Topic, permissions_of, reading_of, topic_table
from understudy.platform.call import Call
from understudy.platform.catalogue import load_catalogue
from understudy.platform.messages import Answer
from understudy.platform.schema import Form
from understudy.platform.schemas import Schemas

VARIABLE: Final = "{id}"


def list_topics(call: Call) -> Answer:
    """``GET …/availabletopics?expand=&includePreview=`` → AvailableTopicEntityListing."""
    wanted = [name for name in call.query.get("expand", "").split(",") if name in FIELDS]
    with_preview = call.query.get("includePreview", "true").casefold() != "false"
    topics = [topic for topic in topic_table().topics if with_preview or topic.pattern not in coverage().preview]
    return Answer(200, {"entities": [_view(topic, wanted) for topic in topics]})


def _view(topic: Topic, wanted: list[str]) -> dict[str, Any]:
    return {"id": topic.pattern, **{name: FIELDS[name](topic) for name in wanted}}


def description(topic: Topic) -> str:
    """The emulator's own words: the platform's descriptions are in no source."""
    return f"Events of {topic.pattern}; their body is a {topic.model}."


def visibility(topic: Topic) -> str:
    """Public or Preview."""
    return "Preview" if topic.pattern in coverage().preview else "Public"


def needed(topic: Topic) -> list[str]:
    """The permissions of which one reads the topic."""
    return list(permissions_of(topic, topic.pattern, None))


def details(topic: Topic) -> list[dict[str, Any]]:
    """PermissionDetails[]: any one of the permissions, and whether users read what is about themselves without."""
    permissions = needed(topic)
    if not permissions:
        return []
    reading = reading_of(topic)
    allows = reading is not None and reading.own
    kind = "requiresAnyDivisionPermissions"
    return [{"type": kind, "permissions": permissions, "allowsCurrentUser": allows, "enforced": True}]


def parameters(topic: Topic) -> list[str]:
    """The names of the topic's ids, as its REST path calls them; else ``id``."""
    paths = uri_paths(topic)
    named = [part[1:-1] for part in paths[0].split("/") if part.startswith("{")] if paths else []
    return named or ["id"] * topic.pattern.count(VARIABLE)


def uri_paths(topic: Topic) -> list[str]:
    """The REST paths of the same thing: those whose segments are the topic's (a rule of ours; no source lists them)."""
    return list(_paths().get(_segments(topic.pattern.split(".")), ()))


@cache
def schema(topic: Topic) -> dict[str, Any]:
    """The model of the topic's event body as JSON Schema."""
    return _schemas().document(topic.model, Form.RESPONSE)


@cache
def _schemas() -> Schemas:
    return Schemas(models())


@cache
def _paths() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The paths that read what a topic is about, by their segments: looked for when somebody first expands them."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {_segments(t.pattern.split(".")): () for t in topic_table().topics}
    for operation in load_catalogue().operations:
        key = _segments(operation.path.removeprefix("/api/").split("/"))
        if operation.method == "GET" and key in found:
            found[key] = (*found[key], operation.path)
    return found


def _segments(parts: list[str]) -> tuple[str, ...]:
    """A topic or a path with its variables made equal."""
    return tuple("{}" if part.startswith("{") else part.casefold() for part in parts)


FIELDS: Final[Mapping[str, Callable[[Topic], Any]]] = {
    "description": description,
    "enforced": lambda topic: bool(needed(topic)),
    "schema": schema,
    "visibility": visibility,
    "transports": lambda topic: list(coverage().transports(topic.pattern)),
    "publicApiTemplateUriPaths": uri_paths,
    "requiresPermissions": needed,
    "permissionDetails": details,
    "topicParameters": parameters,
}
