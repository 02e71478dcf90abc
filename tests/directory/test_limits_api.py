from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.directory.limits_api import namespaces
from understudy.platform.catalogue import Catalogue
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
LIMITS = "/api/v2/organizations/limits"


def test_our_namespaces_are_known_and_the_platforms(office: Org, catalogue: Catalogue) -> None:
    assert namespaces().keys() <= {limit.namespace for limit in office.limits.all()}
    assert set(namespaces().values()) <= set(catalogue.models["Limit"]["namespace"]["enum"])


def test_a_namespace_tells_its_limits(ask: Ask, office: Org) -> None:
    status, body = ask("GET", f"{LIMITS}/namespaces/platform.api")
    told = {one["key"]: one["value"] for one in body["entities"]}
    assert (status, told["requests.per.token.per.minute"]) == (200, 300)
    assert ask("GET", f"{LIMITS}/namespaces/platform.api/defaults")[1] == body
    assert ask("GET", f"{LIMITS}/namespaces/gdpr")[1] == {"entities": []}
    assert ask("GET", f"{LIMITS}/namespaces/nothing")[0] == 404
    assert ask("GET", f"{LIMITS}/namespaces/nothing/defaults")[0] == 404


def test_namespaces_are_listed_and_documented(ask: Ask) -> None:
    page = ask("GET", f"{LIMITS}/namespaces?pageSize=500")[1]
    assert "platform.api" in page["entities"]
    docs = ask("GET", f"{LIMITS}/docs")[1]
    assert {one["name"] for one in docs["namespaces"]} == set(namespaces().values())
    assert all(limit["description"] for one in docs["namespaces"] for limit in one["limits"])
