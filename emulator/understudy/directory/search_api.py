"""Search of users and groups: ``POST …/search`` and ``GET …/search?q64=`` (the same body in Base64).

Deleted users are found only by a criterion on ``state``. ``currentPage`` and its neighbours are GET addresses of the
same query (observed in the SDKs' samples); ``enforcePermissions`` changes nothing: divisions always count here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any, Final

import orjson

from understudy.directory import deleted
from understudy.directory.criteria import check, matches, names, values_in
from understudy.directory.expand import with_fields
from understudy.directory.membership import GROUPS, groups_of
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import Catalogue
from understudy.platform.grants import USERS, visible
from understudy.platform.messages import Answer
from understudy.platform.paging import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX
from understudy.platform.reading import check_body
from understudy.platform.schemas import Schemas, Validator
from understudy.world.entities import Entity

PAGE_NUMBER_MAX: Final = 2_147_483_647  # the emulator's own bound
ALIASES: Final = {"routingSkills": "skills", "routingLanguages": "languages", "groupId": "groups", "guid": "id"}
EXPANDED: Final = frozenset({"skills", "languages", "profileSkills", "certifications", "locations", "biography"})


def post_users(call: Call) -> Answer:
    """``POST …/users/search`` (UserSearchRequest)."""
    return _users(call, call.body or {})


def get_users(call: Call) -> Answer:
    """``GET …/users/search?q64=``; ``expand`` beside the query counts too."""
    query = _decoded(call, "UserSearchRequest")
    expand = [name for name in call.query.get("expand", "").split(",") if name]
    return _users(call, {**query, "expand": [*(query.get("expand") or ()), *expand]})


def post_groups(call: Call) -> Answer:
    """``POST …/groups/search`` (GroupSearchRequest)."""
    return _groups(call, call.body or {})


def get_groups(call: Call) -> Answer:
    """``GET …/groups/search?q64=``."""
    return _groups(call, _decoded(call, "GroupSearchRequest"))


def _users(call: Call, query: Mapping[str, Any]) -> Answer:
    found = visible(call, call.org.entities.of(USERS).values())
    if names(query.get("query") or (), "state"):
        found += visible(call, deleted.deleted(call.org).values())
    expand = [str(name).casefold() for name in query.get("expand") or ()]
    show = partial(with_fields, call.org, names=expand) if expand else _body
    return _answer(call, query, found, partial(_field_of_user, call), show)


def _groups(call: Call, query: Mapping[str, Any]) -> Answer:
    found = visible(call, call.org.entities.of(GROUPS).values())
    return _answer(call, query, found, _field, _body)


def _answer(
    call: Call,
    query: Mapping[str, Any],
    things: Iterable[Entity],
    field: Callable[[Entity, str], list[str]],
    show: Callable[[Entity], dict[str, Any]],
) -> Answer:
    criteria = query.get("query") or []
    check(criteria)
    found = [thing for thing in things if matches(criteria, partial(field, thing))]
    _sort(query, found, field)
    size, number = _paging(call, query)
    count = (len(found) + size - 1) // size
    base = call.operation.path
    body: dict[str, Any] = {
        "total": len(found),
        "pageCount": count,
        "pageSize": size,
        "pageNumber": number,
        "currentPage": _address(base, query, number),
        "types": [base.split("/")[3]],
        "results": [show(thing) for thing in found[(number - 1) * size : number * size]],
    }
    if number > 1:
        body["previousPage"] = _address(base, query, number - 1)
    if number < count:
        body["nextPage"] = _address(base, query, number + 1)
    return Answer(body=body)


def _field_of_user(call: Call, user: Entity, name: str) -> list[str]:
    name = ALIASES.get(name, name)
    if name == "groups":
        known = call.org.entities.of(GROUPS)
        return [text for id_ in groups_of(call.org, user.id) for text in (id_, known[id_].name)]
    if name in EXPANDED:
        held = with_fields(call.org, user, [name.casefold()]).get(name)
        if name in ("skills", "languages"):
            held = [(one["id"], one["name"]) for one in held or ()]
        return values_in(held)
    return _field(user, name)


def _field(thing: Entity, name: str) -> list[str]:
    value: Any = thing.body
    for part in name.split("."):
        if isinstance(value, list):
            value = [one.get(part) for one in value if isinstance(one, dict)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return values_in(value)


def _body(thing: Entity) -> dict[str, Any]:
    return thing.body


def _sort(query: Mapping[str, Any], found: list[Entity], field: Callable[[Entity, str], list[str]]) -> None:
    """By each of ``sort``, the first counting most, or by ``sortBy``; by score means as they come."""
    orders = query.get("sort") or [{"sortBy": query.get("sortBy"), "sortOrder": query.get("sortOrder")}]
    for order in reversed(orders):
        by = order.get("sortBy")
        if by and order.get("sortOrder") != "SCORE":
            found.sort(key=partial(_key, field, str(by)), reverse=order.get("sortOrder") == "DESC")


def _key(field: Callable[[Entity, str], list[str]], by: str, thing: Entity) -> list[str]:
    return [text.casefold() for text in field(thing, by)]


def _paging(call: Call, query: Mapping[str, Any]) -> tuple[int, int]:
    most = int(call.org.limits.value(*PAGE_SIZE_MAX))
    size, number = query.get("pageSize"), query.get("pageNumber")
    size = call.org.limits.value(*PAGE_SIZE_DEFAULT) if size is None else size
    number = 1 if number is None else number
    if not 1 <= size <= most or not 1 <= number <= PAGE_NUMBER_MAX:
        raise Refused(400, "invalid.value", f"pageSize is from 1 to {most}, pageNumber from 1")
    return int(size), int(number)  # 25.0 is a whole number of JSON, too


def _address(base: str, query: Mapping[str, Any], number: int) -> str:
    text = base64.urlsafe_b64encode(orjson.dumps({**query, "pageNumber": number})).decode("ascii")
    return f"{base}?q64={text}"


def _decoded(call: Call, model: str) -> dict[str, Any]:
    """The body that ``q64`` holds, in either alphabet of Base64, with or without padding; it passes the same gate."""
    text = call.query["q64"].replace("-", "+").replace("_", "/").replace(" ", "+").rstrip("=")
    try:
        body = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Refused(400, "invalid.query.param.value", f"q64 is not JSON in Base64: {error}") from error
    if call.catalogue is not None:
        check_body(body, _gate(call.catalogue, model))
    if not isinstance(body, dict):
        raise Refused(400, "invalid.query.param.value", "q64 is not an object")
    return body


@lru_cache(maxsize=4)
def _gate(catalogue: Catalogue, model: str) -> Validator:
    return Schemas(catalogue.models).gate(model)


ACTIONS: Final[Mapping[str, Action]] = {
    "getUsersSearch": get_users,
    "postUsersSearch": post_users,
    "getGroupsSearch": get_groups,
    "postGroupsSearch": post_groups,
}
