"""The office of the Platform API's tests, and ``person``: a user made over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.platform.conftest import ask, catalogue, grant, office, platform

from understudy.platform.grants import home_division
from understudy.world.org import Org

__all__ = ["ask", "catalogue", "grant", "office", "platform"]

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]


@pytest.fixture
def person(ask: Ask, office: Org) -> Person:
    """``person("Ann Lee", department="Sales")`` → User."""

    def make(name: str = "Ann Lee", **fields: Any) -> dict[str, Any]:
        email = f"{name.casefold().replace(' ', '.')}@example.org"
        body = {"name": name, "email": email, "divisionId": home_division(office), **fields}
        status, user = ask("POST", "/api/v2/users", body)
        assert status == 200, user
        return dict(user)

    return make
