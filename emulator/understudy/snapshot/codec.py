"""Python values as JSON and back, exactly: sets, tuples, deques, keys that are no text, and entities are told apart.

What JSON has stands as it is. All else is an object with one key: ``{"$set": […]}``, ``{"$tuple": […]}``,
``{"$deque": [most, […]]}``, ``{"$map": [[key, value], …]}``, ``{"$entity": [type, id, body, hidden, version]}``.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from understudy.errors import UnderstudyError
from understudy.world.entities import Entity

DEPTH_MAX: Final = 60


def pack(value: Any, place: str, depth: int = 0) -> Any:
    """JSON for a value; raises ``UnderstudyError`` that names ``place`` where there is none."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if depth > DEPTH_MAX:
        raise UnderstudyError(f"a snapshot can't hold {place}: it is more than {DEPTH_MAX} deep")
    if isinstance(value, dict):
        return _pack_dict(value, place, depth)
    if isinstance(value, list):
        return [pack(one, place, depth + 1) for one in value]
    if isinstance(value, set | frozenset):
        return {"$set": [pack(one, place, depth + 1) for one in sorted(value)]}
    if isinstance(value, tuple):
        return {"$tuple": [pack(one, place, depth + 1) for one in value]}
    if isinstance(value, deque):
        return {"$deque": [value.maxlen, [pack(one, place, depth + 1) for one in value]]}
    if isinstance(value, Entity):
        parts = (value.type, value.id, value.body, value.hidden, value.version)
        return {"$entity": [pack(one, place, depth + 1) for one in parts]}
    raise UnderstudyError(f"a snapshot can't hold {place}: there is a {type(value).__name__} in it")


def _pack_dict(value: Mapping[Any, Any], place: str, depth: int) -> Any:
    plain = all(isinstance(key, str) for key in value) and not (len(value) == 1 and next(iter(value)).startswith("$"))
    if plain and not isinstance(value, OrderedDict):
        return {key: pack(one, place, depth + 1) for key, one in value.items()}
    pairs = [[pack(key, place, depth + 1), pack(one, place, depth + 1)] for key, one in value.items()]
    return {"$ordered" if isinstance(value, OrderedDict) else "$map": pairs}


def unpack(value: Any) -> Any:
    """The inverse of ``pack``; raises ``ValueError`` for what it never makes."""
    try:
        return _unpack(value)
    except RecursionError as error:
        raise ValueError(f"a value of a snapshot is more than {DEPTH_MAX} deep") from error


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpack(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, content),) = value.items()
        if key.startswith("$"):
            return _unpack_tagged(key, content)
    return {key: _unpack(one) for key, one in value.items()}


def _unpack_tagged(tag: str, content: Any) -> Any:
    try:
        return _TAGS[tag](content)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{tag} of a snapshot is malformed: {error}") from error


def _pairs(content: Any) -> list[tuple[Any, Any]]:
    return [(_unpack(key), _unpack(one)) for key, one in content]


def _entity(content: Any) -> Entity:
    type_, id_, body, hidden, version = (_unpack(one) for one in content)
    return Entity(str(type_), str(id_), body, int(version), orjson.dumps(body), hidden)


def _deque(content: Any) -> deque[Any]:
    most, items = content
    return deque((_unpack(one) for one in items), maxlen=most)


_TAGS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "$set": lambda content: {_unpack(one) for one in content},
    "$tuple": lambda content: tuple(_unpack(one) for one in content),
    "$deque": _deque,
    "$map": lambda content: dict(_pairs(content)),
    "$ordered": lambda content: OrderedDict(_pairs(content)),
    "$entity": _entity,
}
