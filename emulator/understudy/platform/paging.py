"""Listings: filters, order and the paging shapes of the Platform API (facts: platform-api §4).

The shape is read from the listing's model: it has numbered pages (``pageNumber``, ``total``, ``pageCount``, URIs), a
cursor (``after``/``before`` and URIs), or bare ``entities``. Entities are joined as the bytes that were encoded when
they were stored. URIs are relative; the last page has no ``nextUri``: consumers loop until it is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

import orjson

from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.wildcard import wildcard
from understudy.world.entities import Entity

PAGE_SIZE_DEFAULT: Final = ("platform", "page.size.default")
PAGE_SIZE_MAX: Final = ("platform", "page.size.max")
PAGING: Final = frozenset({"pageSize", "pageNumber", "before", "after"})
NOT_FILTERS: Final = PAGING | {"sortBy", "sortOrder", "expand", "showbrief"}
NO_OWN: Final[Mapping[str, Callable[[Entity, str], bool]]] = {}
FIELDS_OF: Final = {"name": ("name",), "description": ("description",), "nameOrDescription": ("name", "description")}


Shown: TypeAlias = Callable[[Entity], bytes | None]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the filters chose, in order. ``is_exact`` is false when a given filter is one that the emulator ignores."""

    entities: Sequence[Entity]
    is_exact: bool


def select(
    call: Call,
    entities: Iterable[Entity],
    fields: Collection[str],
    own: Mapping[str, Callable[[Entity, str], bool]] = NO_OWN,
) -> Selection:
    """Apply the filters that the request gives, and its order. ``fields`` are those of the entity's model; ``own`` are
    the resource's own filters by parameter, which hold with the parameter's default too."""
    chosen = list(entities)
    is_exact = True
    for parameter in call.operation.query:
        given = call.query.get(parameter.name)
        if parameter.name in own:
            wanted = parameter.default if given is None else given
            if wanted is not None:
                chosen = [entity for entity in chosen if own[parameter.name](entity, wanted)]
            continue
        if given is None or parameter.name in NOT_FILTERS:
            continue
        if not _is_known(parameter.name, fields):
            is_exact = False
            continue
        chosen = [entity for entity in chosen if _passes(entity, parameter.name, given)]
    return Selection(_sorted(call, chosen), is_exact)


def listing(
    call: Call, entities: Sequence[Entity | bytes], shape: Collection[str], shown: Shown | None = None
) -> bytes:
    """One page of ``entities`` as JSON. ``shape`` are the fields of the listing's model; ``shown`` gives the bytes of
    an entity of the page where they are others than those stored."""
    if "pageNumber" in shape:
        return _numbered(call, entities, shape, shown)
    if "nextUri" in shape:
        return _cursor(call, entities, shape, shown)
    return b'{"entities":[' + _joined(entities, shown) + b"]}"


def array(entities: Sequence[Entity | bytes]) -> bytes:
    """All of ``entities`` as a JSON array: the shape of listings without pages."""
    return b"[" + _joined(entities) + b"]"


def page_size(call: Call) -> int:
    """``pageSize`` of the request; Refused 400 when it is not within the bounds of the limits file."""
    limits = call.org.limits
    most = int(limits.value(*PAGE_SIZE_MAX))
    size = _number(call, "pageSize", int(limits.value(*PAGE_SIZE_DEFAULT)))
    if size > most:
        raise _invalid("pageSize", call.query["pageSize"], f"a number from 1 to {most}")
    return size


def page_number(call: Call) -> int:
    """``pageNumber`` of the request, from 1; Refused 400 when it is none."""
    return _number(call, "pageNumber", 1)


def _is_known(name: str, fields: Collection[str]) -> bool:
    return name in FIELDS_OF or name in ("id", "divisionId") or name.partition(".")[0] in fields


def _passes(entity: Entity, name: str, given: str) -> bool:
    if name in FIELDS_OF:
        fits = wildcard(given)  # documented for queues, assumed elsewhere
        return any(fits(str(entity.body.get(field, ""))) for field in FIELDS_OF[name])
    if name == "divisionId":
        return str(_value(entity.body, "division.id")) in given.split(",")
    if name == "id":
        return entity.id in given.split(",")
    value = _value(entity.body, name)
    text = orjson.dumps(value).decode() if isinstance(value, bool) else str(value)
    return text.casefold() in given.casefold().split(",")


def _value(body: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return body


def _sorted(call: Call, entities: list[Entity]) -> list[Entity]:
    """By ``sortBy`` (or the default that the operation declares), else in order of creation."""
    declared = next((parameter.default for parameter in call.operation.query if parameter.name == "sortBy"), None)
    by = call.query.get("sortBy") or declared
    if by:
        entities.sort(key=lambda entity: str(_value(entity.body, by) or "").casefold())
    if call.query.get("sortOrder", "").casefold().startswith("desc"):
        entities.reverse()
    return entities


def _numbered(call: Call, entities: Sequence[Entity | bytes], shape: Collection[str], shown: Shown | None) -> bytes:
    size, number, total = page_size(call), page_number(call), len(entities)
    count = (total + size - 1) // size
    envelope: dict[str, Any] = {"pageSize": size, "pageNumber": number, "total": total, "pageCount": count}
    if "totalNumberOfEntities" in shape:
        envelope["totalNumberOfEntities"] = total
    if "selfUri" in shape:
        envelope |= {
            "firstUri": _uri(call, pageSize=size, pageNumber=1),
            "lastUri": _uri(call, pageSize=size, pageNumber=max(count, 1)),
            "selfUri": _uri(call, pageSize=size, pageNumber=number),
        }
        if number < count:
            envelope["nextUri"] = _uri(call, pageSize=size, pageNumber=number + 1)
        if 1 < number <= count + 1:
            envelope["previousUri"] = _uri(call, pageSize=size, pageNumber=number - 1)
    envelope = {name: value for name, value in envelope.items() if name in shape}
    return _enveloped(entities[(number - 1) * size : number * size], envelope, shown)


def _cursor(call: Call, entities: Sequence[Entity | bytes], shape: Collection[str], shown: Shown | None) -> bytes:
    size = page_size(call)
    ids = [entity.id if isinstance(entity, Entity) else "" for entity in entities]
    start = 0
    if "after" in call.query:
        start = _place(call, "after", ids) + 1
    elif "before" in call.query:
        start = max(_place(call, "before", ids) - size, 0)
    page = entities[start : start + size]
    envelope: dict[str, Any] = {"selfUri": _uri(call, pageSize=size)}
    if start + size < len(entities):
        envelope["nextUri"] = _uri(call, pageSize=size, after=ids[start + size - 1])
    if start > 0 and page:
        envelope["previousUri"] = _uri(call, pageSize=size, before=ids[start])
    return _enveloped(page, {name: value for name, value in envelope.items() if name in shape}, shown)


def _place(call: Call, name: str, ids: list[str]) -> int:
    try:
        return ids.index(call.query[name])
    except ValueError:
        raise _invalid(name, call.query[name], "a cursor from nextUri or previousUri") from None


def _enveloped(entities: Sequence[Entity | bytes], envelope: dict[str, Any], shown: Shown | None) -> bytes:
    return b'{"entities":[' + _joined(entities, shown) + b"]," + orjson.dumps(envelope)[1:]


def _joined(entities: Iterable[Entity | bytes], shown: Shown | None = None) -> bytes:
    if shown is not None:
        entities = [entity if isinstance(entity, bytes) else shown(entity) or entity for entity in entities]
    return b",".join([entity if isinstance(entity, bytes) else entity.encoded for entity in entities])


def _uri(call: Call, **paging: int | str) -> str:
    """The request's own path and filters with other paging, relative as the platform's are."""
    path = call.operation.path
    for name, value in call.path.items():
        path = path.replace("{" + name + "}", quote(value, safe=""))
    kept = {name: value for name, value in call.query.items() if name not in PAGING}
    return path + "?" + urlencode({**kept, **paging})


def _number(call: Call, name: str, default: int) -> int:
    given = call.query.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:10]) <= 2_147_483_647:
        raise _invalid(name, given, "a number from 1")
    return int(given[:10])


def _invalid(name: str, value: str, expected: str) -> Refused:
    return Refused(
        400,
        "invalid.query.param.value",
        f"The value [{value}] is not valid for query parameter [{name}]: it must be {expected}",
        params={"name": name, "value": value},
        details=({"errorCode": "invalid.query.param.value", "fieldName": name},),
    )
