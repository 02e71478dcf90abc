from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]
USERS = "/api/v2/users"


def test_an_inactive_user_has_no_token_and_is_not_in_the_usual_listing(
    ask: Ask, person: Person, grant: Callable[..., Token]
) -> None:
    user = person()
    target, token = f"{USERS}/{user['id']}", grant(user=user["id"])
    ask("PUT", f"{target}/routingstatus", {"status": "IDLE"})
    status, state = ask("PUT", f"{target}/state", {"state": "inactive", "version": 1, "stateChangeReason": "Leave"})
    assert (status, state["state"], state["version"], state["stateChangeReason"]) == (200, "inactive", 2, "Leave")
    assert ask("GET", f"{target}/state")[1] == state
    assert token.revoked
    assert ask("GET", f"{target}/routingstatus")[1]["status"] == "OFF_QUEUE"
    assert [ask("GET", f"{USERS}?state={one}")[1]["total"] for one in ("inactive", "active")] == [1, 0]
    assert ask("GET", USERS)[1]["total"] == 0


def test_a_user_is_deleted_and_comes_back_by_his_state(ask: Ask, person: Person) -> None:
    target = f"{USERS}/{person()['id']}"
    assert ask("PUT", f"{target}/state", {"state": "deleted"})[1]["state"] == "deleted"
    assert ask("GET", target)[0] == 404
    assert ask("GET", f"{target}/state")[1]["state"] == "deleted"
    assert ask("PUT", f"{target}/state", {"state": "active"})[1]["state"] == "active"
    assert ask("GET", target)[1]["state"] == "active"


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"state": None}, 400), ({"state": "asleep"}, 400), ({"state": "inactive", "version": 9}, 409)],
)
def test_a_wrong_state_changes_nothing(ask: Ask, person: Person, body: Any, status: int) -> None:
    target = f"{USERS}/{person()['id']}/state"
    before = ask("GET", target)
    assert ask("PUT", target, body)[0] == status
    assert ask("GET", target) == before
