"""Topics about configuration: an entity was stored or deleted, and the topic of its resource says so.

The body is the entity as far as the topic's model knows its fields; what does not fit the model is left out, never
changed. Which resource belongs to which topic stands in ``contracts/notifications/topics.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from understudy.clock import parse_iso
from understudy.material import material
from understudy.notifications.coverage import coverage
from understudy.notifications.topics import topic_table
from understudy.platform.catalogue import Models, load_models
from understudy.world.changes import Change
from understudy.world.org import Org

KINDS: Final = frozenset({"entity.created", "entity.changed", "entity.deleted"})
VARIABLE: Final = "{id}"
SCALARS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "date": str,
    "date-time": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def topic_of(change: Change) -> str | None:
    """The topic that a change of an entity makes, its ids filled in; None where its resource has none."""
    resource, _, parent = str(change.data.get("type", "")).partition("/")
    pattern = coverage().entities.get(resource)
    if pattern is None:
        return None
    ids = [one for one in (parent, str(change.data.get("id", ""))) if one]
    if len(ids) != pattern.count(VARIABLE):
        return None
    for one in ids:
        pattern = pattern.replace(VARIABLE, one, 1)
    return pattern


def body(org: Org, change: Change, topic: str) -> dict[str, Any]:
    """The entity as the topic's model has it; of a deleted one only who it was."""
    known = topic_table().match(topic)
    model = known.model if known is not None else ""
    type_, id_ = str(change.data.get("type", "")), str(change.data.get("id", ""))
    entity = org.entities.get(type_, id_)
    if entity is None:
        gone = {"id": id_, "name": change.data.get("name"), "deleted": True}
        return _cut(gone, model, models()) or {}
    return _cut(entity.body, model, models()) or {}


def _cut(value: Any, type_: str, known: Mapping[str, Any]) -> Any:
    """``value`` with what the type has no place for left out; None where nothing of it fits."""
    if type_.endswith("[]"):
        items = [_cut(one, type_[:-2], known) for one in value] if isinstance(value, list) else None
        return None if items is None else [one for one in items if one is not None]
    if type_.startswith("map<"):
        if not isinstance(value, dict):
            return None
        pairs = {key: _cut(one, type_[4:-1], known) for key, one in value.items()}
        return {key: one for key, one in pairs.items() if one is not None}
    if type_ in known:
        return _cut_object(value, known[type_], known)
    return value if type_ == "object" or _is(value, type_) else None


def _cut_object(value: Any, fields: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    cut: dict[str, Any] = {}
    for name, about in fields.items():
        part = _cut(value.get(name), about["type"], known)
        if part is not None and not (about.get("enum") and isinstance(part, str) and part not in about["enum"]):
            cut[name] = part
    return cut


def _is(value: Any, type_: str) -> bool:
    if isinstance(value, bool) and type_ != "boolean":
        return False
    if type_ == "date-time" and isinstance(value, str):
        return _is_time(value)
    return isinstance(value, SCALARS.get(type_, str))


def _is_time(text: str) -> bool:
    try:
        parse_iso(text)
    except ValueError:
        return False
    return True


@cache
def models() -> Models:
    """The models of the catalogue, each parsed when it is first asked for: read when the first topic needs them."""
    return load_models(material("contracts/platform_api"))
