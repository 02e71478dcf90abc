from __future__ import annotations

import pytest

from understudy.errors import SettingsError
from understudy.oauth.regions import asked_region, home_region, region_domain, region_of_host, regions
from understudy.platform.catalogue import load_catalogue
from understudy.world.org import Org


def test_the_regions_are_those_of_the_catalogue() -> None:
    assert load_catalogue().regions == regions()


@pytest.mark.parametrize("name", ["eu-central-1", "EU-CENTRAL-1", "mypurecloud.de", "MyPureCloud.de"])
def test_a_region_goes_by_its_name_or_its_domain(name: str) -> None:
    assert region_domain(name) == "mypurecloud.de"


def test_an_unknown_region_is_named_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"region is 'eu-centrl-1': did you mean 'eu-central-1'\?"):
        region_domain("eu-centrl-1")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("login.mypurecloud.de", "mypurecloud.de"),
        ("LOGIN.mypurecloud.de:443", "mypurecloud.de"),
        ("api.euw2.pure.cloud", "euw2.pure.cloud"),
        ("login.mypurecloud.com.au", "mypurecloud.com.au"),
        ("127.0.0.1:8080", ""),
        ("localhost", ""),
        ("[::1]:8080", ""),
        ("login.example.org", ""),
        ("mypurecloud.de", ""),
        ("", ""),
    ],
)
def test_only_a_login_host_of_genesys_names_a_region(host: str, domain: str) -> None:
    assert region_of_host(host) == domain


def test_the_orgs_settings_count_where_the_host_tells_nothing(org: Org) -> None:
    assert home_region(org) == asked_region(org, "127.0.0.1:1") == "mypurecloud.de"
    organization = org.entities.get("organizations", org.id)
    assert organization is not None
    org.entities.put("organizations", org.id, organization.body, {"asked_region": "mypurecloud.ie"})
    assert asked_region(org, "127.0.0.1:1") == "mypurecloud.ie"
    assert asked_region(org, "login.mypurecloud.de") == "mypurecloud.de"
