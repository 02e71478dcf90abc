from __future__ import annotations

from collections.abc import Callable

from understudy.oauth.regions import home_region
from understudy.orgfile import OrgPlan, default_org
from understudy.platform.catalogue import load_catalogue
from understudy.platform.grants import granted, home_division
from understudy.platform.permissions import Permissions
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World


def test_the_administrator_may_do_everything(configure: Callable[[OrgPlan], Org], world: World) -> None:
    org = configure(default_org("admin-id", "admin-secret"))
    permissions = Permissions(load_catalogue())
    assert granted(org, Token("t", "admin-id", org.id, 0.0, 1.0), permissions) == permissions.all
    assert world.clients == {"admin-id": org}
    assert org.entities.of("oauth.clients")["admin-id"].body["secret"] == "admin-secret"


def test_the_default_org_is_ready_for_the_guides_steps(configure: Callable[[OrgPlan], Org]) -> None:
    org = configure(default_org("admin-id", "admin-secret"))
    assert home_division(org)
    assert org.entities.named("messaging.supportedcontent", "Default")
    assert home_region(org) == "mypurecloud.com"


def test_another_administrator_means_another_org() -> None:
    assert default_org("a", "x").id == default_org("a", "y").id != default_org("b", "x").id


def test_people_sign_in_to_the_default_org_with_a_client_of_the_desktop(configure: Callable[[OrgPlan], Org]) -> None:
    body = {"name": "Agent desktop", "authorizedGrantType": "CODE", "registeredRedirectUri": ["http://h/desktop"]}
    org = configure(default_org("admin-id", "admin-secret", desktop=body))
    client = org.entities.named("oauth.clients", "Agent desktop")
    assert client is not None
    assert client.body["registeredRedirectUri"] == ["http://h/desktop"]
