from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.platform.grants import set_pairs
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]


def test_an_operation_shows_the_client_or_the_user(
    ask: Ask, office: Org, flow: str, grant: Callable[..., Token]
) -> None:
    asked = ask("POST", f"/api/v2/flows/{flow}/history")[1]
    assert asked["client"]["selfUri"] == "/api/v2/oauth/clients/boss"
    office.entities.put("users", "u1", {"id": "u1", "name": "Uma"})
    set_pairs(office, "u1", [(next(iter(office.entities.of("authorization.roles"))), "*")])
    asked = ask("POST", f"/api/v2/flows/{flow}/history", token=grant("u1"))[1]
    assert asked["user"] == {"id": "u1", "name": "Uma", "selfUri": "/api/v2/users/u1"}
    assert "client" not in asked
