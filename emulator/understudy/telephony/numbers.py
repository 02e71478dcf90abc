"""Numbers as the API lists them: DIDs and extensions that somebody has, and all numbers of DID pools.

A DID or an extension is listed once it is assigned; ``didpools/dids`` lists the free ones too. None is stored: pools
and owners make them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, overload

import orjson

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import visible
from understudy.platform.listings import NUMBERED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.telephony.owners import Owner
from understudy.telephony.pools import DID, EXTENSION, Kind, Range, pools, range_of, taken
from understudy.telephony.refusal import invalid
from understudy.world.entities import Entity
from understudy.world.org import Org

IDS: Final = "telephony.numbers"  # org.live[IDS]: dict[(kind, number), id], of assigned numbers
IDS_KEPT: Final = 20_000
EDGES: Final = "/api/v2/telephony/providers/edges"
LISTED: Final = NUMBERED | {"totalNumberOfEntities"}
TYPES: Final = ("ASSIGNED_AND_UNASSIGNED", "UNASSIGNED")
Number = tuple[str, Entity, Owner | None]


def list_dids(call: Call) -> Answer:
    """``GET …/edges/dids``: filtered by ``phoneNumber``, ``owner.id``, ``didPool.id``, ``id``."""
    found = [_did(call.org, *one) for one in _assigned(call, DID)]
    paths = {"phoneNumber": "phoneNumber", "id": "id", "owner.id": "owner", "didPool.id": "didPool"}
    for parameter, field in paths.items():
        wanted = call.query.get(parameter, "").split(",") if call.query.get(parameter) else []
        if wanted:
            found = [did for did in found if _plain(did[field]) in wanted]
    return _listed(call, found, "number" if call.query.get("sortBy") == "number" else "phoneNumber")


def show_did(call: Call) -> Answer:
    """``GET …/edges/dids/{didId}``."""
    return _show(call, [_did(call.org, *one) for one in _assigned(call, DID)], call.path["didId"], "DID")


def list_extensions(call: Call) -> Answer:
    """``GET …/edges/extensions?number=``."""
    number = call.query.get("number")
    found = [_extension(call.org, *one) for one in _assigned(call, EXTENSION) if number in (None, "", one[0])]
    return _listed(call, found, "number")


def show_extension(call: Call) -> Answer:
    """``GET …/edges/extensions/{extensionId}``."""
    found = [_extension(call.org, *one) for one in _assigned(call, EXTENSION)]
    return _show(call, found, call.path["extensionId"], "Extension")


def list_pool_numbers(call: Call) -> Answer:
    """``GET …/didpools/dids?type=&id=&numberMatch=``: every number of the pools (or those of ``id``)."""
    type_ = call.query["type"].upper()
    if type_ not in TYPES:
        raise invalid("type", f"type is {type_}, not one of {', '.join(TYPES)}", "invalid.query.param.value")
    wanted = [id_ for id_ in call.query.get("id", "").split(",") if id_]
    match = re.sub(r"[^\d+]", "", call.query.get("numberMatch", ""))
    runs = []
    for pool, numbers in pools(call.org, DID):
        if (not wanted or pool.id in wanted) and (call.token.fence is None or visible(call, [pool])):
            runs.append(_run(call.org, pool, numbers, match, with_assigned=type_ == TYPES[0]))
    return Answer(encoded=listing(call, Joined(runs), NUMBERED))


class Run(Sequence[bytes]):
    """Numbers of one pool, encoded when they are looked at. ``places`` are their places in the range."""

    def __init__(self, places: Sequence[int], encode: Callable[[int], bytes]) -> None:
        self._places, self._encode = places, encode

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        chosen = self._places[place]
        return self._encode(chosen) if isinstance(chosen, int) else [self._encode(one) for one in chosen]


class Joined(Sequence[bytes]):
    """Several runs as one sequence: a page of it costs as much as the page."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _ = place.indices(len(self))
        found: list[bytes] = []
        for run in self._runs:
            if start < len(run) and stop > 0:
                found += run[max(start, 0) : stop]
            start, stop = start - len(run), stop - len(run)
        return found


def _run(org: Org, pool: Entity, numbers: Range, match: str, *, with_assigned: bool) -> Run:
    held = {owner.number: owner for owner in reversed(taken(org, DID, numbers))}
    places: Sequence[int] = range(len(numbers))
    if match or not with_assigned:
        texts = ((place, numbers.text(place)) for place in places)
        places = [place for place, text in texts if match in text and (with_assigned or text not in held)]

    def encode(place: int) -> bytes:
        return orjson.dumps(_pool_number(org, numbers.text(place), pool, held.get(numbers.text(place))))

    return Run(places, encode)


def _pool_number(org: Org, number: str, pool: Entity, owner: Owner | None) -> dict[str, Any]:
    """DIDNumber; an unassigned one has no id."""
    uri = f"{EDGES}/didpools/{pool.id}"
    body = {"name": number, "number": number, "assigned": owner is not None, "didPool": {"id": pool.id, "selfUri": uri}}
    if owner is None:
        return body
    id_ = _id(org, DID, number)
    about = {"id": id_, "owner": owner.reference(), "ownerType": owner.type, "selfUri": f"{EDGES}/dids/{id_}"}
    return {**body, **about}


def _assigned(call: Call, kind: Kind) -> list[tuple[str, Entity, Owner]]:
    """The numbers of the pools that somebody has, each with its first owner, in the order of the pools."""
    found: dict[str, tuple[str, Entity, Owner]] = {}
    listed = [pool for pool, _ in pools(call.org, kind)]
    for pool in visible(call, listed) if call.token.fence is not None else listed:
        for owner in taken(call.org, kind, range_of(kind, pool.body)):
            found.setdefault(owner.number, (owner.number, pool, owner))
    return list(found.values())


def _did(org: Org, number: str, pool: Entity, owner: Owner) -> dict[str, Any]:
    id_ = _id(org, DID, number)
    body = {"id": id_, "name": number, "state": "active", "phoneNumber": number, "selfUri": f"{EDGES}/dids/{id_}"}
    return {**body, "didPool": _pool(pool), "owner": owner.reference(), "ownerType": owner.type}


def _extension(org: Org, number: str, pool: Entity, owner: Owner) -> dict[str, Any]:
    id_ = _id(org, EXTENSION, number)
    body = {"id": id_, "name": number, "state": "active", "number": number, "selfUri": f"{EDGES}/extensions/{id_}"}
    return {**body, "extensionPool": _pool(pool), "owner": owner.reference(), "ownerType": owner.type}


def _pool(pool: Entity) -> dict[str, Any]:
    return {"id": pool.id, "name": pool.name, "selfUri": pool.body["selfUri"]}


def _plain(value: Any) -> str:
    return str(value["id"] if isinstance(value, dict) else value)


def _listed(call: Call, found: list[dict[str, Any]], default: str) -> Answer:
    by = call.query.get("sortBy") or default
    found.sort(key=lambda one: _plain(one.get(by, "")), reverse=call.query.get("sortOrder", "").casefold() == "desc")
    return Answer(encoded=listing(call, [orjson.dumps(one) for one in found], LISTED))


def _show(call: Call, found: list[dict[str, Any]], id_: str, what: str) -> Answer:
    for one in found:
        if one["id"] == id_:
            return Answer(body=one)
    raise Refused(404, "not.found", f"{what} with id [{id_}] was not found", params={"id": id_})


def _id(org: Org, kind: Kind, number: str) -> str:
    """The id of an assigned number: the same each time."""
    known: dict[tuple[str, str], str] = org.live.setdefault(IDS, {})
    key = (kind.takes, number)
    if key not in known:
        known[key] = org.ids.uuid(IDS)
        while len(known) > IDS_KEPT:
            del known[next(iter(known))]
    return known[key]


ACTIONS: Final[dict[str, Action]] = {
    "getTelephonyProvidersEdgesDids": list_dids,
    "getTelephonyProvidersEdgesDid": show_did,
    "getTelephonyProvidersEdgesDidpoolsDids": list_pool_numbers,
    "getTelephonyProvidersEdgesExtensions": list_extensions,
    "getTelephonyProvidersEdgesExtension": show_extension,
}
