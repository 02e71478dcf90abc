from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.directory.deleted import KEPT, deleted, find, keep
from understudy.platform.grants import home_division
from understudy.world.entities import Entity
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]
USERS = "/api/v2/users"


def test_a_deleted_user_is_seen_by_state_only(ask: Ask, person: Person) -> None:
    user = person()
    target = f"{USERS}/{user['id']}"
    ask("DELETE", target)
    assert ask("GET", target)[0] == 404
    assert ask("GET", f"{target}?state=deleted")[1]["state"] == "deleted"
    assert ask("GET", USERS)[1]["total"] == 0
    for state, found in {"deleted": 1, "any": 1, "active": 0, "inactive": 0}.items():
        assert ask("GET", f"{USERS}?state={state}")[1]["total"] == found, state


def test_a_deleted_users_address_is_taken_until_he_is_brought_back(ask: Ask, office: Org, person: Person) -> None:
    user = person()
    target = f"{USERS}/{user['id']}"
    ask("DELETE", target)
    body = {"name": "Ann", "email": "ANN.LEE@example.org", "divisionId": home_division(office)}
    assert ask("POST", USERS, body)[1]["code"] == "general.conflict"
    bob = person("Bob Roe")
    changed = {"email": user["email"], "version": bob["version"]}
    assert ask("PATCH", f"{USERS}/{bob['id']}", changed)[1]["code"] == "general.conflict"
    assert ask("PATCH", f"{USERS}/{bob['id']}", {**changed, "email": bob["email"].upper()})[0] == 200
    ask("DELETE", f"{USERS}/{bob['id']}")
    query = [{"type": "EXACT", "fields": ["email"], "value": user["email"]}]
    assert ask("POST", f"{USERS}/search", {"query": query})[1]["total"] == 0
    query.append({"type": "EXACT", "fields": ["state"], "values": ["deleted"]})
    found = ask("POST", f"{USERS}/search", {"query": query})[1]["results"][0]
    assert found["id"] == user["id"]
    assert ask("PATCH", target, {"title": "x", "version": found["version"]})[0] == 404
    status, back = ask("PATCH", target, {"state": "active", "version": found["version"]})
    assert (status, back["state"], ask("GET", target)[0]) == (200, "active", 200)
    assert (list(deleted(office)), ask("GET", USERS)[1]["total"]) == ([bob["id"]], 1)


def test_the_oldest_are_forgotten(office: Org) -> None:
    for number in range(KEPT + 1):
        keep(office, Entity("users", str(number), {"id": str(number)}))
    assert (find(office, "0"), len(deleted(office))) == (None, KEPT)
    kept = find(office, "1")
    assert kept is not None
    assert kept.body["state"] == "deleted"
