from __future__ import annotations

from understudy.oauth.regions import asked_region, home_region, is_elsewhere
from understudy.world.org import Org


def test_the_orgs_settings_count_where_the_host_tells_nothing(org: Org) -> None:
    assert home_region(org) == asked_region(org, "127.0.0.1:1") == "mypurecloud.de"
    organization = org.entities.get("organizations", org.id)
    assert organization is not None
    org.entities.put("organizations", org.id, organization.body, {"asked_region": "mypurecloud.ie"})
    assert asked_region(org, "127.0.0.1:1") == "mypurecloud.ie"
    assert asked_region(org, "login.mypurecloud.de") == "mypurecloud.de"


def test_a_login_elsewhere_is_told_with_both_regions(org: Org) -> None:
    assert not is_elsewhere(org, "login.mypurecloud.de", "c1")
    assert not is_elsewhere(org, "127.0.0.1:8080", "c1")
    assert list(org.notes) == []
    assert is_elsewhere(org, "login.mypurecloud.ie:443", "c1")
    (note,) = org.notes
    assert note.data == {"client": "c1", "asked": "mypurecloud.ie", "actual": "mypurecloud.de"}
