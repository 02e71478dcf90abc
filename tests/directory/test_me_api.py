from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.directory.expand import SOURCES as OF_USERS
from understudy.directory.me_api import SOURCES
from understudy.platform.catalogue import Catalogue
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]
ME = "/api/v2/users/me"


def test_a_user_sees_himself(ask: Ask, person: Person, grant: Callable[..., Token]) -> None:
    user = person()
    assert ask("GET", ME, token=grant(user=user["id"])) == (200, user)
    assert ask("GET", ME)[1]["code"] == "not.a.user"


def test_every_expansion_fits_the_model(
    ask: Ask, office: Org, person: Person, grant: Callable[..., Token], catalogue: Catalogue
) -> None:
    boss, ann, ben = person("Boss Roe"), person(), person("Ben Roe")
    for one in (ann, ben):
        ask("PATCH", f"/api/v2/users/{one['id']}", {"manager": boss["id"], "version": 1})
    names = ",".join(catalogue.by_id["getUsersMe"].query[0].enum)
    body = ask("GET", f"{ME}?expand={names}", token=grant(user=ann["id"]))[1]
    assert body["organization"]["id"] == office.id
    assert [one["id"] for one in body["superiors"]] == [boss["id"]]
    assert [one["id"] for one in body["adjacents"]["siblings"]] == [ben["id"]]
    assert (body["directReports"], body["token"]["organization"]["id"]) == ([], office.id)
    assert len(body["presenceDefinitions"]) == len(body["divisionedPresenceDefinitions"]) == 9
    fields = {field for field, _ in (*SOURCES.values(), *OF_USERS.values())}
    assert fields - {"biography", "employerInfo"} <= body.keys()


def test_a_ring_of_managers_ends(ask: Ask, person: Person, grant: Callable[..., Token]) -> None:
    ann, ben = person(), person("Ben Roe")
    ask("PATCH", f"/api/v2/users/{ann['id']}", {"manager": ben["id"], "version": 1})
    ask("PATCH", f"/api/v2/users/{ben['id']}", {"manager": ann["id"], "version": 1})
    body = ask("GET", f"{ME}?expand=superiors", token=grant(user=ann["id"]))[1]
    assert [one["id"] for one in body["superiors"]] == [ben["id"], ann["id"]]
