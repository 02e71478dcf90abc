"""Hostile bodies on every hand-made operation of people, grants, clients and usage: never our mistake, never a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.oauth import clients
from understudy.platform import authorization, people, usage
from understudy.platform.catalogue import Catalogue
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
OPERATIONS = sorted({**clients.ACTIONS, **authorization.ACTIONS, **people.ACTIONS, **usage.ACTIONS})
KNOWN = {
    "userId": "ann",
    "subjectId": "ann",
    "queueId": "q",
    "roleId": "r",
    "divisionId": "*",
    "memberId": "ann",
    "codeId": "w",
    "skillId": "s",
    "sourceId": "purecloud",
}
FIELDS = (
    "id",
    "joined",
    "status",
    "grants",
    "subjectIds",
    "divisionIds",
    "presenceDefinition",
    "proficiency",
    "version",
    "interval",
    "groupBy",
    "name",
)
SCALARS: tuple[Any, ...] = (None, True, -1, 1e308, "", "ann", "\u0000\ud7ff", [], {}, [None], [[]], [{}], {"id": None})
BODIES: tuple[Any, ...] = (
    *SCALARS,
    *({field: value} for field in FIELDS for value in SCALARS),
    *([{"id": "ann", field: value}] for field in FIELDS for value in SCALARS),
    {"interval": "x", "groupBy": ["Nothing"]},
    {"subjectIds": ["ann"], "divisionIds": [None]},
    {"grants": [{"roleId": None, "divisionId": {}}]},
    {"presenceDefinition": {"id": []}, "message": {}},
)


@pytest.fixture
def furnished(office: Org) -> Org:
    office.entities.put("users", "ann", {"id": "ann", "name": "Ann"})
    office.entities.put("routing.queues", "q", {"id": "q", "name": "Q"})
    office.entities.put("routing.skills", "s", {"id": "s", "name": "S"})
    office.entities.put("routing.wrapupcodes", "w", {"id": "w", "name": "W"})
    office.entities.put("authorization.roles", "r", {"id": "r", "name": "R"})
    office.live["queue.members"] = {"q": {"ann": True}}
    office.live["user.skills"] = {"ann": {"s": 1.0}}
    office.live["rate.allowed"] = dict.fromkeys(office.entities.of("oauth.clients"), 10_000)
    return office


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_body_is_our_mistake(ask: Ask, furnished: Org, catalogue: Catalogue, operation: str) -> None:
    one = catalogue.by_id[operation]
    path = one.path
    for name in one.variables:
        path = path.replace("{" + name + "}", KNOWN.get(name, next(iter(furnished.entities.of("oauth.clients")))))
    for body in BODIES if one.body else (None,):
        status, _ = ask(one.method, path, body)
        assert status < 500, (operation, body)
