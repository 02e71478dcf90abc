from __future__ import annotations

from typing import Any

import pytest

from understudy.oauth.scopes_api import known_scopes
from understudy.pages.clients import SCOPES, addresses, registration, sign_ins
from understudy.world.org import Org

PAGE = "http://127.0.0.1:1/desktop"


def client(org: Org, id_: str, **body: Any) -> None:
    org.entities.put("oauth.clients", id_, {"id": id_, "name": id_, "registeredRedirectUri": [PAGE], **body})


def test_an_org_without_a_client_for_the_page_has_no_sign_in(org: Org) -> None:
    client(org, "other", authorizedGrantType="CODE", registeredRedirectUri=[f"{PAGE}/x"])
    client(org, "machine", authorizedGrantType="CLIENT-CREDENTIALS")
    client(org, "off", authorizedGrantType="CODE", state="inactive")
    assert sign_ins([org], PAGE) == []


@pytest.mark.parametrize(("grants", "chosen"), [(["TOKEN"], "TOKEN"), (["TOKEN", "CODE"], "CODE")])
def test_a_code_is_better_than_a_token_in_the_address(org: Org, grants: list[str], chosen: str) -> None:
    for grant in grants:
        client(org, grant.lower(), authorizedGrantType=grant)
    (found,) = sign_ins([org], PAGE)
    assert found == {"org": org.id, "name": org.name, "client": chosen.lower(), "grant": chosen}


def test_the_default_client_is_registered_for_every_address_of_the_page() -> None:
    pages = addresses(["http://127.0.0.1:1", ""], "mypurecloud.de", "/apps")
    assert pages == [
        "http://127.0.0.1:1/desktop",
        "http://127.0.0.1:1/apps/desktop",
        "https://apps.mypurecloud.de/desktop",
        "https://apps.mypurecloud.de/apps/desktop",
        "http://localhost:1/desktop",
        "http://localhost:1/apps/desktop",
    ]
    assert addresses(["http://127.0.0.1:1"], "mypurecloud.de")[0] == PAGE


def test_the_scopes_that_the_desktop_asks_for_are_known() -> None:
    assert set(SCOPES) <= set(known_scopes())
    assert registration(PAGE)["scope"] == list(SCOPES)
